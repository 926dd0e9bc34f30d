"""Where two enrolled people are both supported in one place: only one of them speaks.

The probe looks for each person alone, whoever else is enrolled.  What is shown knows more: the
same words cannot be two people's, and the support for the one is against the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from replique.probe import Occurrence

SHARE = 0.5
"""Of the shorter of two occurrences, that must lie in the other for them to be in one place."""


def uncontested(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Return the occurrences of one track that nobody else's, in the same place, outweighs."""
    kept: list[Occurrence] = []
    for one in sorted(found, key=_foremost):
        if not any(_contests(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _foremost(one: Occurrence) -> tuple[float, float, float, str]:
    """The strongest first; where two reach the end of the validated range, the more alike."""
    return (-one.strength, -one.how.get("likeness", 0.0), one.start_s, one.subject)


def _contests(one: Occurrence, other: Occurrence) -> bool:
    shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    shorter = min(one.end_s - one.start_s, other.end_s - other.start_s)
    return one.subject != other.subject and shared > SHARE * shorter
