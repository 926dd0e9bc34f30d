"""A calibration of one's own: what it needs, and that it means something to others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from replique.errors import UsageError
from replique.voices.calibrating import FEWEST, Measured, calibrate
from replique.voices.calibration import Calibration, Conditions
from tests.voices.keen import Array, KeenEars, coloured

CONDITIONS = [
    *("clean", "short", "talker", "short-talker"),
    *("music", "loud-music", "short-loud-music"),
]


@cache
def _person(index: int, recordings: int = 2) -> tuple[Array, ...]:
    bands = np.random.default_rng(index).choice(np.geomspace(150, 6_000, 16), 3, replace=False)
    return tuple(
        np.mean([coloured(16.0, low, 1.3 * low, 10 * index + i) for low in bands], axis=0)
        for i in range(recordings)
    )


@cache
def _made() -> tuple[Calibration, Measured]:
    people = {f"{i:02d}": _person(i) for i in range(FEWEST)}
    bed = np.random.default_rng(3).standard_normal(160_000).astype(np.float32) * np.float32(0.1)
    return calibrate(KeenEars(), people, beds=[bed], source="colours")


def test_it_says_on_whom_and_under_what() -> None:
    calibration, measured = _made()
    assert calibration.people == measured.people == FEWEST
    assert calibration.source == "colours"
    assert list(measured.cllr) == CONDITIONS
    assert measured.turns == FEWEST * 3 * len(CONDITIONS)


def test_it_tells_people_apart_that_it_does_not_know() -> None:
    _calibration, measured = _made()
    assert measured.cllr["clean"] < 0.4


def test_more_alike_is_more_support() -> None:
    calibration, _measured = _made()
    likeness = np.linspace(-1, 1, 21)
    ratios = calibration.log10(likeness, np.zeros(21), Conditions(4.0, 0.0, 0.9))
    assert (np.diff(ratios) >= 0).all()
    assert ratios[-1] > 0 > ratios[0]


def test_it_claims_no_more_than_its_people_can_show() -> None:
    calibration, _measured = _made()
    assert 10 ** calibration.range.log10[1] == pytest.approx(FEWEST * (FEWEST - 1))


def test_the_same_speech_gives_the_same_calibration() -> None:
    people = {f"{i:02d}": _person(i) for i in reversed(range(FEWEST))}
    bed = np.random.default_rng(3).standard_normal(160_000).astype(np.float32) * np.float32(0.1)
    again, _measured = calibrate(KeenEars(), people, beds=[bed], source="colours")
    assert again == _made()[0]


def test_too_few_people_are_refused() -> None:
    with pytest.raises(UsageError, match=str(FEWEST)):
        calibrate(KeenEars(), {"a": _person(0), "b": _person(1)}, source="two")


def test_too_little_of_somebody_is_said_with_the_name() -> None:
    people = {f"{i:02d}": _person(i) for i in range(FEWEST)} | {"short": (coloured(3.0, 300, 900),)}
    with pytest.raises(UsageError, match="short"):
        calibrate(KeenEars(), people, source="x")
