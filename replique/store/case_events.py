"""What happened in a case: entries of the ledger, and who did it."""

from __future__ import annotations

from collections.abc import Iterable

from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import read
from replique.store.case_models import Case, CaseEvent
from replique.store.case_records import EventRecord
from replique.store.guard import guarded
from replique.store.ledger import AT_ONCE, THE_HEAD
from replique.store.ledger_models import LedgerEntry, LedgerHead
from replique.store.member_models import Member


def happened(case: Case, by: Member | None) -> None:
    """Say that the entry written last belongs to a case; in the same transaction."""
    size = LedgerHead.objects.values_list("size", flat=True).get(pk=THE_HEAD)
    CaseEvent.objects.create(case=case, entry=size - 1, by=by)


def all_happened(case: Case, by: Member | None, entries: Iterable[int]) -> None:
    """Say that these entries belong to a case; in the same transaction."""
    rows = [CaseEvent(case=case, entry=entry, by=by) for entry in entries]
    CaseEvent.objects.bulk_create(rows, AT_ONCE)


@guarded()
def timeline(case: int, *, before: int | None = None, count: int = 100) -> list[EventRecord]:
    """Return what happened, the latest first. before : only entries earlier than this one."""
    rows = CaseEvent.objects.filter(case=case).select_related("by")
    rows = rows if before is None else rows.filter(entry__lt=before)
    events = list(rows.order_by("-entry")[:count])
    wanted = [each.entry for each in events]
    lines: dict[int, str] = {}
    for at in range(0, len(wanted), AT_ONCE):
        some = LedgerEntry.objects.filter(sequence__in=wanted[at : at + AT_ONCE])
        lines |= dict(some.values_list("sequence", "line"))
    found = []
    for each in events:
        try:
            entry = read(lines[each.entry].encode())
        except (KeyError, NotCanonical, ValueError):
            continue  # altered or gone: `ledger verify` names it
        found.append(
            EventRecord(
                entry=each.entry,
                at=entry.at,
                kind=entry.kind,
                subject=entry.subject,
                verb=str(entry.body.get("verb", "")),
                by=each.by.name if each.by else "",
                moved_from=each.moved_from_id,
                body=entry.body,
            )
        )
    return found
