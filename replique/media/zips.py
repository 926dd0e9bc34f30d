"""The members of a zip: each on its own, in any order, so that cores can share one."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from replique.errors import Hostile, MediaError, NotMedia
from replique.language import gettext as _
from replique.media.place import Content, Entries, Members, Place, damaged_archive, locked_members
from replique.media.sniff import HEAD, is_clutter
from replique.media.spool import Spool, Window

FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
    MemoryError,
)
"""What zipfile raises on damaged or foreign members. bench/fuzz_media.py found the last ones."""

LARGEST_READ = 192 << 20
"""zipfile reads the whole directory at once: a million members with names of 100 letters
fit; more is not read."""

ENCRYPTED = 0x1
LOCAL_HEADER = 30


class _Bounded(io.RawIOBase):
    """A file that is never read in one piece beyond LARGEST_READ."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.seek = file.seek  # type: ignore[method-assign]  # the file's own
        self.tell = file.tell  # type: ignore[method-assign]  # the file's own

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_READ:
            raise Hostile(
                _("The directory of this archive is larger than any real one."),
                advice=_("Unpack it yourself if you trust it, and search the folder."),
            )
        return self._file.read(-1 if size is None else size)


def zip_entries(content: Content, place: Place) -> Entries:
    """Yield the members of a zip that are in our portion."""
    with content.open() as file:
        try:
            archive = zipfile.ZipFile(cast("BinaryIO", _Bounded(file)))
        except FAILURES as error:
            raise damaged_archive() from error
        with archive:
            yield from _members(archive, file, place)


def zip_count(file: BinaryIO) -> int:
    """Return the number of members of a zip."""
    try:
        with zipfile.ZipFile(cast("BinaryIO", _Bounded(file))) as archive:
            return len(archive.infolist())
    except (*FAILURES, MediaError):
        return 1


def _members(archive: zipfile.ZipFile, file: BinaryIO, place: Place) -> Entries:
    members, locked = Members(place), 0
    for index, info in enumerate(archive.infolist()):
        name = members.name(info.filename)
        if info.flag_bits & ENCRYPTED:
            locked += 1
            continue
        if name.endswith("/") or is_clutter(name.rsplit("/", 1)[-1]):
            continue
        if not (place.takes(index) and place.wants(name)):
            continue
        if danger := members.danger(info.orig_filename):
            yield members.refuse(name, danger)
            continue
        try:
            with _content(archive, info, file, place) as member:
                yield place.inside(name), member
        except NotImplementedError:
            yield members.refuse(name, _unknown_method())
        except FAILURES:
            yield members.refuse(name, damaged_archive())
    if locked and place.takes(0) and place.only is None:
        yield place.refused(locked_members(locked))


class _Stored:
    """A member that was stored as it is: read where it lies, never copied."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        with self.open() as window:
            self.head = window.read(HEAD)

    def open(self) -> BinaryIO:
        return cast("BinaryIO", Window(self._file, self._start, self._size))


@contextmanager
def _content(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: BinaryIO, place: Place
) -> Iterator[Content]:
    # Opening it compares the name in front of the member with that in the directory.
    with archive.open(info) as stream:
        if info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size:
            place.budget.spend(info.file_size)  # members may lie on top of one another
            file.seek(info.header_offset + 26)
            lengths = file.read(4)
            skip = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
            yield _Stored(file, info.header_offset + LOCAL_HEADER + skip, info.file_size)
            return
        spool = Spool(stream, limits=place.limits, failures=FAILURES, budget=place.budget)
        try:
            yield spool
        finally:
            spool.close()


def _unknown_method() -> NotMedia:
    return NotMedia(
        _("This member was packed in a way that is not known here."),
        advice=_("Unpack it yourself, and search the folder."),
    )
