"""What is searched: a file, or one member of an archive, and what it was when it was found."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO, cast

from replique.errors import Changed, MediaError, Unreadable
from replique.language import gettext as _

MEMBER_MARK = "!/"
"""Between an archive and what lies in it, in a locator."""


def readable(name: str) -> str:
    r"""Return a name that any screen, file or database can show.

    Control characters (a newline, an escape sequence for the terminal) and bytes that
    are not UTF-8 become \xNN; everything else stays as it is.
    """
    shown = []
    for letter in name:
        number = ord(letter)
        if 0xDC80 <= number <= 0xDCFF:
            shown.append(f"\\x{number - 0xDC00:02x}")
        elif 0xD800 <= number <= 0xDFFF:
            shown.append(f"\\u{number:04x}")
        elif number < 0x20 or 0x7F <= number < 0xA0 or number in _BIDI:
            shown.append(f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")
        else:
            shown.append(letter)
    return "".join(shown)


# Direction overrides: they make "gpj.exe" of "exe.jpg" on screen.
_BIDI = frozenset([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

Fingerprint = tuple[int, int, int]


def fingerprint(path: str | os.PathLike[str]) -> Fingerprint:
    """Return (size in bytes, mtime in ns, inode) of a file; unchanged means not read again.

    Raises Unreadable when there is no such file or it may not be looked at.
    """
    try:
        found = Path(path).stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    return found.st_size, found.st_mtime_ns, found.st_ino


def unreadable(path: str | os.PathLike[str], error: Exception | None) -> Unreadable:
    """Say why a path cannot be read."""
    reason = getattr(error, "strerror", None) or (str(error) if error else "")
    return Unreadable(
        _("{path} cannot be read: {reason}.").format(
            path=readable(os.fspath(path)), reason=readable(reason) or _("no reason given")
        ),
        advice=_("Check that it is still there and that you may read it, then try again."),
    )


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file for reading, and nothing else.

    A FIFO or a device would wait for ever, or worse; without O_NONBLOCK even opening one
    hangs. The descriptor that was opened is the one that is examined, so that nothing
    can be put in its place in between.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable(
            _("{path} is not a file but a pipe, a device or a folder.").format(
                path=readable(os.fspath(path))
            ),
            advice=_("Name a file, a folder or an archive."),
        )
    return cast("BinaryIO", io.FileIO(descriptor, "rb"))


Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one member of an archive, that may be a medium.

    locator : what a person reads: "Films/game.zip!/voices/a.ogg". Always printable.
    path : the outermost file, as the system names it.
    members : the way inside it, archive by archive; empty for a plain file. Printable.
    fingerprint : of `path` when it was found.

    A member of an archive can be opened only while `walk` stands on it, or inside
    `reopen`: a tar is read once, front to back.
    """

    locator: str
    path: Path
    members: tuple[str, ...]
    fingerprint: Fingerprint
    opener: Opener | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Source:
        """Return the source that a plain file is. Raises Unreadable."""
        path = Path(path)
        return cls(readable(str(path)), path, (), fingerprint(path))

    @property
    def name(self) -> str:
        """The last part of the name, for its extension; not unique."""
        return PurePath(self.members[-1]).name if self.members else self.path.name

    def open(self) -> BinaryIO:
        """Return it open for reading, seekable, at its beginning; the caller closes it.

        Raises Unreadable, or what the archive that holds it has to say.
        """
        if self.opener is not None:
            return self.opener()
        return open_regular(self.path)

    def check_unchanged(self) -> None:
        """Raise Changed when the outermost file is no longer what it was."""
        if fingerprint(self.path) != self.fingerprint:
            raise Changed(
                _("{path} changed while it was read.").format(path=self.locator),
                advice=_("Wait until nothing writes to it any more, then search it again."),
            )


@dataclass(frozen=True, slots=True)
class Refused:
    """Something on the way that cannot be searched, and why."""

    locator: str
    error: MediaError


def sha256(source: Source) -> str:
    """Return the SHA-256 of the content, lower-case hexadecimal.

    Raises Unreadable, and Changed when the file changed while it was read.
    """
    try:
        with source.open() as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO is what it wants
    except OSError as error:
        raise unreadable(source.path, error) from error
    source.check_unchanged()
    return digest
