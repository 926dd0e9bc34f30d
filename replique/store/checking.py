"""Findings: what the agreements say of each use, asked anew whenever somebody looks.

An answer is never read back from the records: it is asked of the texts as they are, on
the day.  What is kept is what was answered, when, and of which texts; where a text, a
use, a duty or the rules have changed since, the new answer is kept and the finding says
what the verdict was before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from replique import __version__
from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.records import Agreement, Done, Life
from replique.consent.rendering import as_json
from replique.consent.vocabulary import VERDICTS
from replique.errors import UsageError
from replique.evidence.canonical import canonical
from replique.language import choose, restore
from replique.language import gettext as _
from replique.store.agreeing import names, speaking, texts
from replique.store.consent_models import Agreement as AgreementRow
from replique.store.consent_models import Finding
from replique.store.consent_records import FindingRecord, UseRecord
from replique.store.describing import find_use, is_use, undescribed, uses
from replique.store.guard import guarded
from replique.store.judging import judgements
from replique.store.lives import lives
from replique.store.text import clean

DAY = "asked_on"
"""The one part of an answer that changes by itself."""


@guarded()
def check(what: str, on: dt.date | None = None) -> list[FindingRecord]:
    """Ask the agreements of a use, or of every use of an occurrence.

    what : "u3" is a use, "3" an occurrence. on : the day that is asked about, today if
        None; the answer for another day is given and not kept.

    An occurrence of which no use was described is answered as the scan shows it; that is
    not kept either: `use.number` is None.  Raises NotFound, UsageError.
    """
    if is_use(what):
        return _findings([find_use(what)], on)
    if not (what.isascii() and what.isdigit()):
        raise UsageError(
            _("{name} is neither an occurrence nor a use.").format(name=clean(what)[:40]),
            advice=_("Give the number of an occurrence, such as 12, or of a use, such as u3."),
        )
    number = int(what[:18])
    described = uses(occurrence=number, withdrawn=True)
    return _findings(described or undescribed(number), on)


@guarded()
def finding(name: str, on: dt.date | None = None) -> FindingRecord:
    """Return the finding of one use: u3. Raises NotFound, UsageError."""
    return _findings([find_use(name)], on)[0]


@guarded()
def findings(
    performer: str | None = None,
    *,
    verdict: str | None = None,
    occurrence: int | None = None,
    withdrawn: bool = False,
    on: dt.date | None = None,
) -> list[FindingRecord]:
    """Return the findings of all uses that were described, in that order.

    performer : slug. verdict : only those. withdrawn : with uses of withdrawn takes.
    Raises NotFound, UsageError.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise UsageError(
            _("{verdict} is no verdict.").format(verdict=clean(verdict)[:40]),
            advice=_("One of: {verdicts}.").format(verdicts=", ".join(VERDICTS)),
        )
    found = _findings(uses(performer, occurrence=occurrence, withdrawn=withdrawn), on)
    return [each for each in found if verdict is None or each.verdict == verdict]


class _Counsel:
    """The agreements and the lives as they are now, asked together for each performer."""

    def __init__(self) -> None:
        self._speaking = speaking()
        self._lives = lives()
        self._by_performer: dict[str, tuple[Agreements, dict[str, str]]] = {}

    def ask(self, use: UseRecord, on: dt.date) -> tuple[Answer, dict[str, str]]:
        """Return the answer, and the texts that it was asked of."""
        agreements, asked_of = self._of(use.performer)
        return agreements.ask(use.use, on), asked_of

    def life(self, performer: str) -> Life | None:
        """Return what is known of a performer's dates."""
        return self._lives.get(performer)

    def _of(self, performer: str) -> tuple[Agreements, dict[str, str]]:
        if performer not in self._by_performer:
            theirs = [each for each in self._speaking if names(each[0], performer)]
            rows: list[AgreementRow] = [row for row, _said in theirs]
            said: list[Agreement] = [said for _row, said in theirs]
            life = self.life(performer)
            lives_ = [life] if life is not None else []
            self._by_performer[performer] = (Agreements(said, lives_), texts(rows))
        return self._by_performer[performer]


def _findings(described: Sequence[UseRecord], on: dt.date | None) -> list[FindingRecord]:
    if not described:
        return []
    today = dt.date.today()  # noqa: DTZ011 — the day where the person is
    day = on or today
    counsel = _Counsel()
    judged = judgements(each.occurrence for each in described if each.occurrence is not None)
    found = []
    for use in described:
        answer, asked_of = counsel.ask(use, day)
        judgement = judged.get(use.occurrence) if use.occurrence is not None else None
        found.append(FindingRecord(use, answer, asked_of, judgement=judgement))
    if day != today:
        return found
    return _kept(found, counsel)


def _kept(found: Iterable[FindingRecord], counsel: _Counsel) -> list[FindingRecord]:
    """Keep the answers that are new, all in one transaction."""
    with transaction.atomic():
        rows = {row.use_id: row for row in Finding.objects.order_by("pk")}
        return [_keep(each, rows, counsel) for each in found]


def _keep(one: FindingRecord, rows: Mapping[int, Finding], counsel: _Counsel) -> FindingRecord:
    number = one.use.number
    if number is None:  # nobody has described it
        return one
    row = rows.get(number)
    answer = _as_kept(one.answer)
    basis = _basis(one, counsel.life(one.use.performer))
    if row is not None and row.basis == basis and _same(row.answer, answer):
        return _dated(one, row, "")
    before = row.verdict if row is not None and row.verdict != one.verdict else ""
    row = row or Finding(use_id=number)
    row.verdict, row.answer, row.engine, row.basis = one.verdict, answer, __version__, basis
    row.asked_of, row.asked_on, row.asked_at = one.asked_of, one.answer.asked_on, timezone.now()
    row.save(ledger_verb="answered")
    return _dated(one, row, before)


def _dated(one: FindingRecord, row: Finding, before: str) -> FindingRecord:
    return FindingRecord(one.use, one.answer, one.asked_of, row.asked_at, before, one.judgement)


def _basis(one: FindingRecord, life: Life | None) -> str:
    """Return the hash of all that the answer depends on, the day left out."""
    content: dict[str, Any] = {
        "engine": __version__,
        "agreements": one.asked_of,
        "use": one.use.sha256,
        "done": [_done(each) for each in one.use.use.done],
        "born": life.born.written if life is not None and life.born is not None else "",
        "died": life.died.written if life is not None and life.died is not None else "",
    }
    return hashlib.sha256(canonical(content)).hexdigest()


def _done(done: Done) -> list[str]:
    amount = "" if done.amount is None else str(done.amount)
    return [
        done.duty, done.on.written, done.by, done.evidence, done.outcome, amount, done.currency,
    ]  # fmt: skip


def _same(kept: Any, answer: Any) -> bool:  # noqa: ANN401 — JSON is any tree
    """Return whether two answers say the same, on whatever day."""
    return canonical({**kept, DAY: ""}) == canonical({**answer, DAY: ""})


def _as_kept(answer: Answer) -> dict[str, Any]:
    """Return an answer as it is kept: in English, whoever asks, so that two can be compared."""
    token = choose("en")
    try:
        kept: dict[str, Any] = _storable(as_json(answer))
    finally:
        restore(token)
    return kept


def _storable(value: Any) -> Any:  # noqa: ANN401 — JSON is any tree
    """Return a value that every database keeps: PostgreSQL's JSON knows no NUL."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return value
