"""The members of a tar, and of what was compressed as one stream: front to back, once."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from replique.errors import Hostile
from replique.language import gettext as _
from replique.media.limits import Budget
from replique.media.place import Content, Entries, Members, Place, damaged_archive
from replique.media.sniff import Kind, is_clutter, is_tar_header
from replique.media.spool import CHUNK, ByteStream, Spool

if TYPE_CHECKING:
    from zstandard import ZstdDecompressionObj

FAILURES = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RecursionError,
    MemoryError,
)
LARGEST_HEADER = 4 << 20
"""Long names and extended headers are read in one piece; real ones have some 100 bytes."""
LARGEST_WINDOW = 256 << 20
"""Memory that a stranger's xz or zstd may ask for; `xz -9` wants 65 MiB, `zstd --ultra` 128."""
BLOCK = 512


class ForwardReader(io.RawIOBase):
    """A stream that tarfile may read and skip in, but never go back in."""

    def __init__(self, stream: ByteStream, *, budget: Budget | None) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget
        self._at = 0
        self._ahead = b""
        self.in_header = False
        self.last_header = b""

    def readable(self) -> bool:  # noqa: D102 : as in io
        return True

    def seekable(self) -> bool:  # noqa: D102 : as in io
        return True

    def tell(self) -> int:  # noqa: D102 : as in io
        return self._at

    def peek(self, size: int) -> bytes:
        """Return the next bytes, and leave them there."""
        while len(self._ahead) < size and (some := self._take(size - len(self._ahead))):
            self._ahead += some
        return self._ahead[:size]

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:  # noqa: D102 : as in io
        if whence != io.SEEK_SET or offset < self._at:
            raise OSError("a stream cannot go back")
        if self._budget is None and not self._ahead and isinstance(self._stream, io.IOBase):
            self._at = self._stream.seek(offset)  # nothing to unpack: jump
        while self._at < offset:
            if not self._some(min(CHUNK, offset - self._at)):
                break
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:  # noqa: D102 : as in io
        if size is None or size < 0 or (self.in_header and size > LARGEST_HEADER):
            raise Hostile(_("This archive has a header larger than any real one."))
        parts, left = [], size
        while left > 0 and (some := self._some(left)):
            parts.append(some)
            left -= len(some)
        data = b"".join(parts)
        if self.in_header and size == BLOCK:
            self.last_header = data
        return data

    def _some(self, size: int) -> bytes:
        if self._ahead:
            some, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            some = self._take(size)
        self._at += len(some)
        return some

    def _take(self, size: int) -> bytes:
        some = self._stream.read(size) if size > 0 else b""
        if self._budget is not None:
            self._budget.spend(len(some))
        return some


class _Xz:
    """xz with a bound on memory, which lzma.LZMAFile does not offer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpack = self._begin()
        self._left = b""

    @staticmethod
    def _begin() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LARGEST_WINDOW)

    def read(self, size: int, /) -> bytes:
        while True:
            if self._unpack.eof:
                self._left = (self._unpack.unused_data or self._file.read(CHUNK)).lstrip(b"\0")
                if not self._left:
                    return b""
                self._unpack = self._begin()
            elif self._unpack.needs_input and not self._left:
                self._left = self._file.read(CHUNK)
                if not self._left:
                    raise EOFError("xz ends too early")
            packed, self._left = self._left, b""
            if data := self._unpack.decompress(packed, size):
                return data


class _Zstd:
    """zstd that notices when it ends too early, which zstandard's own reader does not.

    At most FED bytes are unpacked at a time: a block of 4 bytes may unpack to 128 KiB.
    """

    FED = 1 << 11

    def __init__(self, file: BinaryIO, begin: Callable[[], ZstdDecompressionObj]) -> None:
        self._file = io.BufferedReader(cast("io.RawIOBase", file))
        self._begin = begin
        self._unpack = begin()
        self._ready = b""

    def read(self, size: int, /) -> bytes:
        while not self._ready:
            packed = b""
            if self._unpack.eof:
                packed = self._unpack.unused_data or self._file.read(self.FED)
                if not packed:
                    return b""
                self._unpack = self._begin()
            elif not (packed := self._file.read(self.FED)):
                raise EOFError("zstd ends too early")
            self._ready = self._unpack.decompress(packed)
        some, self._ready = self._ready[:size], self._ready[size:]
        return some


@contextmanager
def _unpacked(
    kind: Kind, file: BinaryIO
) -> Iterator[tuple[ByteStream, tuple[type[Exception], ...]]]:
    """Give the stream inside a compressed file, and what it raises on damage."""
    if kind is Kind.GZIP:
        with gzip.GzipFile(fileobj=file, mode="rb") as stream:
            yield stream, FAILURES
    elif kind is Kind.BZIP2:
        with bz2.BZ2File(file, "rb") as stream:
            yield stream, FAILURES
    elif kind is Kind.XZ:
        yield _Xz(file), FAILURES
    else:
        import zstandard  # noqa: PLC0415 : only those who have such a file wait for it

        unpack = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        yield _Zstd(file, unpack.decompressobj), (*FAILURES, zstandard.ZstdError)


def compressed_entries(kind: Kind, content: Content, place: Place) -> Entries:
    """Yield what a compressed file holds: the members of a tar, or the one file it is."""
    with content.open() as file, _unpacked(kind, file) as (stream, failures):
        reader = ForwardReader(stream, budget=place.budget)
        try:
            header = reader.peek(BLOCK)
        except failures as error:
            raise damaged_archive() from error
        if is_tar_header(header):
            yield from _members(reader, place, failures)
            return
        name = Members(place).name(PurePath(place.locator).stem or "content")
        spool = Spool(reader, limits=place.limits, failures=failures)
        try:
            if place.wants(name):
                yield place.inside(name), spool
        finally:
            spool.close()


def tar_entries(content: Content, place: Place) -> Entries:
    """Yield the members of a plain tar."""
    with content.open() as file:
        reader = ForwardReader(io.BufferedReader(cast("io.RawIOBase", file)), budget=None)
        yield from _members(reader, place, FAILURES)


def _members(reader: ForwardReader, place: Place, failures: tuple[type[Exception], ...]) -> Entries:
    members = Members(place)
    archive = None
    try:
        reader.in_header = True
        archive = tarfile.open(fileobj=cast("BinaryIO", reader), mode="r:")  # noqa: SIM115 : nothing to close: the stream is ours
        while (info := _next(archive, reader)) is not None:
            yield from _member(archive, info, members, failures)
            reader.in_header = True
    except failures as error:
        raise damaged_archive() from error
    if reader.last_header.strip(b"\0"):
        raise damaged_archive()  # tarfile takes a header that makes no sense for the end


def _next(archive: tarfile.TarFile, reader: ForwardReader) -> tarfile.TarInfo | None:
    info = archive.next()
    archive.members = []  # type: ignore[attr-defined]  # typeshed hides it
    # it would remember every member: 1 GB for a million
    reader.in_header = False
    return info


def _member(
    archive: tarfile.TarFile,
    info: tarfile.TarInfo,
    members: Members,
    failures: tuple[type[Exception], ...],
) -> Entries:
    place = members.place
    name = members.name(info.name)
    if not info.isreg() or is_clutter(name.rsplit("/", 1)[-1]) or not place.wants(name):
        return  # links point at members that come by themselves
    if danger := members.danger(info.name):
        yield members.refuse(name, danger)
        return
    stream = archive.extractfile(info)
    if stream is None:
        return
    # A sparse member is mostly holes: they unpack to zeros that are nowhere in the archive.
    budget = place.budget if info.issparse() else None
    spool = Spool(stream, limits=place.limits, failures=failures, budget=budget)
    try:
        yield place.inside(name), spool
    finally:
        spool.close()
