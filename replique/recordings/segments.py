"""A take cut into pieces short enough to be found, and each piece's templates.

A piece of 3 s holds its place within the dense step's tolerance of tempo; long
takes are cut every 2 s, so that any 2 s part of one fills most of a piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.probe import Samples
from replique.recordings import spectra
from replique.recordings.transformations import GRID

LONGEST_S = 3.0
EVERY_S = 2.0
_LONGEST = int(LONGEST_S * spectra.RATE)
_LEAST_ACTIVE_S = 0.5
_ACTIVE_RANGE_DB = 40.0
_STEPS = 12.0  # int8 steps a unit of contrast: 10 · 12 < 127
MOST_FRAMES = int(LONGEST_S / min(t.tempo for t in GRID) * spectra.FRAME_RATE) + 2
"""Frames of the longest template."""

Templates = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a take and what it looks like under each transformation.

    start, stop : samples of the take at spectra.RATE.
    templates : int8 (frames, BANDS) for each transformation of GRID.
    """

    start: int
    stop: int
    templates: tuple[Templates, ...]


def active_frames(samples: Samples) -> NDArray[np.bool_]:
    """Return which 20 ms frames of a take sound, bool (frames,)."""
    hop = spectra.HOP
    count = len(samples) // hop
    energy = (samples[: count * hop].reshape(count, hop) ** 2).mean(axis=1)
    if not count:
        return np.zeros(0, bool)
    return np.asarray(energy > max(float(energy.max()), 1e-12) * 10 ** (-_ACTIVE_RANGE_DB / 10))


def pieces(samples: Samples) -> list[tuple[int, int]]:
    """Return (start, stop) of each piece of a take that holds enough sound."""
    active = active_frames(samples)
    sounding = np.nonzero(active)[0]
    if not len(sounding):
        return []
    first = int(sounding[0]) * spectra.HOP
    last = min(int(sounding[-1] + 1) * spectra.HOP, len(samples))
    span = last - first
    count = 1 + max(0, int(np.ceil((span - _LONGEST) / (EVERY_S * spectra.RATE))))
    starts = np.linspace(first, max(first, last - _LONGEST), count).astype(int)
    out = []
    for start in starts:
        stop = min(int(start) + _LONGEST, last)
        heard = active[start // spectra.HOP : stop // spectra.HOP].sum() * spectra.HOP
        if heard >= _LEAST_ACTIVE_S * spectra.RATE:
            out.append((int(start), stop))
    return out


def templates(samples: Samples) -> tuple[Templates, ...]:
    """Return what a piece looks like under each transformation of GRID, int8 (frames, BANDS)."""
    spectrograms: dict[float, spectra.Features] = {}
    out = []
    for transformation in GRID:
        tempo = transformation.tempo
        if tempo not in spectrograms:
            spectrograms[tempo] = spectra.power(samples, hop=spectra.HOP * tempo)
        level = spectra.levels(spectrograms[tempo], pitch=transformation.pitch)
        weights = spectra.take_contrast(level, loudest_db=float(level.max()))
        out.append(np.round(weights * _STEPS).astype(np.int8))
    return tuple(out)


def cut(samples: Samples) -> list[Segment]:
    """Return the pieces of a take, float32 (n,) at spectra.RATE, with their templates."""
    return [Segment(start, stop, templates(samples[start:stop])) for start, stop in pieces(samples)]
