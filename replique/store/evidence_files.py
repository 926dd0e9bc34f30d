"""Files kept as evidence: a copy apart, named by its content, read again on a schedule.

Under REPLIQUE_HOME/evidence/sha256/ab/abcd…: written whole or not at all, then only to be
read.  That a file was kept, read again, or deleted is an entry of the ledger.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.utils import timezone

from replique.errors import NotFound
from replique.language import gettext as _
from replique.media.source import unreadable
from replique.store import files
from replique.store.evidence_models import UNLINKED, EvidenceFile
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.ledger import locked
from replique.store.text import clean

READ_ONLY = 0o400
EVERY_DAYS = 30
"""A file is read again when its last reading is older."""
KEPT, CHECKED, DAMAGED, GONE = "kept", "checked", "found_damaged", "found_gone"

State = Literal["whole", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A file kept as evidence. path : of the copy. checked_at : when it was last read whole."""

    sha256: str
    size: int
    path: Path
    kept_at: dt.datetime
    checked_at: dt.datetime
    damaged: bool


@guarded()
def keep(file: Path) -> str:
    """Keep a copy of a file as evidence; return its SHA-256.

    The same content is kept once.  A copy that was damaged or deleted is made good.
    Raises MediaError when the file cannot be read, StoreError when it cannot be kept.
    """
    home = Home.opened()
    sha256, size = _copy(home, file)
    with transaction.atomic():
        locked()
        if not path_of(home, sha256).exists():  # somebody deleted it in the last second
            _copy(home, file)
        row = EvidenceFile.objects.select_for_update().filter(sha256=sha256).first()
        if row is not None and row.unlinked_at is None and not row.damaged:
            return sha256
        row = row or EvidenceFile(sha256=sha256, size=size)
        row.unlinked_at, row.damaged, row.why = None, False, ""
        row.kept_at = row.checked_at = timezone.now()
        row.save(ledger_verb=KEPT)
    return sha256


def path_of(home: Home, sha256: str) -> Path:
    """Return where the copy of this content lies, or would."""
    return home.evidence / sha256[:2] / sha256


@guarded()
def kept() -> list[EvidenceRecord]:
    """Return all files kept as evidence, deleted ones left out."""
    return [_record(row) for row in EvidenceFile.objects.filter(unlinked_at=None)]


@guarded()
def due(days: float = EVERY_DAYS) -> list[EvidenceRecord]:
    """Return the files whose last reading is older than so many days."""
    before = timezone.now() - dt.timedelta(days=days)
    rows = EvidenceFile.objects.filter(unlinked_at=None, checked_at__lt=before)
    return [_record(row) for row in rows]


@guarded()
def rehash(days: float = 0.0) -> dict[str, State]:
    """Read every file again whose last reading is older than so many days; return how each is.

    Each reading is an entry of the ledger.  Raises StoreError.
    """
    home = Home.opened()
    return {each.sha256: _read_again(home, each.sha256) for each in due(days)}


@guarded()
def remove(sha256: str, why: str) -> None:
    """Delete a file that was kept as evidence; the entry says what is gone and what may not be.

    why : for the record on this machine; the ledger commits to it and does not tell it.
    Raises NotFound, StoreError.
    """
    with transaction.atomic():
        locked()
        rows = EvidenceFile.objects.select_for_update()
        row = rows.filter(sha256=sha256, unlinked_at=None).first()
        if row is None:
            raise NotFound(
                _("No file with this SHA-256 is kept as evidence."),
                advice=_("`replique ledger show` names those that are."),
            )
        row.unlinked_at, row.why = timezone.now(), clean(why)
        row.save(ledger_verb=UNLINKED)
        # last, so that an entry never says that something is gone which is not
        path = path_of(Home.opened(), sha256)
        path.unlink(missing_ok=True)
        _settle(path.parent)


def _copy(home: Home, file: Path) -> tuple[str, int]:
    """Copy a file to its place, or over a copy that is not whole; return SHA-256 and size."""
    home.evidence.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    with files.unfinished(home.evidence) as (target, written):
        try:
            with file.open("rb") as source:
                sha256 = files.copy(source, target, file)
        except OSError as error:
            if error.filename is None or Path(error.filename) != file:
                raise  # the disk that it is copied to
            raise unreadable(file, error) from error
        size = target.tell()
        written.chmod(READ_ONLY)
        final = path_of(home, sha256)
        final.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        files.finish(written, final)
        _settle(home.evidence)
    return sha256, size


def _settle(folder: Path) -> None:
    """Wait until what changed in a folder is on the disk."""
    if folder.exists():
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read_again(home: Home, sha256: str) -> State:
    state = _state(path_of(home, sha256), sha256)
    with transaction.atomic():
        locked()
        row = EvidenceFile.objects.select_for_update().get(sha256=sha256)
        if row.unlinked_at is None:  # else somebody deleted it meanwhile
            row.damaged = state != "whole"
            row.checked_at = timezone.now()
            row.save(ledger_verb={"whole": CHECKED, "changed": DAMAGED, "gone": GONE}[state])
    return state


def _state(path: Path, sha256: str) -> State:
    try:
        with path.open("rb") as file:
            return "whole" if files.hash_of(file)[0] == sha256 else "changed"
    except FileNotFoundError:
        return "gone"
    except OSError:
        return "changed"  # it is there, and its bytes can no longer be had


def _record(row: EvidenceFile) -> EvidenceRecord:
    path = path_of(Home.opened(), row.sha256)
    return EvidenceRecord(row.sha256, row.size, path, row.kept_at, row.checked_at, row.damaged)
