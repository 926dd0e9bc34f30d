"""Where two enrolled voices are both supported in one place: only one of them speaks.

The probe looks for each voice alone, whoever else is enrolled.  What is shown knows more: the
same words cannot be two people's, and the support for the one is against the other.  Several
manners of one person do not contest one another, they are that person; the strongest speaks
for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from replique.probe import Occurrence
from replique.voices.extents import Extents

SHARE = 0.5
"""Of the shorter of two occurrences, that must lie in the other for them to be in one place."""


def uncontested(
    found: Iterable[Occurrence], people: Mapping[str, str] | None = None
) -> list[Occurrence]:
    """Return the occurrences of one track that nothing else, in the same place, outweighs.

    people : whose each subject is; None where each is another person.  Between two manners of
        one person the weaker goes where the stronger covers most of it.
    """
    whose = people or {}
    kept: list[Occurrence] = []
    places: Extents[Occurrence] = Extents()
    for one in sorted(found, key=_foremost):
        near = places.meeting(one.start_s, one.end_s)
        if not any(_outweighed(one, other, whose) for other in near):
            kept.append(one)
            places.add(one.start_s, one.end_s, one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _foremost(one: Occurrence) -> tuple[float, float, float, str]:
    """The strongest first; where two reach the end of the validated range, the more alike."""
    return (-one.strength, -one.how.get("likeness", 0.0), one.start_s, one.subject)


def _outweighed(one: Occurrence, other: Occurrence, whose: Mapping[str, str]) -> bool:
    """Whether a stronger one lies in the same place."""
    if one.subject == other.subject:
        return False
    shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    length = one.end_s - one.start_s
    if whose.get(one.subject, one.subject) != whose.get(other.subject, other.subject):
        length = min(length, other.end_s - other.start_s)
    return shared > SHARE * length
