"""What was measured, said in plain words.

Every sentence says a measurement and nothing about anybody's conduct.
"""

from __future__ import annotations

from math import ceil, log2

from replique.language import gettext as _
from replique.language import ngettext
from replique.probe import Occurrence
from replique.report.contents import Run, Track
from replique.report.markup import visible
from replique.report.numerals import (
    duration,
    number,
    rounded_down,
    time_code,
    with_unit,
)

SAME_SPEED = 0.0005
"""Within this of 1, a speed is not told from no change."""
SAME_PITCH = 0.1
"""Semitones within which a pitch is not told from no change."""
STRONGEST_TOLD = 3.0
"""No claim is made beyond one false alarm in a million hours: nothing could bear it out."""
_LEAST_EXPECTED = 1e-12
"""False alarms; a larger count of searches would say no more."""

_KNOWN_SPEEDS = (25 / 24, 24 / 25, 25 / 23.976, 23.976 / 25, 24 / 23.976, 23.976 / 24)


def speed(value: float) -> str:
    """Say how fast the take runs in the medium: 4.17 % faster, as film is on PAL video."""
    change = (value - 1.0) * 100.0
    if abs(value - 1.0) <= SAME_SPEED:
        return _("unchanged")
    how_much = with_unit(abs(change), "%", 2)
    said = _("{amount} faster") if change > 0 else _("{amount} slower")
    said = said.format(amount=how_much)
    origin = _origin(value)
    return f"{said}, {origin}" if origin else said


def speed_briefly(value: float) -> str:
    """Say a speed in a table: +4.17 %."""
    if abs(value - 1.0) <= SAME_SPEED:
        return _("unchanged")
    return with_unit((value - 1.0) * 100.0, "%", 2, signed=True)


def _origin(value: float) -> str:
    """Name the usual cause of a ratio, within the 0.1 % that the probe is held to."""
    nearest = min(_KNOWN_SPEEDS, key=lambda known: abs(value / known - 1.0))
    if abs(value / nearest - 1.0) > 0.0004:
        return ""
    return {
        25 / 24: _("as film (24 pictures a second) is on PAL video (25)"),
        24 / 25: _("as PAL video (25 pictures a second) is on film (24)"),
        25 / 23.976: _("as NTSC film (23.976 pictures a second) is on PAL video (25)"),
        23.976 / 25: _("as PAL video (25 pictures a second) is at 23.976"),
        24 / 23.976: _("as NTSC film (23.976 pictures a second) is at 24"),
        23.976 / 24: _("as film (24 pictures a second) is on NTSC video (23.976)"),
    }[nearest]


def pitch(occurrence: Occurrence) -> str:
    """Say how much higher or lower the take sounds, and whether speed alone did it."""
    semitones = occurrence.pitch_semitones
    from_speed = 12.0 * log2(occurrence.speed)
    if abs(semitones) < SAME_PITCH and abs(from_speed) < SAME_PITCH:
        return _("unchanged")
    if abs(semitones) < SAME_PITCH:
        return _("unchanged, although the speed is not: a time stretch that keeps pitch")
    said = _("{amount} semitones higher") if semitones > 0 else _("{amount} semitones lower")
    said = said.format(amount=number(abs(semitones), 2))
    if abs(semitones - from_speed) < SAME_PITCH:
        return _("{change}, as the change of speed brings").format(change=said)
    return _("{change}, apart from the speed").format(change=said)


def level(gain_db: float) -> str:
    """Say how loud the take is against everything else heard there."""
    amount = with_unit(abs(gain_db), "dB")
    if abs(gain_db) < 0.5:
        return _("as loud as everything else heard there")
    if gain_db > 0:
        return _("{amount} above everything else heard there").format(amount=amount)
    return _("{amount} under everything else heard there").format(amount=amount)


def polarity(sign: int) -> str:
    """Say whether the wave is upside down."""
    if sign > 0:
        return _("as in the take")
    return _("inverted") if sign < 0 else _("could not be measured")


def delay(occurrence: Occurrence) -> str:
    """Say where in the medium the take's own beginning falls, or would."""
    begins_s = occurrence.start_s - occurrence.take_start_s / occurrence.speed
    if begins_s >= 0:
        return _("the take’s first instant falls at {time}").format(time=time_code(begins_s))
    return _("the take’s first instant would fall {amount} before the medium begins").format(
        amount=duration(-begins_s)
    )


def view(view_name: str) -> str:
    """Name what was listened to in a track."""
    return {
        "mono": _("the track, which is mono"),
        "mid": _("what both sides of the stereo track share"),
        "downmix": _("all channels mixed together"),
        "centre": _("the centre channel, where dialogue usually lies"),
    }.get(view_name, visible(view_name))


def track(described: Track | None, index: int) -> str:
    """Name a track as people count them, from 1, with its language and title."""
    parts = [_("track {number}").format(number=number(index + 1))]
    if described is not None:
        language = described.language
        parts += [language and _("language: {code}").format(code=visible(language))]
        parts += [visible(described.title), visible(described.codec), _layout(described.layout)]
    return ", ".join(part for part in parts if part)


def kind(take_kind: str) -> str:
    """Name a kind of take."""
    return {
        "audition": _("audition"),
        "self-tape": _("self-tape"),
        "session": _("session"),
        "outtake": _("outtake"),
        "stem": _("stem"),
        "released": _("released recording"),
    }.get(take_kind, visible(take_kind))


def _layout(name: str) -> str:
    """Return how channels are laid out, as FFmpeg names it: some files only say how many."""
    return {"1 channels": "mono", "2 channels": "stereo"}.get(name, visible(name))


def hours(value: float) -> str:
    """Write how much was searched: in hours, or finer under one."""
    if value < 1:
        return duration(round(value * 3600))
    return with_unit(value, "h", 0 if value >= 100 else 1)


def hours_per_false_alarm(strength: float, takes: int = 1) -> float:
    """Return the hours of media in which one false alarm this strong is expected.

    strength : -log10 of the false alarms expected per 1,000 h for one take.
    """
    return float(1000.0 * 10.0 ** min(strength, STRONGEST_TOLD) / max(1, takes))


def false_alarms_expected(strength: float, takes: int, hours_searched: float) -> float:
    """Return how many false alarms at least this strong a whole search should give."""
    return hours_searched / hours_per_false_alarm(strength, takes)


def strength(value: float) -> str:
    """Write the figure itself."""
    return number(value, 1)


def strength_meaning(value: float, run: Run) -> list[str]:
    """Say in sentences what a strength buys: for one take, for this search, and its limits."""
    said = [_for_one_take(value)]
    takes = max(1, run.takes_searched)
    if takes > 1:
        said.append(
            ngettext(
                "{count} take was searched for here, so the same figure is {every}.",
                "{count} takes were searched for here, so the same figure is {every}.",
                takes,
            ).format(count=number(takes), every=_every(hours_per_false_alarm(value, takes)))
        )
    expected = false_alarms_expected(value, takes, run.hours_searched)
    if 0 < expected < 1:
        said.append(
            _(
                "Over the {hours} searched here, it would take more than {count} searches of"
                " this size before one such false alarm is expected."
            ).format(
                hours=hours(run.hours_searched),
                count=number(rounded_down(1 / max(expected, _LEAST_EXPECTED))),
            )
        )
    elif expected >= 1:
        said.append(
            _(
                "Over the {hours} searched here, about {count} such false alarms are expected:"
                " this occurrence may well be one of them."
            ).format(hours=hours(run.hours_searched), count=number(ceil(expected)))
        )
    if run.strength_checked_to is not None and value > run.strength_checked_to:
        said.append(
            _(
                "False alarms were counted as far as about one in {hours} of media; that they are"
                " rarer at a strength like this one is extrapolated, not counted."
            ).format(hours=hours(rounded_down(hours_per_false_alarm(run.strength_checked_to))))
        )
    return said


def _for_one_take(value: float) -> str:
    every = _every(hours_per_false_alarm(value))
    if value > STRONGEST_TOLD:
        return _(
            "At this strength, {every} is expected when one take is searched for. The measure"
            " goes higher, but no larger figure could be borne out."
        ).format(every=every)
    return _("At this strength, {every} is expected when one take is searched for.").format(
        every=every
    )


def _every(interval_h: float) -> str:
    if interval_h < 1:
        return _("more than one false alarm in every hour of media")
    return ngettext(
        "fewer than one false alarm in {count} hour of media",
        "fewer than one false alarm in {count} hours of media",
        rounded_down(interval_h),
    ).format(count=number(rounded_down(interval_h)))
