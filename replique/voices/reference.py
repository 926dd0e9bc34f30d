"""A voice reference: what is kept of an enrolled person's voice, and nothing else.

It is a biometric reference (ISO/IEC 24745).  It holds numbers made by an encoder, no sound;
whoever keeps it keeps it encrypted (docs/threat-model.md).

The file, little-endian: magic "RPV" and a byte of format, 2; SHA-256 of the rest; SHA-256 of the
models it was made by; net speech in seconds (float32), the number of long windows and how long
an embedding is (uint32 each); then float32 embeddings: the mean of the long windows, of the
middle, of the short ones, and the long windows.  Format 1 had only embeddings of 192, and did not
say so.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.errors import ReferenceDamaged
from replique.language import gettext as _
from replique.models import Ears, mel
from replique.probe import Samples
from replique.voices.hearing import LONG, MIDDLE, SHORT, embedded

Array = NDArray[np.float32]

FORMAT = 2
MAGIC = b"RPV"
_HEADS = {1: struct.Struct("<fI"), FORMAT: struct.Struct("<fII")}
_DIMENSIONS_OF_1 = 192
_HASH = 32
_MOST = 4096
"""Long windows in one reference at most: an hour and a half of speech."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A voice, in one way of speaking.

    models : hexadecimal SHA-256 (`Ears.digest`). speech_s : net speech it was made of.
    mean, middle, short : float32 (d,), unit length: means of windows of 5, 1.5 and 1 s; d is
        what the encoder gives, 192 for the built-in one.
    windows : float32 (n, d), those of 5 s.
    """

    models: str
    speech_s: float
    mean: Array
    middle: Array
    short: Array
    windows: Array

    def to_bytes(self) -> bytes:
        """Return the file's content. Not encrypted."""
        head = _HEADS[FORMAT].pack(self.speech_s, *self.windows.shape)
        rows = np.concatenate([np.stack([self.mean, self.middle, self.short]), self.windows])
        body = bytes.fromhex(self.models) + head + rows.astype("<f4").tobytes()
        return MAGIC + bytes([FORMAT]) + hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Reference:
        """Read a file's content; raises ReferenceDamaged."""
        magic, form = data[: len(MAGIC)], data[len(MAGIC) : len(MAGIC) + 1]
        said = data[len(MAGIC) + 1 :][:_HASH]
        body = data[len(MAGIC) + 1 + _HASH :]
        head = _HEADS.get(int.from_bytes(form))
        if magic != MAGIC or head is None or hashlib.sha256(body).digest() != said:
            raise _damaged()
        try:
            speech_s, count, *length = head.unpack_from(body, _HASH)
            dimensions = length[0] if length else _DIMENSIONS_OF_1
            rows = np.frombuffer(body, "<f4", offset=_HASH + head.size).reshape(-1, dimensions)
        except (struct.error, ValueError) as error:
            raise _damaged() from error
        if len(rows) != count + 3 or not count or not np.isfinite(rows).all():
            raise _damaged()
        rows = rows.astype(np.float32)
        return cls(body[:_HASH].hex(), speech_s, rows[0], rows[1], rows[2], rows[3:])


def prepare(ears: Ears, pieces: Sequence[Samples], *, speech_s: float) -> Reference:
    """Make a reference of stretches of one person's speech, each float32 (n,)."""
    long, middle, short = [], [], []
    for piece in pieces:
        features = mel.log_mel(piece)
        if len(features) < SHORT:
            continue
        long.append(embedded(ears, features, LONG))
        middle.append(embedded(ears, features, MIDDLE))
        short.append(embedded(ears, features, SHORT))
    if not long:
        raise _damaged()
    windows = np.concatenate(long)
    return Reference(
        models=ears.digest,
        speech_s=speech_s,
        mean=_direction(windows),
        middle=_direction(np.concatenate(middle)),
        short=_direction(np.concatenate(short)),
        windows=windows[:_MOST],
    )


def _direction(rows: Array) -> Array:
    mean = rows.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def _damaged() -> ReferenceDamaged:
    return ReferenceDamaged(
        _("A voice reference is damaged or of another version."),
        advice=_("Enrol the voice again from its recordings."),
    )
