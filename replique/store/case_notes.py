"""Notes on a case, and who is reading what just now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from replique.errors import NotAllowed, NotFound, UsageError
from replique.language import gettext as _
from replique.store.case_events import happened
from replique.store.case_models import CaseNote, ReadingMark
from replique.store.case_records import NoteRecord, Who
from replique.store.cases import LONGEST, find_case
from replique.store.collation import in_order
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.members import find_member
from replique.store.text import clean

STRUCK = "struck"
READING_S = 90.0
"""A mark passes when the page that made it says nothing for so long."""


@guarded()
def add_note(case: int, text: str, *, by: int) -> NoteRecord:
    """Write a note, which all who work on the case read. Raises NotFound, UsageError.

    What only some may read is testimony: see replique.store.sealing.
    """
    kept = clean(text.strip())[:LONGEST]
    if not kept:
        raise UsageError(_("There is nothing written."))
    with transaction.atomic():
        locked()
        row, doer = find_case(case), find_member(by)
        note = CaseNote(case=row, text=kept, by=doer)
        note.save()
        happened(row, doer)
    return _note(note)


@guarded()
def strike_note(note: int, *, by: int) -> None:
    """Strike a note of one's own out: it is no longer shown. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        locked()
        row = CaseNote.objects.filter(pk=note, struck_at=None).select_related("case").first()
        if row is None:
            raise NotFound(_("There is no such note."))
        doer = find_member(by)
        if row.by_id != doer.pk:
            raise NotAllowed(_("A note is struck out by who wrote it."))
        row.struck_at, row.struck_by = timezone.now(), doer
        row.save(ledger_verb=STRUCK)
        happened(row.case, doer)


@guarded()
def notes(case: int) -> list[NoteRecord]:
    """Return the notes of a case, the oldest first."""
    return [_note(row) for row in CaseNote.objects.filter(case=case).select_related("by")]


@guarded()
def reading(subject: str, member: int, *, seconds: float = READING_S) -> list[Who]:
    """Say that a member has something open; return who else has.

    subject : "case/3", "occurrence/12". Called again by the page for as long as it is open.
    """
    now = timezone.now()
    until = now + dt.timedelta(seconds=seconds)
    with transaction.atomic():
        ReadingMark.objects.filter(until__lte=now).delete()
        ReadingMark.objects.update_or_create(
            subject=subject[:200], member=find_member(member), defaults={"until": until}
        )
    return readers([subject], but=member).get(subject, [])


@guarded()
def stop_reading(subject: str, member: int) -> None:
    """Say that a member has closed something."""
    ReadingMark.objects.filter(subject=subject, member=member).delete()


@guarded()
def readers(subjects: Iterable[str], *, but: int | None = None) -> dict[str, list[Who]]:
    """Return who has each of these open just now, without one of them."""
    rows = ReadingMark.objects.filter(subject__in=list(subjects), until__gt=timezone.now())
    found: dict[str, list[Who]] = {}
    named = rows.exclude(member=but).select_related("member")
    for row in in_order(named, key=lambda each: each.member.name):
        found.setdefault(row.subject, []).append(Who(row.member_id, row.member.name))
    return found


def _note(row: CaseNote) -> NoteRecord:
    struck = row.struck_at is not None
    return NoteRecord(
        row.pk, row.case_id, "" if struck else row.text, Who(row.by_id, row.by.name), row.at, struck
    )
