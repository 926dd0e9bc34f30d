"""Files on their way in: in pieces, so that a broken line costs one piece and not the whole.

A file is a stranger until it was decoded by the worker: it lies under a name of ours, is
never served, and goes once it was registered or refused.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from replique.errors import DiskFull, UsageError
from replique.language import gettext as _
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home

LARGEST = 4 << 30
"""Bytes of one file."""
SPARE = 256 << 20
"""Bytes that must stay free on the disk."""
FORGOTTEN_AFTER_S = 24 * 3600
SOUNDS = frozenset(
    (
        ".aac",
        ".ac3",
        ".aif",
        ".aiff",
        ".amr",
        ".au",
        ".caf",
        ".flac",
        ".m4a",
        ".mka",
        ".mp2",
        ".mp3",
        ".oga",
        ".ogg",
        ".opus",
        ".w64",
        ".wav",
        ".wma",
        ".wv",
        ".3gp",
        ".avi",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpg",
        ".mpeg",
        ".mts",
        ".mxf",
        ".ts",
        ".webm",
        ".wmv",
    )
)
"""Kinds of files that may hold a take, by the end of their name; what they are is decoded."""
_TOKEN = re.compile(r"[0-9a-f]{32}\Z")


def begin(home: Home, name: str, size: int) -> str:
    """Return the token of a new upload. Raises UsageError, DiskFull."""
    if Path(name).suffix.lower() not in SOUNDS:
        raise UsageError(
            _("{name} does not look like a recording.").format(name=name),
            advice=_("Give sound or film files: WAV, FLAC, MP3, M4A, OGG, MP4, MOV, MKV…"),
        )
    if not 0 < size <= LARGEST:
        raise UsageError(
            _("{name} is empty, or larger than 4 GB.").format(name=name),
            advice=_("Cut it, or register it on the computer itself: replique take add"),
        )
    folder = _folder(home)
    _sweep(folder)
    if shutil.disk_usage(folder).free < size + SPARE:
        raise DiskFull(_("There is no room left for this file."), advice=_("Make room first."))
    token = secrets.token_hex(16)
    os.close(os.open(_part(home, token), os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    return token


def received(home: Home, token: str) -> int:
    """Return how many bytes of an upload are there. Raises UsageError."""
    part = _part(home, token)
    if not part.exists():
        raise UsageError(_("This upload is not known any more."), advice=_("Begin it anew."))
    return part.stat().st_size


def add(home: Home, token: str, offset: int, pieces: Iterable[bytes], size: int) -> int:
    """Append a piece that begins at an offset; return how much is there.

    A piece that does not begin where the file ends changes nothing.  Raises UsageError.
    """
    there = received(home, token)
    if offset != there:
        return there
    with _part(home, token).open("ab") as file:
        for piece in pieces:
            there += len(piece)
            if there > size:
                break
            file.write(piece)
    if there > size:
        _part(home, token).unlink(missing_ok=True)
        raise UsageError(_("More was sent than the file has."), advice=_("Begin it anew."))
    return there


def finish(home: Home, token: str) -> None:
    """Give a whole upload the name under which the worker takes it."""
    _part(home, token).replace(finished(home, token))


def finished(home: Home, token: str) -> Path:
    """Return where a whole upload lies. Raises UsageError."""
    return _folder(home) / f"{_checked(token)}.whole"


def _part(home: Home, token: str) -> Path:
    return _folder(home) / f"{_checked(token)}.part"


def _checked(token: str) -> str:
    if not _TOKEN.match(token):
        raise UsageError(_("This upload is not known any more."), advice=_("Begin it anew."))
    return token


def _folder(home: Home) -> Path:
    folder = home.path / "uploads"
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


def _sweep(folder: Path) -> None:
    """Forget what nobody came back to."""
    long_ago = time.time() - FORGOTTEN_AFTER_S
    for file in folder.iterdir():
        if file.stat().st_mtime < long_ago:
            file.unlink(missing_ok=True)
