"""CMX 3600 edit lists: every occurrence as one event that an editing program opens.

The list is a string-out: the source of an event is the medium, at the time code
where the take is heard in it; the record side lays the events one after the other
from 01:00:00:00.  Time codes of the source count from 00:00:00:00 at the first
sample, for a media file seldom says where its own time code begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from replique.errors import UsageError
from replique.language import gettext as _

MOST_EVENTS = 999  # the event number has three digits
_RECORD_START_S = 3600


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames per second, and how they are counted.

    exact : frames in a second. label : frames in a second of time code.
    drop : whether two numbers a minute are left out, to keep pace with the clock.
    """

    exact: Fraction
    label: int
    drop: bool = False


RATES = {
    "23.976": Rate(Fraction(24000, 1001), 24),
    "24": Rate(Fraction(24), 24),
    "25": Rate(Fraction(25), 25),
    "29.97": Rate(Fraction(30000, 1001), 30),
    "29.97df": Rate(Fraction(30000, 1001), 30, drop=True),
    "30": Rate(Fraction(30), 30),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One stretch of a medium.

    start_s, end_s : in the medium, seconds, 0 ≤ start_s < end_s.
    clip : the name of the file, to find it again. notes : printable lines.
    """

    start_s: float
    end_s: float
    clip: str
    notes: tuple[str, ...] = ()


def frames(seconds: float, rate: Rate) -> int:
    """Return the frame that is nearest to a moment."""
    return round(Fraction(seconds) * rate.exact)


def timecode(frame: int, rate: Rate) -> str:
    """Return HH:MM:SS:FF of a frame; after 24 h the count begins anew."""
    if rate.drop:
        # Numbers 0 and 1 of each minute are skipped, save every tenth (SMPTE ST 12-1).
        tens, rest = divmod(frame, 17982)
        frame += 18 * tens + 2 * max(0, (rest - 2) // 1798)
    seconds, ff = divmod(frame, rate.label)
    minutes, ss = divmod(seconds, 60)
    hours, mm = divmod(minutes, 60)
    return f"{hours % 24:02d}:{mm:02d}:{ss:02d}:{ff:02d}"


def edl(events: Iterable[Event], *, title: str, rate: Rate) -> Iterator[str]:
    """Yield the lines of an edit list. UsageError when it cannot hold that many events."""
    events = list(events)
    if len(events) > MOST_EVENTS:
        raise UsageError(
            _("An edit list holds {most} events at most, and these are {count}.").format(
                most=MOST_EVENTS, count=len(events)
            ),
            advice=_("Narrow the list with --take, --medium, --performer or --min-strength."),
        )
    yield f"TITLE: {title}"
    yield f"FCM: {'DROP FRAME' if rate.drop else 'NON-DROP FRAME'}"
    # One hour of time code, whatever the clock says of it.
    record = 107892 if rate.drop else _RECORD_START_S * rate.label
    for number, event in enumerate(events, 1):
        start = frames(event.start_s, rate)
        length = max(1, frames(event.end_s, rate) - start)
        codes = (start, start + length, record, record + length)
        yield ""
        yield f"{number:03d}  AX       A     C        " + " ".join(
            timecode(frame, rate) for frame in codes
        )
        yield f"* FROM CLIP NAME: {event.clip}"
        for note in event.notes:
            yield f"* {note}"
        record += length
