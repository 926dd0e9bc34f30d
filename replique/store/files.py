"""Files that are either there whole or not at all, whenever the program is killed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from replique.media.source import unreadable

CHUNK = 1 << 20
UNFINISHED = ".unfinished-"
"""How temporary files begin; one that is left behind was being written when the end came."""
STALE_S = 24 * 3600.0
"""Nobody writes one file for a day: what is older was left behind."""


def hash_of(file: BinaryIO) -> tuple[str, int]:
    """Return SHA-256 and size of what is left to read."""
    digest = hashlib.sha256()
    size = 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


@contextlib.contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Give a private temporary file and its path; removed unless `finish` took it."""
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, Path(name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def copy(source: BinaryIO, target: BinaryIO, path: Path) -> str:
    """Copy all, to the disk itself; return the SHA-256 of what was copied.

    path : of the source. Raises Unreadable when it is the source that fails.
    """
    digest = hashlib.sha256()
    while True:
        try:
            chunk = source.read(CHUNK)
        except OSError as error:
            raise unreadable(path, error) from error
        if not chunk:
            break
        digest.update(chunk)
        target.write(chunk)
    settle(target)
    return digest.hexdigest()


def settle(file: BinaryIO) -> None:
    """Wait until what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def finish(written: Path, final: Path) -> None:
    """Give a settled file its name, in one step that cannot be half done."""
    written.replace(final)
    descriptor = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(final: Path, data: bytes) -> None:
    """Write a file, or replace it, in one step."""
    with unfinished(final.parent) as (file, path):
        file.write(data)
        settle(file)
        finish(path, final)


def sweep(folder: Path, *, stale_s: float = STALE_S) -> int:
    """Remove unfinished files that are old; return how many. Younger ones are at work."""
    removed = 0
    before = time.time() - stale_s
    for file in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < before:
                file.unlink()
                removed += 1
    return removed
