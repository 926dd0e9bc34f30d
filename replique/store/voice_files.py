"""What is kept of an enrolled voice: its reference, its sound, the names of its recordings.

REPLIQUE_HOME/voices/<key>.rpv, locked under the voice's own key (replique.store.voice_keys).
Bytes: magic "RPE" and a byte of format; nonce (12); AES-256-GCM of the content, with the magic
and the voice's key as associated data, so that no file stands in for another.

The content, little-endian: length of a head (uint32); the head, JSON; the reference
(replique.voices.reference); each recording, int16 at HOUSE_RATE.  The sound is kept to be
listened to beside what is found, and to make the reference anew when models change.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from replique.errors import ReferenceDamaged
from replique.language import gettext as _
from replique.probe import Samples
from replique.store import core_dumps, files, shredding
from replique.store.guard import guarded
from replique.store.home import Home
from replique.voices.reference import Reference

FORMAT = 1
MAGIC = b"RPE" + bytes([FORMAT])
ENDING = ".rpv"
NONCE_BYTES = 12
HIGHEST = 32_767
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class VoiceContent:
    """A voice, open.

    sounds : of each recording, float32 (n,) at HOUSE_RATE. names : what each was called.
    """

    reference: Reference = field(repr=False)
    sounds: list[Samples] = field(repr=False)
    names: list[str] = field(repr=False)


def voice_file(home: Home, key: str) -> Path:
    """Return where a voice lies, or would."""
    return home.voices / f"{key}{ENDING}"


def as_kept(samples: Samples) -> Samples:
    """Return a sound as it is read again: what is made of both is the same to the last bit."""
    whole, level = _whole(samples)
    return _sound(whole, level)


@guarded()
def write(home: Home, key: str, data_key: bytes, content: VoiceContent) -> None:
    """Keep a voice, whole or not at all. Raises StoreError."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(data_key).encrypt(nonce, _packed(content), MAGIC + key.encode())
    files.write(voice_file(home, key), MAGIC + nonce + sealed)


@guarded()
def read(home: Home, key: str, data_key: bytes) -> VoiceContent:
    """Return a voice. Raises ReferenceDamaged, StoreError."""
    core_dumps.refuse()  # also in the workers, which open no keys
    try:
        data = voice_file(home, key).read_bytes()
    except FileNotFoundError:
        raise _damaged() from None
    head = len(MAGIC) + NONCE_BYTES
    if data[: len(MAGIC)] != MAGIC or len(data) < head + 16:
        raise _damaged()
    try:
        plain = AESGCM(data_key).decrypt(data[len(MAGIC) : head], data[head:], MAGIC + key.encode())
    except InvalidTag:
        raise _damaged() from None
    return _unpacked(plain)


def destroy(home: Home, key: str) -> bool:
    """Overwrite and remove a voice; return whether it was there. Raises OSError."""
    return shredding.shred(voice_file(home, key))


def _packed(content: VoiceContent) -> bytes:
    reference = content.reference.to_bytes()
    parts = [_whole(samples) for samples in content.sounds]
    head = json.dumps(
        {
            "reference": len(reference),
            "names": list(content.names),
            "samples": [len(whole) for whole, _level in parts],
            "levels": [level for _whole, level in parts],
        }
    ).encode()
    sounds = [whole.astype("<i2").tobytes() for whole, _level in parts]
    return b"".join([_LENGTH.pack(len(head)), head, reference, *sounds])


def _unpacked(plain: bytes) -> VoiceContent:
    try:
        (length,) = _LENGTH.unpack_from(plain)
        at = _LENGTH.size + length
        head: dict[str, Any] = json.loads(plain[_LENGTH.size : at])
        reference = Reference.from_bytes(plain[at : at + head["reference"]])
        at += head["reference"]
        sounds = []
        for count, level in zip(head["samples"], head["levels"], strict=True):
            whole = np.frombuffer(plain, "<i2", count, at)
            sounds.append(_sound(whole.astype(np.int16), float(level)))
            at += 2 * count
        return VoiceContent(reference, sounds, [str(name) for name in head["names"]])
    except (struct.error, ValueError, KeyError, TypeError):
        raise _damaged() from None


def _whole(samples: Samples) -> tuple[np.ndarray[Any, np.dtype[np.int16]], float]:
    """Return samples as int16, and the level that the highest stands for: 1, or above it."""
    level = max(1.0, float(np.abs(samples).max(initial=0.0)))
    return np.round(samples.astype(np.float64) / level * HIGHEST).astype(np.int16), level


def _sound(whole: np.ndarray[Any, np.dtype[np.int16]], level: float) -> Samples:
    return (whole.astype(np.float64) * (level / HIGHEST)).astype(np.float32)


def _damaged() -> ReferenceDamaged:
    return ReferenceDamaged(
        _("What is kept of a voice is damaged or gone."),
        advice=_("Forget this voice and enrol it again from its recordings."),
    )
