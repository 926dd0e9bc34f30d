"""A file that gives only so much: what a hostile file can cost is fixed before it is read."""

from __future__ import annotations

import io
import time
from typing import BinaryIO

SLOWEST = 10 << 20
"""Bytes a second of a disk that is slow."""
CALL_COSTS = 64
"""Bytes that one call counts for at least: a byte at a time is no way round a bound."""


class Spent(Exception):
    """More was asked of a file than it may give. Never leaves this package."""


class Bounded(io.RawIOBase):
    """A seekable file for reading that gives so many bytes, within so many seconds.

    most : bytes that it gives; `times` : and so often its own size besides.
    seconds : how long it gives them, and a second more for each SLOWEST bytes given: a
        large file on a slow disk may take its time, a small one that keeps its reader busy
        may not.

    Beyond either, `read` and `seek` raise Spent and `spent` stays true: a reader that
    swallows exceptions still cannot go on. Closing it leaves the file below open.
    """

    def __init__(
        self, file: BinaryIO, *, most: int, times: float = 0.0, seconds: float = 10.0
    ) -> None:
        super().__init__()
        self._file = file
        self.spent = False
        self.size = file.seek(0, io.SEEK_END)
        self._left = most + round(times * self.size)
        self.until = time.monotonic() + seconds
        file.seek(0)

    @property
    def is_late(self) -> bool:
        """Its time is over; `until` is when, by time.monotonic."""
        return time.monotonic() > self.until

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be moved in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place, within the file or at its end at most."""
        self._pay(0)
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self.size}[whence]
        return self._file.seek(min(max(start + offset, 0), self.size))

    def tell(self) -> int:
        """Return where it stands."""
        return self._file.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedIOBase says of itself
        """Fill a buffer as far as the file goes; return how many bytes that were."""
        view = memoryview(buffer).cast("B")
        given = self._file.read(min(len(view), self._left + 1))
        self._pay(len(given))
        view[: len(given)] = given
        return len(given)

    def exactly(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes that begin at `offset`: fewer where the file ends."""
        self.seek(offset)
        wanted = min(count, max(self.size - offset, 0))
        pieces = bytearray()
        while len(pieces) < wanted:
            piece = self._file.read(min(wanted - len(pieces), self._left + 1))
            self._pay(len(piece))
            if not piece:
                break
            pieces += piece
        return bytes(pieces)

    def _pay(self, count: int) -> None:
        self._left -= max(count, CALL_COSTS)
        self.until += count / SLOWEST
        if self._left < 0 or self.is_late:
            self._left = -1
            self.spent = True
        if self.spent:
            raise Spent
