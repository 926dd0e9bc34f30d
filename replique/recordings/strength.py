"""What a measurement is worth: the false alarms to be expected at its value.

Strength is −log10 of the number of false alarms expected in 1,000 h of media
when one take is looked for; 1 is one in 10,000 h.  The lines below were fitted
to the upper tails of candidates that are no occurrences: voices that are not in
the media, and other takes of the same lines by the same actors, whichever is
worse (bench/calibration.py; docs/strength.md).  A candidate is credited with the
best of the three ways in which it can be supported.
"""

from __future__ import annotations

from math import log10

DEFAULT_LEAST = 1.0
"""Occurrences below this strength are not reported unless asked for."""

COUNTED_TO = 0.0
"""Up to here false alarms were frequent enough to be counted; beyond, the lines go on."""

HIGHEST = 12.0
"""No claim is made beyond this: tails were not measured that far."""


def of_straight(ratio: float) -> float:
    """Return the strength of one lag that holds from end to end."""
    return min((ratio - 8.0) / 1.6, HIGHEST)


def of_pieced(share: float) -> float:
    """Return the strength of windows that stand out, each at its own lag."""
    return min((share - 0.5) / 0.1, HIGHEST)


def of_reverberant(agreement: float) -> float:
    """Return the strength of an agreed room."""
    return min((agreement - 3.3) / 0.35, HIGHEST)


def joined(strengths: list[float]) -> float:
    """Return the strength of several pieces on one line.

    A second piece that falls where the first one says has passed a test with
    few places to fail in, so that even a weak one counts; less than in full,
    since pieces of one take fail together.
    """
    ordered = sorted(strengths, reverse=True)
    return min(ordered[0] + 0.6 * sum(max(0.0, s + 1) for s in ordered[1:]), HIGHEST)


def false_alarms(strength: float, *, hours: float = 1_000.0, takes: int = 1) -> float:
    """Return how many false alarms are expected at or above a strength."""
    return float(10 ** (-strength) * hours / 1_000 * takes)


def strength_for(false_alarms_per_1000_h: float) -> float:
    """Return the strength at which so many false alarms are expected for one take."""
    return -log10(false_alarms_per_1000_h)
