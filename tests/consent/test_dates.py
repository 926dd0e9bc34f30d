"""Days and hours: by the clocks of the place where a moment was told."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.consent.crossing import last_day
from replique.consent.dates import When, when
from tests.consent.asked import ask, paper, use


def read(text: str) -> When:
    found = when(text)
    assert found is not None
    return found


FIRST, LAST = dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)  # noqa: DTZ001 - of any zone
zones = st.integers(-12 * 60, 14 * 60).map(lambda ahead: dt.timezone(dt.timedelta(minutes=ahead)))
moments = st.datetimes(FIRST, LAST, timezones=zones)


@given(moments)
def test_a_moment_is_of_the_day_of_its_own_clocks(moment: dt.datetime) -> None:
    found, day = read(moment.isoformat()), read(moment.date().isoformat())
    assert found.day == found.last_day == moment.date()
    assert found.by(day)
    assert found.before(day) is None
    assert not day.before(found)
    assert day.before(read((moment.date() + dt.timedelta(days=1)).isoformat()))


@given(moments, moments)
def test_two_moments_are_compared_to_the_second(one: dt.datetime, other: dt.datetime) -> None:
    first, second = read(one.isoformat()), read(other.isoformat())
    assert first.before(second) is (one < other)
    assert first.not_after(second) is (one <= other)
    assert first.hours_before(second, 48) is (other - one >= dt.timedelta(hours=48))


def test_an_evening_far_west_lies_within_a_term_that_ends_that_day() -> None:
    term = paper("[term]\nend = 2025-06-01\n")
    assert ask(term, of=use(date="2025-06-01T23:30:00-10:00")).verdict == "covered"


def test_a_morning_far_east_may_come_after_a_withdrawal_of_that_day() -> None:
    withdrawn = paper('[[state]]\nstatus = "withdrawn"\non = 2025-06-02\n')
    assert ask(withdrawn, of=use(date="2025-06-02T08:00:00+09:00")).verdict == "undetermined"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-05:00"])
def test_a_moment_that_is_in_no_year_of_utc_is_no_date(text: str) -> None:
    assert when(text) is None


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-03-05", 36, "2027-03-04"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-03-01", 12, "2026-02-28"),
        ("2025-01-01", 1, "2025-01-31"),
    ],
)
def test_a_term_ends_the_day_before_the_anniversary_or_with_its_month(
    start: str, months: int, last: str
) -> None:
    assert last_day(read(start), months).written == last
