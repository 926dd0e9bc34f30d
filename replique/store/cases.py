"""Cases: opened, filled, closed; who works on them.

Whether somebody may is asked by the caller (replique.web.permissions); here, `by` is who
does it, for the record.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, Exists, Max, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from replique.errors import NotFound, UsageError
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import read
from replique.language import gettext as _
from replique.store.case_events import all_happened, happened
from replique.store.case_models import (
    LONG,
    SHORT,
    Case,
    CaseEvent,
    CaseItem,
    CaseMember,
    CaseParty,
    CaseTask,
)
from replique.store.case_records import CaseRecord, ItemRecord, PartyRecord, Who
from replique.store.collation import in_order
from replique.store.consent_models import UseDescription
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.ledger_models import LedgerEntry
from replique.store.ledgered import add_all
from replique.store.member_models import Member
from replique.store.members import find_member
from replique.store.people import find_performer
from replique.store.text import clean

LONGEST = 20_000
SEEN_OUT = "left"


@guarded()
def open_case(title: str, *, by: int, summary: str = "", members: Iterable[int] = ()) -> CaseRecord:
    """Open a case; who opens it works on it and sees to it. Raises UsageError, NotFound."""
    with transaction.atomic():
        locked()
        opener = find_member(by)
        row = Case(title=_title(title), summary=_long(summary), lead=opener, by=opener)
        row.save()
        happened(row, opener)
        for each in sorted({by, *members}):
            _let_in(row, find_member(each), opener)
    return case(row.pk)


@guarded()
def case(number: int) -> CaseRecord:
    """Return a case. Raises NotFound."""
    found = list(_records(Case.objects.filter(pk=number)))
    if not found:
        raise _none()
    return found[0]


@guarded()
def heading(number: int) -> CaseRecord:
    """Return a case without how much is in it, and when it moved: in two queries."""
    rows = Case.objects.filter(pk=number).select_related("lead")
    row = rows.prefetch_related(_working()).first()
    if row is None:
        raise _none()
    return _plain(row)


@guarded()
def brief(member: int | None = None) -> list[CaseRecord]:
    """Return all cases that are not merged, or a member's, named only: in two queries."""
    rows = Case.objects.exclude(state=Case.State.MERGED).order_by("-pk")
    if member is not None:
        rows = rows.filter(members__member=member, members__until=None)
    return [_plain(row) for row in rows.select_related("lead").prefetch_related(_working())]


@guarded()
def cases(
    *,
    member: int | None = None,
    state: str = "",
    item: tuple[str, str] | None = None,
    performer: str = "",
    before: int | None = None,
    count: int = 100,
) -> list[CaseRecord]:
    """Return cases, the newest first.

    member : who works on them; None for all. item : kind and key of something in them.
    performer : slug of somebody in them. before : only those opened before this one.
    """
    rows = Case.objects.all()
    if member is not None:
        rows = rows.filter(members__member=member, members__until=None)
    rows = rows.filter(state=state) if state else rows.exclude(state=Case.State.MERGED)
    if item is not None:
        kind, key = item
        rows = rows.filter(items__kind=kind, items__key=key)
    if performer:
        rows = rows.filter(parties__performer__slug=performer).distinct()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(_records(rows.order_by("-pk")[:count]))


@guarded()
def change_case(
    number: int,
    *,
    by: int,
    title: str | None = None,
    summary: str | None = None,
    state: str | None = None,
    lead: int | None = None,
) -> CaseRecord:
    """Change a case; None leaves a thing as it is. lead : must work on it.

    Raises NotFound, UsageError.
    """
    with transaction.atomic():
        locked()
        row, doer = find_case(number), find_member(by)
        row.title = row.title if title is None else _title(title)
        row.summary = row.summary if summary is None else _long(summary)
        if state is not None:
            if state not in {Case.State.OPEN, Case.State.WAITING, Case.State.CLOSED}:
                raise UsageError(
                    _("This is no state of a case."), advice=_("One of: open, waiting, closed.")
                )
            row.closed_at = timezone.now() if state == Case.State.CLOSED else None
            row.state = state
        if lead is not None:
            row.lead = find_member(lead)
            check_works_on(row, row.lead)
        row.by = doer
        row.save(ledger_verb=state)
        happened(row, doer)
    return case(number)


@guarded()
def let_in(number: int, member: int, *, by: int) -> None:
    """Let a member work on a case, and see it. Raises NotFound."""
    with transaction.atomic():
        locked()
        _let_in(find_case(number), find_member(member), find_member(by))


@guarded()
def let_out(number: int, member: int, *, by: int) -> None:
    """End that a member works on a case. Raises UsageError when nobody would be left."""
    with transaction.atomic():
        locked()
        row, doer = find_case(number), find_member(by)
        mine = row.members.filter(member=member, until=None).first()
        if mine is None:
            return
        if not row.members.filter(until=None).exclude(member=member).exists():
            raise UsageError(
                _("Nobody would be left who works on this case."),
                advice=_("Let somebody else in first, or close it."),
            )
        if row.lead_id == member:
            row.lead, row.by = None, doer
            row.save()
            happened(row, doer)
        see_out(mine, doer)


@guarded()
def add_party(
    number: int, kind: str, name: str, *, by: int, part: str = "", performer: str = ""
) -> PartyRecord:
    """Add a person, a production or a company. performer : slug. Raises NotFound, UsageError."""
    if kind not in CaseParty.Kind.values:
        raise UsageError(_("This is neither a person, nor a production, nor a company."))
    with transaction.atomic():
        locked()
        row, doer = find_case(number), find_member(by)
        of = find_performer(performer) if performer else None
        called = clean(name.strip())[:LONG] or ("" if of is None else of.name)
        if not called:
            raise UsageError(_("What is it called?"))
        party = row.parties.filter(kind=kind, name=called).first()
        if party is None:
            party = CaseParty(
                case=row, kind=kind, name=called, part=clean(part.strip())[:SHORT],
                performer=of, by=doer,
            )  # fmt: skip
            party.save()
            happened(row, doer)
    return _party(party)


@guarded()
def remove_party(number: int, party: int, *, by: int) -> None:
    """Take a person, a production or a company out of a case. Raises NotFound."""
    _remove(find_case(number), CaseParty.objects.filter(pk=party, case=number), find_member(by))


@guarded()
def parties(number: int) -> list[PartyRecord]:
    """Return the people, productions and companies of a case."""
    rows = CaseParty.objects.filter(case=number).select_related("performer")
    return in_order([_party(row) for row in rows], key=lambda each: each.name)


@guarded()
def add_items(number: int, kind: str, keys: Iterable[str], *, by: int, name: str = "") -> int:
    """Put things into a case by their keys; return how many were new.

    Raises NotFound, UsageError.
    """
    if kind not in CaseItem.Kind.values:
        raise UsageError(_("A case does not hold such a thing."))
    wanted = list(dict.fromkeys(clean(key.strip())[:LONG] for key in keys if key.strip()))
    with transaction.atomic():
        locked()
        row, doer = find_case(number), find_member(by)
        there = set(row.items.filter(kind=kind).values_list("key", flat=True))
        new = [key for key in wanted if key not in there]
        called = clean(name)[:LONG]
        rows = [CaseItem(case=row, kind=kind, key=key, name=called, by=doer) for key in new]
        all_happened(row, doer, add_all(rows))
    return len(new)


@guarded()
def remove_item(number: int, item: int, *, by: int) -> None:
    """Take something out of a case; it stays where it is kept. Raises NotFound."""
    _remove(find_case(number), CaseItem.objects.filter(pk=item, case=number), find_member(by))


@guarded()
def items(
    number: int,
    kind: str = "",
    *,
    kinds: Iterable[str] = (),
    after: int = 0,
    count: int | None = None,
) -> list[ItemRecord]:
    """Return what a case holds, in the order in which it came. after : number of an item."""
    rows = CaseItem.objects.filter(case=number, pk__gt=after).select_related("by").order_by("pk")
    wanted = [kind] if kind else list(kinds)
    rows = rows.filter(kind__in=wanted) if wanted else rows
    return [item_record(row) for row in (rows if count is None else rows[:count])]


def item_record(row: CaseItem) -> ItemRecord:
    """Return an item as a record."""
    return ItemRecord(row.pk, row.kind, row.key, row.name, row.added, row.by.name)


@guarded()
def uses_in(number: int, *, count: int = 1_000) -> list[str]:
    """Return the uses that a case holds, or whose occurrence it holds, by name.

    count : at most so many of either kind.
    """
    held = CaseItem.objects.filter(case=number)
    named = held.filter(kind="use").order_by("pk").values_list("key", flat=True)[:count]
    heard = held.filter(kind="occurrence", key=Cast(OuterRef("occurrence"), CharField()))
    rows = UseDescription.objects.filter(Exists(heard)).order_by("pk")
    of_heard = rows.values_list("pk", flat=True)[:count]
    return list(dict.fromkeys([*named, *(f"u{each}" for each in of_heard)]))


@guarded()
def item_counts(number: int) -> dict[str, int]:
    """Return how many things of each kind a case holds."""
    rows = CaseItem.objects.filter(case=number).values("kind").annotate(n=Count("pk"))
    return {row["kind"]: row["n"] for row in rows.order_by("kind")}


def find_case(number: int, *, merged: bool = False) -> Case:
    """Return the row. merged : also one that was merged into another.

    Raises NotFound, UsageError.
    """
    row = Case.objects.filter(pk=number).first()
    if row is None:
        raise _none()
    if row.merged_into_id is not None and not merged:
        raise UsageError(
            _("This case was merged into another."),
            advice=_("Go on in c{number}.").format(number=row.merged_into_id),
        )
    return row


def check_works_on(row: Case, member: Member) -> None:
    """Raise UsageError unless a member works on a case."""
    if not row.members.filter(member=member, until=None).exists():
        raise UsageError(
            _("{name} does not work on this case.").format(name=member.name),
            advice=_("Let them in first."),
        )


def see_out(mine: CaseMember, by: Member) -> None:
    """End that somebody works on a case, in a transaction of the caller's."""
    mine.until, mine.by = timezone.now(), by
    mine.save(ledger_verb=SEEN_OUT)
    happened(mine.case, by)


def _let_in(row: Case, member: Member, by: Member) -> None:
    if not row.members.filter(member=member, until=None).exists():
        CaseMember(case=row, member=member, by=by).save()
        happened(row, by)


def _remove(case_: Case, rows: QuerySet[CaseParty] | QuerySet[CaseItem], by: Member) -> None:
    with transaction.atomic():
        locked()
        row = rows.first()
        if row is None:
            raise NotFound(_("This case does not hold that."))
        row.delete()
        happened(case_, by)


def _records(rows: QuerySet[Case]) -> Iterable[CaseRecord]:
    chosen = list(rows.select_related("lead").prefetch_related(_working()))
    numbers = [row.pk for row in chosen]
    held = _counted(CaseItem.objects.filter(case__in=numbers))
    to_do = _counted(CaseTask.objects.filter(case__in=numbers, state=CaseTask.State.OPEN))
    moved = _moved(numbers)
    for row in chosen:
        yield replace(
            _plain(row),
            items=held.get(row.pk, 0),
            tasks=to_do.get(row.pk, 0),
            moved_at=moved.get(row.pk),
        )


def _working() -> Prefetch[Any]:
    rows = CaseMember.objects.filter(until=None).select_related("member")
    return Prefetch("members", rows, "working")


def _plain(row: Case) -> CaseRecord:
    return CaseRecord(
        id=row.pk,
        title=row.title,
        summary=row.summary,
        state=row.state,
        lead=None if row.lead is None else Who(row.lead.pk, row.lead.name),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        merged_into=row.merged_into_id,
        members=tuple(
            in_order(
                [
                    Who(each.member_id, each.member.name)
                    for each in row.working  # type: ignore[attr-defined] # of the prefetch
                ],
                key=lambda each: each.name,
            )
        ),
    )


def _counted(rows: QuerySet[CaseItem] | QuerySet[CaseTask]) -> dict[int, int]:
    counted = rows.order_by().values_list("case").annotate(n=Count("pk"))
    return dict(counted)


def _moved(numbers: list[int]) -> dict[int, dt.datetime]:
    """Return when something last happened in each case, as the ledger tells it."""
    latest = CaseEvent.objects.filter(case__in=numbers).order_by().values_list("case")
    entries = dict(latest.annotate(last=Max("entry")))
    lines = LedgerEntry.objects.filter(sequence__in=entries.values())
    at: dict[int, dt.datetime] = {}
    for sequence, line in lines.values_list("sequence", "line"):
        with contextlib.suppress(NotCanonical, ValueError):  # `ledger verify` names it
            at[sequence] = dt.datetime.fromisoformat(read(line.encode()).at)
    return {number: at[entry] for number, entry in entries.items() if entry in at}


def _party(row: CaseParty) -> PartyRecord:
    return PartyRecord(
        row.pk, row.kind, row.name, row.part, row.performer.slug if row.performer else ""
    )


def _title(title: str) -> str:
    kept = clean(title.strip())[:LONG]
    if not kept:
        raise UsageError(_("A case needs a title."), advice=_("A few words are enough."))
    return kept


def _long(text: str) -> str:
    return clean(text.strip())[:LONGEST]


def _none() -> NotFound:
    return NotFound(_("There is no such case."), advice=_("The list shows those that you see."))
