"""Backups that the desk made: beside the records, locked, to be carried elsewhere.

One is made in a thread of the server, while the page goes on: its passphrase is in the memory
of this process alone, and is given to no worker and no record.  How far it is stands in a file,
so that every page can tell; who makes one holds a lock, so that a killed one is told as such.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import logging
import os
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from replique.errors import AlreadyThere, NotFound, RepliqueError, StoreError, UsageError
from replique.language import choose, current, restore
from replique.language import gettext as _
from replique.store import files
from replique.store.backup import BACKUPS, back_up
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home
from replique.testimony.passphrases import good_enough

ENDING = ".replique-backup"
TOLD_EVERY_S = 0.5
_NAME = re.compile(r"[0-9A-Za-z-]{1,60}" + re.escape(ENDING))
_LOCK, _STATE = ".lock", ".state.json"
log = logging.getLogger("replique.web")


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that is there."""

    name: str
    size: int
    made: dt.datetime


@dataclass(frozen=True, slots=True)
class Making:
    """The one that is made, or was made last.

    state : making, made, failed, or lost: its process was killed. done, whole : bytes, about.
    """

    state: str
    name: str = ""
    done: int = 0
    whole: int = 0
    files: int = 0
    error: str = ""
    advice: str = ""

    @property
    def share(self) -> int:
        """How much is done, in hundredths."""
        return min(99, self.done * 100 // self.whole) if self.whole else 0


def folder() -> Path:
    """Return where they lie."""
    place = Home.opened().path / BACKUPS
    place.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return place


def backups() -> list[Backup]:
    """Return those that are there, the newest first."""
    found = []
    for path in folder().glob(f"*{ENDING}"):
        told = path.stat()
        made = dt.datetime.fromtimestamp(told.st_mtime, dt.UTC)
        found.append(Backup(path.name, told.st_size, made))
    return sorted(found, key=lambda each: each.made, reverse=True)


def begin(passphrase: str, again: str) -> None:
    """Begin to make one. Raises UsageError, DiskFull, AlreadyThere when one is being made."""
    if passphrase != again:
        raise UsageError(
            _("The two passphrases differ."), advice=_("Nothing was made; write it again.")
        )
    good_enough(passphrase)
    lock = _taken()
    if lock is None:
        raise AlreadyThere(_("A backup is being made already."), advice=_("Wait until it is done."))
    try:
        with guarded():
            work = _begun(folder(), passphrase, lock)
    except BaseException:
        os.close(lock)  # else nobody could make one until the desk is closed
        raise
    if getattr(settings, "DESK_INLINE", False):
        work.do()
    else:
        threading.Thread(target=work.apart, name="backup", daemon=True).start()


def _begun(place: Path, passphrase: str, lock: int) -> _Work:
    for old in place.glob(f"{files.UNFINISHED}*"):
        old.unlink(missing_ok=True)  # of one that was killed
    name = f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d-%H%M%S}{ENDING}"
    _tell(place, {"state": "making", "name": name})
    return _Work(place, name, passphrase, lock, current())


def making() -> Making | None:
    """Return the one that is made, or was made last; None when there was none."""
    try:
        told = json.loads((folder() / _STATE).read_text(encoding="utf-8"))
        found = Making(**told)
    except (OSError, ValueError, TypeError):
        return None
    lock = _taken() if found.state == "making" else None
    if lock is not None:  # nobody makes it
        os.close(lock)
        return Making("lost", found.name)
    return found


def path_of(name: str) -> Path:
    """Return where one lies. Raises NotFound."""
    path = folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no such backup."))
    return path


class _Work:
    """One that is being made."""

    def __init__(self, place: Path, name: str, passphrase: str, lock: int, tongue: str) -> None:
        self._place, self._name, self._passphrase = place, name, passphrase
        self._lock, self._tongue, self._told_at = lock, tongue, 0.0

    def apart(self) -> None:
        """Make it, in a thread of its own."""
        try:
            self.do()
        finally:
            connection.close()

    def do(self) -> None:
        """Make it; how it ended is told, and never raised."""
        token = choose(self._tongue)
        try:
            made = back_up(self._place / self._name, self._passphrase, progress=self._hear)
            self._end({"state": "made", "files": made.files})
        except RepliqueError as error:
            self._end({"state": "failed", "error": str(error), "advice": error.advice})
        except Exception:
            log.exception("backup")
            defect = StoreError(_("A defect of Réplique ended this work."))
            self._end({"state": "failed", "error": str(defect)})
        finally:
            restore(token)
            os.close(self._lock)

    def _hear(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if now - self._told_at > TOLD_EVERY_S:
            self._told_at = now
            said = {"state": "making", "name": self._name, "done": done, "whole": whole}
            _tell(self._place, said)

    def _end(self, said: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # a full disk: it is lost, then
            _tell(self._place, {**said, "name": self._name})


def _taken() -> int | None:
    """Take the lock of who makes one; None when another has it. It goes with the process."""
    lock = os.open(folder() / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _tell(place: Path, said: Mapping[str, Any]) -> None:
    half = place / f"{_STATE}.{threading.get_ident()}"
    half.write_text(json.dumps(said), encoding="utf-8")
    half.chmod(PRIVATE_FILE)
    half.replace(place / _STATE)
