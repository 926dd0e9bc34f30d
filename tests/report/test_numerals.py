from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.report import numerals


def test_english_numbers() -> None:
    assert numerals.number(1234567.891, 2) == "1,234,567.89"
    assert numerals.with_unit(4.1667, "%", 2) == "4.17%"
    assert numerals.with_unit(-8, "dB") == "−8\u202fdB"
    assert numerals.time_code(3723.0456) == "1:02:03.046"


@pytest.mark.usefixtures("french")
def test_french_numbers() -> None:
    assert numerals.number(1234567.891, 2) == "1\u202f234\u202f567,89"
    assert numerals.with_unit(4.1667, "%", 2) == "4,17\u202f%"
    assert numerals.time_code(3723.0456) == "1:02:03,046"
    assert numerals.duration(3725) == "1\u202fh\u00a02\u202fmin"


def test_nothing_is_never_minus_nothing() -> None:
    assert numerals.number(-0.001, 2) == "0.00"
    assert numerals.number(0.0, 1, signed=True) == "+0.0"


@pytest.mark.parametrize(
    ("seconds", "rate", "expected"),
    [
        (0.0, 25, "00:00:00:00"),
        (0.999, 25, "00:00:00:24"),
        (1.0, 24, "00:00:01:00"),
        (3599.96, 25, "00:59:59:24"),
        (3600.04, 25, "01:00:00:01"),
        (1 / 24, 24, "00:00:00:01"),
        (-1.0, 24, "00:00:00:00"),
    ],
)
def test_frames(seconds: float, rate: int, expected: str) -> None:
    assert numerals.frames(seconds, rate) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(59.9996, "0:01:00.000"), (3599.9999, "1:00:00.000"), (-0.2, "0:00:00.000")],
)
def test_rounding_carries_into_minutes_and_hours(seconds: float, expected: str) -> None:
    assert numerals.time_code(seconds) == expected


@given(st.floats(1.0, 1e15))
def test_rounding_down_never_promises_more(value: float) -> None:
    rounded = numerals.rounded_down(value)
    assert 0.9 * value < rounded <= value or rounded == int(value)
    assert len(str(rounded).rstrip("0")) <= 2


def test_durations() -> None:
    assert numerals.duration(20.0) == "20\u202fs"
    assert numerals.duration(2.34) == "2.3\u202fs"
    assert numerals.duration(61) == "1\u202fmin\u00a01\u202fs"
    assert numerals.duration(7200) == "2\u202fh"


def test_dates_are_told_in_utc() -> None:
    east = datetime(2026, 3, 1, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    assert numerals.date_and_time(east) == "28 February 2026, 23:05\u00a0UTC"
    assert "March" in numerals.date_and_time(datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
