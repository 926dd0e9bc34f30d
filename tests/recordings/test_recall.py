"""A take in a medium is found, and what is said of it is so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log2

import numpy as np
import pytest

from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.recordings import probe as recordings_probe
from replique.recordings import strength
from replique.recordings.spectra import RATE
from tests.recordings import studio
from tests.recordings.studio import (
    ACTOR,
    ACTRESS,
    LINE,
    OTHER_LINE,
    SPEECH,
    STRANGER,
    bed,
    heard_in,
    key,
    planted,
    said,
    silence,
)

Change = Callable[[Samples], Samples]

AT_S = 23.4567


@pytest.fixture(scope="session")
def take() -> Samples:
    return said(LINE, ACTOR)


@pytest.fixture(scope="session")
def other() -> Samples:
    return said(OTHER_LINE, STRANGER)


@pytest.fixture(scope="session")
def speech() -> Samples:
    """Return a long take: 14 s."""
    return said(SPEECH, ACTRESS)


@pytest.fixture(scope="session")
def under() -> Samples:
    return bed(60.0)


def check(
    occurrence: Occurrence,
    take: Samples,
    *,
    at_s: float,
    tempo: float = 1.0,
    pitch: float = 1.0,
    part_s: tuple[float, float] | None = None,
) -> None:
    """Hold an occurrence to the truth, as closely as the project promises."""
    low, high = part_s or (0.0, len(take) / HOUSE_RATE)
    assert occurrence.strength >= strength.DEFAULT_LEAST
    # The start of the take is what is planted; a part may be found a little shorter.
    along = (occurrence.take_start_s - low) / tempo
    assert occurrence.start_s - along == pytest.approx(at_s, abs=0.02)
    assert occurrence.start_s == pytest.approx(at_s, abs=0.25 if part_s else 0.02)
    assert occurrence.end_s == pytest.approx(at_s + (high - low) / tempo, abs=0.25)
    assert occurrence.take_start_s == pytest.approx(low, abs=0.25)
    assert occurrence.take_end_s == pytest.approx(high, abs=0.25)
    assert occurrence.speed == pytest.approx(tempo, rel=0.001)
    assert occurrence.pitch_semitones == pytest.approx(12 * log2(pitch), abs=0.2)


@pytest.mark.parametrize("level_db", [5.0, 0.0, -5.0, -10.0])
@pytest.mark.parametrize("sign", [1, -1], ids=["upright", "inverted"])
def test_under_music(take: Samples, under: Samples, level_db: float, sign: int) -> None:
    (one,) = heard_in(planted(under, np.float32(sign) * take, AT_S, level_db), take)
    check(one, take, at_s=AT_S)
    assert one.polarity == sign


@pytest.mark.parametrize("level_db", [0.0, -10.0])
@pytest.mark.parametrize("speed", [25 / 24, 24 / 25], ids=["film on PAL", "PAL on film"])
def test_at_another_speed(take: Samples, under: Samples, speed: float, level_db: float) -> None:
    (one,) = heard_in(planted(under, studio.faster(take, speed), AT_S, level_db), take)
    check(one, take, at_s=AT_S, tempo=speed, pitch=speed)
    assert one.polarity == 1


@pytest.mark.parametrize("speed", [25 / 23.976, 23.976 / 25], ids=["NTSC on PAL", "PAL on NTSC"])
def test_at_a_speed_between_the_usual_ones(take: Samples, under: Samples, speed: float) -> None:
    (one,) = heard_in(planted(under, studio.faster(take, speed), AT_S, 0.0), take)
    # A thousandth of 25/24: what the two seconds of a line can hardly tell.
    check(one, take, at_s=AT_S, tempo=one.speed, pitch=one.speed)
    assert one.speed == pytest.approx(speed, rel=0.0015)


CHANGES: dict[str, tuple[Change, float, float]] = {
    "telephone": (studio.telephone, 1.0, 1.0),
    "room": (studio.in_a_room, 1.0, 1.0),
    "hall": (partial(studio.in_a_room, decay_s=1.0, direct=0.3), 1.0, 1.0),
    "stretched to film on PAL": (partial(studio.stretched, tempo=1.0417), 1.0417, 1.0),
    "stretched by 8 %": (partial(studio.stretched, tempo=0.92), 0.92, 1.0),
    "a semitone higher": (partial(studio.shifted, semitones=1), 1.0, 2 ** (1 / 12)),
    "two semitones lower": (partial(studio.shifted, semitones=-2), 1.0, 2 ** (-2 / 12)),
}


@pytest.mark.parametrize("level_db", [5.0, -5.0])
@pytest.mark.parametrize("name", CHANGES)
def test_changed(take: Samples, under: Samples, name: str, level_db: float) -> None:
    change, tempo, pitch = CHANGES[name]
    (one,) = heard_in(planted(under, change(take), AT_S, level_db), take)
    check(one, take, at_s=AT_S, tempo=tempo, pitch=pitch)


@pytest.mark.parametrize(
    "codec",
    [
        ("libmp3lame", "mp3", 64_000, 44_100),
        ("aac", "ipod", 48_000, 44_100),
        ("libopus", "ogg", 24_000, 48_000),
    ],
    ids=lambda codec: codec[0],
)
def test_through_a_codec(take: Samples, under: Samples, codec: tuple[str, str, int, int]) -> None:
    mixed = planted(under[: 14 * HOUSE_RATE], take, 6.7, -5.0)
    (one,) = heard_in(studio.coded(mixed, *codec), take)
    check(one, take, at_s=6.7)
    assert one.polarity == 1


def test_a_long_take_whole(speech: Samples, under: Samples) -> None:
    for speed in (1.0, 25 / 24):
        (one,) = heard_in(planted(under, studio.faster(speech, speed), 20.0, -5.0), speech)
        check(one, speech, at_s=20.0, tempo=speed, pitch=speed)


@pytest.mark.parametrize("part_s", [(0.0, 4.0), (5.0, 8.2), (5.0, 7.2), (9.0, 14.3)], ids=str)
def test_a_part_of_a_long_take(
    speech: Samples, under: Samples, part_s: tuple[float, float]
) -> None:
    part = speech[slice(*(round(s * HOUSE_RATE) for s in part_s))]
    (one,) = heard_in(planted(under, part, 20.0, -3.0), speech)
    check(one, speech, at_s=20.0, part_s=part_s)


def test_a_part_of_a_long_take_amid_digital_silence(speech: Samples) -> None:
    part = speech[5 * HOUSE_RATE : 8 * HOUSE_RATE]
    (one,) = heard_in(np.concatenate([silence(10), part, silence(10)]), speech)
    check(one, speech, at_s=10.0, part_s=(5.0, 8.0))
    assert one.polarity == 1


def test_several_times_in_one_medium(take: Samples, under: Samples) -> None:
    places = ((5.0, 0.0), (20.0, -5.0), (20.0 + len(take) / HOUSE_RATE, 0.0), (41.3, -8.0))
    medium = under
    for at_s, level_db in places:
        medium = planted(medium, take, at_s, level_db)
    heard = heard_in(medium, take)
    assert len(heard) == len(places)
    for one, (at_s, _) in zip(heard, places, strict=True):
        check(one, take, at_s=at_s)


def test_again_and_again(take: Samples, under: Samples) -> None:
    places = [1.0 + 3.1 * k for k in range(12)]
    medium = under
    for at_s in places:
        medium = planted(medium, take, at_s, -3.0)
    heard = heard_in(medium, take)
    assert [one.start_s for one in heard] == pytest.approx(places, abs=0.02)


def test_two_takes_at_once(take: Samples, other: Samples, under: Samples) -> None:
    medium = planted(planted(under, take, 20.0, 0.0), other, 20.7, 0.0)
    first, second = heard_in(medium, take, other)
    assert (first.subject, second.subject) == (key(0), key(1))
    check(first, take, at_s=20.0)
    check(second, other, at_s=20.7)


def test_at_the_very_start_and_the_very_end(take: Samples, under: Samples) -> None:
    last_s = 60.0 - len(take) / HOUSE_RATE
    first, last = heard_in(planted(planted(under, take, 0.0, 0.0), take, last_s, 0.0), take)
    check(first, take, at_s=0.0)
    check(last, take, at_s=last_s)


def test_in_a_medium_that_is_the_take(take: Samples) -> None:
    (one,) = heard_in(take, take)
    check(one, take, at_s=0.0)
    assert one.polarity == 1


def test_in_a_medium_that_begins_amid_the_take(take: Samples, under: Samples) -> None:
    (one,) = heard_in(planted(under, take, 10.0, 0.0)[round(10.8 * HOUSE_RATE) :], take)
    check(one, take, at_s=0.0, part_s=(0.8, len(take) / HOUSE_RATE))


def test_in_a_medium_that_ends_amid_the_take(take: Samples, under: Samples) -> None:
    (one,) = heard_in(planted(under, take, 10.0, 0.0)[: round(11.6 * HOUSE_RATE)], take)
    check(one, take, at_s=10.0, part_s=(0.0, 1.6))


def test_in_a_medium_that_is_a_part_of_the_take(speech: Samples) -> None:
    (one,) = heard_in(speech[5 * HOUSE_RATE : 9 * HOUSE_RATE], speech)
    check(one, speech, at_s=0.0, part_s=(5.0, 9.0))


@pytest.mark.parametrize("at_s", [18.9, 19.999, 20.0, 38.7])
def test_across_the_joint_of_two_stretches(
    take: Samples, under: Samples, at_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings_probe, "_CORE", 20 * RATE)
    (one,) = heard_in(planted(under, take, at_s, 0.0), take)
    check(one, take, at_s=at_s)


def test_a_long_take_across_the_joint_is_one_occurrence(
    speech: Samples, under: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings_probe, "_CORE", 20 * RATE)
    (one,) = heard_in(planted(under, speech, 12.0, 0.0), speech)
    check(one, speech, at_s=12.0)


@pytest.mark.parametrize(
    "level_db",
    [10.0, 5.0, 0.0, -5.0, -10.0],
)
def test_the_level_against_the_rest(take: Samples, under: Samples, level_db: float) -> None:
    (one,) = heard_in(planted(under, take, AT_S, level_db), take)
    assert one.gain_db == pytest.approx(level_db, abs=3.0)


@pytest.mark.parametrize("level_db", [5.0, -5.0])
def test_the_level_of_a_stretched_take(take: Samples, under: Samples, level_db: float) -> None:
    (one,) = heard_in(planted(under, studio.stretched(take, 1.0417), AT_S, level_db), take)
    assert one.gain_db == pytest.approx(level_db, abs=6.0)
