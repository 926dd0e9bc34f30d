"""A take made ready to be looked for, and the index file that keeps it.

The file: magic "RPQ1", 4 bytes of version (big-endian), 32 bytes SHA-256 of all
that follows, then 8 bytes of sample count and the samples as int16, 8 kHz.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.errors import IndexDamaged, TakeSilent, TakeTooShort
from replique.language import gettext as _
from replique.probe import HOUSE_RATE, Samples

MAGIC = b"RPQ1"
VERSION = 1
RATE = 8_000
MIN_SOUND_S = 1.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A take at RATE. samples : int16 (n,)."""

    samples: NDArray[np.int16]

    def to_bytes(self) -> bytes:
        """Return the index file's content."""
        body = struct.pack(">Q", len(self.samples)) + self.samples.astype("<i2").tobytes()
        return MAGIC + struct.pack(">I", VERSION) + hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Prepared:
        """Read an index file; raises IndexDamaged."""
        body = data[40:]
        if data[:4] != MAGIC or hashlib.sha256(body).digest() != data[8:40]:
            raise IndexDamaged(
                _("An index file is damaged."),
                advice=_("It is made anew from the registered take; nothing else is lost."),
            )
        return cls(np.frombuffer(body[8:], "<i2").astype(np.int16))


def prepare(samples: Samples) -> Prepared:
    """Make a take ready. samples : float32 (n,) at HOUSE_RATE, mono.

    Raises TakeSilent, TakeTooShort.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 1e-4:
        raise TakeSilent(
            _("Nothing can be heard in this take."), advice=_("Check the file and its volume.")
        )
    if len(samples) < MIN_SOUND_S * HOUSE_RATE:
        raise TakeTooShort(
            _("This take is too short to be found: {have:.1f} s of sound.").format(
                have=len(samples) / HOUSE_RATE
            ),
            advice=_("At least {need:.1f} s of sound are needed.").format(need=MIN_SOUND_S),
        )
    pad = len(samples) % 2
    halved = np.pad(samples, (0, pad)).reshape(-1, 2).mean(1) / peak
    return Prepared(np.round(halved * 32767).astype(np.int16))
