"""What the ledger keeps outside the database: its key, and the heads that it had."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
from collections.abc import Iterator
from pathlib import Path

from replique.errors import LedgerBroken
from replique.evidence.keys import Signer
from replique.language import gettext as _
from replique.store import files
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home

LONGEST_HEADS = 4 << 20
"""Bytes after which the older half of the kept heads is thinned."""


def signer(home: Home, *, new: bool = False) -> Signer:
    """Return the key of a home; made when it has none and `new` is set.

    Raises LedgerBroken when there should be one and is none.  It is read again only
    when its file has changed.
    """
    try:
        found = home.ledger_key.stat()
    except FileNotFoundError:
        if not new:
            raise LedgerBroken(
                _("The key that signs the ledger is gone."),
                advice=_(
                    "Bring ledger/key.pem back from a backup of the home; if it is lost for "
                    "good: replique ledger rotate --lost"
                ),
            ) from None
        with _alone(home):
            if not home.ledger_key.exists():  # another one may have made it just now
                # in one step; a temporary file is private from its first byte
                files.write(home.ledger_key, Signer.new().pem())
        found = home.ledger_key.stat()
    return _read(home.ledger_key, found.st_mtime_ns, found.st_ino)


def signer_of(home: Home, public: str) -> Signer:
    """Return the key of a home, which must be this one. Raises LedgerBroken."""
    broken: LedgerBroken | None = None
    for _time in range(2):  # another program may give the file its name just now
        try:
            found = signer(home)
            if found.public == public:
                return found
        except LedgerBroken as error:
            broken = error
        # a rotation was committed, and the program killed before it could rename the file
        with contextlib.suppress(FileNotFoundError):
            following = Signer.from_pem(home.ledger_next_key.read_bytes())
            if following.public == public:
                promote(home, public)
                return following
    raise broken or _another_key()


def _another_key() -> LedgerBroken:
    return LedgerBroken(
        _("The ledger is signed with another key than the one in this home."),
        advice=_(
            "Copy ledger/key.pem from the home that made it; if it is lost for good: "
            "replique ledger rotate --lost"
        ),
    )


def lay_ready(home: Home, key: Signer) -> None:
    """Keep a key beside the present one, which it is to follow: for this user alone."""
    with _alone(home):
        files.write(home.ledger_next_key, key.pem())


def promote(home: Home, public: str) -> None:
    """Let the key that follows take the place of the present one, as long as it is this one.

    Another program may have done so before, and have laid ready the one after it: which
    is not to be taken before the ledger names it.
    """
    with _alone(home), contextlib.suppress(FileNotFoundError):
        if Signer.from_pem(home.ledger_next_key.read_bytes()).public == public:
            files.finish(home.ledger_next_key, home.ledger_key)


def keep_head(home: Home, line: str) -> None:
    """Add a head to those that were seen. A disk that refuses is no reason to fail."""
    with contextlib.suppress(OSError), _alone(home):
        if home.ledger_heads.exists() and home.ledger_heads.stat().st_size > LONGEST_HEADS:
            _thin(home.ledger_heads)
        handle = os.open(home.ledger_heads, os.O_CREAT | os.O_APPEND | os.O_RDWR, PRIVATE_FILE)
        with os.fdopen(handle, "ab") as file:
            end = file.tell()
            torn = (
                end and os.pread(handle, 1, end - 1) != b"\n"
            )  # the disk was full, or the power went
            file.write((b"\n" if torn else b"") + line.encode() + b"\n")


def kept_heads(home: Home) -> list[bytes]:
    """Return the lines of all heads that were seen, the oldest first. Raises OSError."""
    try:
        return home.ledger_heads.read_bytes().splitlines()
    except FileNotFoundError:
        return []


def _thin(file: Path) -> None:
    """Leave out every second one of the older half: what is old is bound by what is newer."""
    lines = file.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    files.write(file, b"".join([*lines[:half:2], *lines[half:]]))


@functools.lru_cache(maxsize=8)
def _read(path: Path, _mtime_ns: int, _inode: int) -> Signer:
    return Signer.from_pem(path.read_bytes())


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Let one program at a time change these files."""
    home.ledger.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    handle = os.open(home.ledger / ".lock", os.O_CREAT | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
