"""A file locked under a passphrase, written and read in pieces of any length.

    magic "RPB" and a byte of format; memory in KiB (4, big-endian), iterations (2), lanes (1)
    of Argon2id; salt (16); then pieces: AES-256-GCM of up to 1 MiB each, 16 bytes longer.

The nonce of a piece is its number (11 bytes) and whether it is the last (1): pieces cannot be
left out, moved or cut off at the end (the STREAM construction, Hoang et al. 2015).  All before
the pieces is associated data of each.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from replique.errors import BackupDamaged
from replique.language import gettext as _
from replique.testimony.passphrases import USUAL, Cost, good_enough

FORMAT = 1
MAGIC = b"RPB" + bytes([FORMAT])
SALT_BYTES = 16
PIECE = 1 << 20
TAG = 16
_HOW = struct.Struct(">IHB")
HEAD = len(MAGIC) + _HOW.size + SALT_BYTES


class Locking(io.RawIOBase):
    """A file that is locked as it is written. `finish` ends it; a file without end is not whole."""

    def __init__(self, file: BinaryIO, passphrase: str, *, cost: Cost = USUAL) -> None:
        good_enough(passphrase)
        super().__init__()
        salt = os.urandom(SALT_BYTES)
        self._head = MAGIC + _HOW.pack(cost.memory_kib, cost.iterations, cost.lanes) + salt
        self._cipher = AESGCM(cost.key(passphrase, salt))
        self._file, self._number, self._left = file, 0, bytearray()
        file.write(self._head)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # bytes alone come here
        """Lock what fills whole pieces; the last one waits for `finish`."""
        self._left += data
        while len(self._left) > PIECE:
            self._lock(bytes(self._left[:PIECE]), last=False)
            del self._left[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Lock what is left, as the last piece."""
        self._lock(bytes(self._left), last=True)
        self._left.clear()

    def _lock(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class Opening(io.RawIOBase):
    """A locked file, read. Nothing is given out that was not whole."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        self._head = file.read(HEAD)
        if len(self._head) < HEAD or self._head[: len(MAGIC)] != MAGIC:
            raise BackupDamaged(
                _("This is no backup of Réplique."), advice=_("Choose the file that was written.")
            )
        cost = Cost(*_HOW.unpack(self._head[len(MAGIC) : len(MAGIC) + _HOW.size]))
        if not cost.fits():
            raise damaged()
        self._cipher = AESGCM(cost.key(passphrase, self._head[-SALT_BYTES:]))
        self._pieces = self._opened(file)
        self._given = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override] # any buffer
        """Give what comes next. Raises BackupDamaged."""
        while not self._given:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._given = piece
        count = min(len(into), len(self._given))
        into[:count], self._given = self._given[:count], self._given[count:]
        return count

    def _opened(self, file: BinaryIO) -> Iterator[bytes]:
        number, piece = 0, file.read(PIECE + TAG)
        while True:
            following = file.read(PIECE + TAG)
            nonce = _nonce(number, last=not following)
            try:
                yield self._cipher.decrypt(nonce, piece, self._head)
            except (InvalidTag, ValueError):
                raise damaged(first=number == 0) from None
            if not following:
                return
            number, piece = number + 1, following


def reading(file: BinaryIO, passphrase: str) -> BinaryIO:
    """Return a locked file to be read. Raises BackupDamaged, here or while it is read."""
    return io.BufferedReader(Opening(file, passphrase), PIECE)  # type: ignore[type-var] # a RawIOBase


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def damaged(*, first: bool = False) -> BackupDamaged:
    """Return the error of a backup that cannot be opened. first : its first piece already."""
    if first:
        return BackupDamaged(
            _("This is not the passphrase of this backup, or it is damaged."),
            advice=_("Try again, or take another copy."),
        )
    return BackupDamaged(
        _("This backup is damaged, or was cut off."),
        advice=_("Take another copy of it; nothing was restored."),
    )
