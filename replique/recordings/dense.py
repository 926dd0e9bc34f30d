"""The dense step: every piece, under every transformation, against every moment.

The score of a template w at frame t is Σ w[o, b] · c[t + o, b] over its frames o
and bands b, divided by ‖w‖: a matched filter on contrast.  In the frequency
domain it is, for each bin, one complex product over bands, so that many blocks
of the medium and many templates make one matrix product a bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from replique.recordings.segments import MOST_FRAMES, Templates
from replique.recordings.spectra import BANDS, Features

BLOCK = 512
STEP = BLOCK - MOST_FRAMES + 1
_BATCH = 64
_APART = 10  # frames between two peaks: 0.2 s


@dataclass(frozen=True, slots=True)
class Peaks:
    """The highest places of each template, sorted by falling score.

    frames : int32 (templates, n), -1 where there are fewer.
    scores : float32 (templates, n), in standard deviations of that template's
        score over the stretch.
    """

    frames: NDArray[np.int32]
    scores: Features


class Stretch:
    """A stretch of a medium, made ready to be compared with many templates."""

    def __init__(self, contrast: Features) -> None:
        """Contrast : float32 (frames, BANDS), from spectra.medium_contrast."""
        self.frames = len(contrast)
        blocks = max(1, -(-self.frames // STEP))
        padded = np.zeros(((blocks - 1) * STEP + BLOCK, BANDS), np.float32)
        padded[: self.frames] = contrast
        windows = np.stack([padded[i * STEP : i * STEP + BLOCK] for i in range(blocks)], axis=1)
        self._spectrum = scipy.fft.rfft(windows, axis=0, overwrite_x=True)

    def scores(self, templates: Sequence[Templates]) -> Features:
        """Return float32 (BLOCK, blocks, templates); [i, b] is frame b · STEP + i."""
        stack = np.zeros((BLOCK, BANDS, len(templates)), np.float32)
        for k, w in enumerate(templates):
            # The windows hold whole frames only up to the template's own length.
            weights = w.astype(np.float32)
            stack[: len(w), :, k] = weights / max(float(np.sqrt((weights**2).sum())), 1e-9)
        spectrum = scipy.fft.rfft(stack, axis=0, overwrite_x=True)
        np.conjugate(spectrum, out=spectrum)
        product = np.matmul(self._spectrum, spectrum)
        return np.asarray(scipy.fft.irfft(product, n=BLOCK, axis=0, overwrite_x=True))

    def peaks(self, templates: Sequence[Templates], *, most: int, least: float) -> Peaks:
        """Return the `most` highest places of each template that reach `least`."""
        frames = np.full((len(templates), most), -1, np.int32)
        heights = np.zeros((len(templates), most), np.float32)
        for i in range(0, len(templates), _BATCH):
            part = templates[i : i + _BATCH]
            _highest(
                self.scores(part),
                self.frames,
                least,
                frames[i : i + len(part)],
                heights[i : i + len(part)],
            )
        return Peaks(frames, heights)


@numba.njit(cache=True, fastmath=True)
def _highest(
    scores: Features, count: int, least: float, frames: NDArray[np.int32], heights: Features
) -> None:
    """Fill frames and heights with each template's highest local maxima."""
    templates = scores.shape[2]
    total = np.zeros(templates, np.float64)
    squares = np.zeros(templates, np.float64)
    for block in range(scores.shape[1]):
        for i in range(min(STEP, count - block * STEP)):
            for k in range(templates):
                v = scores[i, block, k]
                total[k] += v
                squares[k] += v * v
    mean = total / count
    # A short stretch says little of its own spread: it leans on the usual one.
    spread = np.sqrt(
        (squares - count * mean * mean + _PRIOR_FRAMES * _PRIOR_SPREAD**2) / (count + _PRIOR_FRAMES)
    )
    most = frames.shape[1]
    for block in range(scores.shape[1]):
        for i in range(min(STEP, count - block * STEP)):
            here = block * STEP + i
            for k in range(templates):
                z = (scores[i, block, k] - mean[k]) / spread[k]
                if z < least or z <= heights[k, most - 1]:
                    continue
                _insert(frames[k], heights[k], here, z)


@numba.njit(cache=True)
def _insert(frames: NDArray[np.int32], heights: Features, here: int, z: float) -> None:
    """Put a place into a sorted list of places that keep their distance."""
    most = len(frames)
    at = most - 1
    for j in range(most):
        if frames[j] < 0:
            at = j
            break
        if here - frames[j] < _APART and frames[j] - here < _APART:
            if z <= heights[j]:
                return
            at = j
            break
    while at > 0 and heights[at - 1] < z:
        frames[at], heights[at] = frames[at - 1], heights[at - 1]
        at -= 1
    frames[at], heights[at] = here, z


_PRIOR_FRAMES = 3_000
_PRIOR_SPREAD = 6.0  # measured on music, effects and talk: 5.1–7.5
