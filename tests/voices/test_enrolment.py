"""Enrolling: what is refused, why, and what to record instead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import soxr

from replique.errors import ReferenceRefused
from replique.probe import HOUSE_RATE
from replique.voices.calibrated import CALIBRATION
from replique.voices.enrolment import STRANGE, Examined, enrol, examine, objections, strange
from tests.voices.keen import Array, KeenEars, coloured, silence

GOOD = Examined(
    length_s=30.0, speech_s=25.0, overlap=0.01, range_db=35.0, clipped=0.0, voices=1, narrow=False
)
EARS = KeenEars()


def _lines(low: float = 300, high: float = 900, count: int = 6, seed: int = 0) -> Array:
    return np.concatenate(
        [p for i in range(count) for p in (coloured(4.0, low, high, seed + i), silence(0.8))]
    )


def _codes(samples: Array) -> list[str]:
    return [o.code for o in objections(examine(EARS, samples))]


def test_good_speech_is_enrolled_without_a_word() -> None:
    reference, remarks = enrol(EARS, [_lines()])
    assert reference.speech_s == pytest.approx(24.0, abs=1.0)
    assert {r.code for r in remarks} <= {"narrow"}


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ({"speech_s": 0.4}, "no-speech"),
        ({"voices": 2}, "several-voices"),
        ({"overlap": 0.3}, "someone-else"),
        ({"range_db": 9.0}, "music-or-noise"),
        ({"clipped": 0.02}, "clipped"),
        ({"narrow": True}, "narrow"),
    ],
)
def test_each_flaw_is_named_with_what_would_help(flaw: dict[str, float], code: str) -> None:
    assert objections(GOOD) == []
    (objection,) = objections(replace(GOOD, **flaw))  # type: ignore[arg-type]  # names of its fields
    assert objection.code == code
    assert objection.message
    assert objection.advice
    assert objection.fatal == (code != "narrow")


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.5, 10.0])
def test_silence_is_no_speech(seconds: float) -> None:
    assert _codes(silence(seconds)) == ["no-speech"]


def test_two_voices_in_one_recording_are_told_apart() -> None:
    both = np.concatenate([_lines(), _lines(2_500, 6_000, seed=9)])
    assert "several-voices" in _codes(both)


def test_a_bed_without_pauses_is_told() -> None:
    speech = _lines()
    bed = 0.1 * np.random.default_rng(1).standard_normal(len(speech)).astype(np.float32)
    assert "music-or-noise" in _codes(speech + bed)


def test_too_loud_is_told() -> None:
    assert "clipped" in _codes(np.clip(6 * _lines(), -0.8, 0.8))


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_too_loud_is_told_whatever_the_rate_at_which_it_was_recorded(rate: int) -> None:
    recorded = soxr.resample(6 * _lines(), HOUSE_RATE, rate)
    cut_off = soxr.resample(np.clip(recorded, -0.8, 0.8), rate, HOUSE_RATE)
    assert "clipped" in _codes(np.asarray(0.5 * cut_off, np.float32))
    whole = soxr.resample(recorded / 12, rate, HOUSE_RATE)
    assert "clipped" not in _codes(np.asarray(whole, np.float32))


def test_too_little_is_refused_with_how_much_is_missing() -> None:
    with pytest.raises(ReferenceRefused, match="4 s") as refused:
        enrol(EARS, [_lines(count=1)])
    assert "20 s" in refused.value.advice


def test_rather_little_is_enrolled_with_a_remark() -> None:
    _reference, remarks = enrol(EARS, [_lines(count=3)])
    assert "little-speech" in {r.code for r in remarks}


def test_the_recording_at_fault_is_named() -> None:
    with pytest.raises(ReferenceRefused, match="Recording 2"):
        enrol(EARS, [_lines(), silence(5.0)])


def test_recordings_of_two_people_are_not_made_one() -> None:
    with pytest.raises(ReferenceRefused, match="one person"):
        enrol(EARS, [_lines(), _lines(2_500, 6_000, seed=9)])


def test_what_is_two_people_to_another_encoder_is_said_by_its_calibration() -> None:
    """Likenesses of other encoders lie elsewhere: neither limit may be the built-in one's."""
    both, one = [_lines(), _lines(2_500, 6_000, seed=9)], [_lines(), _lines(seed=9)]
    reference, _remarks = enrol(EARS, both, strange=-1.0)
    assert reference.speech_s == pytest.approx(48.0, abs=2.0)
    assert examine(EARS, np.concatenate(both), strange=-1.0).voices == 1
    enrol(EARS, one)
    with pytest.raises(ReferenceRefused):
        enrol(EARS, one, strange=1.01)
    low, high = (replace(CALIBRATION, alike=alike) for alike in (0.3, 0.9))
    assert (strange(low), strange(high)) == pytest.approx((0.2, 0.8))
    assert strange(CALIBRATION) == pytest.approx(STRANGE)  # as far apart as the built-in limits
