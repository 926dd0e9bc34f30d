"""Uses: what somebody did with a performer's material, as far as it is known.

A use is of an occurrence, or is known otherwise: from a contract, a listing, an
admission.  Of an occurrence, what the scan has shown goes without saying: of a take,
whose recording it is, that it is heard as it was recorded, and how this is known; of a
voice no more than that a likeness is all that is known.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from replique.consent import reading, writing
from replique.consent.dates import when
from replique.consent.records import Done, Use
from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store.consent_models import LONG, WRITTEN, DutyDone, Finding, UseDescription
from replique.store.consent_records import UseRecord
from replique.store.desk_limits import seen_only, theirs
from replique.store.guard import guarded
from replique.store.judging import find_occurrence
from replique.store.models import Occurrence, Performer, Take
from replique.store.people import find_performer
from replique.store.text import clean
from replique.store.tomltext import document

SCHEMA = "replique-use/1"
WHOSE = ("schema", "id", "performer")
OF_AN_OCCURRENCE: Mapping[str, object] = {
    "subjects": ["recording"],
    "artefact": "original_recording",
    "how_known": "occurrence",
}
"""What goes without saying: a recording was found again, as it was recorded."""
OF_A_VOICE: Mapping[str, object] = {"how_known": "likeness"}
"""What goes without saying of a voice that resembles one: neither whose it is, nor whether it is
a recording that nobody knew of, a replica or a synthesis. So not its subjects either: which of
recording, voice and singing voice is used hangs on that, whatever manner it was enrolled in."""
_NAME = re.compile(r"[uU](\d{1,18})\Z")


@guarded()
def describe_use(
    occurrence: int | None = None,
    *,
    performer: str | None = None,
    text: str | bytes = "",
    name: str = "",
    facts: Mapping[str, object | None] | None = None,
) -> UseRecord:
    """Describe a use of an occurrence, or one that is known otherwise.

    performer : slug; needed where the occurrence is a recording of several, or there is
        none. What goes without saying of an occurrence need not be told; of a voice it is little.
    text : a use as a file has it, TOML; name : of that file, for its slips.
        facts : single fields of the same form, which win over the text's.

    Raises NotFound, UsageError, and what `reading.use` raises.
    """
    found = None if occurrence is None else find_occurrence(occurrence)
    told = _parsed(text, name)
    named = performer or told.pop("performer", None)
    owner = _owner(found, str(named) if named else None)
    row = UseDescription(performer=owner, occurrence=found)
    shown = _shown(found) if found is not None else {}
    with transaction.atomic():
        _write(row, {**shown, **told, **(facts or {})})
    return _record(row)


@guarded()
def change_use(name: str, facts: Mapping[str, object | None]) -> UseRecord:
    """Change what is said of a use; None takes a fact back. The earlier text is on the ledger.

    Raises NotFound, UsageError, and what `reading.use` raises.
    """
    with transaction.atomic():
        row = _row(name)
        row.changed = timezone.now()
        _write(row, {**said(_read(row.text)), **facts})
    return _record(row)


@guarded()
def uses(
    performer: str | None = None, *, occurrence: int | None = None, withdrawn: bool = False
) -> list[UseRecord]:
    """Return the uses that were described, in that order.

    performer : slug. withdrawn : with those of takes that were withdrawn.
    Raises NotFound, UsageError.
    """
    rows = UseDescription.objects.select_related("performer", "occurrence").order_by("pk")
    if performer is not None:
        rows = rows.filter(performer=find_performer(performer))
    if occurrence is not None:
        rows = rows.filter(occurrence=find_occurrence(occurrence))
    kept = list(rows) if occurrence is None else _of_theirs(rows, occurrence)
    if not withdrawn:
        gone = _withdrawn(kept)
        kept = [row for row in kept if row.pk not in gone]
    return _records(kept)


def _of_theirs(rows: Iterable[UseDescription], occurrence: int) -> list[UseDescription]:
    """Return the uses of an occurrence that are of those performers whose it is for who asks."""
    if seen_only() is None:
        return list(rows)
    whose = {each.slug for each in _performers(find_occurrence(occurrence))}
    return [row for row in rows if row.performer.slug in whose]


@guarded()
def find_use(name: str) -> UseRecord:
    """Return the use that a person means: u3. Raises NotFound, UsageError."""
    return _record(_row(name))


@guarded()
def remove_use(name: str) -> UseRecord:
    """Forget a use, what was found of it, and the duties done. The ledger says it was there.

    Raises NotFound, UsageError.
    """
    with transaction.atomic():
        row = _row(name)
        gone = _record(row)
        for each in (*Finding.objects.filter(use=row), *DutyDone.objects.filter(use=row)):
            each.delete()
        row.delete()
    return gone


def uses_after(number: int, size: int, performer: str = "") -> list[UseRecord]:
    """Return some uses after a number, of those that lists show (desk_limits.limit)."""
    rows = UseDescription.objects.select_related("performer", "occurrence").filter(pk__gt=number)
    if performer:
        rows = rows.filter(performer__slug=performer)
    limited = seen_only()
    rows = rows if limited is None else rows.filter(performer__slug__in=limited)
    return _records(rows.order_by("pk")[:size])


@guarded()
def supposed(
    facts: Mapping[str, object | None],
    *,
    occurrence: int | None = None,
    performer: str | None = None,
    name: str = "",
) -> UseRecord:
    """Return a use as it would be with these facts; nothing is kept.

    name : of a use that is there, u3, whose facts these change; else occurrence and performer
        are those of `describe_use`. Raises what `describe_use` raises.
    """
    if name:
        known = _record(_row(name))
        text = _text(Performer(slug=known.performer), {**said(_read(_row(name).text)), **facts})
        use = dataclasses.replace(
            _read(text), id=known.name, performer=known.performer, done=known.use.done
        )
        return dataclasses.replace(known, number=None, use=use, text=text, sha256=_sha256(text))
    found = None if occurrence is None else find_occurrence(occurrence)
    owner = _owner(found, performer)
    text = _text(owner, {**(_shown(found) if found is not None else {}), **facts})
    use = dataclasses.replace(_read(text), id="use", performer=owner.slug)
    number = None if found is None else found.pk
    return UseRecord(None, owner.slug, owner.name, number, use, text, _sha256(text))


def undescribed(occurrence: int) -> list[UseRecord]:
    """Return the use of an occurrence as the scan alone shows it, once for each performer.

    Nothing is kept. Raises NotFound.
    """
    found = find_occurrence(occurrence)
    records = []
    for owner in _performers(found):
        text = _text(owner, _shown(found))
        use = dataclasses.replace(_read(text), id=f"occurrence-{found.pk}", performer=owner.slug)
        records.append(UseRecord(None, owner.slug, owner.name, found.pk, use, text, _sha256(text)))
    return records


def use_row(name: str) -> UseDescription:
    """Return the row that a person means: u3. Raises NotFound, UsageError."""
    return _row(name)


def _row(name: str) -> UseDescription:
    found = _NAME.match(name.strip())
    if found is None:
        raise UsageError(
            _("{name} is not the name of a use.").format(name=clean(name)[:WRITTEN]),
            advice=_("Uses are named u1, u2…: `replique use list` shows them."),
        )
    rows = UseDescription.objects.select_related("performer", "occurrence")
    row = rows.filter(pk=int(found[1])).first()
    if row is None:
        raise NotFound(
            _("There is no use {name}.").format(name=f"u{int(found[1])}"),
            advice=_("`replique use list` shows them all."),
        )
    return row


def is_use(name: str) -> bool:
    """Return whether this can only be the name of a use: u3, not the 3 of an occurrence."""
    return _NAME.match(name.strip()) is not None


def _parsed(text: str | bytes, name: str) -> dict[str, object]:
    """Return what a file says; `reading.use` has found its slips, on their own lines."""
    if not text.strip():
        return {}
    use = reading.use(text, name)
    return {"performer": use.performer, **said(use)}


def said(use: Use) -> dict[str, object]:
    """Return what is known of a use under the keys of its TOML; id and performer left out."""
    known = tomllib.loads(writing.use(use))
    return {key: _plain(value) for key, value in known.items() if key not in WHOSE}


def _plain(value: Any) -> Any:  # noqa: ANN401 — TOML is any tree
    """Return a value as JSON has it: days as they are written."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _owner(found: Occurrence | None, named: str | None) -> Performer:
    """Return whose material it is."""
    if found is None:
        if named is None:
            raise UsageError(
                _("A use is of somebody's material: whose?"),
                advice=_("Say the short name with --performer, or the number of an occurrence."),
            )
        return find_performer(named)
    owners = _performers(found)
    if named is None and len(owners) == 1:
        return owners[0]
    if named is None:
        raise UsageError(
            _("Several performers registered this recording: {slugs}.").format(
                slugs=", ".join(each.slug for each in owners)
            ),
            advice=_("Say of whom with --performer."),
        )
    owner = find_performer(named)
    if owner not in owners:
        raise UsageError(
            _("Occurrence {number} is neither of a take nor of the voice of {name}.").format(
                number=found.pk, name=owner.name
            ),
            advice=_("`replique occurrences` says whose take or voice each is."),
        )
    return owner


def _shown(found: Occurrence) -> dict[str, object]:
    """Return what the scan has shown of an occurrence."""
    return dict(OF_AN_OCCURRENCE if found.voice is None else OF_A_VOICE)


def _performers(found: Occurrence) -> list[Performer]:
    """Return whose take it is, or whose voice it resembles."""
    if found.voice is not None:
        return [found.voice.performer]
    rows = Performer.objects.filter(takes__recording=found.recording_id).distinct()
    return theirs(rows.order_by("slug"), lambda each: each.slug)


def _write(row: UseDescription, facts: Mapping[str, object | None]) -> None:
    text = _text(row.performer, facts)
    use = _read(text)
    row.text, row.sha256 = text, _sha256(text)
    row.act = (use.act or "")[:WRITTEN]
    row.production = clean(use.production or "")[:LONG]
    row.company = clean(use.company or "")[:LONG]
    row.date = use.date.written[:WRITTEN] if use.date is not None else ""
    row.save()


def _text(owner: Performer, facts: Mapping[str, object | None]) -> str:
    """Return the TOML of a use; the same facts are the same text, in whatever order."""
    known = {name: value for name, value in facts.items() if name not in WHOSE}
    given = document({"schema": SCHEMA, "id": "use", "performer": owner.slug, **known})
    return writing.use(_read(given))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=16384)
def _read(text: str) -> Use:
    return reading.use(text)


def _record(row: UseDescription) -> UseRecord:
    return _records([row])[0]


def _records(rows: Iterable[UseDescription]) -> list[UseRecord]:
    kept = list(rows)
    done = _done(kept)
    return [
        UseRecord(
            number=row.pk,
            performer=row.performer.slug,
            performer_name=row.performer.name,
            occurrence=row.occurrence_id,
            use=_use(row, done[row.pk]),
            text=row.text,
            sha256=row.sha256,
            described=row.described,
            changed=row.changed,
        )
        for row in kept
    ]


def _use(row: UseDescription, done: Iterable[Done]) -> Use:
    use = _read(row.text)
    return dataclasses.replace(
        use, id=f"u{row.pk}", performer=row.performer.slug, done=(*use.done, *done)
    )


def _done(rows: list[UseDescription]) -> dict[int, list[Done]]:
    """Return what people say was done, by use."""
    found: dict[int, list[Done]] = defaultdict(list)
    rows_: QuerySet[DutyDone] = DutyDone.objects.filter(undone_at=None).order_by("pk")
    if len(rows) == 1:
        rows_ = rows_.filter(use=rows[0])
    for each in rows_:
        found[each.use_id].append(_as_done(each))
    return found


def _as_done(row: DutyDone) -> Done:
    on = when(row.on)
    if on is None:  # pragma: no cover - a day always is one
        raise TypeError(row.on)
    return Done(
        duty=row.duty,
        on=on,
        by=row.by,
        evidence=row.evidence,
        outcome=row.outcome,
        amount=None if row.amount is None else float(row.amount),
        currency=row.currency,
    )


def _withdrawn(rows: Iterable[UseDescription]) -> set[int]:
    """Return the uses that are of withdrawn takes."""
    gone = set(Take.objects.exclude(withdrawn_at=None).values_list("performer_id", "recording_id"))
    return {
        row.pk
        for row in rows
        if row.occurrence is not None and (row.performer_id, row.occurrence.recording_id) in gone
    }
