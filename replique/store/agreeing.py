"""Agreements: kept as they were given, each change a new edition of the text.

Nothing is ever rewritten: who withdraws or suspends a permission adds a dated line to a
copy of the text, and the earlier edition stays on record.  What is private in a text
(testimony, notes) leaves this module only when it is asked for, and the ledger says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from replique.consent import reading
from replique.consent.dates import when
from replique.consent.records import Agreement
from replique.consent.vocabulary import ACTS, ANY
from replique.errors import AgreementRefused, AlreadyThere, NotFound, UsageError
from replique.language import gettext as _
from replique.store import evidence_files
from replique.store.consent_models import LONG, SHORT, WRITTEN
from replique.store.consent_models import Agreement as Row
from replique.store.consent_models import AgreementFile as FileRow
from replique.store.consent_records import AgreementFileRecord, AgreementRecord
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.models import Performer
from replique.store.people import find_performer
from replique.store.text import clean
from replique.store.tomltext import table
from replique.store.untold import untold

Day = dt.date | str
"""A day, or as much as is known of it: "2024", "2024-03"."""


@guarded()
def add_agreement(text: str, replace: bool = False) -> AgreementRecord:  # noqa: FBT001, FBT002 — replace=True
    """Keep an agreement.

    text : TOML, see docs/consent.md; it is kept exactly so.
    replace : it corrects the text of the same id and version that is there.

    A version with a higher number is added beside the earlier ones, which go on speaking
    of the days before it.  Raises UsageError (what is wrong with the text, or a performer
    who is not registered), AlreadyThere.
    """
    agreement = reading.agreement(text)
    _check_performers(agreement)
    try:
        with transaction.atomic():
            locked()
            known = _current(agreement.id).filter(version=agreement.version).first()
            if known is not None:
                _check_replacing(known, text, replace=replace)
            return _record(_keep(agreement, text, known, "corrected" if known else None))
    except IntegrityError:
        # somebody added the same in the last second
        raise _there_already(agreement.id) from None


@guarded()
def agreements(performer: str | None = None) -> list[AgreementRecord]:
    """Return the agreements that name a performer, those for all included; or all.

    performer : slug. Each version of a paper is one. Without testimony.
    Raises NotFound, UsageError.
    """
    slug = None if performer is None else find_performer(performer).slug
    rows = Row.objects.filter(current=True)
    return _records([row for row in rows if slug is None or names(row, slug)])


@guarded()
def agreement(id: str, *, testimony: bool = False) -> AgreementRecord:  # noqa: A002 — what it is called
    """Return the newest version of an agreement.

    testimony : with what is private; the ledger notes that it was read. Raises NotFound.
    """
    row = _newest(id)
    if testimony:
        row.ledger_read()
    return _record(row, testimony=testimony)


@guarded()
def editions(id: str) -> list[AgreementRecord]:  # noqa: A002
    """Return every text that was kept of an agreement, the oldest first. Raises NotFound."""
    _newest(id)
    return _records(list(Row.objects.filter(slug=id)))


@guarded()
def withdraw_agreement(id: str, on: Day, why: str = "") -> AgreementRecord:  # noqa: A002
    """Withdraw consent from a day on; every version of the paper says so from now on.

    why : private. Raises NotFound, UsageError.
    """
    return _change(id, {"status": "withdrawn", "on": _day(on), "note": why}, "withdrawn")


@guarded()
def suspend_agreement(
    id: str,  # noqa: A002
    acts: Iterable[str] = (),
    start: Day = "",
    until: Day | None = None,
    why: str = "",
) -> AgreementRecord:
    """Suspend consent for a time, as in a strike.

    acts : which acts, none for all. start : from which day, today if not said.
    until : the last day, None if it is open. why : private. Raises NotFound, UsageError.
    """
    wanted = sorted(set(acts))
    for each in wanted:
        if each not in {*ACTS, ANY}:
            raise UsageError(
                _("{act} is no act.").format(act=clean(each)),
                advice=_("One of: {acts}.").format(acts=", ".join(ACTS)),
            )
    begin = _day(start or dt.date.today())  # noqa: DTZ011 — the day where the person is
    end = None if until is None else _day(until)
    _check_order(begin, end)
    state = {
        "status": "suspended",
        "on": begin,
        "until": end,
        "acts": wanted or None,
        "note": why,
    }
    return _change(id, state, "suspended")


@guarded()
def resume_agreement(id: str, on: Day) -> AgreementRecord:  # noqa: A002
    """End a suspension from a day on. Raises NotFound, UsageError: when there is none."""
    if not _is_suspended(_newest(id)):
        # "resumed" where nothing was suspended would leave every later answer undetermined
        raise UsageError(
            _("{agreement} is not suspended.").format(agreement=clean(id)),
            advice=_("Nothing needs to be done."),
        )
    return _change(id, {"status": "resumed", "on": _day(on)}, "resumed")


@guarded()
def attach(id: str, path: str | os.PathLike[str]) -> AgreementFileRecord:  # noqa: A002
    """Keep a file as evidence and say that it belongs to an agreement.

    Raises NotFound, AlreadyThere, Unreadable, StoreError.
    """
    file = Path(path)
    _newest(id)
    sha256 = evidence_files.keep(file)
    with transaction.atomic():
        row = _newest(id)
        if _files(id).filter(sha256=sha256).exists():
            raise AlreadyThere(
                _("This file belongs to {agreement} already.").format(agreement=row.slug),
                advice=_("Nothing needs to be done."),
            )
        kept = FileRow(
            agreement=row, sha256=sha256, name=clean(file.name), size=file.stat().st_size
        )
        kept.save()
    return _file(kept)


@guarded()
def remove_agreement(id: str) -> None:  # noqa: A002
    """Forget an agreement: every text of it. The ledger says that it was there.

    For one that was never agreed, or was entered by mistake: consent that is taken back is
    withdrawn instead.  Raises NotFound.
    """
    _newest(id)
    with transaction.atomic():
        for row in Row.objects.filter(slug=id):
            row.delete()


def names(row: Row, performer: str) -> bool:
    """Return whether an agreement speaks of a performer: by slug, or as one for all."""
    return performer in row.performers or ANY in row.performers


def tells_private(slug: str) -> bool:
    """Return whether a text of an agreement, of any edition, holds what is private."""
    said = [_read(row.text, row.slug) for row in Row.objects.filter(slug=slug)]
    return any(each != untold(each) for each in said)


def speaking() -> list[tuple[Row, Agreement]]:
    """Return the texts that hold today, each with what it says, without testimony."""
    rows = Row.objects.filter(current=True).order_by("slug", "version")
    return [(row, untold(_read(row.text, row.slug))) for row in rows]


@lru_cache(maxsize=4096)
def _read(text: str, slug: str) -> Agreement:
    """Return what a kept text says. slug : for the error, should it no longer be readable."""
    return reading.agreement(text, slug)


def _check_performers(agreement: Agreement) -> None:
    """Refuse a name that nobody has: its agreement would never be asked, and nobody told."""
    named = agreement.performers - {ANY}
    known = set(Performer.objects.filter(slug__in=named).values_list("slug", flat=True))
    missing = sorted(named - known)
    if missing:
        raise NotFound(
            _("The agreement names {names}, and there is no such performer.").format(
                names=", ".join(clean(each) for each in missing)
            ),
            advice=_(
                "Under performers, write the short names of `replique performer list`; "
                "`replique performer add` registers one."
            ),
        )


def _check_replacing(known: Row, text: str, *, replace: bool) -> None:
    if known.text == text:
        raise AlreadyThere(
            _("This agreement is there already, as {agreement}.").format(agreement=known.slug),
            advice=_("Nothing needs to be done."),
        )
    if not replace:
        raise _there_already(known.slug)


def _there_already(slug: str) -> AlreadyThere:
    return AlreadyThere(
        _("There is an agreement {agreement} already, and its text is another.").format(
            agreement=slug
        ),
        advice=_(
            "A new paper has a higher version, or another id; --replace says that this "
            "text corrects the one that is there."
        ),
    )


def _change(slug: str, state: Mapping[str, object], verb: str) -> AgreementRecord:
    """Add a change of state to every version; earlier ones speak of earlier days."""
    lines = "\n" + table("state", state, repeated=True)
    with transaction.atomic():
        locked()
        rows = list(_current(slug))
        if not rows:
            raise _no_agreement(slug)
        for row in rows:
            text = row.text + ("" if row.text.endswith("\n") else "\n") + lines
            _keep(_stated(text, slug), text, row, verb)
        return _record(_newest(slug))


def _is_suspended(row: Row) -> bool:
    told = [each.status for each in _read(row.text, row.slug).states]
    return [each for each in told if each in {"suspended", "resumed"}][-1:] == ["suspended"]


def _stated(text: str, slug: str) -> Agreement:
    try:
        return reading.agreement(text)
    except AgreementRefused:
        raise UsageError(
            _("A change of state cannot be added to the text of {agreement}.").format(
                agreement=slug
            ),
            advice=_(
                "Write it yourself, as [[state]], and add the text again with --replace: "
                "see docs/agreements.md."
            ),
        ) from None


def _keep(agreement: Agreement, text: str, before: Row | None, verb: str | None) -> Row:
    """Write an edition; the one before it stays, no longer the one that holds."""
    if before is not None:
        before.current = False
        before.save(update_fields=["current"], ledger_verb="superseded")
    given = agreement.form.given
    row = Row(
        slug=agreement.id[:SHORT],
        version=agreement.version,
        edition=before.edition + 1 if before is not None else 1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        title=clean(agreement.title)[:LONG],
        kind=agreement.kind,
        performers=sorted(agreement.performers),
        company=clean(agreement.company)[:LONG],
        given=given.written[:WRITTEN] if given is not None else "",
    )
    row.save(ledger_verb=verb)
    return row


def _current(slug: str) -> QuerySet[Row]:
    """Return the texts that hold, by version; locked where the database locks rows."""
    return Row.objects.select_for_update().filter(slug=slug, current=True).order_by("version")


def _newest(slug: str) -> Row:
    row = Row.objects.filter(slug=slug, current=True).order_by("version").last()
    if row is None:
        raise _no_agreement(slug)
    return row


def _no_agreement(slug: str) -> NotFound:
    return NotFound(
        _("There is no agreement {agreement}.").format(agreement=clean(slug)),
        advice=_("`replique agreement list` shows them all."),
    )


def _files(slug: str) -> QuerySet[FileRow]:
    return FileRow.objects.filter(agreement__slug=slug)


def _day(day: Day) -> str:
    """Return a day as it is written in a text. Raises UsageError."""
    known = when(day)
    if known is None:
        raise UsageError(
            _("{day} is no day.").format(day=clean(str(day))[:WRITTEN]),
            advice=_("Write it as 2026-05-01, or 2026-05 if only the month is known."),
        )
    return known.written


def _check_order(start: str, end: str | None) -> None:
    first, last = when(start), when(end)
    if first is not None and last is not None and last.before(first):
        raise UsageError(
            _("A suspension cannot end before it begins."), advice=_("Check the two days.")
        )


def _records(rows: Sequence[Row]) -> list[AgreementRecord]:
    """Return records; their files come in one query, however many they are."""
    if not rows:
        return []
    files: dict[str, list[FileRow]] = {}
    for file in FileRow.objects.select_related("agreement").all():
        files.setdefault(file.agreement.slug, []).append(file)
    return [_record(row, files=files.get(row.slug, ())) for row in rows]


def _record(
    row: Row, *, testimony: bool = False, files: Iterable[FileRow] | None = None
) -> AgreementRecord:
    said = _read(row.text, row.slug)
    return AgreementRecord(
        id=row.slug,
        version=row.version,
        edition=row.edition,
        title=row.title,
        kind=row.kind,
        performers=tuple(row.performers),
        company=row.company,
        given=row.given,
        status=said.states[-1].status if said.states else "",
        sha256=row.sha256,
        added=row.added,
        agreement=said if testimony else untold(said),
        files=_file_records(_files(row.slug) if files is None else files),
        text=row.text if testimony else "",
    )


def _file_records(rows: Iterable[FileRow]) -> tuple[AgreementFileRecord, ...]:
    return tuple(_file(row) for row in rows)


def _file(row: FileRow) -> AgreementFileRecord:
    return AgreementFileRecord(row.sha256, row.name, row.size, row.added)


def texts(rows: Sequence[Row]) -> dict[str, str]:
    """Return what was asked: "agreement version.edition" to the SHA-256 of its text."""
    return {f"{row.slug} {row.version}.{row.edition}": row.sha256 for row in rows}
