"""Files on their way in: in pieces, so that a broken line costs one piece and not the whole.

A file is a stranger until it was decoded by the worker: it lies under a name of ours, is
never served, and goes once it was registered or refused.  Beside it lies a note of what it
is and who sends it, so that they can go on after a reload, or think better of it.

    <token>.json    the note, as long as there is an upload
    <token>.part    what has come so far
    <token>.whole   all of it, for the worker to take
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from replique.errors import DiskFull, UsageError
from replique.language import gettext as _
from replique.store import jobs
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home
from replique.store.shredding import shred

LARGEST = 4 << 30
"""Bytes of one file."""
SPARE = 256 << 20
"""Bytes that must stay free on the disk, when all that was begun is here."""
MOST_BEGUN = 100
"""Files of one person that are begun and not whole."""
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
ARCHIVES = frozenset((".zip", ".tar", ".tgz", ".parquet"))
"""What may hold media that are to be searched, by the end of its name."""
_TOKEN = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in. size, received : bytes. modified : ms, as the sender's disk says.

    by : who sends it. purpose : what it is to be: takes, voices, media, or a signed statement.
    performer, kind : of what.
    """

    token: str
    name: str
    size: int
    received: int
    by: str = ""
    purpose: str = "takes"
    performer: str = ""
    kind: str = ""
    modified: str = ""

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.received >= self.size

    @property
    def percent(self) -> int:
        """How much of it is here."""
        return 100 * self.received // self.size


def begin(home: Home, name: str, size: int, **about: str) -> str:
    """Return the token of a new upload. about : as an `Upload` has it.

    Raises UsageError, DiskFull.
    """
    purpose = about.get("purpose", "takes")
    known = SOUNDS | ARCHIVES if purpose == "media" else SOUNDS
    if purpose != "statement" and Path(name).suffix.lower() not in known:
        raise UsageError(
            _("{name} does not look like a recording.").format(name=name),
            advice=_(
                "Give sound or film files, or an archive of them: WAV, FLAC, MP3, MP4, MKV, ZIP…"
            )
            if purpose == "media"
            else _("Give sound or film files: WAV, FLAC, MP3, M4A, OGG, MP4, MOV, MKV…"),
        )
    if size <= 0:
        raise UsageError(
            _("{name} is an empty file.").format(name=name),
            advice=_("Save or copy it again, and look whether it plays."),
        )
    if size > LARGEST:
        raise UsageError(
            _("{name} is larger than 4 GB.").format(name=name),
            advice=_("Cut it, or save its sound alone, for instance as FLAC."),
        )
    folder = folder_of(home)
    sweep(home)
    begun = _begun(home)
    if sum(each.by == about.get("by", "") for each in begun) >= MOST_BEGUN:
        raise UsageError(
            _("Too many files are on their way at once."),
            advice=_("Wait until some of them are here, or cancel them."),
        )
    promised = sum(each.size - each.received for each in begun)
    if shutil.disk_usage(folder).free < promised + size + SPARE:
        raise DiskFull(_("There is no room left for this file."), advice=_("Make room first."))
    token = secrets.token_hex(16)
    note = {"name": name, "size": size, **about}
    for file, content in ((_note(home, token), json.dumps(note)), (_part(home, token), "")):
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(content)
    return token


def upload(home: Home, token: str) -> Upload:
    """Return how an upload stands. Raises UsageError when it is not known any more."""
    try:
        said = json.loads(_note(home, token).read_text(encoding="utf-8"))
        part, whole = _part(home, token), finished(home, token)
        there = (part if part.exists() else whole).stat().st_size
        return Upload(token=token, received=there, **said)
    except (OSError, ValueError, TypeError):
        raise unknown() from None


def left(home: Home, by: str, purpose: str) -> list[Upload]:
    """Return what somebody has begun to send, or sent to be used, the oldest first."""
    found = []
    for file in sorted(folder_of(home).glob("*.json"), key=_age):
        with contextlib.suppress(UsageError):
            each = upload(home, file.stem)
            if each.by == by and each.purpose == purpose:
                found.append(each)
    return found


def _begun(home: Home) -> list[Upload]:
    """Return what is on its way in, whoever sends it."""
    found = []
    for file in folder_of(home).glob("*.part"):
        with contextlib.suppress(UsageError):
            found.append(upload(home, file.stem))
    return found


@guarded()
def add(home: Home, token: str, offset: int, pieces: Iterable[bytes]) -> int:
    """Append a piece that begins at an offset; return how much is there.

    A piece that does not begin where the file ends changes nothing.  Raises UsageError, DiskFull.
    """
    known = upload(home, token)
    if offset != known.received or known.whole:
        return known.received
    with _part(home, token).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go of as it is closed
        except BlockingIOError:
            return known.received  # another window sends the same
        there = file.tell()
        if there != offset:
            return there
        for piece in pieces:
            there += len(piece)
            if there > known.size:
                break
            file.write(piece)
    os.utime(_note(home, token))  # as old as what came last
    if there > known.size:
        drop(home, token)
        raise UsageError(_("More was sent than the file has."), advice=_("Begin it anew."))
    return there


def finish(home: Home, token: str) -> None:
    """Give a whole upload the name under which the worker takes it."""
    with contextlib.suppress(FileNotFoundError):
        _part(home, token).replace(finished(home, token))


def finished(home: Home, token: str) -> Path:
    """Return where a whole upload lies. Raises UsageError."""
    return folder_of(home) / f"{_checked(token)}.whole"


def drop(home: Home, token: str) -> None:
    """Let go of an upload, begun or whole; what was to be a voice is overwritten first."""
    purpose = ""
    with contextlib.suppress(UsageError):
        purpose = upload(home, token).purpose
    for file in (_part(home, token), finished(home, token), _note(home, token)):
        _gone(file, shredded=purpose != "takes")


def folder_of(home: Home) -> Path:
    """Return the folder of uploads, which the backup leaves out."""
    folder = home.path / "uploads"
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder


def sweep(home: Home) -> None:
    """Forget what nobody came back to for a day; it may be a voice, and is overwritten.

    Not while something waits to be read: behind a long search that may be more than a day.
    """
    if any(jobs.jobs(kind, unfinished=True, limit=1) for kind in ("takes", "voice")):
        return
    long_ago = time.time() - FORGOTTEN_AFTER_S
    for file in sorted(folder_of(home).rglob("*"), reverse=True):
        with contextlib.suppress(OSError):
            if file.lstat().st_mtime >= long_ago:
                continue
            if file.is_dir() and not file.is_symlink():
                file.rmdir()
            else:
                _gone(file, shredded=not file.is_symlink())


def _gone(file: Path, *, shredded: bool) -> None:
    if shredded:
        shred(file)
    else:
        file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _note(home: Home, token: str) -> Path:
    return folder_of(home) / f"{_checked(token)}.json"


def _part(home: Home, token: str) -> Path:
    return folder_of(home) / f"{_checked(token)}.part"


def _checked(token: str) -> str:
    if not _TOKEN.match(token):
        raise unknown()
    return token


def unknown() -> UsageError:
    """Return what is said of an upload that is not there, or somebody else's."""
    return UsageError(_("This upload is not known any more."), advice=_("Begin it anew."))
