"""Where two enrolled voices are both supported in one place: only one of them speaks.

The probe looks for each voice alone, whoever else is enrolled.  What is shown knows more: the
same words cannot be two people's, and the support for the one is against the other.  So it is
with several manners of one person; the strongest speaks for them.  What a stronger one leaves
most of is shown all the same: a few words of somebody else, or of somebody mistaken for them, may
not hide a scene.
"""

from __future__ import annotations

from collections.abc import Iterable

from replique.probe import Occurrence
from replique.voices.extents import Extents

SHARE = 0.5
"""Of an occurrence, that must lie in stronger ones for it to be hidden."""


def uncontested(found: Iterable[Occurrence]) -> list[Occurrence]:
    """Return the occurrences of one track that stronger ones do not mostly cover."""
    kept: list[Occurrence] = []
    places: Extents[Occurrence] = Extents()
    for one in sorted(found, key=_foremost):
        near = places.meeting(one.start_s, one.end_s)
        others = [each for each in near if each.subject != one.subject]
        if _covered_s(one, others) <= SHARE * (one.end_s - one.start_s):
            kept.append(one)
            places.add(one.start_s, one.end_s, one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _foremost(one: Occurrence) -> tuple[float, float, float, str]:
    """The strongest first; where two reach the end of the validated range, the more alike."""
    return (-one.strength, -one.how.get("likeness", 0.0), one.start_s, one.subject)


def _covered_s(one: Occurrence, others: Iterable[Occurrence]) -> float:
    """Return how many seconds of it lie in others, each counted once."""
    covered_s, at_s = 0.0, one.start_s
    for other in sorted(others, key=lambda each: each.start_s):
        end_s = min(other.end_s, one.end_s)
        covered_s += max(0.0, end_s - max(other.start_s, at_s))
        at_s = max(at_s, end_s)
    return covered_s
