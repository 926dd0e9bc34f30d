"""What lists show to who asks: on a laptop all, on a committee's desk what is theirs."""

from __future__ import annotations

from replique import store
from replique.store import PerformerRecord, desk_queries


def seen_performers() -> list[PerformerRecord]:
    """Return the performers whose things the lists show, by slug."""
    return [each for each in store.performers() if desk_queries.seen(each.slug)]
