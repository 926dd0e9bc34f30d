"""What a person who looked, or listened, says of an occurrence."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store.consent_models import Judgement
from replique.store.consent_records import JudgementRecord
from replique.store.guard import guarded
from replique.store.models import Occurrence
from replique.store.text import clean

AT_ONCE = 500
"""Numbers in one query: far below SQLite's limit."""


@guarded()
def judge(occurrence: int, verdict: str, why: str = "", by: str = "") -> JudgementRecord:
    """Keep what somebody says of an occurrence; what was said before stays on record.

    verdict : yes, it is this performance and it is used there, or this person's voice, as far
        as who listened can tell; no; or unsure.
    why : private. by : who says so. Raises NotFound, UsageError.
    """
    if verdict not in Judgement.Verdict.values:
        raise UsageError(
            _("{verdict} is no judgement.").format(verdict=clean(verdict)),
            advice=_("One of: yes, no, unsure."),
        )
    if not by.strip():
        raise UsageError(
            _("A judgement needs a person who gives it."), advice=_("Say who with --by NAME.")
        )
    row = find_occurrence(occurrence)
    with transaction.atomic():
        said = Judgement(
            occurrence=row, verdict=verdict, why=clean(why.strip()), by=clean(by.strip())[:200]
        )
        said.save()
    return _record(said)


@guarded()
def judgement(occurrence: int, *, testimony: bool = False) -> JudgementRecord:
    """Return the judgement that holds.

    testimony : with why; the ledger notes that it was read. Raises NotFound.
    """
    find_occurrence(occurrence)
    row = Judgement.objects.filter(occurrence=occurrence).order_by("pk").last()
    if row is None:
        raise NotFound(
            _("Nobody has judged occurrence {number}.").format(number=occurrence),
            advice=_("`replique judge {number} yes` says that you did.").format(number=occurrence),
        )
    if testimony:
        row.ledger_read()
    return _record(row, testimony=testimony)


@guarded()
def judgements(occurrences: Iterable[int] | None = None) -> dict[int, JudgementRecord]:
    """Return the judgement that holds of each occurrence, or of those; without why."""
    if occurrences is None:
        return _newest(Judgement.objects.order_by("pk"))
    wanted = sorted(set(occurrences))
    found: dict[int, JudgementRecord] = {}
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        found |= _newest(Judgement.objects.filter(occurrence__in=some).order_by("pk"))
    return found


def _newest(rows: Iterable[Judgement]) -> dict[int, JudgementRecord]:
    return {row.occurrence_id: _record(row) for row in rows}  # the last of each wins


def find_occurrence(number: int) -> Occurrence:
    """Return the row. Raises NotFound."""
    row = (
        Occurrence.objects.filter(pk=number).select_related("recording", "voice__performer").first()
    )
    if row is None:
        raise NotFound(
            _("There is no occurrence {number}.").format(number=number),
            advice=_("`replique occurrences` shows them, each with its number."),
        )
    return row


def _record(row: Judgement, *, testimony: bool = False) -> JudgementRecord:
    return JudgementRecord(
        occurrence=row.occurrence_id,
        verdict=row.verdict,
        by=row.by,
        at=row.at,
        has_reason=bool(row.why),
        why=row.why if testimony else "",
        id=row.pk,
    )
