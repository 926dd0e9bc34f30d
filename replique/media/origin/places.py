"""Where containers keep what is said about them: found by their structure, in bounded reads.

RIFF and AIFF by their chunks, MP4 and MOV by their boxes, MP3 by its ID3 tag, FLAC by its
blocks: pictures in a file (covers, posters) are stepped over, since what a picture says of
itself is not said of the sound. Any other container is looked through at its beginning and
its end only, as bytes.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from replique.media.origin.bounded import Bounded

LARGEST = 4 << 20
"""Bytes of one piece of metadata that are read; of a larger one, its beginning."""
MOST_PARTS = 50_000
"""Chunks, boxes, frames or blocks of one file: a film of a day in fragments has fewer."""
DEEPEST = 8
HEAD, TAIL = 1 << 20, 256 << 10
"""Bytes looked through at either end of a container whose structure is not followed."""

XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
STORE = "store"
"""The place of Content Credentials; the piece itself is empty: they are not read here."""


class Container(enum.Enum):
    """How a file is built, by its first bytes."""

    RIFF = "riff"
    AIFF = "aiff"
    BMFF = "bmff"
    FLAC = "flac"
    MPEG = "mpeg"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of metadata. place : "riff:_PMX", "bmff:moov/udta/XMP_"; xmp : it is XMP."""

    place: str
    data: bytes
    xmp: bool


class Broken(Exception):
    """The structure is not what it says it is. Never leaves this package."""


def container_of(head: bytes) -> Container:
    """Say how a file is built. head : its first 16 bytes or more."""
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"RIFX") and head[8:12] in (b"WAVE", b"AVI "):
        return Container.RIFF
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Container.AIFF
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp"):
        return Container.BMFF
    if head[:4] == b"fLaC":
        return Container.FLAC
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return Container.MPEG  # an ID3 tag stands before other streams, too
    return Container.OTHER


def pieces(file: Bounded) -> Iterator[Piece]:
    """Yield what a file keeps about itself, in the order of the file.

    Raises Broken where its structure stops making sense, after what was found before;
    Spent when it asks for more than the file may give.
    """
    kind = container_of(file.exactly(0, 16))
    walk: dict[Container, Callable[[Bounded], Iterator[Piece]]] = {
        Container.RIFF: _riff,
        Container.AIFF: _aiff,
        Container.BMFF: _bmff,
        Container.FLAC: _flac,
        Container.MPEG: _mpeg,
        Container.OTHER: ends,
    }
    yield from walk[kind](file)


def ends(file: Bounded) -> Iterator[Piece]:
    """Yield the beginning and the end of a file, as they are."""
    yield Piece("head", file.exactly(0, HEAD), xmp=False)
    if file.size > HEAD:
        start = max(HEAD, file.size - TAIL)
        yield Piece("tail", file.exactly(start, TAIL), xmp=False)


def may_carry_credentials(file: Bounded) -> bool:
    """Say whether C2PA credentials, or where they are kept elsewhere, may stand in a file.

    False only where the structure makes sense, has no place with a store of them, and
    neither its metadata nor its ends name them. Raises Spent.
    """
    try:
        if any(_names_credentials(piece) for piece in pieces(file)):
            return True
    except Broken:
        return True
    return any(_names_credentials(piece) for piece in ends(file))


def _names_credentials(piece: Piece) -> bool:
    return piece.place == STORE or any(name in piece.data for name in (b"c2pa", b"provenance"))


# --- RIFF (WAV, BWF, RF64, AVI) and AIFF ---------------------------------------------------

_RIFF_TEXT = frozenset([b"iXML", b"bext", b"axml"])
_ID3_CHUNKS = frozenset([b"id3 ", b"ID3 "])


def _riff(file: Bounded) -> Iterator[Piece]:
    order = ">" if file.exactly(0, 4) == b"RIFX" else "<"
    wide = _wide_data(file)
    at = 12
    for name, start, size in _chunks(file, at, order, wide):
        if name == b"_PMX":
            yield Piece("riff:_PMX", file.exactly(start, min(size, LARGEST)), xmp=True)
        elif name in _RIFF_TEXT:
            place = f"riff:{name.decode('ascii')}"
            yield Piece(place, file.exactly(start, min(size, LARGEST)), xmp=False)
        elif name == b"LIST" and file.exactly(start, 4) == b"INFO":
            yield Piece("riff:INFO", file.exactly(start, min(size, LARGEST)), xmp=False)
        elif name in _ID3_CHUNKS:
            yield from _id3(file, start, "riff:id3")
        elif name == b"C2PA":
            yield Piece(STORE, b"", xmp=False)


def _wide_data(file: Bounded) -> int | None:
    """Return how many bytes of sound an RF64 says that it has; None for a plain RIFF."""
    if file.exactly(0, 4) not in (b"RF64", b"BW64") or file.exactly(12, 4) != b"ds64":
        return None
    field = file.exactly(28, 8)
    return int(struct.unpack("<Q", field)[0]) if len(field) == 8 else None


def _aiff(file: Bounded) -> Iterator[Piece]:
    for name, start, size in _chunks(file, 12, ">", None):
        if name == b"APPL" and file.exactly(start, 4) == b"XMP ":
            length = min(max(size - 4, 0), LARGEST)
            yield Piece("aiff:APPL", file.exactly(start + 4, length), xmp=True)
        elif name in (b"ANNO", b"(c) ", b"NAME", b"AUTH"):
            yield Piece("aiff:text", file.exactly(start, min(size, LARGEST)), xmp=False)
        elif name in _ID3_CHUNKS:
            yield from _id3(file, start, "aiff:ID3")


def _chunks(
    file: Bounded, at: int, order: str, wide: int | None
) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, where its content begins, its bytes) of the chunks from a place on."""
    for _part in range(MOST_PARTS):
        header = file.exactly(at, 8)
        if len(header) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", header)
        if name == b"RIFF":  # an AVI beyond a gigabyte goes on in another
            at += 12
            continue
        if wide is not None and size == 0xFFFFFFFF and name == b"data":
            size = wide
        if at + 8 + size > file.size:
            if name == b"data" and size >= 0xFFFFFF00:  # written to a pipe: to the end
                return
            raise Broken
        yield name, at + 8, size
        at += 8 + size + (size & 1)
    raise Broken


# --- ISO base media (MP4, M4A, MOV) --------------------------------------------------------

_BMFF_INSIDE = frozenset([b"moov", b"udta", b"meta", b"trak", b"ilst"])
_BMFF_OPAQUE = frozenset([b"covr", b"mdia", b"edts", b"tref"])


def _bmff(file: Bounded) -> Iterator[Piece]:
    yield from _Boxes(file).between(0, file.size, "bmff", 0)


class _Boxes:
    """The boxes of a file, of which MOST_PARTS are read."""

    def __init__(self, file: Bounded) -> None:
        self._file = file
        self._left = MOST_PARTS

    def between(self, at: int, stop: int, path: str, depth: int) -> Iterator[Piece]:
        """Yield the metadata in the boxes between two places."""
        while at + 8 <= stop:
            self._left -= 1
            if self._left < 0 or depth > DEEPEST:
                raise Broken
            size, name, header = _box(self._file, at, stop)
            yield from self._inside(name, at + header, at + size, path, depth)
            at += size

    def _inside(self, name: bytes, start: int, end: int, path: str, depth: int) -> Iterator[Piece]:
        if name == b"uuid":
            kind = self._file.exactly(start, 16)
            if kind == XMP_UUID:
                yield self._piece(f"{path}/uuid", start + 16, end, xmp=True)
            elif kind == C2PA_UUID:
                yield Piece(STORE, b"", xmp=False)
        elif name == b"XMP_":
            yield self._piece(f"{path}/XMP_", start, end, xmp=True)
        elif name in _BMFF_INSIDE:
            start += _before_children(self._file, name, start)
            yield from self.between(start, end, f"{path}/{name.decode('ascii')}", depth + 1)
        elif ("/udta" in path or "/meta" in path) and name not in _BMFF_OPAQUE:
            yield self._piece(f"{path}/text", start, end, xmp=False)

    def _piece(self, place: str, start: int, end: int, *, xmp: bool) -> Piece:
        length = min(max(end - start, 0), LARGEST)
        return Piece(place, self._file.exactly(start, length), xmp)


def _box(file: Bounded, at: int, stop: int) -> tuple[int, bytes, int]:
    """Return (bytes, name, bytes of its header) of the box at a place. Raises Broken."""
    head = file.exactly(at, 16)
    if len(head) < 8:
        raise Broken
    size, name = struct.unpack(">I4s", head[:8])
    header = 8
    if size == 1 and len(head) == 16:
        size, header = struct.unpack(">Q", head[8:])[0], 16
    elif size == 0:
        size = stop - at
    if size < header or at + size > stop:
        raise Broken
    return size, name, header


def _before_children(file: Bounded, name: bytes, start: int) -> int:
    """`meta` has a version and flags before its boxes in MP4, and has not in MOV."""
    return 4 if name == b"meta" and file.exactly(start + 4, 4) != b"hdlr" else 0


# --- FLAC, MP3 -----------------------------------------------------------------------------


def _flac(file: Bounded, at: int = 0) -> Iterator[Piece]:
    at += 4
    for _part in range(MOST_PARTS):
        header = file.exactly(at, 4)
        if len(header) < 4:
            raise Broken
        kind, size = header[0] & 0x7F, int.from_bytes(header[1:], "big")
        if at + 4 + size > file.size:
            raise Broken
        if kind == 2:
            yield Piece("flac:application", file.exactly(at + 4, min(size, LARGEST)), xmp=False)
        elif kind == 4:
            yield Piece("flac:comments", file.exactly(at + 4, min(size, LARGEST)), xmp=False)
        if header[0] & 0x80:
            return
        at += 4 + size
    raise Broken


def _mpeg(file: Bounded) -> Iterator[Piece]:
    after = 0
    if file.exactly(0, 3) == b"ID3":
        yield from _id3(file, 0, "id3")
        after = _id3_end(file.exactly(0, 10))
    if file.exactly(after, 4) == b"fLaC":
        yield from _flac(file, after)
    else:  # APE tags, and ID3 at the end
        start = max(after, file.size - TAIL)
        yield Piece("tail", file.exactly(start, file.size - start), xmp=False)


def _id3_end(header: bytes) -> int:
    if len(header) < 10 or any(byte & 0x80 for byte in header[6:10]):
        raise Broken
    return 10 + _seven_bits(header[6:10]) + (10 if header[5] & 0x10 else 0)


def _seven_bits(four: bytes) -> int:
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]


_ID3_PICTURES = frozenset([b"APIC", b"PIC"])
_ID3_OBJECTS = frozenset([b"GEOB", b"GEO"])


def _id3(file: Bounded, at: int, path: str) -> Iterator[Piece]:
    """Yield the private XMP frame and the frames of text of an ID3v2 tag."""
    whole_is_stuffed = bool(file.exactly(at + 5, 1)[:1] >= b"\x80")
    for name, start, size, is_stuffed in _id3_frames(file, at):
        if name in _ID3_OBJECTS:
            if b"c2pa" in file.exactly(start, min(size, 200)):
                yield Piece(STORE, b"", xmp=False)
        elif name not in _ID3_PICTURES:
            data = file.exactly(start, min(size, LARGEST))
            if whole_is_stuffed or is_stuffed:  # a zero after each 255: "unsynchronisation"
                data = data.replace(b"\xff\x00", b"\xff")
            yield _frame(name, data, path)


def _id3_frames(file: Bounded, at: int) -> Iterator[tuple[bytes, int, int, bool]]:
    """Yield (name, where its content begins, its bytes, whether it is stuffed) of frames."""
    header = file.exactly(at, 10)
    if header[:3] != b"ID3":
        raise Broken
    stop, version = min(at + _id3_end(header), file.size), header[3]
    at = _after_id3_header(file, at, header)
    long = 10 if version > 2 else 6
    for _part in range(MOST_PARTS):
        frame = file.exactly(at, long)
        if at + long > stop or frame[0] == 0:
            return
        name = frame[:4] if version > 2 else frame[:3]
        if version > 3:
            size = _seven_bits(frame[4:8])
        else:
            size = int.from_bytes(frame[4:8] if version == 3 else frame[3:6], "big")
        if at + long + size > stop:
            raise Broken
        yield name, at + long, size, version == 4 and bool(frame[9] & 0x02)
        at += long + size
    raise Broken


def _after_id3_header(file: Bounded, at: int, header: bytes) -> int:
    version, flags = header[3], header[5]
    if not flags & 0x40 or version < 3:
        return at + 10
    extended = file.exactly(at + 10, 4)
    if len(extended) < 4:
        raise Broken
    if version == 4:
        return at + 10 + _seven_bits(extended)
    return at + 14 + int.from_bytes(extended, "big")


def _frame(name: bytes, data: bytes, path: str) -> Piece:
    if name == b"PRIV" and data.startswith(b"XMP\0"):
        return Piece(f"{path}:PRIV", data[4:], xmp=True)
    return Piece(f"{path}:text", data, xmp=False)
