"""The findings of a case, filtered: quick with thousands of them.

Of an item the case knows the name alone ("12", "u3"); what it names is asked of the tables
that hold it, and the names are compared there.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, TypeVar

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from replique.store.case_models import CaseItem
from replique.store.case_records import ItemRecord
from replique.store.cases import item_record
from replique.store.collation import in_order
from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.guard import guarded
from replique.store.models import Occurrence, Take

_Row = TypeVar("_Row", Occurrence, UseDescription)
KINDS = ("occurrence", "use")
UNASKED = "unasked"
"""Stands for the verdict of a use about which nobody has asked."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which findings; "" is all.

    performer : slug. verdict : as last asked, or UNASKED. judged : not, or what the judgement
    that holds says.
    """

    performer: str = ""
    production: str = ""
    verdict: str = ""
    judged: str = ""

    def __bool__(self) -> bool:
        """Return whether anything is left out."""
        return any(astuple(self))


@guarded()
def findings(
    case: int, sought: Sought | None = None, *, after: int = 0, count: int = 50
) -> list[ItemRecord]:
    """Return occurrences and uses of a case in the order in which they came.

    after : number of an item.
    """
    rows = CaseItem.objects.filter(case=case, kind__in=KINDS, pk__gt=after)
    if sought:
        occurrences, uses = _occurrences(sought), _uses(sought)
        rows = rows.filter(
            Q(kind="occurrence", key__in=_names(occurrences, ""))
            | Q(kind="use", key__in=_names(uses, "u"))
        )
    rows = rows.select_related("by").order_by("pk")
    return [item_record(row) for row in rows[:count]]


@guarded()
def offered(case: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the people, slug and name, and the productions that the uses of a case name."""
    held = CaseItem.objects.filter(case=case)
    uses = UseDescription.objects.annotate(
        name=Concat(Value("u"), Cast("pk", CharField())), of=Cast("occurrence_id", CharField())
    ).filter(
        Q(name__in=held.filter(kind="use").values("key"))
        | Q(of__in=held.filter(kind="occurrence").values("key"))
    )
    columns = ("performer__slug", "performer__name", "production")
    named = set(uses.order_by().values_list(*columns).distinct())
    people = {(slug, name) for slug, name, _production in named}
    return (
        in_order(people, key=lambda each: each[1]),
        in_order({production for _slug, _name, production in named if production}),
    )


def _occurrences(sought: Sought) -> QuerySet[Occurrence]:
    rows = Occurrence.objects.all()
    if sought.performer:
        takes = Take.objects.filter(performer__slug=sought.performer).values("recording_id")
        rows = rows.filter(Q(recording__in=takes) | Q(voice__performer__slug=sought.performer))
    if sought.production or sought.verdict:
        uses = _uses(Sought(production=sought.production, verdict=sought.verdict))
        rows = rows.filter(pk__in=uses.exclude(occurrence=None).values("occurrence_id"))
    return _judged(rows, sought.judged, "pk")


def _uses(sought: Sought) -> QuerySet[UseDescription]:
    rows = UseDescription.objects.all()
    if sought.performer:
        rows = rows.filter(performer__slug=sought.performer)
    if sought.production:
        rows = rows.filter(production=sought.production)
    if sought.verdict == UNASKED:
        rows = rows.filter(~Exists(Finding.objects.filter(use=OuterRef("pk"))))
    elif sought.verdict:
        rows = rows.filter(finding__verdict=sought.verdict)
    return _judged(rows, sought.judged, "occurrence_id")


def _judged(rows: QuerySet[_Row], judged: str, occurrence: str) -> QuerySet[_Row]:
    said = Judgement.objects.filter(occurrence=OuterRef(occurrence))
    if judged == "not":
        return rows.filter(~Exists(said))
    if judged:
        newest = Subquery(said.order_by("-pk").values("verdict")[:1])
        return rows.annotate(holds=newest).filter(holds=judged)
    return rows


def _names(rows: QuerySet[_Row], before: str) -> QuerySet[Any, Any]:
    """Return the names that items go by."""
    named = rows.annotate(item_name=Concat(Value(before), Cast("pk", CharField())))
    return named.values_list("item_name", flat=True)
