"""Takes for a browser: a page at a time, since one performer may have thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.models import Take
from replique.store.records import TakeRecord
from replique.store.registry import record

PAGE = 50
"""Takes of a page."""


@dataclass(frozen=True, slots=True)
class TakePage:
    """Some takes, the latest of each performer first. number : of this page, from 1.

    total : how many there are on all pages, withdrawn ones included.
    """

    takes: tuple[TakeRecord, ...]
    total: int
    number: int
    pages: int


@guarded()
def page(
    home: Home, slugs: Sequence[str], *, title: str = "", number: int = 1, size: int = PAGE
) -> TakePage:
    """Return a page of the takes of some performers; beyond the last, the last.

    title : part of it; "" for all.
    """
    rows = Take.objects.select_related("performer", "recording")
    rows = rows.filter(performer__slug__in=slugs).order_by("performer__slug", "-pk")
    if title:
        rows = rows.filter(title__icontains=title)
    total = rows.count()
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    found = rows[(number - 1) * size : number * size]
    return TakePage(tuple(record(home, each) for each in found), total, number, pages)
