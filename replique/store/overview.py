"""Where a performer's work is used, counted by the database: quick with tens of thousands.

Verdicts are those that were kept when somebody last asked; nothing is asked here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from replique.consent.vocabulary import VERDICTS
from replique.store.agreeing import speaking
from replique.store.collation import name_key
from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.guard import guarded
from replique.store.models import Location, Medium, Occurrence, Performer, Take
from replique.store.people import find_performer
from replique.store.voice_models import Voice

UNASKED = ""
"""Stands for the verdict of a use that nobody has asked about."""
TOP = 12
DATED = "[0-9]{4}"
"""How a day begins of which the year is known."""
_MONTH = re.compile(DATED + "(?:-[0-9]{2})?")
UNPAID = ("unmet", "pending", "unknown")


@dataclass(frozen=True, slots=True)
class Tally:
    """Uses of one name, by verdict. name : "" is not known."""

    name: str
    verdicts: Mapping[str, int]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is owed by one company. sums : by currency, what is certain and has an amount.

    duties : how many payments. uncertain : of these, how many may not be owed. unsized : how
    many whose amount depends on more than the paper says.
    """

    company: str
    duties: int
    uncertain: int
    unsized: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    """Where, when and by whom one performer's work is used.

    occurrences, unjudged, undescribed : how many were found, how many of these nobody has judged,
    and nobody has described. voices : how many are of a voice that resembles: they show no use.
    media : locator and how many occurrences, the most first.
    """

    performer: str
    name: str
    occurrences: int
    unjudged: int
    undescribed: int
    media: tuple[tuple[str, int], ...]
    media_count: int
    uses: int
    productions: tuple[Tally, ...]
    companies: tuple[Tally, ...]
    months: tuple[Tally, ...]
    verdicts: Tally
    unpaid: tuple[Unpaid, ...]
    voices: int = 0


@guarded()
def overview(performer: str) -> Overview:
    """Return the overview of one performer, by slug. Raises NotFound, UsageError."""
    person = find_performer(performer)
    rows = _occurrences(person)
    told = rows.aggregate(
        all=Count("pk"),
        unjudged=Count("pk", filter=~Exists(Judgement.objects.filter(occurrence=OuterRef("pk")))),
        undescribed=Count(
            "pk", filter=~Exists(UseDescription.objects.filter(occurrence=OuterRef("pk")))
        ),
        media=Count("medium", distinct=True),
        voices=Count("pk", filter=Q(voice__isnull=False)),
    )
    tallies = _uses(person)
    return Overview(
        person.slug,
        person.name,
        told["all"],
        told["unjudged"],
        told["undescribed"],
        _media(rows),
        told["media"],
        sum(tallies["verdict"][0].verdicts.values()) if tallies["verdict"] else 0,
        tallies["production"],
        tallies["company"],
        tallies["month"],
        tallies["verdict"][0] if tallies["verdict"] else Tally("", {}),
        _unpaid(person),
        told["voices"],
    )


def _occurrences(person: Performer) -> QuerySet[Occurrence]:
    takes = Take.objects.filter(performer=person, withdrawn_at=None).values("recording_id")
    voices = Voice.objects.filter(performer=person).values("pk")
    return Occurrence.objects.filter(Q(recording__in=takes) | Q(voice__in=voices), superseded=False)


def _media(rows: QuerySet[Occurrence]) -> tuple[tuple[str, int], ...]:
    found = list(
        rows.values("medium").annotate(count=Count("pk")).order_by("-count", "medium")[:TOP]
    )
    numbers = [each["medium"] for each in found]
    names = dict(Medium.objects.filter(pk__in=numbers).values_list("pk", "sha256"))
    places = Location.objects.filter(medium__in=numbers).order_by("last_seen", "-pk")
    names |= dict(places.values_list("medium_id", "locator"))
    return tuple((names[each["medium"]], each["count"]) for each in found)


def _uses(person: Performer) -> dict[str, tuple[Tally, ...]]:
    """Count uses by each way of looking at them: one query, whatever their number."""
    ways: dict[str, defaultdict[str, Counter[str]]] = {
        way: defaultdict(Counter) for way in ("production", "company", "month", "verdict")
    }
    rows = UseDescription.objects.filter(performer=person)
    grouped = rows.values_list("production", "company", "date", "finding__verdict").annotate(
        count=Count("pk")
    )
    for production, company, date, kept, count in grouped.order_by():
        verdict = kept if kept in VERDICTS else UNASKED
        for way, name in (("production", production), ("company", company),
                          ("month", _month(date)), ("verdict", "")):  # fmt: skip
            ways[way][name][verdict] += count
    told = {
        way: sorted(
            (Tally(name, dict(verdicts)) for name, verdicts in counted.items()),
            key=lambda each: (-each.count, name_key(each.name)),
        )
        for way, counted in ways.items()
    }
    told["month"].sort(key=lambda each: each.name)
    return {way: tuple(tallies) for way, tallies in told.items()}


def _month(date: str) -> str:
    """Return the month, or the year, of a day as it is written; "" where neither is known."""
    found = _MONTH.match(date)
    return "" if found is None else found[0]


def _unpaid(person: Performer) -> tuple[Unpaid, ...]:
    """Return the payments that the kept answers say are open, by company."""
    rows = Finding.objects.filter(use__performer=person).exclude(verdict="no_grant_found")
    by_company: defaultdict[str, list[tuple[Mapping[str, object], int]]] = defaultdict(list)
    # thousands of uses under a few papers owe the same: each is read once
    grouped = rows.values_list("use__company", "answer__duty_states").annotate(count=Count("pk"))
    for company, states, count in grouped.order_by():
        for state in states or ():
            if state.get("kind") == "pay" and state.get("status") in UNPAID:
                by_company[company].append((state, count))
    rates = _rates() if by_company else frozenset()
    told = [_owed(company, states, rates) for company, states in by_company.items()]
    return tuple(sorted(told, key=lambda each: (-each.duties, name_key(each.company))))


def _rates() -> frozenset[str]:
    """Return the duties whose amount is for each line, day or session, and no sum by itself."""
    rated = set()
    for _row, said in speaking():
        rules = [(f"{said.id}/{rule.id}", each) for rule in said.rules for each in rule.duties]
        for at, each in (*rules, *((said.id, each) for each in said.duties)):
            if each.unit not in {"", "flat"}:
                rated.add(f"{at}/{each.id}")
    return frozenset(rated)


def _owed(
    company: str, states: Iterable[tuple[Mapping[str, object], int]], rates: frozenset[str]
) -> Unpaid:
    """Return what one company owes. states : of a payment, and of how many."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    duties = uncertain = unsized = 0
    for state, count in states:
        duties += count
        amount, currency = _sum(str(state.get("amount") or ""))
        if not state.get("stands", True):
            uncertain += count
        elif amount is None or state.get("duty") in rates:
            unsized += count
        else:
            sums[currency] += amount * count
    return Unpaid(company, duties, uncertain, unsized, dict(sorted(sums.items())))


def _sum(written: str) -> tuple[Decimal | None, str]:
    """Return "250 EUR" as a number and its currency; None for what has none."""
    parts = written.split()
    try:
        if len(parts) == 2 and len(parts[1]) == 3:
            return Decimal(parts[0]), parts[1].upper()
    except InvalidOperation:
        pass
    return None, ""
