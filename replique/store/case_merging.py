"""Two cases that are one; and cases that somebody who leaves hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from replique.errors import NotAllowed, UsageError
from replique.language import gettext as _
from replique.store.case_events import all_happened, happened
from replique.store.case_models import (
    Case,
    CaseEvent,
    CaseItem,
    CaseMember,
    CaseNote,
    CaseParty,
    CaseTask,
)
from replique.store.case_records import CaseRecord
from replique.store.cases import case, cases, check_works_on, find_case, see_out
from replique.store.collation import name_key
from replique.store.confiding import end
from replique.store.guard import guarded
from replique.store.ledger import AT_ONCE, locked
from replique.store.ledgered import change_all, remove_all
from replique.store.member_models import Confidant, Member
from replique.store.member_records import Role, Stranded
from replique.store.members import check_organised_without, find_member
from replique.store.testimony_models import MemberKey, Testimony, TestimonyReader

_Held = CaseItem | CaseParty | CaseNote | CaseTask | Testimony

MERGED, LEFT, HANDED_OVER = "merged", "left", "handed_over"
_OPEN = (Case.State.OPEN, Case.State.WAITING)


@dataclass(frozen=True, slots=True)
class Double:
    """A case that may be another's double. names : who and what both are about."""

    id: int
    title: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called for short: "c3"."""
        return f"c{self.id}"


@guarded()
def duplicates(number: int, member: int) -> list[CaseRecord]:
    """Return the cases of a member's that may be the same: they hold a thing of this one."""
    row = find_case(number)
    mine = CaseItem.objects.filter(case=row)
    same = Q()
    for kind in CaseItem.Kind.values:
        same |= Q(kind=kind, key__in=mine.filter(kind=kind).values("key"))
    others = set(CaseItem.objects.filter(same).exclude(case=row).values_list("case", flat=True))
    return [each for each in cases(member=member, count=10_000) if each.id in others]


@guarded()
def alike(number: int) -> dict[int, int]:
    """Return how many things other cases have in common with one, by their number."""
    mine = CaseItem.objects.filter(case=number)
    same = Q()
    for kind in CaseItem.Kind.values:
        same |= Q(kind=kind, key__in=mine.filter(kind=kind).values("key"))
    rows = CaseItem.objects.filter(same).exclude(case=number).order_by()
    return dict(rows.values_list("case").annotate(n=Count("pk")))


@guarded()
def doubles(number: int, member: int) -> list[Double]:
    """Return the cases of a member's that may be the same: about somebody or something named here.

    Names are compared as they are looked for: case, marks and hyphens do not count.
    """
    named = CaseParty.objects.filter(case=number).values_list("kind", "name")
    mine = {(kind, name_key(name)[0]) for kind, name in named}
    if not mine:
        return []
    others = CaseParty.objects.filter(
        case__members__member=member, case__members__until=None
    ).exclude(case=number)
    others = others.exclude(case__state=Case.State.MERGED)
    found: dict[int, Double] = {}
    for case_, title, kind, name in others.order_by("-case", "pk").values_list(
        "case", "case__title", "kind", "name"
    ):
        if (kind, name_key(name)[0]) in mine:
            there = found.get(case_, Double(case_, title, ()))
            found[case_] = Double(case_, title, (*there.names, name))
    return sorted(found.values(), key=lambda each: -len(each.names))


@guarded()
def merge(number: int, into: int, *, by: int) -> CaseRecord:
    """Put all that a case holds into another, and close it; who worked on either works on both.

    by : works on both. Raises NotFound, UsageError.
    """
    if number == into:
        raise UsageError(_("A case is not merged into itself."))
    with transaction.atomic():
        locked()
        double, row, doer = find_case(number), find_case(into), find_member(by)
        for each in (double, row):
            check_works_on(each, doer)
        _move_named(double, row, doer)
        _move_written(double, row, doer)
        _move_people(double, row, doer)
        double.state, double.merged_into, double.lead = Case.State.MERGED, row, None
        double.by, double.closed_at = doer, timezone.now()
        double.save(ledger_verb=MERGED)
        happened(double, doer)
        there = set(row.events.values_list("entry", flat=True))
        events = double.events.select_related("by", "moved_from")
        CaseEvent.objects.bulk_create(
            [
                CaseEvent(case=row, entry=each.entry, by=each.by,
                          moved_from=each.moved_from or double)
                for each in events if each.entry not in there
            ],
            AT_ONCE,
        )  # fmt: skip
    return case(into)


@guarded()
def leads_to(number: int) -> int:
    """Return the case in which a merged one goes on; a case that was not merged is itself."""
    passed: set[int] = set()
    while number not in passed:
        passed.add(number)
        into = Case.objects.filter(pk=number).values_list("merged_into", flat=True).first()
        number = number if into is None else into
    return number


@guarded()
def stranded(member: int) -> Stranded:
    """Return what would be left without anybody if a member left now."""
    row = find_member(member)
    others = CaseMember.objects.filter(case=OuterRef("case"), until=None).exclude(member=row)
    mine = CaseMember.objects.filter(member=row, until=None, case__state__in=_OPEN)
    alone = mine.exclude(Exists(others)).values_list("case", flat=True)
    leads = Case.objects.filter(lead=row, state__in=_OPEN)
    tasks = CaseTask.objects.filter(who=row, state=CaseTask.State.OPEN)
    return Stranded(
        leads=tuple(leads.order_by("pk").values_list("pk", flat=True)),
        alone_in=tuple(sorted(alone)),
        tasks=tuple(tasks.order_by("pk").values_list("pk", flat=True)),
        texts=len(_read_alone(row)),
    )


@guarded()
def hand_over(member: int, to: int, *, by: int) -> int:
    """Give all that a member sees to, to another: cases and tasks; return how many cases.

    by : the member, or an organiser, who sees thereby nothing of what is in them. Sealed texts
    are not handed over so: their reader lets somebody read them (`sealing.let_read`).
    """
    with transaction.atomic():
        locked()
        giver, taker, doer = find_member(member), find_member(to), find_member(by)
        if giver.pk == taker.pk:
            raise UsageError(_("Name somebody else to hand over to."))
        if taker.pk == doer.pk:
            raise NotAllowed(
                _("Nobody hands the cases of another over to themselves."),
                advice=_("Choose somebody else, or ask whoever works on them to let you in."),
            )
        mine = CaseMember.objects.filter(member=giver, until=None).select_related("case")
        numbers = set()
        for each in mine.filter(case__state__in=_OPEN):
            numbers.add(each.case_id)
            if not each.case.members.filter(member=taker, until=None).exists():
                CaseMember(case=each.case, member=taker, by=doer).save(ledger_verb=HANDED_OVER)
                happened(each.case, doer)
        for row in Case.objects.filter(lead=giver, state__in=_OPEN):
            row.lead, row.by = taker, doer
            row.save(ledger_verb=HANDED_OVER)
            happened(row, doer)
        for task in CaseTask.objects.filter(who=giver, state=CaseTask.State.OPEN):
            task.who = taker
            task.save(ledger_verb=HANDED_OVER)
            happened(task.case, doer)
    return len(numbers)


@guarded()
def leave(member: int, *, by: int, though_unread: bool = False) -> None:
    """End that somebody is a member; what they wrote and judged stays.

    though_unread : texts that only they can read are then read by nobody any more.
    Raises UsageError while something would be left stranded; NotFound.
    """
    with transaction.atomic():
        locked()
        row, doer = find_member(member), find_member(by)
        left = stranded(member)
        if left.leads or left.alone_in or left.tasks:
            raise UsageError(
                _("{name} still sees to cases or tasks.").format(name=row.name),
                advice=_("Hand them over first."),
            )
        if left.texts and not though_unread:
            raise UsageError(
                _("{name} is the only reader of private testimony.").format(name=row.name),
                advice=_("They let somebody else read it first, with their passphrase."),
            )
        if Role.ORGANISER in row.roles:
            check_organised_without(row)
        for each in CaseMember.objects.filter(member=row, until=None).select_related("case"):
            see_out(each, doer)
        for chosen in Confidant.objects.filter(member=row, ended_at=None):
            end(chosen, doer)
        for box in TestimonyReader.objects.filter(key__member=row):
            box.delete()
        for key in MemberKey.objects.filter(member=row).exclude(state=MemberKey.State.RETIRED):
            key.state, key.retired_at, key.locked = MemberKey.State.RETIRED, timezone.now(), b""
            key.save()
        row.left_at = timezone.now()
        row.save(ledger_verb=LEFT)


def _read_alone(row: Member) -> list[int]:
    """Return the texts that nobody else can read."""
    mine = TestimonyReader.objects.filter(key__member=row).values_list("testimony", flat=True)
    shared = TestimonyReader.objects.filter(testimony__in=mine).exclude(key__member=row)
    return sorted(set(mine) - set(shared.values_list("testimony", flat=True)))


def _move_named(double: Case, row: Case, by: Member) -> None:
    """Move what is named only once in a case; what both have goes with the double."""
    there = set(row.items.values_list("kind", "key"))
    named = set(row.parties.values_list("kind", "name"))
    items, parties = list(double.items.all()), list(double.parties.all())
    _move(row, by, [each for each in items if (each.kind, each.key) not in there])
    _move(row, by, [each for each in parties if (each.kind, each.name) not in named])
    twice = [each for each in items if (each.kind, each.key) in there]
    all_happened(row, by, remove_all(twice))
    again = [each for each in parties if (each.kind, each.name) in named]
    all_happened(row, by, remove_all(again))


def _move_written(double: Case, row: Case, by: Member) -> None:
    """Move what people wrote, or have to do."""
    _move(row, by, list(double.notes.all()))
    _move(row, by, list(double.tasks.all()))
    _move(row, by, list(double.testimony.all()))


def _move(row: Case, by: Member, moved: Sequence[_Held]) -> None:
    for each in moved:
        each.case = row
    all_happened(row, by, change_all(moved, ["case"], MERGED))


def _move_people(double: Case, row: Case, by: Member) -> None:
    working = set(row.members.filter(until=None).values_list("member", flat=True))
    for each in double.members.filter(until=None):
        if each.member_id not in working:
            CaseMember(case=row, member=each.member, by=by).save(ledger_verb=MERGED)
            happened(row, by)
        see_out(each, by)
