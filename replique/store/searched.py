"""Which media a probe has searched, whatever its settings were."""

from __future__ import annotations

from replique.store.guard import guarded
from replique.store.models import Coverage


@guarded()
def media_searched(probe: str) -> frozenset[str]:
    """Return the hashes of the media that a probe has searched. probe : its name.

    Raises StoreError.
    """
    rows = Coverage.objects.filter(probe=probe)
    return frozenset(rows.values_list("medium__sha256", flat=True).distinct())
