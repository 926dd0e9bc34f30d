"""Findings: what the agreements say of each use, asked anew whenever somebody looks.

An answer is never read back from the records: it is asked of the texts as they are, on
the day, the verdict at once and its steps when they are wanted.  What is kept is what was
answered, when, and of which texts; where a text, a use, a duty or the rules have changed
since, or the verdict with the day, the new answer is kept and the finding says what the
verdict was before.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from replique import __version__
from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.dates import When
from replique.consent.records import Life, Use
from replique.consent.vocabulary import VERDICTS
from replique.errors import UsageError
from replique.evidence.canonical import digest
from replique.language import choose, current, restore
from replique.language import gettext as _
from replique.store.agreeing import names, speaking, texts
from replique.store.consent_models import Finding
from replique.store.consent_records import FindingRecord, JudgementRecord, UseRecord
from replique.store.describing import find_use, is_use, undescribed, uses, uses_after
from replique.store.guard import guarded
from replique.store.judging import AT_ONCE, judgements
from replique.store.lives import lives
from replique.store.text import clean


@guarded()
def check(what: str, on: dt.date | None = None) -> list[FindingRecord]:
    """Ask the agreements of a use, or of every use of an occurrence.

    what : "u3" is a use, "3" an occurrence. on : the day that is asked about, today if
        None; the answer for another day is given and not kept.

    An occurrence of which no use was described is answered as the scan shows it; that is
    not kept either: `use.number` is None.  Raises NotFound, UsageError.
    """
    if is_use(what):
        return _findings([find_use(what)], on, keep=True)
    if not (what.isascii() and what.isdigit()):
        raise UsageError(
            _("{name} is neither an occurrence nor a use.").format(name=clean(what)[:40]),
            advice=_("Give the number of an occurrence, such as 12, or of a use, such as u3."),
        )
    number = int(what[:18])
    described = uses(occurrence=number, withdrawn=True)
    return _findings(described or undescribed(number), on, keep=True)


@guarded()
def finding(name: str, on: dt.date | None = None) -> FindingRecord:
    """Return the finding of one use, u3, and keep it. Raises NotFound, UsageError."""
    return _findings([find_use(name)], on, keep=True)[0]


def keep_findings(described: Sequence[UseRecord]) -> list[FindingRecord]:
    """Ask the agreements of some uses together, and keep the answers."""
    return _findings(described, None, keep=True)


def asked(name: str) -> FindingRecord:
    """Return the finding of one use without keeping it. Raises NotFound, UsageError."""
    return _findings([find_use(name)], None, keep=False)[0]


@guarded()
def page(after: int, size: int, *, performer: str = "") -> list[FindingRecord]:
    """Return the findings of the uses that lists show, of those after a number; keep nothing.

    performer : slug, "" for everybody.
    """
    return _findings(uses_after(after, size, performer), None, keep=False)


@guarded()
def would(use: UseRecord) -> FindingRecord:
    """Return what the agreements would say of a use that was supposed; nothing is kept."""
    return _findings([use], None, keep=False)[0]


@guarded()
def findings(
    performer: str | None = None,
    *,
    verdict: str | None = None,
    occurrence: int | None = None,
    withdrawn: bool = False,
    on: dt.date | None = None,
    keep: bool = False,
) -> list[FindingRecord]:
    """Return the findings of all uses that were described, in that order.

    performer : slug. verdict : only those. withdrawn : with uses of withdrawn takes.
    keep : keep the answers, as `check` does, for somebody looks at each; otherwise what is
        kept stays, and `before` goes on saying what it was. Raises NotFound, UsageError.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise UsageError(
            _("{verdict} is no verdict.").format(verdict=clean(verdict)[:40]),
            advice=_("One of: {verdicts}.").format(verdicts=", ".join(VERDICTS)),
        )
    described = uses(performer, occurrence=occurrence, withdrawn=withdrawn)
    return _findings(described, on, keep=keep, verdict=verdict)


class _Counsel:
    """The agreements and the lives as they are now, asked together for each performer."""

    def __init__(self, on: dt.date) -> None:
        self._on = on
        self._speaking = speaking()
        self._lives = lives()
        self._by_performer: dict[str, _Texts] = {}

    def ask(self, use: UseRecord, judgement: JudgementRecord | None) -> FindingRecord:
        """Return the verdict of a use; every step of it is worked out when it is wanted."""
        theirs = self.of(use.performer)
        outcome = theirs.agreements.outcome(use.use, self._on)
        return FindingRecord(
            use,
            outcome.verdict,
            outcome.possible,
            theirs.asked_of,
            asking=partial(_in_full, theirs.agreements, use.use, self._on, current()),
            judgement=judgement,
        )

    def of(self, performer: str) -> _Texts:
        """Return the agreements that speak of a performer."""
        if performer not in self._by_performer:
            theirs = [each for each in self._speaking if names(each[0], performer)]
            life = self._lives.get(performer)
            self._by_performer[performer] = _Texts(
                Agreements([said for _row, said in theirs], [] if life is None else [life]),
                texts([row for row, _said in theirs]),
                life,
            )
        return self._by_performer[performer]


class _Texts:
    """What speaks of one performer.

    asked_of : the texts. digest : of them, of the performer's dates and of the rules.
    """

    def __init__(
        self, agreements: Agreements, asked_of: Mapping[str, str], life: Life | None
    ) -> None:
        self.agreements = agreements
        self.asked_of = asked_of
        self.digest = digest(
            {
                "engine": __version__,
                "agreements": dict(asked_of),
                "born": life.born.written if life is not None and life.born is not None else "",
                "died": life.died.written if life is not None and life.died is not None else "",
            }
        )


def _in_full(agreements: Agreements, use: Use, on: dt.date, language: str) -> Answer:
    """Return the answer with every step, in the language of who asked."""
    token = choose(language)
    try:
        return agreements.ask(use, on)
    finally:
        restore(token)


def _findings(
    described: Sequence[UseRecord], on: dt.date | None, *, keep: bool, verdict: str | None = None
) -> list[FindingRecord]:
    if not described:
        return []
    today = dt.date.today()  # noqa: DTZ011 — the day where the person is
    day = on or today
    counsel = _Counsel(day)
    judged = judgements(each.occurrence for each in described if each.occurrence is not None)
    found = [
        counsel.ask(use, None if use.occurrence is None else judged.get(use.occurrence))
        for use in described
    ]
    found = [each for each in found if verdict is None or each.verdict == verdict]
    if day != today:
        return found
    if not keep:
        return _compared(found, counsel, keep=False)
    try:
        return _kept(found, counsel)
    except IntegrityError:  # another program has just kept the first answer of a use
        return _kept(found, counsel)


def _kept(found: Sequence[FindingRecord], counsel: _Counsel) -> list[FindingRecord]:
    """Keep the answers that are new, all in one transaction."""
    with transaction.atomic():
        return _compared(found, counsel, keep=True)


def _compared(
    found: Sequence[FindingRecord], counsel: _Counsel, *, keep: bool
) -> list[FindingRecord]:
    known = Finding.objects.defer("answer")
    if len(found) <= AT_ONCE:
        known = known.filter(use__in=[each.use.number for each in found if each.use.number])
    rows = {row.use_id: row for row in known.order_by("pk")}
    return [_compare(each, rows, counsel, keep=keep) for each in found]


def _compare(
    one: FindingRecord, rows: Mapping[int, Finding], counsel: _Counsel, *, keep: bool
) -> FindingRecord:
    """Hold an answer against the kept one; keep it if the verdict or the texts are others."""
    number = one.use.number
    if number is None:  # nobody has described it
        return one
    row = rows.get(number)
    basis = _basis(one.use, counsel.of(one.use.performer))
    told = (basis, one.verdict, list(one.possible))
    if row is not None and (row.basis, row.verdict, row.possible) == told:
        return dataclasses.replace(one, asked_at=row.asked_at)
    before = row.verdict if row is not None and row.verdict != one.verdict else ""
    if not keep:
        return dataclasses.replace(one, before=before)
    answer = one.answer
    kept = row or Finding(use_id=number)
    kept.basis, kept.verdict, kept.possible = told
    kept.answer, kept.engine, kept.asked_of = _gist(answer), __version__, dict(one.asked_of)
    kept.asked_on, kept.asked_at = answer.asked_on, timezone.now()
    kept.save(ledger_verb="answered")
    return dataclasses.replace(one, asking=lambda: answer, asked_at=kept.asked_at, before=before)


def _basis(use: UseRecord, theirs: _Texts) -> str:
    """Return the hash of all that the answer depends on but the day."""
    done = [
        [_plain(getattr(each, field.name)) for field in dataclasses.fields(each)]
        for each in use.use.done
    ]
    return digest({"texts": theirs.digest, "use": use.sha256, "done": done})


def _gist(answer: Answer) -> dict[str, Any]:
    """Return what is kept of an answer: codes and facts, of the rules that decided it.

    Every step can be had again: of the same texts, the same rules give the same answer.
    """
    deciding = [
        each
        for each in answer.considered
        if f"{each.agreement}/{each.rule}" == answer.relied_on
        or (each.kind != "grant" and "silent" not in each.possible)
    ]
    kept = _plain(dataclasses.asdict(dataclasses.replace(answer, considered=tuple(deciding))))
    assert isinstance(kept, dict)  # noqa: S101 — for the type checker
    return kept


def _plain(value: Any) -> Any:  # noqa: ANN401 — JSON is any tree
    """Return a value that every database keeps: PostgreSQL's JSON knows no NUL."""
    match value:
        case str():
            return value.replace("\0", "")
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case When():
            return value.written
        case dt.date():
            return value.isoformat()
        case _:
            return value
