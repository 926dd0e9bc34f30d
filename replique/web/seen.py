"""What lists show to who asks: on a laptop all, on a committee's desk what is theirs."""

from __future__ import annotations

from replique import store
from replique.store import PerformerRecord, desk_queries
from replique.store.collation import in_order


def seen_performers() -> list[PerformerRecord]:
    """Return the performers whose things the lists show, in the order of their names."""
    mine = [each for each in store.performers() if desk_queries.seen(each.slug)]
    return in_order(mine, key=lambda each: each.name)
