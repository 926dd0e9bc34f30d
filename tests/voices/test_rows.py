"""Rows: what one person says in neighbouring parts is told once, from its beginning to its end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.probe import HOUSE_RATE, Occurrence
from replique.voices.calibrated import CALIBRATION
from replique.voices.hearing import Heard
from replique.voices.judging import LEAD, TAIL, Judge
from replique.voices.parts import Part, Said
from replique.voices.reference import Reference
from replique.voices.settings import Settings
from replique.voices.turns import Turn
from tests.voices.keen import Array

_AXES = np.eye(192, dtype=np.float32)
VERY, HARDLY, NOT = 0.9, 0.53, 0.1
"""Likenesses: surely the person's; too weak alone, at 4 s; another's."""


def _reference() -> Reference:
    return Reference("ab" * 32, 20.0, _AXES[0], _AXES[0], _AXES[0], np.stack([_AXES[0]] * 4))


def _part(start_s: float, like: float, axis: int, speech_s: float = 4.0) -> Part:
    """Return speech so like the reference, and unlike any other's on another axis."""
    whole: Array = like * _AXES[0] + np.float32(np.sqrt(1 - like**2)) * _AXES[axis]
    turn = Turn(
        start=round(start_s * HOUSE_RATE),
        stop=round((start_s + speech_s) * HOUSE_RATE),
        speech_s=speech_s,
        overlap=0.0,
        number=axis,
    )
    return Part.of([Said(turn, Heard(whole, np.float32(0.85) * whole, whole[None][:0]))])


def _told(*parts: Part, least: float = 0.5) -> list[Occurrence]:
    judge = Judge(("her",), [_reference()], Settings(least_strength=least))
    return judge.judge(list(parts), "mono", 100 * HOUSE_RATE)


def _extent(row: Occurrence) -> tuple[float, float]:
    return row.start_s + LEAD / HOUSE_RATE, row.end_s - TAIL / HOUSE_RATE


def test_a_part_too_weak_alone_is_not_told() -> None:
    assert _told(_part(10, HARDLY, 1)) == []
    assert len(_told(_part(10, VERY, 1))) == 1


@pytest.mark.parametrize("speech_s", [4.0, 0.7])
def test_beside_one_that_is_told_it_belongs_to_it(speech_s: float) -> None:
    like = HARDLY if speech_s > 1 else 0.65
    (row,) = _told(_part(10, VERY, 1), _part(15, like, 2, speech_s))
    assert _extent(row) == pytest.approx((10, 15 + speech_s))
    assert row.how["speech_s"] == 4.0 or row.how["speech_s"] == pytest.approx(4.0 + speech_s)
    assert row.strength >= _told(_part(10, VERY, 1))[0].strength
    (mirrored,) = _told(_part(14 - speech_s, like, 2, speech_s), _part(15, VERY, 1))
    assert _extent(mirrored) == pytest.approx((14 - speech_s, 19))


def test_several_parts_are_judged_as_one_too() -> None:
    alone = _told(_part(10, 0.62, 1), least=-2.0)[0]
    (row,) = _told(_part(10, 0.62, 1), _part(15, 0.62, 2), least=-2.0)
    assert row.how["likeness"] > alone.how["likeness"] + 0.1  # what differs between them goes
    assert row.strength > alone.strength
    assert row.how["speech_s"] == 8.0


def test_too_little_speech_is_told_nowhere_alone() -> None:
    assert _told(_part(10, VERY, 1, 0.7), least=-2.0) == []
    assert _told(_part(10, VERY, 1, 0.7), _part(11, 0.8, 2, 0.9), least=-2.0) == []


def test_anothers_part_does_not_belong_to_it() -> None:
    (row,) = _told(_part(10, VERY, 1), _part(15, NOT, 2))
    assert _extent(row) == pytest.approx((10, 14))


def test_nor_does_one_after_a_long_pause_or_after_another() -> None:
    (late,) = _told(_part(10, VERY, 1), _part(18, HARDLY, 2))
    assert _extent(late) == pytest.approx((10, 14))
    (between,) = _told(_part(10, VERY, 1), _part(14.5, NOT, 2, 1.5), _part(16.5, HARDLY, 3))
    assert _extent(between)[0] == pytest.approx(10)
    assert between.end_s < 15


@given(st.lists(st.floats(-0.2, 1.0), min_size=1, max_size=6), st.floats(-2.0, 2.0))
def test_a_lower_threshold_tells_no_less(likes: list[float], least: float) -> None:
    parts = [_part(10 + 5 * i, like, i + 1) for i, like in enumerate(likes)]
    more, fewer = _told(*parts, least=least), _told(*parts, least=least + 0.7)
    for row in fewer:
        assert any(m.start_s <= row.start_s and m.end_s >= row.end_s for m in more)


@given(st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=4))
def test_what_is_told_lies_in_the_validated_range(likes: list[float]) -> None:
    low, high = CALIBRATION.range.log10
    for row in _told(*(_part(10 + 5 * i, x, i + 1) for i, x in enumerate(likes)), least=-2.5):
        assert low <= row.strength <= high
        assert row.how["speech_s"] >= CALIBRATION.range.speech_s[0]
        assert row.strength == pytest.approx(np.clip(row.how["unbounded"], low, high))
