"""What is no occurrence: nothing is reported at the default strength."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from demo import music
from demo.voices import Voice
from replique.probe import HOUSE_RATE, Samples
from tests.recordings.studio import (
    ACTOR,
    ACTRESS,
    ANEW,
    LINE,
    LONGER_LINES,
    OLD_MAN,
    OTHER_LINE,
    SCOT,
    SPEECH,
    STRANGER,
    bed,
    heard_in,
    noise,
    planted,
    said,
    silence,
)

TAKES = ((LINE, ACTOR), (OTHER_LINE, STRANGER), (SPEECH, ACTRESS))


@pytest.fixture(scope="session")
def takes() -> list[Samples]:
    return [said(line, voice) for line, voice in TAKES]


def _time(seconds: float) -> Samples:
    return np.asarray(np.arange(round(seconds * HOUSE_RATE)) / HOUSE_RATE, np.float32)


def _tone() -> Samples:
    return np.asarray(0.3 * np.sin(2 * np.pi * 220 * _time(20)), np.float32)


def _buzz() -> Samples:
    t = _time(20)
    buzz = np.sum([0.05 * np.sin(2 * np.pi * 120 * k * t) for k in range(1, 25)], axis=0)
    return np.asarray(buzz, np.float32)


def _clicks() -> Samples:
    out = silence(20)
    out[::8_000] = 0.9
    return out


def _click() -> Samples:
    out = silence(20)
    out[10 * HOUSE_RATE] = 1.0
    return out


def _syllables_of_noise() -> Samples:
    return np.asarray(noise(20) * (1 + np.sin(2 * np.pi * 4 * _time(20))), np.float32)


def _drums() -> Samples:
    piece = music.Piece(120, ((40, 40, 40, 40),), (None,) * 16, 4.0, seed=3)
    loop = bed(20.0, piece)[8 * HOUSE_RATE : 10 * HOUSE_RATE]
    return np.tile(loop, 12)


MEDIA: dict[str, Callable[[], Samples]] = {
    "music": lambda: bed(60.0),
    "music that loops": lambda: np.tile(bed(60.0)[160_000:168_571], 60),
    "drums that loop": _drums,
    "a tone": _tone,
    "a buzz": _buzz,
    "noise": lambda: noise(20),
    "noise in syllables": _syllables_of_noise,
    "very faint noise": lambda: noise(20, level=1e-6),
    "noise after silence": lambda: np.concatenate([silence(20), noise(0.5)]),
    "silence": lambda: silence(20),
    "a constant": lambda: np.full(20 * HOUSE_RATE, 0.5, np.float32),
    "one click": _click,
    "clicks": _clicks,
    "music clipped to its sign": lambda: np.sign(bed(60.0)[: 20 * HOUSE_RATE]),
    "a stranger": lambda: said(SPEECH, SCOT),
    "the same words by strangers": lambda: np.concatenate(
        [said(line, voice) for line in (LINE, OTHER_LINE) for voice in (ACTRESS, SCOT)]
    ),
}


@pytest.mark.parametrize("name", MEDIA)
def test_nothing_is_reported_in(name: str, takes: list[Samples]) -> None:
    assert heard_in(MEDIA[name](), *takes) == []


@pytest.mark.parametrize("voice", ANEW, ids=lambda v: f"{v.words_a_minute}, {v.pitch}")
def test_another_take_of_the_line_is_not_an_occurrence(voice: Voice) -> None:
    anew = np.pad(said(LINE, voice), (80_000, 80_000))
    assert heard_in(anew, said(LINE, ACTOR)) == []


@pytest.mark.parametrize("level_db", [10.0, 0.0])
def test_another_take_under_music_is_not_an_occurrence(level_db: float) -> None:
    medium = planted(bed(60.0), said(LINE, ANEW[5]), 20.0, level_db)
    assert heard_in(medium, said(LINE, ACTOR)) == []


@pytest.mark.parametrize("hz", [440.0, 442.0])
def test_a_take_that_is_a_tone_is_not_heard_in_other_tones(hz: float) -> None:
    take = (0.3 * np.sin(2 * np.pi * 440 * _time(2))).astype(np.float32)
    medium = (0.3 * np.sin(2 * np.pi * hz * _time(20) + 1)).astype(np.float32)
    assert heard_in(medium, take) == []


def test_candidates_that_are_no_occurrences_are_weak() -> None:
    """Twelve lines that are nowhere in the medium: strengths stay far under the default."""
    voices = (ACTOR, STRANGER, OLD_MAN)
    absent = [said(line, voice) for line in LONGER_LINES for voice in voices]
    medium = planted(bed(60.0), said(SPEECH, ACTRESS), 20.0, 5.0)
    strengths = [o.strength for o in heard_in(medium, *absent, least=-1.0)]
    assert sum(s >= 0.0 for s in strengths) == 0
    assert len(strengths) <= 2
