"""How loud a take is against everything else that is heard with it.

Where take and medium are aligned, each band of the medium is explained by the
same band of the take as far as a constant factor can (least squares); what is
explained is the take, what is left is the rest.  Bands of their own let an
equaliser, a telephone or a compressor change the balance.
"""

from __future__ import annotations

import numpy as np
import scipy.fft

from replique.probe import Samples
from replique.recordings.segments import active_frames
from replique.recordings.spectra import RATE

LIMIT_DB = 40.0
_FRAME = 1_024
_STEP = 512
_EDGES_HZ = np.geomspace(90, 3_900, 17)
_EDGES = np.round(_EDGES_HZ * _FRAME / RATE).astype(int)
_LEAST = 1e-3


def aligned(pairs: list[tuple[Samples, Samples]]) -> float:
    """Return the level of the take's sound against the rest, dB, −40…40.

    pairs : stretches of the take, as heard, and of the medium, float32 of one length.
    """
    explained, rest, sounding, frames = 0.0, 0.0, 0, 0
    bands = len(_EDGES) - 1
    cross, take, medium = np.zeros(bands, complex), np.zeros(bands), np.zeros(bands)
    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    for x, y in pairs:
        if len(x) < _FRAME:
            continue
        a, b = (
            scipy.fft.rfft(
                np.lib.stride_tricks.sliding_window_view(v, _FRAME)[::_STEP] * window, axis=1
            )
            for v in (x, y)
        )
        cross += _banded((a.conj() * b).sum(axis=0))
        take += _banded((np.abs(a) ** 2).sum(axis=0)).real
        medium += _banded((np.abs(b) ** 2).sum(axis=0)).real
        active = active_frames(x)
        sounding += int(active.sum())
        frames += len(active)
    heard = take > 0
    part = np.abs(cross[heard]) ** 2 / take[heard]
    explained, rest = float(part.sum()), float(np.maximum(medium[heard] - part, 0).sum())
    return _decibels(explained * frames / max(sounding, 1), rest, explained + rest)


def excess(during: Samples, around: Samples) -> float:
    """Return how much louder the medium is while the take lasts than around it, as a level."""
    with_take = float((during**2).mean()) if len(during) else 0.0
    without = float((around**2).mean()) if len(around) else 0.0
    return _decibels(max(with_take - without, 0.0), without, with_take)


def around(heard: Samples, start: float, stop: float) -> tuple[Samples, Samples]:
    """Return what is heard from start to stop, and for a second before and after."""
    low, high = max(0, int(start)), max(0, int(stop))
    sides = np.concatenate([heard[max(0, low - RATE) : low], heard[high : high + RATE]])
    return heard[low:high], sides


def _banded(spectrum: np.ndarray) -> np.ndarray:
    return np.add.reduceat(spectrum, _EDGES)[:-1]


def _decibels(part: float, rest: float, whole: float) -> float:
    floor = max(whole * _LEAST, 1e-20)
    return float(np.clip(10 * np.log10(max(part, floor) / max(rest, floor)), -LIMIT_DB, LIMIT_DB))
