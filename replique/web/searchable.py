"""Where a desk may be searched.

A laptop's owner may search whatever they can read.  On a committee's desk members name
places on somebody's server: only in the folders that its host allowed, and in what they
sent themselves.

    REPLIQUE_MEDIA=/srv/films:/srv/games    folders, parted as PATH is
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from replique.errors import NotAllowed, UsageError
from replique.language import gettext as _
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.job_models import Job
from replique.web import uploads

FORGOTTEN_AFTER_S = 24 * 3600
"""Files that were sent and never searched go after so long."""
LONGEST_NAME = 120
_GROUP = re.compile(r"[0-9a-f]{32}\Z")


def folders() -> tuple[Path, ...] | None:
    """Return the folders of this server that may be searched; None: all, on a laptop."""
    if not settings.COMMITTEE:
        return None
    named = [Path(each).expanduser() for each in settings.MEDIA_FOLDERS if each.strip()]
    return tuple(each.resolve() for each in named if each.is_absolute())


def within(home: Home) -> tuple[Path, ...] | None:
    """Return where a search must stay, links followed; None: anywhere, on a laptop."""
    allowed = folders()
    return None if allowed is None else (*allowed, home.media.resolve())


def check(paths: Iterable[str]) -> None:
    """Raise NotAllowed for a path that is not in an allowed folder, links followed.

    Whether there is anything at that path is not told.
    """
    allowed = folders()
    if allowed is None:
        return
    for path in paths:
        # Path's raises for links that go round in a circle
        real = Path(os.path.realpath(path)) if "\0" not in path else None
        if real is None or not any(real.is_relative_to(each) for each in allowed):
            raise NotAllowed(
                _("{path} is not in a folder that may be searched from this desk.").format(
                    path=path
                ),
                advice=_("These may: {folders}.").format(
                    folders=", ".join(str(each) for each in allowed)
                )
                if allowed
                else _(
                    "Send the files from your own computer, or ask whoever keeps this server"
                    " to allow their folder (REPLIQUE_MEDIA)."
                ),
            )


def new_group(home: Home) -> str:
    """Return the name of a new folder for what somebody is about to send."""
    sweep(home)
    group = secrets.token_hex(16)
    home.media.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    folder_of(home, group).mkdir(mode=PRIVATE_FOLDER)
    return group


def folder_of(home: Home, group: str) -> Path:
    """Return where files lie that were sent together. Raises UsageError."""
    if not _GROUP.match(group):
        raise UsageError(_("These files are not known any more."), advice=_("Send them anew."))
    return home.media / group


def take_in(home: Home, group: str, token: str) -> Path:
    """Put a whole upload among those it was sent with; return where. Raises UsageError."""
    folder = folder_of(home, group)
    sent = uploads.upload(home, token)
    uploads.finish(home, token)
    place = _free(folder, safe(sent.name))
    uploads.finished(home, token).replace(place)
    uploads.drop(home, token)
    return place


def names(home: Home, group: str) -> list[str]:
    """Return what was sent together, by name. Raises UsageError."""
    folder = folder_of(home, group)
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def forget(home: Home, group: str) -> None:
    """Delete what was sent together. What was found in it stays, and cannot be heard."""
    shutil.rmtree(folder_of(home, group), ignore_errors=True)


def safe(name: str) -> str:
    """Return the end of a name that a stranger chose, fit for a file; its ending stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in last if each.isprintable()).strip(". ") or "medium"
    stem, dot, ending = kept.rpartition(".")
    ending = (dot + ending)[:16]
    return _short(stem or kept, LONGEST_NAME) + (ending if stem else "")


def _short(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _free(folder: Path, name: str) -> Path:
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{number} {name}"
    return place


def sweep(home: Home) -> None:
    """Delete what was sent a day ago and never searched."""
    if not home.media.is_dir():
        return
    long_ago = time.time() - FORGOTTEN_AFTER_S
    for folder in home.media.iterdir():
        with contextlib.suppress(FileNotFoundError):  # its sender just deleted it
            if folder.stat().st_mtime >= long_ago:
                continue
            if not Job.objects.filter(kind=Job.Kind.SCAN, what__group=folder.name).exists():
                shutil.rmtree(folder, ignore_errors=True)
