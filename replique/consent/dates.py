"""A day as people know it: exactly, or only its month, or its year.

Papers and memories say "March 2024" as often as a day. A `When` is the interval that
this leaves open; comparing two gives yes, no, or not known, and never more than the
interval bears.
"""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import re

from replique.consent.truth import Truth
from replique.consent.vocabulary import UNKNOWN

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
_MIDNIGHT = dt.time()
_DAY = dt.timedelta(days=1)
_MOST_HOURS = 24 * 366 * 10_000
"""Longer than from the first day that a date can have to the last."""


@dataclasses.dataclass(frozen=True, slots=True)
class When:
    """The interval in which something happened, both ends included, in UTC.

    first, last : datetime without zone (UTC). A day alone is its 24 hours.
    written : as the paper has it: "2024", "2024-03", "2024-03-05", "2024-03-05T14:00:00".
    ahead : of a moment with a zone, how far its clocks are ahead of UTC.
    """

    first: dt.datetime
    last: dt.datetime
    written: str
    ahead: dt.timedelta = dt.timedelta()

    @property
    def day(self) -> dt.date:
        """The first day it can be, by the clocks of its place."""
        return self._local()[0].date()

    @property
    def last_day(self) -> dt.date:
        """The last day it can be, by the clocks of its place."""
        return self._local()[1].date()

    def before(self, other: When) -> Truth:
        """Whether it is over when the other begins."""
        mine, theirs = self._beside(other), other._beside(self)
        if mine.last < theirs.first:
            return True
        return False if mine.first >= theirs.last else None

    def by(self, other: When) -> Truth:
        """Whether it is on the other's day at the latest: days count, not hours."""
        if self.last_day <= other.day:
            return True
        return False if self.day > other.last_day else None

    def not_after(self, other: When) -> Truth:
        """Whether it is not after the other, to the hour: of two on one day, not known."""
        mine, theirs = self._beside(other), other._beside(self)
        if mine.last <= theirs.first:
            return True
        return False if mine.first > theirs.last else None

    def plus(self, *, days: int = 0, months: int = 0) -> When:
        """Return the interval moved by whole days or months; the 31st becomes the last."""
        first, last = (_moved(each, days, months) for each in self._local())
        return When(first, last, f"{first:%Y-%m-%d}")

    def hours_before(self, other: When, hours: float) -> Truth:
        """Whether it is at least so many hours before the other."""
        wanted = dt.timedelta(hours=min(hours, _MOST_HOURS))
        mine, theirs = self._beside(other), other._beside(self)
        if theirs.first - mine.last >= wanted:
            return True
        return False if theirs.last - mine.first < wanted else None

    def _local(self) -> tuple[dt.datetime, dt.datetime]:
        return self.first + self.ahead, self.last + self.ahead

    def _beside(self, other: When) -> When:
        """Return it as it is compared: a day has no zone, so that beside one a moment is
        told by the clocks of its own place.
        """
        if not self.ahead or other.first == other.last:
            return self
        return When(*self._local(), self.written)


UNKNOWN_DAY = When(dt.datetime.min, dt.datetime.max, UNKNOWN)  # noqa: DTZ901 - any day at all
"""A day of which a paper says something that nobody knows: nothing is before or after it."""


def _moved(moment: dt.datetime, days: int, months: int) -> dt.datetime:
    month = moment.month - 1 + months
    year, month = moment.year + month // 12, month % 12 + 1
    year = min(max(year, dt.MINYEAR), dt.MAXYEAR)
    day = min(moment.day, calendar.monthrange(year, month)[1])
    moved = moment.replace(year=year, month=month, day=day)
    try:
        return moved + dt.timedelta(days=days)
    except OverflowError:
        return dt.datetime.max if days > 0 else dt.datetime.min  # noqa: DTZ901 - UTC by design


def when(value: object) -> When | None:
    """Return what a date of TOML, of Python or in letters means; None if it is none.

    value : datetime.date, datetime.datetime (a zone is turned into UTC, none is read as
        UTC), or text: "2024", "2024-03", "2024-03-05", "2024-03-05T14:00[:00][Z]"; or from
        one to another of these, "2024-03-05/2024-03-09" (ISO 8601 intervals).
    """
    if isinstance(value, dt.datetime):
        return _instant(value)
    if isinstance(value, dt.date):
        return _days(value, value, value.isoformat())
    return _written(value.strip()) if isinstance(value, str) else None


def _instant(value: dt.datetime) -> When | None:
    try:
        ahead = value.utcoffset() or dt.timedelta()
        moment = value.replace(tzinfo=None) - ahead
    except (OverflowError, ValueError):
        return None
    return When(moment, moment, value.isoformat(), ahead)


def _written(text: str) -> When | None:
    if "/" in text:
        return _between(text)
    found = _WRITTEN.match(text)
    if found is None:
        return _moment(text)
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        first = dt.date(year, month or 1, day or 1)
        last_month = month or 12
        last = dt.date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None
    return _days(first, last, text)


def _between(written: str) -> When | None:
    start, _slash, end = written.partition("/")
    if "/" in end:
        return None
    first, last = when(start), when(end)
    if first is None or last is None or last.last < first.first:
        return None
    return When(first.first, last.last, written)


def _moment(written: str) -> When | None:
    if len(written) < len("2024-03-05T14:00"):
        return None
    try:
        return when(dt.datetime.fromisoformat(written))
    except ValueError:
        return None


def _days(first: dt.date, last: dt.date, written: str) -> When:
    end = dt.datetime.combine(last, dt.time.max)
    return When(dt.datetime.combine(first, _MIDNIGHT), end, written)
