"""One member at a time: where its bytes wait while somebody reads them."""

from __future__ import annotations

import io
import tempfile
from typing import BinaryIO, Protocol, cast

from replique.errors import Hostile, Unreadable
from replique.language import gettext as _
from replique.media.limits import Budget, Limits
from replique.media.sniff import HEAD

CHUNK = 1 << 18


class ByteStream(Protocol):
    """The least that a member's stream can do."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Window(io.RawIOBase):
    """Part of an open file, as a file of its own: its own position, closed on its own.

    damaged : the member could not be unpacked to its end; this is what came before.
    """

    def __init__(self, file: BinaryIO, start: int, size: int, *, damaged: bool = False) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._at = 0
        self.damaged = damaged

    def readable(self) -> bool:  # noqa: D102 : as in io
        return True

    def seekable(self) -> bool:  # noqa: D102 : as in io
        return True

    def tell(self) -> int:  # noqa: D102 : as in io
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:  # noqa: D102 : as in io
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("seek before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # noqa: D102 : as in io; a Buffer has no length
        if self._file.closed:
            raise OSError("the walk has gone on from this member")
        wanted = min(len(buffer), max(0, self._size - self._at))
        self._file.seek(self._start + self._at)
        got = self._file.read(wanted)
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)


class Spool:
    """A member that must be unpacked: only its head at first, all of it when it is opened.

    stream : its bytes, once.
    failures : what the unpacker raises on damage; what came before is kept.
    budget : to count the bytes on, when unpacking makes more of them.
    """

    def __init__(
        self,
        stream: ByteStream,
        *,
        limits: Limits,
        failures: tuple[type[Exception], ...],
        budget: Budget | None = None,
    ) -> None:
        self._stream: ByteStream | None = stream
        self._limits = limits
        self._failures = failures
        self._budget = budget
        self._file: tempfile.SpooledTemporaryFile[bytes] | None = None
        self._size = 0
        self._damaged = False
        self._closed = False
        self.head = self._read(HEAD)

    def _read(self, size: int) -> bytes:
        chunk = b""
        try:
            while self._stream is not None and len(chunk) < size:
                more = self._stream.read(size - len(chunk))
                if not more:
                    self._stream = None
                chunk += more
        except self._failures:
            self._damaged = True
            self._stream = None
        self._size += len(chunk)
        if self._size > self._limits.member_bytes:
            raise Hostile(
                _("This member of an archive is larger than any film."),
                advice=_("Unpack it yourself if you trust it, and search the folder."),
            )
        if self._budget is not None:
            self._budget.spend(len(chunk))
        return chunk

    def open(self) -> BinaryIO:
        """Return the whole member, seekable; unpack it now when that was not done yet.

        Raises Hostile past the limits, Unreadable when there is no room to put it or the
        walk has gone on.
        """
        if self._file is None:
            if self._closed:
                raise Unreadable(_("The walk has gone on from this member of an archive."))
            self._file = tempfile.SpooledTemporaryFile(max_size=self._limits.spool_bytes)  # noqa: SIM115 : closed by `close`
            self._fill(self._file)
        file = cast("BinaryIO", self._file)
        return cast("BinaryIO", Window(file, 0, self._size, damaged=self._damaged))

    def _fill(self, file: tempfile.SpooledTemporaryFile[bytes]) -> None:
        chunk = self.head
        while chunk:
            try:
                file.write(chunk)
            except OSError as error:
                raise Unreadable(
                    _("There is no room to unpack this member of an archive: {reason}.").format(
                        reason=error.strerror or error
                    ),
                    advice=_("Make room where temporary files go (TMPDIR), then try again."),
                ) from error
            chunk = self._read(CHUNK)

    def close(self) -> None:
        """Let go of the bytes."""
        self._stream = None
        self._closed = True
        if self._file is not None:
            self._file.close()
            self._file = None
