"""How long a header says that a track is: what was cut off is known by it."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer

STATES_ITS_LENGTH = frozenset(
    ["mov,mp4,m4a,3gp,3g2,mj2", "wav", "w64", "aiff", "flac", "caf", "matroska,webm"]
)
"""Containers whose header says how long a track is. In the others it is a guess."""

CHUNKS = 64
"""A WAV file has its samples behind a few chunks; one that hides them is not looked through."""
FIRST_FRAME = 2048
"""Bytes; no frame of an MP3 is longer, and the Xing header lies in the first."""
STREAMED = 0xFFFF_0000
"""Who writes to a pipe cannot know the length, and writes about this."""


def duration_s(stream: AudioStream) -> float | None:
    """Return how long a track is, in seconds, as far as FFmpeg can tell; None without a word."""
    ticks, base = stream.duration, stream.time_base
    if ticks is not None and ticks > 0 and base:
        return float(ticks * base)
    # Matroska has one length for the whole file; its writers note each track's in a tag.
    tag = re.fullmatch(r"(\d{1,3}):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if tag is None:
        return None
    return int(tag[1]) * 3600 + int(tag[2]) * 60 + float(tag[3])


def stated_s(container: InputContainer, index: int, file: BinaryIO) -> float | None:
    """Return how long the header says that a track is; None when that would be a guess."""
    if container.format.name not in STATES_ITS_LENGTH:
        return None
    if container.format.name == "wav":
        return _wave_s(file)  # FFmpeg only says how much of it is there
    return duration_s(container.streams.audio[index])


def xing_s(container: InputContainer, rate: int, file: BinaryIO) -> float | None:
    """Return how long the Xing (or Info) header of an MP3 says it is; None without one.

    rate : of its sound, Hz. Where there is no such header, FFmpeg guesses from the bit
    rate, and may guess far too much.
    """
    if container.format.name != "mp3" or not rate:
        return None
    file.seek(0)
    head = file.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10
        for place, byte in enumerate(head[6:]):  # four times seven bits
            start += (byte & 0x7F) << (21 - 7 * place)
    file.seek(start)
    frame = file.read(FIRST_FRAME)
    found = re.search(rb"(?:Xing|Info)\0\0\0(.)(.{4})", frame, re.DOTALL)
    if found is None or not found[1][0] & 1:
        return None
    sync = re.search(rb"\xff([\xe2-\xff])", frame[: found.start()])
    if sync is None:
        return None
    first_version = sync[1][0] & 0x18 == 0x18
    return int.from_bytes(found[2], "big") * (1152 if first_version else 576) / rate


def _wave_s(file: BinaryIO) -> float | None:
    """Return the length that the chunks of a WAV file state: EBU Tech 3285; RF64: 3306."""
    file.seek(0)
    head = file.read(12)
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:] != b"WAVE":
        return None
    bytes_a_second = long_size = 0
    for _ in range(CHUNKS):
        header = file.read(8)
        if len(header) < 8:
            return None
        name, size = struct.unpack("<4sI", header)
        if name == b"data":
            size = long_size if size == 0xFFFFFFFF and long_size else size
            known = bytes_a_second and size > 0 and (size < STREAMED or size == long_size)
            return size / bytes_a_second if known else None
        body = file.read(16) if name in {b"fmt ", b"ds64"} else b""
        if name == b"fmt " and len(body) == 16:
            bytes_a_second = struct.unpack("<I", body[8:12])[0]
        elif name == b"ds64" and len(body) == 16:
            long_size = struct.unpack("<Q", body[8:16])[0]
        file.seek(size + size % 2 - len(body), 1)
    return None
