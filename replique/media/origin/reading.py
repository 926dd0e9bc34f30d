"""Reads Content Credentials in a process of its own: `python -P reading.py TYPE SIZE COMPARED`.

The library is compiled code, and allocates what lengths in a file tell it to: here it can
crash, or be refused memory, without taking a search with it. This file is run by its path
and imports nothing of Réplique, so that it starts in a tenth of a second. It opens nothing:
the bytes of the file come from whoever started it (asking.py), on request.

    to it    on standard input: u32 n, n bytes                 the answer to one request
    from it  on standard output: "R", u64 offset, u32 count    give me these bytes
             "A", "L", u32 0                                   the library is missing
             "A", "N", u32 0                                   no credentials
             "A", "E", u32 n, n bytes                          the library's error
             "A", "S", u32 n, n bytes                          the account, JSON

Big-endian. Fewer bytes than asked for mean that nothing more will be given.
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
from typing import Any

MOST_MEMORY = 1536 << 20
"""Bytes of address space: Python and the library take 0.3 GiB, hashing up to 0.5 GiB."""

SETTINGS: dict[str, dict[str, Any]] = {
    "verify": {
        "verify_trust": False,
        "verify_timestamp_trust": False,
        "ocsp_fetch": False,
        "remote_manifest_fetch": False,
    },
    "core": {
        "allowed_network_hosts": [],
        "decode_identity_assertions": False,
        "backing_store_memory_threshold_in_mb": 64,
        "max_decompressed_manifest_size_in_mb": 16,
    },
    "cawg_trust": {"verify_trust_list": False},
}
"""Nothing is fetched: no manifest kept elsewhere, no revocation, no list of trusted signers."""


class Asked(io.RawIOBase):
    """A file of which somebody else gives the bytes, on request."""

    def __init__(self, size: int, given: int, asked: int) -> None:
        super().__init__()
        self._size, self._given, self._asked = size, given, asked
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be moved in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place; nobody is asked."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        """Return where it stands."""
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # what BufferedIOBase says of itself
        """Ask for bytes, a mebibyte at once at most; return how many were given."""
        view = memoryview(buffer).cast("B")
        count = min(len(view), 1 << 20, max(self._size - self._at, 0))
        if not count:
            return 0
        tell(self._asked, b"R" + struct.pack(">QI", self._at, count))
        (length,) = struct.unpack(">I", exactly(self._given, 4))
        view[:length] = exactly(self._given, length)
        self._at += length
        return int(length)


def tell(to: int, message: bytes) -> None:
    """Write a whole message to a descriptor."""
    while message:
        message = message[os.write(to, message) :]


def exactly(source: int, count: int) -> bytes:
    """Read so many bytes from a descriptor; end when nobody is there to give them."""
    pieces = bytearray()
    while len(pieces) < count:
        piece = os.read(source, count - len(pieces))
        if not piece:
            os._exit(1)
        pieces += piece
    return bytes(pieces)


def bound() -> None:
    """Take away what reading needs none of: memory without end, and (so) any connection.

    Without a descriptor left, nothing can be opened, files and sockets alike. A system
    that has no such limits (Windows) goes on without.
    """
    try:
        import resource  # noqa: PLC0415  not everywhere
    except ImportError:
        return
    limits = {"RLIMIT_AS": MOST_MEMORY, "RLIMIT_NOFILE": 3, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            number = getattr(resource, name)
            _soft, hard = resource.getrlimit(number)
            within = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (within, within))


def account(media_type: str, file: Asked, *, compared: bool) -> tuple[bytes, str]:
    """Return the kind of answer and what it says."""
    try:
        import c2pa  # type: ignore[import-untyped]  # noqa: PLC0415  no types; may be missing
    except Exception:  # noqa: BLE001  it loads a compiled library in its own way
        return b"L", ""
    bound()
    settings = SETTINGS | {"verify": SETTINGS["verify"] | {"verify_after_reading": compared}}
    try:
        context = c2pa.Context.from_dict(settings)
        reader = c2pa.Reader.try_create(media_type, file, None, context)
        return (b"N", "") if reader is None else (b"S", str(reader.json()))
    except c2pa.C2paError as error:
        return b"E", str(error)


def main(media_type: str, size: str, compared: str) -> None:
    """Answer once. What the library prints goes nowhere."""
    asked = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    kind, said = account(media_type, Asked(int(size), 0, asked), compared=compared == "1")
    text = said.encode(errors="replace")
    tell(asked, b"A" + kind + struct.pack(">I", len(text)) + text)
    os._exit(0)  # nothing of the library is to run any more


if __name__ == "__main__":
    main(*sys.argv[1:])
