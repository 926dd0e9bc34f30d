"""Private testimony: written for named readers, read with a passphrase, never seen by the host."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from replique.errors import NotAllowed, NotFound, StaysSealed, UsageError
from replique.language import gettext as _
from replique.store.case_models import Case
from replique.store.guard import guarded
from replique.store.ledger import READ, append, locked
from replique.store.member_models import Member
from replique.store.members import find_member
from replique.store.people import find_performer
from replique.store.testimony_models import MemberKey, Testimony, TestimonyReader
from replique.store.testimony_records import ReaderRecord, TestimonyRecord
from replique.store.text import clean
from replique.testimony import texts
from replique.testimony.keys import PrivateKey

LONGEST = 200_000
"""Of a text, in characters."""


@guarded()
def write(
    text: str,
    *,
    by: int,
    readers: Iterable[int] = (),
    performer: str = "",
    case: int | None = None,
    about: str = "",
) -> TestimonyRecord:
    """Keep a text for some readers; who writes it reads it too.

    readers : members, each of whom has a key. about : what of, such as "judgement/12"; told in
    the clear. Raises UsageError, NotFound, StaysSealed for a reader without a key.
    """
    text = _checked(text)
    with transaction.atomic():
        locked()
        writer = find_member(by)
        keys = _keys({by, *readers})
        name = secrets.token_hex(16)
        sealed, boxes = texts.encrypted(text, name, [each.public for each in keys])
        row = Testimony(
            name=name,
            performer=find_performer(performer) if performer else None,
            case=_case(case),
            about=clean(about)[:200],
            sealed=sealed,
            by=writer,
        )
        row.save()
        _seal_for(row, keys, boxes, writer)
    return sealed_text(row.pk)


@guarded()
def read(number: int, member: int, private: PrivateKey) -> str:
    """Return a text to one of its readers; the ledger notes that it was read.

    Raises NotFound, StaysSealed, SealDamaged.
    """
    row, mine = _for(number, private)
    text = texts.decrypted(
        bytes(row.sealed), row.name, texts.key_of(bytes(mine.sealed), row.name, private)
    )
    with transaction.atomic():
        append(row.ledger_kind, row.ledger_subject, {"verb": READ, "by": f"member/{member}"})
    return text


@guarded()
def amend(number: int, text: str, by: int, private: PrivateKey) -> None:
    """Write a text anew, for the same readers; by who wrote it. Raises NotAllowed, …"""
    text = _checked(text)
    with transaction.atomic():
        locked()
        row, _mine = _for(number, private)
        if row.by_id != by:
            raise NotAllowed(_("Only who wrote this changes it."))
        _encrypt_anew(row, text, find_member(by))


@guarded()
def let_read(number: int, reader: int, by: int, private: PrivateKey) -> None:
    """Let one more member read; by somebody who can. Raises StaysSealed, NotFound."""
    with transaction.atomic():
        locked()
        row, mine = _for(number, private)
        giver = find_member(by)
        (key,) = _keys({reader})
        if row.readers.filter(key__member=reader).exists():
            return
        data_key = texts.key_of(bytes(mine.sealed), row.name, private)
        box = texts.given(data_key, row.name, key.public)
        TestimonyReader(testimony=row, key=key, sealed=box, by=giver).save()


@guarded()
def stop_reading(number: int, reader: int, by: int, private: PrivateKey) -> None:
    """Take a reader away: the text is encrypted anew for those who stay.

    By who wrote it, or the reader themselves. What they read, they have read.
    Raises NotAllowed, UsageError when nobody would be left.
    """
    with transaction.atomic():
        locked()
        row, mine = _for(number, private)
        if by not in {row.by_id, reader}:
            raise NotAllowed(_("Only who wrote this takes a reader away."))
        leaving = row.readers.filter(key__member=reader).first()
        if leaving is None:
            return
        if row.readers.count() == 1:
            raise UsageError(
                _("Nobody would be left who can read this."),
                advice=_("Let somebody else read it first, or remove it."),
            )
        data_key = texts.key_of(bytes(mine.sealed), row.name, private)
        text = texts.decrypted(bytes(row.sealed), row.name, data_key)
        leaving.delete()
        _encrypt_anew(row, text, find_member(by))


@guarded()
def remove(number: int, by: int) -> None:
    """Remove a text: by who wrote it, or the performer of whom it is. Raises NotAllowed."""
    with transaction.atomic():
        locked()
        row = _find(number)
        remover = find_member(by)
        of_them = row.performer_id is not None and remover.performer_id == row.performer_id
        if row.by_id != by and not of_them:
            raise NotAllowed(_("Only who wrote this, or who it is about, removes it."))
        row.delete()


@guarded()
def sealed_text(number: int) -> TestimonyRecord:
    """Return what is told of a text in the clear. Raises NotFound."""
    return _records(_rows().filter(pk=_find(number).pk))[0]


@guarded()
def sealed_texts(
    *, case: int | None = None, performer: str = "", reader: int | None = None, about: str = ""
) -> list[TestimonyRecord]:
    """Return which texts there are: of a case, of a performer, for a reader, about something."""
    rows = _rows()
    if case is not None:
        rows = rows.filter(case=case)
    if performer:
        rows = rows.filter(performer__slug=performer)
    if about:
        rows = rows.filter(about=about)
    if reader is not None:
        rows = rows.filter(readers__key__member=reader)
    return _records(rows)


@guarded()
def sealed_for(reader: int, about: str) -> int | None:
    """Return the text about something that is sealed for a member, by its number; the last."""
    rows = Testimony.objects.filter(about=about, readers__key__member=reader)
    return rows.order_by("pk").values_list("pk", flat=True).last()


def _rows() -> QuerySet[Testimony]:
    return (
        Testimony.objects.defer("sealed")
        .select_related("by", "performer")
        .prefetch_related("readers__key__member")
        .order_by("pk")
    )


def _records(rows: Iterable[Testimony]) -> list[TestimonyRecord]:
    return [
        TestimonyRecord(
            id=row.pk,
            about=row.about,
            performer=row.performer.slug if row.performer else "",
            case=row.case_id,
            by=row.by_id,
            by_name=row.by.name,
            written_at=row.written_at,
            changed_at=row.changed_at,
            readers=tuple(
                ReaderRecord(each.key.member_id, each.key.member.name) for each in row.readers.all()
            ),
        )
        for row in rows
    ]


def _find(number: int) -> Testimony:
    row = Testimony.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such testimony."))
    return row


def _for(number: int, private: PrivateKey) -> tuple[Testimony, TestimonyReader]:
    row = _find(number)
    mine = row.readers.filter(key__public=private.public).first()
    if mine is None:
        raise StaysSealed(
            _("This is not sealed for your key, or it was altered."),
            advice=_("Ask somebody who can read it to seal it for you."),
        )
    return row, mine


def _case(number: int | None) -> Case | None:
    if number is None:
        return None
    row = Case.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such case."))
    return row


def _checked(text: str) -> str:
    text = clean(text.strip())
    if not text:
        raise UsageError(_("There is nothing written."))
    if len(text) > LONGEST:
        raise UsageError(_("This text is too long."), advice=_("Keep it in several parts."))
    return text


def _keys(readers: set[int]) -> list[MemberKey]:
    rows = MemberKey.objects.filter(
        member__in=readers, state=MemberKey.State.CURRENT, member__left_at=None
    ).select_related("member")
    keys = list(rows.order_by("pk"))
    missing = readers - {each.member_id for each in keys}
    if missing:
        names = ", ".join(
            Member.objects.filter(pk__in=missing).order_by("name").values_list("name", flat=True)
        )
        raise StaysSealed(
            _("Nothing can be sealed yet for: {names}.").format(names=names),
            advice=_("They choose a passphrase first, in their settings."),
        )
    return keys


def _encrypt_anew(row: Testimony, text: str, by: Member) -> None:
    """Encrypt a text under another key, for the readers that it has."""
    keys = [each.key for each in row.readers.select_related("key")]
    row.sealed, boxes = texts.encrypted(text, row.name, [each.public for each in keys])
    row.changed_at = timezone.now()
    row.save()
    for each in row.readers.select_related("key"):
        each.sealed, each.by = boxes[each.key.public], by
        each.save()


def _seal_for(
    row: Testimony, keys: Iterable[MemberKey], boxes: dict[str, bytes], by: Member
) -> None:
    for key in keys:
        TestimonyReader(testimony=row, key=key, sealed=boxes[key.public], by=by).save()
