"""Numbers, durations and dates as French and English write them.

French: decimal comma, narrow no-break space between thousands and before units
(Lexique des règles typographiques en usage à l'Imprimerie nationale); English:
point, comma.  Both take the true minus sign.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import floor, log10

from replique.consent.dates import When
from replique.language import current
from replique.language import gettext as _

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number with a fixed count of decimals."""
    text = f"{abs(value):,.{decimals}f}"
    if current() == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    negative = value < 0 and any(digit in "123456789" for digit in text)
    sign = MINUS if negative else "+" if signed else ""
    return sign + text


def with_unit(value: float, unit: str, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number and its unit, never parted at the end of a line."""
    space = "" if unit == "%" and current() != "fr" else NARROW
    return f"{number(value, decimals, signed=signed)}{space}{unit}"


def rounded_down(value: float) -> int:
    """Return a whole number of at most two significant digits, not above `value` ≥ 1."""
    step = 10 ** max(0, floor(log10(value)) - 1)
    return int(value / step) * int(step)


def time_code(seconds: float) -> str:
    """Write a place in a medium as h:mm:ss.mmm; the separator follows the language."""
    whole = max(0, round(seconds * 1000))
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    point = "," if current() == "fr" else "."
    return f"{hours}:{minutes:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def frames(seconds: float, rate: int) -> str:
    """Write a place as hh:mm:ss:ff at a whole number of frames per second."""
    total = int(max(0.0, seconds) * rate + 1e-6)
    whole, frame = divmod(total, rate)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}:{frame:02d}"


def duration(seconds: float) -> str:
    """Write how long something lasts, in the units a person would take."""
    if seconds < 60:
        return with_unit(seconds, "s", 0 if seconds == round(seconds) else 1)
    whole = round(seconds)
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    parts = [(hours, "h"), (minutes, "min"), (left if not hours else 0, "s")]
    return NO_BREAK.join(with_unit(count, unit) for count, unit in parts if count)


def date_and_time(moment: datetime) -> str:
    """Write a moment in UTC: 22 November 2026, 21:03 UTC."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    first = current() == "fr" and utc.day == 1
    return (
        _("{day} {month} {year}, {hour}:{minute} UTC")
        .format(
            day="1er" if first else utc.day,
            month=_month(utc.month),
            year=utc.year,
            hour=f"{utc.hour:02d}",
            minute=f"{utc.minute:02d}",
        )
        .replace(" UTC", f"{NO_BREAK}UTC")
    )


def day(moment: date) -> str:
    """Write a day: 22 November 2026."""
    first = current() == "fr" and moment.day == 1
    return _("{day} {month} {year}").format(
        day="1er" if first else moment.day, month=_month(moment.month), year=moment.year
    )


def iso_day(text: str) -> str:
    """Write an ISO date in full; what is none stays as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def month(text: str) -> str:
    """Write a month, given as 2026-03, in words: March 2026; what is none stays as it is."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return text
    return _("{month} {year}").format(month=_month(first.month), year=first.year)


def month_of(text: str) -> str:
    """Write the month alone, given as 2026-03: March; what is none stays as it is."""
    try:
        return _month(date.fromisoformat(f"{text}-01").month)
    except ValueError:
        return text


def when(moment: When) -> str:
    """Write a date as far as it is known: a day in full, a month or a year as written."""
    return day(moment.day) if moment.day == moment.last_day else moment.written


def _month(month: int) -> str:
    names = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
        _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    return names[month - 1]
