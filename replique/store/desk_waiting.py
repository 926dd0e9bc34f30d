"""What waits for somebody, beside what there is to listen to: cases, tasks, keys.

Each is one query or two, whatever there is: home asks all of them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import read
from replique.store.case_models import Case, CaseEvent, CaseTask
from replique.store.consent_models import Judgement, UseDescription
from replique.store.desk_limits import seen_only
from replique.store.guard import guarded
from replique.store.ledger_models import LedgerEntry
from replique.store.member_models import Confidant
from replique.store.testimony_models import MemberKey, Recovery, RecoveryAnswer

NEWS_DAYS = 14
"""What happened longer ago is no news."""
MOST_NEWS = 5
MOST_TASKS = 99
LOOKED_THROUGH = 60
"""Events among which the cases that moved last are sought."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Open tasks. overdue : those whose day has passed. case, text, due : of the first due."""

    count: int = 0
    overdue: int = 0
    case: int | None = None
    text: str = ""
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A case in which somebody else did something. at : when they last did."""

    case: int
    title: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Keyed:
    """How somebody's key stands. keeping : confidants who could each keep a part of it.

    asking : whether its owner has lost it, and asks for it.
    """

    there: bool = False
    shared: bool = False
    keeping: int = 0
    asking: bool = False

    @property
    def to_share(self) -> bool:
        """Whether nobody could give it back, and somebody could be asked to."""
        return self.there and not self.shared and self.keeping > 1


@guarded()
def tasks(member: int | None, today: dt.date) -> Tasks:
    """Return the open tasks of a member, of anybody when None, up to MOST_TASKS."""
    rows = CaseTask.objects.filter(state=CaseTask.State.OPEN).exclude(case__state=Case.State.MERGED)
    if member is not None:
        rows = rows.filter(who=member)
    ordered = rows.order_by(F("due").asc(nulls_last=True), "pk")
    found = list(ordered.values_list("case_id", "text", "due")[:MOST_TASKS])
    if not found:
        return Tasks()
    late = sum(due is not None and due < today for _case, _text, due in found)
    return Tasks(len(found), late, *found[0])


@guarded()
def moved(member: int, now: dt.datetime | None = None) -> list[Moved]:
    """Return a member's cases in which others lately did something, the latest first."""
    since = (now or timezone.now()) - dt.timedelta(days=NEWS_DAYS)
    rows = CaseEvent.objects.filter(
        case__members__member=member, case__members__until=None, by__isnull=False
    )
    rows = rows.exclude(by=member).exclude(case__state=Case.State.MERGED)
    latest: dict[int, CaseEvent] = {}
    for each in rows.select_related("case", "by").order_by("-entry")[:LOOKED_THROUGH]:
        latest.setdefault(each.case_id, each)
    events = {each.entry: each for each in list(latest.values())[:MOST_NEWS]}
    if not events:
        return []
    entries = LedgerEntry.objects.filter(sequence__in=events)
    found = []
    for sequence, line in entries.order_by("-sequence").values_list("sequence", "line"):
        with contextlib.suppress(NotCanonical, ValueError):  # `ledger verify` names it
            at = dt.datetime.fromisoformat(read(line.encode()).at)
            event = events[sequence]
            if at >= since:
                by = "" if event.by is None else event.by.name
                found.append(Moved(event.case_id, event.case.title, by, at))
    return found


@guarded()
def asking(confidant: int) -> list[str]:
    """Return who asks this confidant for the part of a key that they keep, by name."""
    given = RecoveryAnswer.objects.filter(recovery=OuterRef("pk"), by=confidant)
    rows = Recovery.objects.filter(
        ~Exists(given),
        done_at=None,
        dropped_at=None,
        lost_key__recovery_parts__confidant_key__member=confidant,
    )
    return list(rows.order_by("pk").values_list("lost_key__member__name", flat=True).distinct())


@guarded()
def keyed(member: int, performer: str = "") -> Keyed:
    """Return how a member's key stands; a performer's, with those who could keep parts of it."""
    asked = Recovery.objects.filter(lost_key=OuterRef("pk"), done_at=None, dropped_at=None)
    keys = MemberKey.objects.filter(member=OuterRef("member"), state=MemberKey.State.CURRENT)
    chosen = Confidant.objects.filter(
        Exists(keys), ended_at=None, member__left_at=None, performer__slug=performer
    )
    counted = chosen.order_by().values("performer").annotate(n=Count("pk")).values("n")
    row = (
        MemberKey.objects.filter(member=member, state=MemberKey.State.CURRENT)
        .annotate(parts=Count("recovery_parts"), lost=Exists(asked), keeping=Subquery(counted))
        .values_list("parts", "lost", "keeping")
        .first()
    )
    if row is None:
        return Keyed()
    parts, lost, keeping = row
    return Keyed(there=True, shared=bool(parts), keeping=keeping or 0, asking=bool(lost))


@guarded()
def undescribed() -> tuple[int, int | None]:
    """Return of how many occurrences somebody said yes and nobody what was done, and the first."""
    later = Judgement.objects.filter(occurrence=OuterRef("occurrence"), pk__gt=OuterRef("pk"))
    said = UseDescription.objects.filter(occurrence=OuterRef("occurrence"))
    rows = Judgement.objects.filter(
        ~Exists(later), ~Exists(said), verdict="yes", occurrence__superseded=False
    )
    limited = seen_only()
    if limited is not None:
        own = Q(occurrence__recording__takes__performer__slug__in=limited)
        rows = rows.filter(own | Q(occurrence__voice__performer__slug__in=limited))
    told = rows.order_by().aggregate(
        all=Count("occurrence", distinct=True), first=Max("occurrence")
    )
    return int(told["all"]), told["first"]
