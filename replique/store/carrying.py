"""What people said of an occurrence goes over to the one that a later search finds there.

A probe that is newer, or set otherwise, measures the same place anew: the occurrence has
another number, and whoever described a use of it or judged it meant that place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db.models import Q

from replique.store.models import Medium, Occurrence

CARRIED = "carried_over"
LEAST_SHARED = 0.5
"""How much of the shorter of two stretches both must have, to be one place."""


def carry_over(
    medium: Medium, kind: Literal["recording", "voice"], subjects: Iterable[int]
) -> None:
    """Move uses and judgements of superseded occurrences to those found there since.

    Where nothing was found there any more they stay: the earlier occurrence is kept on
    record for them.  Each move is an entry of the ledger.

    subjects : primary keys of what was searched, recordings or voices.
    """
    here = Occurrence.objects.filter(medium=medium, **{f"{kind}__in": list(subjects)})
    spoken_of = Q(uses__isnull=False) | Q(judgements__isnull=False)
    for earlier in here.filter(spoken_of, superseded=True).distinct():
        later = _at_the_same_place(
            earlier,
            here.filter(
                superseded=False,
                track=earlier.track,
                recording=earlier.recording_id,
                voice=earlier.voice_id,
            ),
        )
        if later is not None:
            _move(earlier, later)


def _move(earlier: Occurrence, later: Occurrence) -> None:
    for use in earlier.uses.order_by("pk"):
        use.occurrence = later
        use.save(update_fields=["occurrence"], ledger_verb=CARRIED)
    for judgement in earlier.judgements.order_by("pk"):
        judgement.occurrence = later
        judgement.save(update_fields=["occurrence"], ledger_verb=CARRIED)


def _at_the_same_place(earlier: Occurrence, found: Iterable[Occurrence]) -> Occurrence | None:
    """Return the one that shares most with it, if that is enough; the stronger of equals."""
    near = [(shared(earlier, each), each.strength, each) for each in found]
    near = [each for each in near if each[0] >= LEAST_SHARED]
    return max(near, key=lambda each: each[:2])[2] if near else None


def shared(one: Occurrence, other: Occurrence) -> float:
    """Return the part of the shorter stretch that both have, from 0 to 1."""
    both = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    shorter = min(one.end_s - one.start_s, other.end_s - other.start_s)
    return max(0.0, both) / shorter if shorter > 0 else 0.0
