"""The features that CAM++ hears: Kaldi's log mel filter bank.

80 bands from 20 Hz to 8 kHz, 25 ms of sound every 10 ms, Povey's window, pre-emphasis 0.97, no
dither, power, natural logarithm; as 3D-Speaker computes them before it takes the mean off.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from replique.probe import HOUSE_RATE, Samples

BANDS = 80
WINDOW = 400
HOP = 160
_FFT = 512
_EMPHASIS = np.float32(0.97)
_FLOOR = np.float32(np.finfo(np.float32).eps)
_AT_ONCE = 512

Features = NDArray[np.float32]


def count(samples: int) -> int:
    """Return how many frames a number of samples gives."""
    return max(0, (samples - WINDOW) // HOP + 1)


def log_mel(samples: Samples) -> Features:
    """Return float32 (frames, 80) of samples, float32 (n,), −1…1 at HOUSE_RATE.

    Frames are computed apart from one another: a stretch gives the same frames, to rounding,
    wherever it is cut at a multiple of HOP.
    """
    import scipy.fft  # noqa: PLC0415  # heavy: who only lists voices does not wait for it

    out = np.empty((count(len(samples)), BANDS), np.float32)
    if not len(out):
        return out
    window, bank = _window(), _bank()
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    for low in range(0, len(out), _AT_ONCE):
        part = frames[low : low + _AT_ONCE].astype(np.float32)
        part -= part.mean(axis=1, keepdims=True)
        part[:, 1:] -= _EMPHASIS * part[:, :-1].copy()
        part[:, 0] *= 1 - _EMPHASIS
        spectrum = scipy.fft.rfft(part * window, _FFT, axis=1)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        out[low : low + _AT_ONCE] = np.log(np.maximum(power @ bank, _FLOOR))
    return out


@cache
def _window() -> NDArray[np.float32]:
    angle = 2 * np.pi * np.arange(WINDOW) / (WINDOW - 1)
    return ((0.5 - 0.5 * np.cos(angle)) ** 0.85).astype(np.float32)


@cache
def _bank() -> NDArray[np.float32]:
    """Triangles on the mel axis, float32 (257, 80)."""
    low, high = _mel(np.float64(20.0)), _mel(np.float64(HOUSE_RATE / 2))
    step = (high - low) / (BANDS + 1)
    frequency = _mel(np.arange(_FFT // 2 + 1) * HOUSE_RATE / _FFT)
    left = low + step * np.arange(BANDS)
    up = (frequency[:, None] - left) / step
    bank = np.clip(np.minimum(up, 2 - up), 0, None)
    bank[-1] = 0  # Kaldi leaves the last bin out
    return bank.astype(np.float32)


def _mel(frequency: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(1127 * np.log1p(frequency / 700))
