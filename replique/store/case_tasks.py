"""What is to be done in a case: by whom, by which day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store.case_events import happened
from replique.store.case_models import LONG, CaseTask
from replique.store.case_records import TaskRecord, Who
from replique.store.cases import check_works_on, find_case
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.members import find_member
from replique.store.text import clean

REOPENED = "reopened"


@guarded()
def add_task(
    case: int, text: str, *, by: int, who: int | None = None, due: dt.date | None = None
) -> TaskRecord:
    """Say what is to be done. who : works on the case; None for whoever takes it.

    Raises NotFound, UsageError.
    """
    kept = clean(text.strip())[:LONG]
    if not kept:
        raise UsageError(_("What is to be done?"))
    with transaction.atomic():
        locked()
        row, doer = find_case(case), find_member(by)
        task = CaseTask(case=row, text=kept, due=due, by=doer)
        if who is not None:
            task.who = find_member(who)
            check_works_on(row, task.who)
        task.save()
        happened(row, doer)
    return task_of(task)


@guarded()
def give_task(task: int, who: int | None, *, by: int, due: dt.date | None = None) -> TaskRecord:
    """Give a task to somebody who works on the case, or to nobody; with its day."""
    with transaction.atomic():
        locked()
        row, doer = _find(task), find_member(by)
        row.who = None if who is None else find_member(who)
        if row.who is not None:
            check_works_on(row.case, row.who)
        row.due = due
        row.save()
        happened(row.case, doer)
    return task_of(row)


@guarded()
def end_task(task: int, state: str, *, by: int) -> TaskRecord:
    """Say that a task is done, dropped, or open after all. Raises NotFound, UsageError."""
    if state not in CaseTask.State.values:
        raise UsageError(_("This is no state of a task."), advice=_("One of: done, dropped, open."))
    with transaction.atomic():
        locked()
        row, doer = _find(task), find_member(by)
        row.state = state
        row.ended_at = None if state == CaseTask.State.OPEN else timezone.now()
        row.save(ledger_verb=REOPENED if state == CaseTask.State.OPEN else state)
        happened(row.case, doer)
    return task_of(row)


@guarded()
def tasks(
    *, case: int | None = None, who: int | None = None, open_only: bool = False, count: int = 200
) -> list[TaskRecord]:
    """Return tasks: of a case, of a member; what is due first comes first."""
    rows = CaseTask.objects.select_related("case", "who")
    rows = rows if case is None else rows.filter(case=case)
    rows = rows if who is None else rows.filter(who=who)
    rows = rows.filter(state=CaseTask.State.OPEN) if open_only else rows
    ordered = rows.order_by(F("due").asc(nulls_last=True), "pk")
    return [task_of(row) for row in ordered[:count]]


def task_of(row: CaseTask) -> TaskRecord:
    """Return a task as a record."""
    return TaskRecord(
        id=row.pk,
        case=row.case_id,
        case_title=row.case.title,
        text=row.text,
        who=None if row.who is None else Who(row.who.pk, row.who.name),
        due=row.due,
        state=row.state,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def _find(number: int) -> CaseTask:
    row = CaseTask.objects.filter(pk=number).select_related("case", "who").first()
    if row is None:
        raise NotFound(_("There is no such task."))
    return row
