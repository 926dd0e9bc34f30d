"""What a file is, from its first bytes: names lie, and cost nothing to change."""

from __future__ import annotations

import enum
import re
from pathlib import PurePath

HEAD = 4096
"""Bytes that are looked at."""


class Kind(enum.Enum):
    """What to do with a file."""

    MEDIUM = "medium"  # certainly sound or film, or something in its containers
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"
    PARQUET = "parquet"
    CLOSED_ARCHIVE = "closed archive"  # 7z, rar: real archives that we cannot open
    NOT_MEDIUM = "not a medium"  # certainly text, a picture, a program...
    UNKNOWN = "unknown"  # only a decoder can tell
    EMPTY = "empty"


COMPRESSED = frozenset([Kind.GZIP, Kind.BZIP2, Kind.XZ, Kind.ZSTD])
ARCHIVES = COMPRESSED | {Kind.ZIP, Kind.TAR, Kind.PARQUET}

_ARCHIVE_MAGIC = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"PK\x07\x08PK\x03\x04", Kind.ZIP),
    (b"\x1f\x8b\x08", Kind.GZIP),
    (b"BZh", Kind.BZIP2),
    (b"\xfd7zXZ\x00", Kind.XZ),
    (b"\x28\xb5\x2f\xfd", Kind.ZSTD),
    (b"PAR1", Kind.PARQUET),
    (b"7z\xbc\xaf\x27\x1c", Kind.CLOSED_ARCHIVE),
    (b"Rar!\x1a\x07", Kind.CLOSED_ARCHIVE),
)

_MEDIUM = re.compile(
    rb"""
      RIFF....(?:WAVE|AVI\ ) | RF64....WAVE | BW64....WAVE | RIFX....WAVE
    | FORM....(?:AIF[FC]|8SVX) | riff\x2e\x91\xcf\x11
    | fLaC | OggS | ID3[\x02-\x04] | caff\x00\x01 | \.snd\x00 | wvpk | TTA[12] | MAC\  | MPCK | MP\+
    | \x1a\x45\xdf\xa3                              # Matroska, WebM
    | ....(?:ftyp|moov|mdat|wide|styp)              # MP4, MOV
    | \x30\x26\xb2\x75\x8e\x66\xcf\x11              # ASF, WMA, WMV
    | FLV\x01 | \x00\x00\x01\xba | \x00\x00\x01\xb3 | \.RMF | \#!AMR | \x0b\x77
    | \x06\x0e\x2b\x34\x02\x05\x01\x01              # MXF
    | \x7f\xfe\x80\x01 | NUTV | nut/multimedia | DKIF | qoaf | FSB[345] | \#!SILK
    """,
    re.VERBOSE | re.DOTALL,
)
_TRANSPORT_STREAM = re.compile(rb"(?:.{4})?\x47.{187}(?:.{4})?\x47", re.DOTALL)
_MPEG_SYNC = re.compile(rb"\xff[\xe2-\xff][^\xf0-\xff]")

_NOT_MEDIUM = re.compile(
    rb"""
      %PDF | \x89PNG\r\n | \xff\xd8\xff | GIF8[79]a | BM....\x00\x00\x00\x00 | II\*\x00 | MM\x00\*
    | RIFF....(?:WEBP|ACON|sfbk) | 8BPS | \x76\x2f\x31\x01 | DDS\  | \xabKTX | \x00\x00\x01\x00
    | MZ | \x7fELF | \xfe\xed\xfa[\xce\xcf] | [\xce\xcf]\xfa\xed\xfe | \xca\xfe\xba\xbe | \x00asm
    | SQLite\ format\ 3 | wOF[F2] | OTTO | \x00\x01\x00\x00\x00.{7}\x00 | ttcf | glTF
    | \xd0\xcf\x11\xe0 | \xff\xfe[\x09-\x7f]\x00 | \xfe\xff\x00[\x09-\x7f]     # Office; UTF-16
    | ....ftyp(?:avif|avis|heic|heix|mif1) | \x93NUMPY | \x00\x00\x00\x00Bud1 | ARROW1
    """,
    re.VERBOSE | re.DOTALL,
)

_EXTENSIONS = (
    "3g2 3gp aac aax ac3 ac4 adts aif aifc aiff alac amr ape asf au avi awb bwf caf divx dsf "
    "dts dtshd eac3 f4a f4v flac flv gsm m2a m2ts m2v m4a m4b m4p m4v mka mkv mlp mov mp1 mp2 "
    "mp3 mp4 mpa mpc mpe mpeg mpg mxf oga ogg ogm ogv ogx opus qt ra rf64 rm rmvb spx tak thd "
    "truehd tta vob voc w64 wav wave weba webm wem wma wmv wv xwma "
)
MEDIA_EXTENSIONS = frozenset(_EXTENSIONS.split())
"""What a person would call sound or film: when one cannot be opened, they are told why.
Names that others use as well (.ts is TypeScript, too) are not here: their content decides."""

_CLUTTER = frozenset([".ds_store", "thumbs.db", "desktop.ini", ".localized", ".directory"])


def is_clutter(name: str) -> bool:
    """Say whether a system made this file for itself; nobody wants to read of it."""
    return name.lower() in _CLUTTER or name.startswith("._")


def has_media_extension(name: str) -> bool:
    """Say whether a person would expect to hear something."""
    return PurePath(name).suffix.lower().lstrip(".") in MEDIA_EXTENSIONS


def sniff(head: bytes) -> Kind:
    """Return what a file is.

    head : its first bytes; HEAD of them are enough, fewer when it is shorter.
    """
    if not head:
        return Kind.EMPTY
    for magic, kind in _ARCHIVE_MAGIC:
        if head.startswith(magic):
            return kind
    if is_tar_header(head[:512]):
        return Kind.TAR
    begins_like_medium = _MEDIUM.match(head) or _TRANSPORT_STREAM.match(head)
    if _NOT_MEDIUM.match(head):
        return Kind.NOT_MEDIUM
    if begins_like_medium or _MPEG_SYNC.match(head):
        return Kind.MEDIUM
    return Kind.NOT_MEDIUM if _is_text(head) else Kind.UNKNOWN


def is_tar_header(header: bytes) -> bool:
    """Say whether 512 bytes are the header of a tar member: their own checksum tells.

    The oldest tars have no magic; the checksum is in all of them.
    """
    if len(header) < 512 or header[0] == 0:
        return False
    try:
        stated = int(header[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(header) - sum(header[148:156]) + 8 * ord(" ")


def _is_text(head: bytes) -> bool:
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 or byte == 127 for byte in head)
    return control == 0
