"""A home with agreements in it, and what must never be seen of them."""

from __future__ import annotations

from replique import store
from tests.store.papers import CANARY, TESTIMONY, rider

__all__ = ["CANARY", "DESCRIBED", "keep"]

DESCRIBED = (
    "--act", "dub_language", "--company", "Studio Lune", "--date", "2026-05-01",
)  # fmt: skip
"""What the rider allows, of an occurrence."""


def keep(*, testimony: bool = False, duty: bool = True) -> None:
    """Keep a rider of Awa Diop in the home that is open."""
    store.open()
    store.add_agreement(rider(duty=duty, more=TESTIMONY if testimony else ""))
