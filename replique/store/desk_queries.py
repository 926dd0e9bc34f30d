"""Lists for a browser: a page of occurrences at a time, quick with tens of thousands of them.

A page is found by its last row, not by its number (keyset pagination), so that the
hundredth costs what the first does.  What belongs to its rows (takes, voices, places,
judgements, uses) comes in one query each, whatever their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery

from replique.store.collation import in_order
from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.desk_filters import (
    JUDGED,
    KINDS,
    ORDERS,
    Wanted,
    beyond,
    marked,
    ordering,
    rows_of,
    unmarked,
)
from replique.store.desk_heard import Heard, heard
from replique.store.desk_limits import limit, seen, seen_only, unlimit
from replique.store.desk_lines import (
    NEEDED,
    Line,
    UseLine,
    UseTold,
    lines,
    lines_of,
    uses_named,
)
from replique.store.guard import guarded
from replique.store.models import Medium, Occurrence

__all__ = [
    "JUDGED",
    "KINDS",
    "ORDERS",
    "PAGE",
    "Heard",
    "Line",
    "Page",
    "UseLine",
    "UseTold",
    "Wanted",
    "count",
    "heard",
    "is_of_voice",
    "limit",
    "lines_of",
    "neighbours",
    "numbers",
    "page",
    "productions",
    "searched_media",
    "seen",
    "seen_only",
    "unlimit",
    "uses_named",
    "verdicts",
    "waiting",
]

PAGE = 50
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. before, after : marks of its neighbours, "" where there is none."""

    lines: tuple[Line, ...]
    before: str = ""
    after: str = ""


@guarded()
def page(
    wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE, explained: bool = False
) -> Page:
    """Return a page of occurrences.

    explained : with what takes explain of the voices in it, which takes two queries more.
    after, before : a mark that an earlier page gave; a bad one gives the first page.
    """
    order = ORDERS.get(wanted.order, ORDERS["strongest"])
    mark = unmarked(after or before, len(order))
    backwards = bool(before) and not after and mark is not None
    rows = rows_of(wanted)
    if mark is not None:
        rows = rows.filter(beyond(order, mark, backwards=backwards))
    ordered = ordering(order, backwards=backwards)
    # which rows first, then what belongs to them: what is sorted by hand is sorted light
    few = Occurrence.objects.filter(pk__in=rows.order_by(*ordered).values("pk")[: size + 1])
    found: list[dict[str, Any]] = list(few.order_by(*ordered).values(*NEEDED))
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    first, last = (marked(order, found[0]), marked(order, found[-1])) if found else ("", "")
    return Page(
        lines(found, explained=explained),
        before=first if (more if backwards else mark is not None) else "",
        after=last if (more or backwards) else "",
    )


@guarded()
def count(wanted: Wanted) -> int:
    """Return how many there are."""
    return rows_of(wanted).count()


@guarded()
def neighbours(
    number: int, wanted: Wanted, place: Mapping[str, float] | None = None
) -> tuple[int | None, int | None]:
    """Return the occurrences before and after this one in a list; None at its ends.

    The one itself need not be in the list any more: it may just have been judged.
    place : of it in any order (`Heard.place`); None: it is asked for.
    """
    order = ORDERS.get(wanted.order, ORDERS["strongest"])
    columns = [name for name, _most in order]
    row = place or Occurrence.objects.filter(pk=number).values(*columns).first()
    if row is None:
        return None, None
    mark = [row[name] for name, _most in order]
    before, after = (
        rows_of(wanted)
        .filter(beyond(order, mark, backwards=back))
        .order_by(*ordering(order, backwards=back))
        .values("pk")[:1]
        for back in (True, False)
    )
    # both ends in one question
    asked = Occurrence.objects.filter(pk=number).annotate(b=Subquery(before), a=Subquery(after))
    found = asked.values("b", "a").first()
    return (None, None) if found is None else (found["b"], found["a"])


@guarded()
def numbers(wanted: Wanted, most: int) -> list[int]:
    """Return the first occurrences of a list, by number, in its order."""
    order = ORDERS.get(wanted.order, ORDERS["strongest"])
    rows = rows_of(wanted).order_by(*ordering(order, backwards=False))
    return list(rows.values_list("pk", flat=True)[:most])


@guarded()
def is_of_voice(number: int) -> bool:
    """Return whether an occurrence is of a voice; False where there is none."""
    return Occurrence.objects.filter(pk=number, voice__isnull=False).exists()


@guarded()
def waiting() -> tuple[int, int]:
    """Return how many occurrences nobody has judged, and how many there are."""
    rows = rows_of(Wanted())
    said = Exists(Judgement.objects.filter(occurrence=OuterRef("pk")))
    told = rows.aggregate(all=Count("pk"), unjudged=Count("pk", filter=~said))
    return int(told["unjudged"]), int(told["all"])


@guarded()
def productions() -> list[str]:
    """Return the productions that uses of occurrences name, in order."""
    rows = UseDescription.objects.exclude(occurrence=None).exclude(production="")
    limited = seen_only()
    rows = rows if limited is None else rows.filter(performer__slug__in=limited)
    named = rows.order_by("production").values_list("production", flat=True).distinct()
    return in_order(named)


@guarded()
def verdicts() -> dict[str, int]:
    """Return how many uses have each verdict, as last asked."""
    rows, limited = Finding.objects.order_by(), seen_only()
    rows = rows if limited is None else rows.filter(use__performer__slug__in=limited)
    return dict(rows.values_list("verdict").annotate(count=Count("pk")))


@guarded()
def searched_media() -> int:
    """Return how many media were searched."""
    return Medium.objects.exclude(state=Medium.State.FAILED).count()
