"""With the real models, on synthetic voices: nobody's voice was recorded for this.

They need the models' files: `make models`, or REPLIQUE_TEST_MODELS names their folder. Without
them these tests are skipped, and everything around them is tested with tests/voices/keen.py.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from replique.errors import ReferenceRefused
from replique.models import Ears, Library
from replique.probe import HOUSE_RATE
from replique.voices import Reference, VoicesProbe
from replique.voices.enrolment import enrol, examine, objections
from tests.conformance import found

pytest.importorskip("espeakng_loader", reason="needs the demo extra")
ROOT = Path(__file__).resolve().parents[2]
MODELS = Library(Path(os.environ.get("REPLIQUE_TEST_MODELS", ROOT / ".models")))
pytestmark = pytest.mark.skipif(bool(MODELS.missing()), reason="needs the models: make models")

Array = NDArray[np.float32]
AWA, BO = "en-us+f2", "en-us+m7"
TEXTS = (
    "The harbour was empty when they came back, and nobody had lit the lamps along the quay.",
    "She counted the boats twice, wrote the number down, and shook her head at the wind.",
    "Bring the long ladder round to the west door before the rain begins, will you?",
    "There are four roads out of this valley, and every one of them is watched at night.",
    "I told him what I had seen; he laughed, and then he asked me to tell it again.",
    "Keep the letters dry, keep the children quiet, and do not open until I knock twice.",
)


@cache
def _ears() -> Ears:
    return Ears(MODELS)


@cache
def _line(text: str, name: str, pitch: int = 50) -> Array:
    from demo.voices import RATE, Voice, speak

    spoken = speak(text, Voice(name, words_a_minute=150, pitch=pitch))
    return np.asarray(soxr.resample(spoken, RATE, HOUSE_RATE), np.float32)


def _lines(name: str, texts: tuple[str, ...] = TEXTS, pitch: int = 50) -> Array:
    pause = np.zeros(HOUSE_RATE // 2, np.float32)
    return np.concatenate([p for text in texts for p in (_line(text, name, pitch), pause)])


@cache
def _awa() -> Reference:
    return enrol(_ears(), [_lines(AWA, TEXTS[:5])])[0]


def _searched(track: Array) -> list[tuple[float, float]]:
    probe = VoicesProbe(_ears())
    probe.learn([("awa", _awa())])
    return [(o.start_s, o.end_s) for o in found(probe, track, [HOUSE_RATE * 7] * 20)]


def test_an_enrolled_voice_is_found_where_it_speaks_and_a_stranger_is_not() -> None:
    silence = np.zeros(2 * HOUSE_RATE, np.float32)
    hers = _line(TEXTS[5], AWA)
    his = _lines(BO, TEXTS[:3], pitch=20)
    track = np.concatenate([silence, his, silence, hers, silence])
    begin = (2 * len(silence) + len(his)) / HOUSE_RATE
    (row,) = _searched(track)
    assert row[0] == pytest.approx(begin, abs=0.5)
    assert row[1] == pytest.approx(begin + len(hers) / HOUSE_RATE, abs=0.5)


@pytest.mark.parametrize("size", [997, HOUSE_RATE, 3 * HOUSE_RATE])
def test_the_size_of_blocks_does_not_show(size: int) -> None:
    track = np.concatenate([_line(TEXTS[5], AWA), _line(TEXTS[0], BO, 20), _line(TEXTS[1], AWA)])
    probe = VoicesProbe(_ears())
    probe.learn([("awa", _awa())])
    whole = found(probe, track)
    assert whole
    assert found(probe, track, [size] * (len(track) // size)) == whole


def test_music_and_noise_hold_no_voice() -> None:
    time = np.arange(20 * HOUSE_RATE) / HOUSE_RATE
    chord = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 277.2, 329.6, 440.0))
    noise = np.random.default_rng(0).standard_normal(len(time))
    for bed in (0.1 * np.asarray(chord), 0.1 * noise):
        assert _searched(bed.astype(np.float32)) == []


def test_breath_is_not_enrolled() -> None:
    random = np.random.default_rng(1)
    time = np.arange(10 * HOUSE_RATE) / HOUSE_RATE
    breath = 0.05 * random.standard_normal(len(time)) * np.sin(np.pi * time / 2) ** 2
    with pytest.raises(ReferenceRefused):
        enrol(_ears(), [breath.astype(np.float32)])


def test_two_people_are_not_enrolled_as_one() -> None:
    both = np.concatenate([_lines(AWA, TEXTS[:3]), _lines(BO, TEXTS[:3], pitch=20)])
    assert "several-voices" in {o.code for o in objections(examine(_ears(), both))}


def test_somebody_talking_behind_is_told() -> None:
    front, behind = _lines(AWA, TEXTS[:3]), _lines(BO, TEXTS[3:], pitch=20)
    length = min(len(front), len(behind))
    codes = {o.code for o in objections(examine(_ears(), front[:length] + 0.8 * behind[:length]))}
    assert codes & {"someone-else", "several-voices"}
