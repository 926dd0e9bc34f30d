"""The people who work with these records, and what each of them is here."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from replique.errors import AlreadyThere, NotAllowed, NotFound, UsageError
from replique.language import LANGUAGES
from replique.language import gettext as _
from replique.store.collation import in_order
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.member_models import NAME, Confidant, Member
from replique.store.member_records import MemberRecord, Role
from replique.store.people import find_performer
from replique.store.text import clean

APPOINTED = frozenset({Role.MEMBER, Role.ORGANISER, Role.AUDITOR})
"""What somebody can be given; a performer and a confidant are so by who they are."""


@guarded()
def members(*, left: bool = False) -> list[MemberRecord]:
    """Return all members, by name. left : those who left, too."""
    rows = _with_performer()
    rows = rows if left else rows.filter(left_at=None)
    confides = _confides()
    return [
        record(row, confides.get(row.pk, ()))
        for row in in_order(rows.order_by("pk"), key=lambda each: each.name)
    ]


@guarded()
def member(number: int) -> MemberRecord:
    """Return a member. Raises NotFound."""
    row = find_member(number, left=True)
    return record(row, _confides(number).get(number, ()))


@guarded()
def add_member(
    name: str,
    *,
    roles: Iterable[str] = (Role.MEMBER,),
    performer: str = "",
    language: str = "en",
) -> MemberRecord:
    """Register a person.

    roles : member, organiser, auditor; none for a performer who is nothing else.
    performer : slug of who they are themselves. Raises NotFound, AlreadyThere, UsageError.
    """
    with transaction.atomic():
        row = Member(
            name=named(name),
            roles=appointed(roles),
            language=spoken(language),
            performer=None if not performer else find_performer(performer),
        )
        _check_one(row)
        row.save()
    return record(row)


@guarded()
def change_member(
    number: int,
    *,
    name: str | None = None,
    roles: Iterable[str] | None = None,
    language: str | None = None,
    performer: str | None = None,
    by: int | None = None,
) -> MemberRecord:
    """Change what is said of a member; None leaves a thing as it is.

    by : who does it. Raises NotFound, AlreadyThere, UsageError: somebody must be left who
    organises; NotAllowed: who a performer is opens all that is theirs, so that nobody says it
    of themselves, nor of another once it was said.
    """
    with transaction.atomic():
        locked()
        row = find_member(number)
        if name is not None:
            row.name = named(name)
        if language is not None:
            row.language = spoken(language)
        if performer is not None and by is not None:
            _check_says(row, performer, by)
        if performer is not None:
            row.performer = find_performer(performer) if performer else None
            _check_one(row)
        if roles is not None:
            wanted = appointed(roles)
            if Role.ORGANISER in row.roles and Role.ORGANISER not in wanted:
                check_organised_without(row)
            row.roles = wanted
        row.save()
    return member(number)


@guarded()
def noted(number: int, what: str) -> None:
    """Have the ledger say that something was done to a member, who stays as they were.

    what : a verb, such as "suspended". Raises NotFound.
    """
    with transaction.atomic():
        locked()
        find_member(number).save(ledger_verb=what)


@guarded()
def owner(name: str = "") -> MemberRecord:
    """Return the one person of a laptop; made at the first call, with every role.

    name : of them; what was said first stays.
    """
    there = Member.objects.filter(left_at=None).order_by("pk")
    row = there.first()
    if row is not None:  # a page that is only read waits for nobody who writes
        return record(row)
    with transaction.atomic():
        locked()  # two pages at once make one
        row = there.first()
        if row is None:
            row = Member(name=clean(name.strip())[:NAME], roles=sorted(APPOINTED))
            row.save()
    return record(row)


def named(name: str) -> str:
    """Return a name as it is kept. Raises UsageError."""
    kept = clean(name.strip())[:NAME]
    if not kept:
        raise UsageError(_("A member needs a name."), advice=_("Write how they are called."))
    return kept


def appointed(roles: Iterable[str]) -> list[str]:
    """Return roles as they are kept. Raises UsageError for one that nobody can be given."""
    wanted = {str(each) for each in roles}
    if not wanted <= {str(each) for each in APPOINTED}:
        raise UsageError(
            _("Nobody can be made a performer or a confidant by others."),
            advice=_("Roles that are given: member, organiser, auditor."),
        )
    return sorted(wanted)


def spoken(language: str) -> str:
    """Return a language as it is kept. Raises UsageError."""
    if language not in LANGUAGES:
        raise UsageError(
            _("This language is not spoken here."),
            advice=_("One of: {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    return language


def check_organised_without(row: Member) -> None:
    """Raise UsageError when nobody else would organise."""
    others = Member.objects.filter(left_at=None).exclude(pk=row.pk)
    if not any(Role.ORGANISER in each.roles for each in others):
        raise UsageError(
            _("Somebody must be left who looks after members and settings."),
            advice=_("Make somebody else an organiser first."),
        )


def find_member(number: int, *, left: bool = False) -> Member:
    """Return the row. left : also of somebody who left. Raises NotFound."""
    row = _with_performer().filter(pk=number).first()
    if row is None or (row.left_at is not None and not left):
        raise NotFound(_("There is no such member."), advice=_("The settings list them all."))
    return row


def record(row: Member, confides: tuple[str, ...] = ()) -> MemberRecord:
    """Return a row as a record. confides : slugs of the performers who chose them."""
    given = frozenset(Role(each) for each in row.roles)
    follows = {Role.PERFORMER} if row.performer_id else set()
    follows |= {Role.CONFIDANT} if confides else set()
    return MemberRecord(
        id=row.pk,
        name=row.name,
        language=row.language,
        roles=given | follows,
        appointed=given,
        performer="" if row.performer is None else row.performer.slug,
        confides=confides,
        joined=row.joined,
        left_at=row.left_at,
    )


def _with_performer() -> QuerySet[Member]:
    return Member.objects.select_related("performer")


def _confides(number: int | None = None) -> dict[int, tuple[str, ...]]:
    """Return who chose whom: member to slugs."""
    rows = Confidant.objects.filter(ended_at=None)
    rows = rows if number is None else rows.filter(member=number)
    found: dict[int, tuple[str, ...]] = {}
    for who, slug in rows.values_list("member", "performer__slug").order_by("performer__slug"):
        found[who] = (*found.get(who, ()), slug)
    return found


def _check_says(row: Member, performer: str, by: int) -> None:
    """Raise NotAllowed where saying who a performer is would give their things to another."""
    known = "" if row.performer is None else row.performer.slug
    if performer == known:
        return
    if row.pk == by:
        raise NotAllowed(
            _("Nobody says of themselves which performer they are."),
            advice=_("Ask another organiser, who knows you."),
        )
    if known:
        raise NotAllowed(
            _("{name} is a performer here, and stays so: what is theirs is theirs alone.").format(
                name=row.name
            ),
            advice=_("If it was a mistake, let them leave, and invite whoever it is."),
        )


def _check_one(row: Member) -> None:
    """Raise AlreadyThere when another member is this performer."""
    if row.performer_id is None:
        return
    same = Member.objects.filter(performer=row.performer_id).exclude(pk=row.pk)
    if same.exists():
        raise AlreadyThere(
            _("Another member is this performer already."),
            advice=_("One person, one member: look at the list."),
        )
