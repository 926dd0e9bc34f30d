"""Three ways a candidate place can be supported by the waveform.

- *straight*: one lag holds from end to end, as in any copy, mix or codec, and at
  any speed that the grid names.  The correlations of all blocks are added before
  the peak is sought; it must stand out of its own surroundings, for a tone that
  the medium and the take share makes many peaks, not one.
- *pieced*: time was stretched, or pitch shifted, by cutting the waveform into
  short pieces (WSOLA, PSOLA): each 0.3 s has a peak of its own, at a lag of its own.
- *reverberant*: a room spreads the take over hundreds of milliseconds.  Halves of
  the take, cut into alternate chunks, each estimate the room's response; where
  the take is, the estimates agree.  What they share by chance (a held note)
  agrees at all lags and cancels in the comparison with the surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from replique.probe import Samples
from replique.recordings.coherent import HOP, REACH, Correlations, Flattened
from replique.recordings.spectra import RATE

WINDOW_BLOCKS = 4
"""Blocks added for the pieced test: 0.4 s, about what WSOLA leaves whole."""

_PEAK_HALF = 16  # samples: a peak is no wider than 2 ms on either side
_STANDS_OUT = 6.5  # of 769 lags of noise, one window in 10^7 reaches this
_ONE_LAG = 24
_OVERLAP = 0.75  # Σ w² of half-overlapping Hann windows that sum to one


@dataclass(frozen=True, slots=True)
class Straight:
    """One lag for all. ratio : peak over the root mean square of the other lags."""

    ratio: float
    lag: int
    sign: int


def straight(found: Correlations) -> Straight:
    """Measure how well one lag holds from end to end."""
    total = found.raw.sum(axis=0) / np.sqrt((found.sigma**2).sum() / _OVERLAP)
    peak = int(np.abs(total).argmax())
    around = np.ones(len(total), bool)
    around[max(0, peak - _PEAK_HALF) : peak + _PEAK_HALF + 1] = False
    floor = np.sqrt((total[around] ** 2).mean() + 0.3)
    return Straight(float(abs(total[peak]) / floor), peak - REACH, 1 if total[peak] > 0 else -1)


@dataclass(frozen=True, slots=True)
class Pieced:
    """A lag for each window.

    share : 0…1, share of the windows, weighted by what they can show, that stand out.
    lags : int32 (windows,), lag of the highest correlation.
    heights : float32 (windows,), its height in deviations of the window's other lags.
    weights : float32 (windows,), what each window can show.
    """

    share: float
    lags: NDArray[np.int32]
    heights: NDArray[np.float32]
    weights: NDArray[np.float32]


def pieced(found: Correlations, *, drift: float, blocks: int = WINDOW_BLOCKS) -> Pieced:
    """Measure how many windows stand out, each at its own lag.

    drift : samples by which the lag moves from block to block while the waveform
        runs on at its own rate under a stretched clock.
    blocks : how many are added in a window.
    """
    width = min(blocks, len(found.raw))
    lags, heights, variances = _windows(found.raw, found.sigma, drift, width)
    weights = np.sqrt(variances)
    share = float((weights * (heights > _STANDS_OUT)).sum() / max(float(weights.sum()), 1e-9))
    return Pieced(share, lags, heights, weights.astype(np.float32))


def agreeing(windows: Pieced, one: Straight) -> float:
    """Return the share, 0…1, of windows that stand out which do so near the one lag.

    3 ms are allowed: what 0.1 % of speed moves in a piece.  1 if none stands out.
    """
    out = windows.heights > _STANDS_OUT
    if not out.any():
        return 1.0
    weight = windows.weights[out]
    near = np.abs(windows.lags[out] - one.lag) <= _ONE_LAG
    return float(weight[near].sum() / weight.sum())


@numba.njit(cache=True, fastmath=True)
def _windows(
    raw: NDArray[np.float32], sigma: NDArray[np.float32], drift: float, width: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """Add `width` neighbouring blocks along the drift; return each window's highest peak."""
    count, reach = raw.shape
    windows = count - width + 1
    lags = np.zeros(windows, np.int32)
    heights = np.zeros(windows, np.float32)
    variances = np.zeros(windows, np.float32)
    total = np.zeros(reach, np.float32)
    for j in range(windows):
        total[:] = 0
        variance = 0.0
        for w in range(width):
            shift = int(np.round(drift * (w - (width - 1) / 2)))
            low, high = max(0, -shift), min(reach, reach - shift)
            for lag in range(low, high):
                total[lag] += raw[j + w, lag + shift]
            variance += sigma[j + w] ** 2
        variance /= 0.75 if width > 1 else 1.0
        square, best, at = 0.0, 0.0, 0
        for lag in range(reach):
            v = abs(total[lag])
            square += v * v
            if v > best:
                best, at = v, lag
        # Where the medium is noisier than its spectrum says, its own lags tell.
        spread = np.sqrt(max(square / reach, variance))
        lags[j] = at - reach // 2
        heights[j] = best / spread
        variances[j] = variance
    return lags, heights, variances


ROOM_REACH = 6_000
_BEFORE_S = 0.4  # the dense step holds on to the loudest part of a room, which may be late
_AFTER_S = 0.15
_CHUNK = 1_920
_GROUPS = 6
_SPANS_S = (0.01, 0.03, 0.07, 0.15, 0.3)
_EDGES_HZ = (150, 500, 900, 1_400, 2_000, 2_800, 3_900)
_GRID_S = 0.005
_LEVELLING_S = 0.2
_ENOUGH = 6.0
"""What one band may say at most: a held note agrees loudly, but in one band."""


class RoomChunks:
    """A piece of a take cut into alternate chunks, ready to estimate a room."""

    def __init__(self, samples: Samples) -> None:
        """Samples : float32 (n,) at RATE, at the speed at which it is heard."""
        self.size = scipy.fft.next_fast_len(len(samples) + 2 * ROOM_REACH, real=True)
        group = (np.arange(len(samples)) // _CHUNK) % _GROUPS
        used = min(_GROUPS, int(group.max(initial=0)) + 1)
        chunks = np.stack([np.where(group == g, samples, 0) for g in range(used)])
        self._spectra = scipy.fft.rfft(chunks.astype(np.float32), self.size, axis=1).conj()

    def transfer(self, medium: Flattened, start: int) -> NDArray[np.complex64]:
        """Return each group's estimate of the room, as a spectrum: complex64 (groups, bins).

        Its inverse transform begins ROOM_REACH samples before `start`.
        """
        heard = scipy.fft.rfft(medium.window(start - ROOM_REACH, self.size))
        return np.asarray(heard * self._spectra, np.complex64)


@dataclass(frozen=True, slots=True)
class Reverberant:
    """How well the estimates of a room agree.

    agreement : 0…6, mean over six bands, in standard deviations of each.
    lag : where the room's answer begins, samples after `start`.
    """

    agreement: float
    lag: int


def reverberant(chunks: RoomChunks, medium: Flattened, start: int) -> Reverberant:
    """Measure how well chunks of a take agree on the room between it and the medium."""
    transfer = chunks.transfer(medium, start)
    if len(transfer) < 2:
        return Reverberant(0.0, 0)
    grid_s = np.arange(-_BEFORE_S, _AFTER_S, _GRID_S)
    total = np.zeros((len(_SPANS_S), len(grid_s)))
    for low, high in pairwise(_EDGES_HZ):
        first, last = (round(hz * chunks.size / RATE) for hz in (low, high))
        shared, rate = _shared(transfer[:, first:last], chunks.size)
        running = np.concatenate([[0.0], np.cumsum(shared)])
        for i, span_s in enumerate(_SPANS_S):
            total[i] += np.minimum(_agreement(running, rate, span_s, grid_s), _ENOUGH)
    total /= len(_EDGES_HZ) - 1
    best = np.unravel_index(int(total.argmax()), total.shape)
    return Reverberant(max(float(total[best]), 0.0), round(grid_s[best[1]] * RATE))


def _shared(band: NDArray[np.complex64], size: int) -> tuple[NDArray[np.float64], float]:
    """Return what the groups share at each lag within a band, and samples of it a second.

    The band alone is transformed back: its complex envelope, at a rate to match.
    """
    rooms = scipy.fft.ifft(band, axis=1)
    rate = band.shape[1] * RATE / size
    kept = int(2 * ROOM_REACH / RATE * rate)
    rooms = rooms[:, :kept]
    power = rooms.real**2 + rooms.imag**2
    span = max(3, round(_LEVELLING_S * rate))
    level = uniform_filter1d(power, span, axis=1, mode="nearest")
    rooms = rooms / np.sqrt(level + 0.05 * level.mean(axis=1, keepdims=True) + 1e-20)
    pairs = len(rooms) * (len(rooms) - 1) / 2
    shared = np.abs(rooms.sum(axis=0)) ** 2 - (np.abs(rooms) ** 2).sum(axis=0)
    return np.asarray(shared / 2 / np.sqrt(pairs), np.float64), rate


def _agreement(
    running: NDArray[np.float64], rate: float, span_s: float, grid_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what is shared in a span from each onset, in deviations of all other spans."""
    span = max(1, round(span_s * rate))
    sums = running[span:] - running[:-span]
    places = np.round((grid_s + ROOM_REACH / RATE) * rate).astype(int)
    low, high = places[0], min(places[-1] + 2 * span, len(sums))
    outside = np.concatenate([sums[:low], sums[high:]])
    spread = np.sqrt((outside**2).mean()) if len(outside) else 1.0
    return np.asarray(
        sums[np.clip(places, 0, len(sums) - 1)] / (spread + 0.25 * np.sqrt(span)), np.float64
    )


__all__ = [
    "HOP",
    "RATE",
    "Pieced",
    "Reverberant",
    "RoomChunks",
    "Straight",
    "pieced",
    "reverberant",
    "straight",
]
