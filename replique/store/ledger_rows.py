"""Rows held against the ledger: an edit through SQL leaves a trace, and here it is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from replique.evidence.canonical import NotCanonical, parse
from replique.store import watched
from replique.store.guard import guarded
from replique.store.ledger import READ, locked
from replique.store.ledger_models import LedgerEntry
from replique.store.ledgered import REMOVED, Ledgered, ledgered_models

CHUNK = 500


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row and the ledger that do not agree.

    what : "changed": not what its last entry commits to; "unlogged": a row of which the
        ledger does not know; "missing": the ledger knows of no removal.
    """

    subject: str
    what: Literal["changed", "unlogged", "missing"]


@guarded()
def check_rows(models: Iterable[type[Ledgered]] | None = None) -> list[RowProblem]:
    """Hold every row that writes the ledger against its last entry. Raises StoreError.

    models : None for all there are.

    The ledger itself must have been verified: this trusts what it says.
    """
    found: list[RowProblem] = []
    for model in models or ledgered_models():
        problems = list(_check(model))
        if problems:  # or a change that was made between the two readings
            with transaction.atomic():
                locked()  # nobody writes now
                problems = list(_check(model))
        found += problems
    if models is None:
        found += _searches()
    return found


def _searches() -> list[RowProblem]:
    """Hold media, what was found in them, and takes against what the ledger tells of them."""
    first = LedgerEntry.objects.order_by("sequence").first()
    begun = None if first is None else _at(first)
    if begun is None:
        return []
    found = _searches_amiss(begun)
    if found:  # or a search ended between the two readings
        with transaction.atomic():
            locked()
            found = _searches_amiss(begun)
    return [RowProblem(subject, what) for subject, what in found]


def _searches_amiss(begun: dt.datetime) -> list[tuple[str, watched.What]]:
    media, takes = _told("medium"), _told("take")
    return [*watched.media_amiss(media, begun), *watched.takes_amiss(takes, begun)]


def _at(entry: LedgerEntry) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(parse(entry.line.encode())["at"]))
    except (NotCanonical, KeyError, ValueError):
        return None  # `verify` names it


def _check(model: type[Ledgered]) -> Iterator[RowProblem]:
    told = _told(model.ledger_kind)
    for row in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):  # noqa: SLF001
        last = told.pop(row.ledger_subject, None)
        if last is None or last.get("verb") == REMOVED:
            yield RowProblem(row.ledger_subject, "unlogged")
        elif not _fits(row, last):
            yield RowProblem(row.ledger_subject, "changed")
    for subject, last in told.items():
        if last.get("verb") != REMOVED:
            yield RowProblem(subject, "missing")


def _fits(row: Ledgered, last: dict[str, Any]) -> bool:
    try:
        return row.ledger_commitment() == last.get("commitment")
    except (TypeError, ValueError, KeyError, AttributeError):
        return False  # a column that holds what the program never wrote


def _told(kind: str) -> dict[str, dict[str, Any]]:
    """Return the body of the last entry on each subject of a kind, readings left out."""
    told: dict[str, dict[str, Any]] = {}
    lines = LedgerEntry.objects.filter(kind=kind).order_by("sequence")
    for subject, line in lines.values_list("subject", "line").iterator(chunk_size=CHUNK):
        try:
            body = parse(line.encode()).get("body")
        except (NotCanonical, ValueError):
            continue  # `verify` names it
        if isinstance(body, dict) and body.get("verb") != READ:
            told[subject] = body
    return told


def last_entries(rows: Sequence[Ledgered]) -> dict[str, int]:
    """Return the number of the entry that each row stands by, by subject.

    A row of which no entry tells, or another content, is left out. rows : some hundreds.
    """
    by_subject = {row.ledger_subject: row for row in rows}
    lines = LedgerEntry.objects.filter(subject__in=by_subject).order_by("sequence")
    last: dict[str, tuple[int, dict[str, Any]]] = {}
    for sequence, subject, line in lines.values_list("sequence", "subject", "line"):
        try:
            body = parse(line.encode()).get("body")
        except (NotCanonical, ValueError):
            continue
        if isinstance(body, dict) and body.get("verb") != READ:
            last[subject] = (sequence, body)
    return {
        subject: sequence
        for subject, (sequence, body) in last.items()
        if _fits(by_subject[subject], body)
    }
