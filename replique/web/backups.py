"""Backups that the desk made: beside the records, locked, to be carried elsewhere."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store.backup import BACKUPS, BackupRecord, back_up
from replique.store.home import PRIVATE_FOLDER, Home

ENDING = ".replique-backup"
_NAME = re.compile(r"[0-9A-Za-z-]{1,60}" + re.escape(ENDING))


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that is there."""

    name: str
    size: int
    made: dt.datetime


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


def make(passphrase: str, again: str) -> tuple[str, BackupRecord]:
    """Make one now. Raises UsageError, StoreError."""
    if passphrase != again:
        raise UsageError(
            _("The two passphrases differ."), advice=_("Nothing was made; write it again.")
        )
    name = f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d-%H%M%S}{ENDING}"
    return name, back_up(folder() / name, passphrase)


def path_of(name: str) -> Path:
    """Return where one lies. Raises NotFound."""
    path = folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no such backup."))
    return path
