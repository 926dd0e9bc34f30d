"""A take made ready to be looked for, and the index file that keeps it.

The file, all integers little-endian: the envelope (indexfile.py); then the number of samples, of
segments and of transformations (uint32 each); for each segment its start and
stop (uint32) and, for each transformation, the frames of its template (uint16);
then the samples (int16, 8 kHz), padded to 4 bytes, then the templates (int8),
one after another.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from replique.errors import TakeSilent, TakeTooShort
from replique.language import gettext as _
from replique.probe import HOUSE_RATE, Samples
from replique.recordings import indexfile
from replique.recordings.segments import Segment, active_frames, cut
from replique.recordings.spectra import BANDS, HOP, RATE
from replique.recordings.transformations import GRID

LEAST_SOUND_S = 0.8
"""Seconds of sound (within 40 dB of the loudest) below which a take is refused:
measured in bench/README.md, "how short a take may be"."""
SILENT_PEAK = 1e-4


@dataclass(frozen=True, slots=True)
class Prepared:
    """A take at spectra.RATE, its loudest sample at full scale, and its pieces.

    samples : int16 (n,).
    """

    samples: NDArray[np.int16]
    segments: tuple[Segment, ...]

    @property
    def waveform(self) -> Samples:
        """The take, float32 (n,), −1…1."""
        return self.part(0, len(self.samples))

    def part(self, low: int, high: int) -> Samples:
        """Return a part of the take, float32 (high - low,), −1…1."""
        return self.samples[low:high].astype(np.float32) / np.float32(32767)

    @property
    def duration_s(self) -> float:
        """Length of the take in seconds."""
        return len(self.samples) / RATE

    def to_bytes(self) -> bytes:
        """Return the index file's content."""
        parts = [struct.pack("<III", len(self.samples), len(self.segments), len(GRID))]
        for segment in self.segments:
            frames = [len(t) for t in segment.templates]
            parts.append(struct.pack(f"<II{len(GRID)}H", segment.start, segment.stop, *frames))
        parts.append(self.samples.astype("<i2").tobytes())
        parts.append(bytes(-sum(map(len, parts)) % 4))
        parts += [t.tobytes() for s in self.segments for t in s.templates]
        body = b"".join(parts)
        return indexfile.sealed(body)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> Prepared:
        """Read an index file, without copying it; raises IndexDamaged."""
        body = indexfile.opened(data)
        try:
            return cls(*_parse(body))
        except (struct.error, ValueError) as error:
            raise indexfile.damaged() from error


def _parse(body: memoryview) -> tuple[NDArray[np.int16], tuple[Segment, ...]]:
    count, segments, transformations = struct.unpack_from("<III", body)
    if transformations != len(GRID):
        raise ValueError(transformations)
    row = struct.Struct(f"<II{transformations}H")
    rows = [row.unpack_from(body, 12 + i * row.size) for i in range(segments)]
    place = 12 + segments * row.size
    samples = np.frombuffer(body, "<i2", count, place)
    place += 2 * count
    place += -place % 4
    out = []
    for start, stop, *frames in rows:
        templates = []
        for length in frames:
            templates.append(
                np.frombuffer(body, np.int8, length * BANDS, place).reshape(length, BANDS)
            )
            place += length * BANDS
        out.append(Segment(start, stop, tuple(templates)))
    return samples, tuple(out)


def prepare(samples: Samples) -> Prepared:
    """Make a take ready. samples : float32 (n,) at HOUSE_RATE, mono.

    Raises TakeSilent, TakeTooShort.
    """
    clean = np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    peak = float(np.abs(clean).max(initial=0.0))
    if peak < SILENT_PEAK:
        raise TakeSilent(
            _("Nothing can be heard in this take."),
            advice=_("Check the file, its volume and that it is the right track."),
        )
    heard = soxr.resample(clean / peak, HOUSE_RATE, RATE, quality="HQ")
    heard = np.asarray(heard / max(1.0, float(np.abs(heard).max(initial=0.0))), np.float32)
    sound_s = float(active_frames(heard).sum()) * HOP / RATE
    segments = cut(heard) if sound_s >= LEAST_SOUND_S else []
    if not segments:
        raise TakeTooShort(
            _("This take is too short to be found: {have:.1f} s of sound.").format(have=sound_s),
            advice=_(
                "At least {need:.1f} s of sound are needed; a longer part of it works."
            ).format(need=LEAST_SOUND_S),
        )
    return Prepared(np.round(heard * 32767).astype(np.int16), tuple(segments))
