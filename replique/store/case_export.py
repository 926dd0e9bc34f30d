"""A case as a folder that anybody opens: an index, the files, hashes, and how to check them.

    index.html      to read, in any browser; fetches nothing
    case.json       the same for programs
    files/ letters/ what is kept as evidence, each named by the beginning of its SHA-256
    ledger/         a copy of the ledger with what this case's records hold, and its verifier
    verify_case.py  checks all of it, without Réplique
    SHA256SUMS      of all of these: `sha256sum --check SHA256SUMS`
    SHA256SUMS.signed   by the key that signs the ledger

Sealed testimony is never in it, nor what agreements say of how somebody was pressed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from replique.errors import AlreadyThere
from replique.evidence.export import shipped
from replique.evidence.keys import CASE
from replique.language import current
from replique.language import gettext as _
from replique.store import evidence_files, files, ledger_export
from replique.store.case_events import happened, timeline
from replique.store.case_index import page
from replique.store.case_models import Case, CaseItem, CaseNote
from replique.store.cases import case as case_of
from replique.store.cases import find_case
from replique.store.consent_models import Agreement, Finding, UseDescription
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.ledger import append, broken, head, locked
from replique.store.ledger_home import signer_of
from replique.store.ledgered import Ledgered
from replique.store.members import find_member
from replique.store.models import Occurrence

FORMAT = 1
JSON, INDEX, SUMS, LEDGER = "case.json", "index.html", "SHA256SUMS", "ledger"
SIGNED, VERIFIER = "SHA256SUMS.signed", "verify_case.py"
FOLDERS = {"file": "files", "report": "files", "letter": "letters"}
EXPORTED = "exported"
_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportedCase:
    """What was written. missing : names of files that are no longer kept here."""

    folder: Path
    files: int
    missing: tuple[str, ...]


@guarded()
def export_case(
    number: int,
    folder: Path,
    *,
    by: int,
    notes: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> ExportedCase:
    """Write a case into a new or empty folder; the ledger notes it.

    notes : with what people wrote down. progress : is told how many files of how many are
    copied. Raises NotFound, AlreadyThere, StoreError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyThere(
            _("{folder} is there already, and not empty.").format(folder=folder),
            advice=_("Name a folder that is not there yet."),
        )
    with transaction.atomic():
        locked()
        row, doer = find_case(number, merged=True), find_member(by)
        append("case_export", f"case_export/{row.pk}", {"verb": EXPORTED, "notes": notes})
        happened(row, doer)
        found = _gathered(row, notes=notes)
        ledger_export.export(folder / LEDGER, rows=list(_rows(row, notes=notes)))
    copied, missing = _copy(folder, found["items"], progress)
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    files.write(folder / JSON, text.encode())
    files.write(folder / INDEX, page(found).encode())
    files.write(folder / VERIFIER, shipped(VERIFIER))
    # last: a folder that was interrupted has none
    _sign(folder, _sums(folder).encode())
    return ExportedCase(folder, copied, tuple(missing))


def _gathered(row: Case, *, notes: bool) -> dict[str, Any]:
    """Return the case as JSON."""
    known = case_of(row.pk)
    return {
        "format": FORMAT,
        "language": current(),
        "case": known.name,
        "title": known.title,
        "summary": known.summary,
        "state": known.state,
        "opened_at": known.opened_at.isoformat(),
        "closed_at": known.closed_at.isoformat() if known.closed_at else None,
        "members": [each.name for each in known.members],
        "parties": [
            {"kind": each.kind, "name": each.name, "part": each.part}
            for each in row.parties.order_by("kind", "name")
        ],
        "items": list(_items(row)),
        "notes": [
            {"at": each.at.isoformat(), "by": each.by.name, "text": each.text}
            for each in (row.notes.filter(struck_at=None).select_related("by") if notes else ())
        ],
        "tasks": [
            {
                "text": each.text,
                "who": each.who.name if each.who else "",
                "due": each.due.isoformat() if each.due else None,
                "state": each.state,
            }
            for each in row.tasks.select_related("who")
        ],
        "timeline": [
            {
                "at": each.at, "by": each.by, "entry": each.entry, "kind": each.kind,
                "subject": each.subject, "verb": each.verb,
            }
            for each in reversed(timeline(row.pk, count=1_000_000))
        ],
    }  # fmt: skip


def _items(row: Case) -> Iterable[dict[str, Any]]:
    """Yield what the case holds, each with what is known of it now."""
    rows = list(row.items.order_by("pk"))
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, look in _LOOK.items():
        keys = [each.key for each in rows if each.kind == kind]
        for at in range(0, len(keys), AT_ONCE):
            known |= {(kind, key): told for key, told in look(keys[at : at + AT_ONCE])}
    for each in rows:
        told = known.get((each.kind, each.key), {})
        gone = each.kind in _LOOK and not told
        yield {"kind": each.kind, "key": each.key, "name": each.name, "gone": gone, **told}


def _uses(keys: Iterable[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    numbers = [int(key[1:]) for key in keys if key[:1] == "u" and key[1:].isdigit()]
    rows = UseDescription.objects.filter(pk__in=numbers).select_related("performer")
    said = {each.use_id: each for each in Finding.objects.filter(use__in=numbers)}
    for row in rows:
        finding = said.get(row.pk)
        yield (
            f"u{row.pk}",
            {
                "performer": row.performer.name,
                "act": row.act,
                "production": row.production,
                "company": row.company,
                "date": row.date,
                "occurrence": row.occurrence_id,
                "verdict": finding.verdict if finding else "",
                "asked_on": finding.asked_on.isoformat() if finding else "",
            },
        )


def _occurrences(keys: Iterable[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    numbers = [int(key) for key in keys if key.isdigit()]
    rows = Occurrence.objects.filter(pk__in=numbers).select_related("medium")
    for row in rows.prefetch_related("medium__locations"):
        places = list(row.medium.locations.all())
        yield (
            str(row.pk),
            {
                "medium": row.medium.sha256,
                "place": places[0].locator if places else "",
                "start_s": round(row.start_s, 3),
                "end_s": round(row.end_s, 3),
                "strength": round(row.strength, 2),
            },
        )


def _agreements(keys: Iterable[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for row in Agreement.objects.filter(slug__in=list(keys), current=True).order_by("version"):
        yield (
            row.slug,
            {
                "title": row.title,
                "company": row.company,
                "given": row.given,
                "version": row.version,
                "sha256": row.sha256,
            },
        )


_LOOK = {"use": _uses, "occurrence": _occurrences, "agreement": _agreements}


def _rows(row: Case, *, notes: bool) -> Iterable[Ledgered]:
    """Yield the records of which the contents go with the export."""
    yield row
    yield from row.parties.order_by("pk")
    yield from row.items.order_by("pk")
    yield from row.tasks.order_by("pk")
    if notes:
        yield from CaseNote.objects.filter(case=row, struck_at=None).order_by("pk")
    keys = list(CaseItem.objects.filter(case=row, kind="use").values_list("key", flat=True))
    numbers = [int(key[1:]) for key in keys if key[:1] == "u" and key[1:].isdigit()]
    for at in range(0, len(numbers), AT_ONCE):
        chosen = numbers[at : at + AT_ONCE]
        yield from UseDescription.objects.filter(pk__in=chosen).order_by("pk")
        yield from Finding.objects.filter(use__in=chosen).order_by("pk")


def _copy(
    folder: Path, items: list[dict[str, Any]], progress: Callable[[int, int], None]
) -> tuple[int, list[str]]:
    """Copy the files of a case; say in each item where it lies. Files are read whole."""
    home, copied, missing = Home.opened(), 0, []
    wanted = [each for each in items if each["kind"] in FOLDERS]
    for done, each in enumerate(wanted):
        progress(done, len(wanted))
        source = evidence_files.path_of(home, each["key"])
        if not re.fullmatch("[0-9a-f]{64}", each["key"]) or not source.exists():
            each["gone"] = True
            missing.append(each["name"] or each["key"])
            continue
        place = folder / FOLDERS[each["kind"]]
        place.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        final = place / f"{each['key'][:12]}-{_safe(each['name'])}"
        with files.unfinished(place) as (target, written), source.open("rb") as file:
            sha256 = files.copy(file, target, source)
            files.finish(written, final)
        each["file"] = final.relative_to(folder).as_posix()
        each["whole"] = sha256 == each["key"]
        copied += 1
    return copied, missing


def _sign(folder: Path, sums: bytes) -> None:
    """Write the hashes of all files, and the signature of who keeps the ledger."""
    newest = head()
    if newest is None:
        raise broken()
    signer = signer_of(Home.opened(), newest.key)
    told = {"key": signer.public, "signature": signer.sign(CASE, sums)}
    files.write(folder / SIGNED, json.dumps(told).encode() + b"\n")
    files.write(folder / SUMS, sums)


def _safe(name: str) -> str:
    """Return the name of a file that no system stumbles over."""
    kept = _UNSAFE.sub("-", Path(name).name).strip("-.")
    return kept[-80:] or "file"


def _sums(folder: Path) -> str:
    lines = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            lines.append(f"{digest}  {file.relative_to(folder).as_posix()}\n")
    return "".join(lines)
