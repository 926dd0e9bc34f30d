"""Marks that outlive a killed program: which voice is half enrolled, or half forgotten.

    .half-<key>   is kept if a row names it, else its key and its file go
    .gone-<key>   goes, whatever names it

A mark is written before anything else is done and removed after everything is.  While its
program works it holds a lock on it, which the system lets go whatever becomes of the program.
It is for the database that was in use: rows of another one are not there to be asked.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.db import connection

from replique.store import shredding
from replique.store.home import PRIVATE_FILE, Home

HALF, GONE = ".half-", ".gone-"


class Mark:
    """A mark, held by this program. key : of the voice. row : its primary key, if it had one."""

    def __init__(self, path: Path, key: str, row: int | None) -> None:
        self.path = path
        self.key = key
        self.row = row

    def remove(self) -> None:
        """All is done. Raises OSError."""
        self.path.unlink(missing_ok=True)
        shredding.settle_folder(self.path.parent)


@contextlib.contextmanager
def marked(home: Home, kind: str, key: str, row: int | None = None) -> Iterator[Mark]:
    """Mark a voice while something is done with it; the mark stays unless it is removed.

    kind : HALF or GONE. Raises OSError.
    """
    path = home.voices / f"{kind}{key}"
    with _locked(path) as file:
        file.truncate()
        file.write(json.dumps({"database": _database(home), "row": row}).encode())
        file.flush()
        os.fsync(file.fileno())
        shredding.settle_folder(home.voices)
        yield Mark(path, key, row)


def left(home: Home, kind: str) -> Iterator[Mark]:
    """Yield the marks that killed programs left, each held meanwhile; those at work left out."""
    for path in sorted(home.voices.glob(f"{kind}*")):
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            here, row = _said(home, file.read())
            if here and _is(file, path):
                yield Mark(path, path.name.removeprefix(kind), row)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """Make a file, or open it, and lock it: the one that is still there once it is locked."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is(file, path):  # else another program held it, and was done with it
                yield file
                return


def _is(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _said(home: Home, text: bytes) -> tuple[bool, int | None]:
    """Return whether a mark is for this database, and the row; killed while it was written: yes."""
    try:
        said = json.loads(text)
        return said["database"] == _database(home), said["row"]
    except (ValueError, KeyError, TypeError):
        return True, None


def _database(home: Home) -> str:
    """Return what tells this database from others: a hash, for its address is nobody's business.

    The home's own is so wherever the home is moved, and by whichever path it is reached.
    """
    said = connection.settings_dict
    place = "\n".join(str(said.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME"))
    if connection.vendor == "sqlite" and _same(Path(said["NAME"]), home.database):
        place = "of the home"
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def _same(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:
        return False
