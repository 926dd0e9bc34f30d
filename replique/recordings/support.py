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


def pieced(found: Correlations, *, drift: float) -> Pieced:
    """Measure how many windows stand out, each at its own lag.

    drift : samples by which the lag moves from block to block while the waveform
        runs on at its own rate under a stretched clock.
    """
    width = min(WINDOW_BLOCKS, len(found.raw))
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


@numba.njit(cache=True, fastmath=True)  # type: ignore[untyped-decorator]  # numba has no stubs
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
_BEFORE = 3_200  # the dense step holds on to the loudest part of a room, up to 0.4 s late
_AFTER = 1_200
_CHUNK = 1_920
_GROUPS = 6
_SPANS = (80, 240, 560, 1_200, 2_400)
_USUAL = np.array([8.9, 7.2, 5.6, 4.8, 5.6])
"""What one candidate in a thousand that is no occurrence reaches (bench/calibration.py)."""
_LEVELLING = 1_600


class RoomChunks:
    """A piece of a take cut into alternate chunks, ready to estimate a room."""

    def __init__(self, samples: Samples) -> None:
        """Samples : float32 (n,) at RATE, at the speed at which it is heard."""
        self._size = scipy.fft.next_fast_len(len(samples) + 2 * ROOM_REACH, real=True)
        group = (np.arange(len(samples)) // _CHUNK) % _GROUPS
        used = min(_GROUPS, int(group.max(initial=0)) + 1)
        chunks = np.stack([np.where(group == g, samples, 0) for g in range(used)])
        self._spectra = scipy.fft.rfft(chunks.astype(np.float32), self._size, axis=1).conj()

    def estimates(self, medium: Flattened, start: int) -> NDArray[np.float32]:
        """Return each group's estimate of the room, float32 (groups, 2 · ROOM_REACH + 1)."""
        heard = scipy.fft.rfft(medium.window(start - ROOM_REACH, self._size))
        rooms = scipy.fft.irfft(heard * self._spectra, self._size, axis=1)
        return np.asarray(rooms[:, : 2 * ROOM_REACH + 1], np.float32)


@dataclass(frozen=True, slots=True)
class Reverberant:
    """How well the estimates of a room agree. agreement : 1 is what one null in 1,000 reaches."""

    agreement: float
    lag: int


def reverberant(chunks: RoomChunks, medium: Flattened, start: int) -> Reverberant:
    """Measure how well chunks of a take agree on the room between it and the medium."""
    rooms = chunks.estimates(medium, start)
    if len(rooms) < 2:
        return Reverberant(0.0, 0)
    rooms = rooms / np.sqrt((rooms**2).mean(axis=1, keepdims=True) + 1e-20)
    rooms /= np.sqrt(uniform_filter1d(rooms**2, _LEVELLING, axis=1, mode="nearest") + 0.05)
    pairs = len(rooms) * (len(rooms) - 1) / 2
    shared = (rooms.sum(axis=0) ** 2 - (rooms**2).sum(axis=0)) / 2 / np.sqrt(pairs)
    running = np.concatenate([[0.0], np.cumsum(shared, dtype=np.float64)])
    best, lag = 0.0, 0
    low = ROOM_REACH - _BEFORE
    for span, usual in zip(_SPANS, _USUAL, strict=True):
        sums = running[span:] - running[:-span]
        inside = sums[low : ROOM_REACH + _AFTER - min(span, _AFTER)]
        peak = int(inside.argmax()) + low
        outside = np.ones(len(sums), bool)
        outside[max(0, peak - span - 200) : peak + span + 200] = False
        rest = sums[outside]
        spread = max(1.4826 * float(np.median(np.abs(rest))), 0.7 * float(rest.std()))
        agreement = sums[peak] / (spread + 0.25 * np.sqrt(span)) / usual
        if agreement > best:
            best, lag = float(agreement), peak - ROOM_REACH
    return Reverberant(best, lag)


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
