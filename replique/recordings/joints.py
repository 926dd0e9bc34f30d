"""Occurrences that run on from one stretch of a medium into the next."""

from __future__ import annotations

from dataclasses import replace

from replique.probe import Occurrence

_OFF_LINE_S = 0.15
_SPEED_APART = 0.01
_GAP_S = 3.0


def continued(
    before: list[Occurrence], after: list[Occurrence], *, until_s: float
) -> tuple[list[Occurrence], list[Occurrence]]:
    """Join what runs on; return what is complete, and what may still run on.

    before : occurrences of earlier stretches that may run on into this one.
    after : occurrences of this stretch.
    until_s : what ends before this cannot run on into the next stretch.
    """
    left = list(before)
    now: list[Occurrence] = []
    for one in after:
        earlier = next((o for o in left if runs_on(o, one)), None)
        if earlier is None:
            now.append(one)
        else:
            left.remove(earlier)
            now.append(_joined(earlier, one))
    done = left + [o for o in now if o.end_s < until_s]
    return done, [o for o in now if o.end_s >= until_s]


def runs_on(one: Occurrence, other: Occurrence) -> bool:
    """Tell whether a later occurrence is the same use of the take, further on."""
    if one.subject != other.subject or abs(one.speed / other.speed - 1) > _SPEED_APART:
        return False
    expected_s = one.start_s + (other.take_start_s - one.take_start_s) / one.speed
    slack_s = _OFF_LINE_S + _SPEED_APART / 2 * abs(other.start_s - one.start_s)
    near = other.take_start_s <= one.take_end_s + _GAP_S
    return near and abs(other.start_s - expected_s) <= slack_s


def _joined(one: Occurrence, other: Occurrence) -> Occurrence:
    stronger = max(one, other, key=lambda o: o.strength)
    first, last = sorted((one, other), key=lambda o: o.start_s)
    later = max(one, other, key=lambda o: o.end_s)
    return replace(
        stronger,
        start_s=first.start_s,
        take_start_s=first.take_start_s,
        end_s=later.end_s,
        take_end_s=later.take_end_s,
        how={**stronger.how, "pieces": first.how["pieces"] + last.how["pieces"]},
    )
