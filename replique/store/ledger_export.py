"""A copy of the ledger to give away: checked by anybody, without Réplique."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from replique.errors import AlreadyThere, UsageError
from replique.evidence import export as form
from replique.evidence.canonical import NotCanonical, canonical, plain
from replique.evidence.heads import Head, read_head
from replique.language import gettext as _
from replique.store import files, ledger_home
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.ledger import AT_ONCE, READ, append, append_all, broken, head, locked
from replique.store.ledger_models import LedgerEntry
from replique.store.ledger_reading import lines
from replique.store.ledger_rows import last_entries
from replique.store.ledger_stamps import roots, stamps
from replique.store.ledgered import Ledgered, ledgered_models

EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. contents : how many private contents are in it."""

    folder: Path
    size: int
    key: str
    stamps: int
    contents: int


@guarded()
def export(
    folder: Path, *, contents: Collection[str] = (), rows: Sequence[Ledgered] = ()
) -> Exported:
    """Write a copy of the ledger into a new or empty folder.

    contents : kinds of records, such as "agreement", of which the private contents go with
        it; each is noted as read.  Without any, nothing private is in it.
    rows : single records of which the contents go with it, each noted as read too.

    Raises AlreadyThere, UsageError for another kind, LedgerBroken, StoreError.
    """
    _check(folder, contents)
    with transaction.atomic():
        locked()  # nobody writes now: a row that changed meanwhile would be left out
        told = [*_contents(contents), *_told_of(rows)]
        kinds = sorted({*contents, *(row.ledger_kind for row in rows)})
        body = {"contents": kinds, "rows": len(told), "verb": EXPORTED}
        append("ledger", "ledger", body)
        newest = head()
    if newest is None:
        raise broken()
    home = Home.opened()
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    writing = _Writing(folder)
    writing.lines(form.ENTRIES, lines(newest.size))
    writing.lines(form.HEADS, _heads(home, newest))
    keys = _keys(newest)
    writing.lines(form.KEYS, (f"{first} {key}".encode() for first, key in keys))
    if kinds:
        writing.lines(form.CONTENTS, told)
    stamped = _stamps(writing, newest)
    writing.bytes(form.FORMAT, form.shipped(form.FORMAT))
    writing.bytes(form.VERIFIER, form.shipped(form.VERIFIER))
    public = tuple(key for _first, key in keys)
    said = form.readme(newest, public, contents=tuple(kinds))
    writing.bytes(form.README, said.encode())
    # last: an export that was interrupted has none, and does not verify
    signer = ledger_home.signer_of(home, newest.key)
    files.write(folder / form.MANIFEST, form.manifest(signer, newest, writing.hashes))
    return Exported(folder, newest.size, newest.key, stamped, len(told))


def _check(folder: Path, contents: Collection[str]) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyThere(
            _("{folder} is there already, and not empty.").format(folder=folder),
            advice=_("Name a folder that is not there yet."),
        )
    kinds = {model.ledger_kind for model in ledgered_models()}
    for kind in contents:
        if kind not in kinds:
            raise UsageError(
                _("{kind} is no kind of record.").format(kind=kind),
                advice=_("One of: {kinds}.").format(kinds=", ".join(sorted(kinds))),
            )


def _contents(kinds: Collection[str]) -> Iterator[bytes]:
    """Yield what the records of some kinds hold, and note that each was read."""
    for model in ledgered_models():
        if model.ledger_kind not in kinds:
            continue
        yield from _told_of(model._base_manager.order_by("pk"))  # noqa: SLF001 — Django's name


def _told_of(rows: Iterable[Ledgered]) -> Iterator[bytes]:
    """Yield what each of these records holds, and note that it was read."""
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        numbers = last_entries(some)  # a row put in behind the ledger has none: `verify` names it
        told = [(row, numbers[row.ledger_subject]) for row in some if row.ledger_subject in numbers]
        append_all([(row.ledger_kind, row.ledger_subject, {"verb": READ}) for row, _entry in told])
        for row, entry in told:
            yield plain(
                {
                    "content": canonical(row.ledger_content()).decode(),
                    "nonce": row.ledger_nonce,
                    "sequence": entry,
                    "subject": row.ledger_subject,
                }
            )


def _heads(home: Home, newest: Head) -> Iterator[bytes]:
    """Yield the heads that were kept, and the newest."""
    for line in ledger_home.kept_heads(home):
        try:
            kept = read_head(line)
        except NotCanonical:
            continue  # torn when the power went
        if kept.size < newest.size and kept.is_signed():
            yield line
    yield newest.line


def _keys(newest: Head) -> list[tuple[int, str]]:
    """Return each key and the number of the first entry that it signs."""
    from replique.evidence.entries import KEY_LOST, LEDGER, ROTATED, read

    found: list[tuple[int, str]] = []
    rows = LedgerEntry.objects.filter(kind=LEDGER).order_by("sequence")
    for line in rows.values_list("line", flat=True).iterator():
        try:
            entry = read(line.encode())
        except (NotCanonical, ValueError):
            continue
        if not found or entry.body.get("verb") == KEY_LOST:
            found.append((entry.sequence, entry.key))
        elif entry.body.get("verb") == ROTATED:
            found.append((entry.sequence + 1, str(entry.body.get("key"))))
    return found or [(0, newest.key)]


def _stamps(writing: _Writing, newest: Head) -> int:
    count = 0
    for number, each in enumerate(stamps()):
        if each.size > newest.size:
            continue  # made since
        name = f"{form.STAMPS}/{each.size}-{number}"
        writing.bytes(f"{name}.head", each.head)
        writing.bytes(f"{name}.tsr", each.response)
        count += 1
    if count and (trusted := roots()):
        from cryptography.hazmat.primitives.serialization import Encoding

        pem = b"".join(each.public_bytes(Encoding.PEM) for each in trusted)
        writing.bytes(f"{form.STAMPS}/{form.AUTHORITY}", pem)
    return count


class _Writing:
    """Writes files into a folder, and remembers their hashes."""

    def __init__(self, folder: Path) -> None:
        self.hashes: dict[str, str] = {}
        self._folder = folder

    def lines(self, name: str, said: Iterable[bytes]) -> None:
        """Write lines, each with its end, as they come."""
        digest = hashlib.sha256()
        with files.unfinished(self._folder) as (file, path):
            for line in said:
                digest.update(line + b"\n")
                file.write(line + b"\n")
            self._finish(name, file, path, digest.hexdigest())

    def bytes(self, name: str, data: bytes) -> None:
        """Write a file."""
        with files.unfinished(self._folder) as (file, path):
            file.write(data)
            self._finish(name, file, path, hashlib.sha256(data).hexdigest())

    def _finish(self, name: str, file: BinaryIO, path: Path, sha256: str) -> None:
        files.settle(file)
        final = self._folder / name
        final.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        files.finish(path, final)
        self.hashes[name] = sha256
