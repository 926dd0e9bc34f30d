"""A take played at another speed and pitch, each on its own.

A phase vocoder with peaks that carry their neighbours' phase (Laroche & Dolson
1999, "Improved phase vocoder time-scale modification of audio"): its frames lie
on a straight time map, so that what it gives runs in sync with the medium at
every instant, which methods that look for a good splice do not promise.
"""

from __future__ import annotations

from math import ceil

import numpy as np
import soxr
from numpy.typing import NDArray

from replique.probe import HOUSE_RATE, Samples

_WINDOW = 1024
_HOP = 128
_PLAIN = 0.003
"""Relative difference of speed and pitch under which a plain resampling is right."""


def warp(take: Samples, *, speed: float, pitch_semitones: float) -> Samples:
    """Return the take as it would run `speed` times faster, `pitch_semitones` higher.

    take : float32 (n,) at HOUSE_RATE, finite.
    speed : > 0. pitch_semitones : the effect of speed included.
    Gives float32 (about n / speed,) at HOUSE_RATE; instant t of the take is at t / speed.
    """
    ratio = 2.0 ** (pitch_semitones / 12.0)
    if abs(ratio / speed - 1.0) < _PLAIN:
        ratio = speed
    played = take if ratio == 1.0 else _resample(take, ratio)
    return played if ratio == speed else _stretch(played, speed / ratio)


def _resample(samples: Samples, ratio: float) -> Samples:
    if len(samples) == 0:
        return samples
    return np.asarray(soxr.resample(samples, HOUSE_RATE * ratio, HOUSE_RATE), np.float32)


def _stretch(samples: Samples, rate: float) -> Samples:
    """Return samples that run `rate` times faster at the same pitch."""
    length = ceil(len(samples) / rate)
    taper = np.sqrt(np.hanning(_WINDOW + 1)[:_WINDOW])
    padded = np.pad(samples.astype(np.float64), (_WINDOW, 2 * _WINDOW))
    count = ceil((length + _WINDOW) / _HOP) + 1
    out = np.zeros(count * _HOP + _WINDOW)
    weight = np.zeros_like(out)
    phase: NDArray[np.float64] | None = None
    for k in range(count):
        centre = k * _HOP - _WINDOW // 2  # of this frame, in the output
        first = min(max(0, round(centre * rate) - _WINDOW // 2 + _WINDOW), len(padded) - _WINDOW)
        before = max(0, first - _HOP)
        now = np.fft.rfft(padded[first : first + _WINDOW] * taper)
        if phase is None:
            phase = np.angle(now)
        else:
            then = np.fft.rfft(padded[before : before + _WINDOW] * taper)
            phase = _advance(now, then, phase)
        frame = np.fft.irfft(np.abs(now) * np.exp(1j * phase)) * taper
        out[k * _HOP : k * _HOP + _WINDOW] += frame
        weight[k * _HOP : k * _HOP + _WINDOW] += taper**2
    whole = out / np.maximum(weight, 1e-3)
    return whole[_WINDOW : _WINDOW + length].astype(np.float32)


def _advance(
    now: NDArray[np.complex128], then: NDArray[np.complex128], phase: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Carry the phase of each spectral peak one hop on; neighbours keep their distance to it."""
    size = np.abs(now)
    inner = size[2:-2]
    peaks = 2 + np.flatnonzero(
        (inner > size[1:-3]) & (inner >= size[3:-1]) & (inner > size[:-4]) & (inner >= size[4:])
    )
    turned = np.angle(now)
    if len(peaks) == 0:
        return turned
    nearest = peaks[np.searchsorted((peaks[1:] + peaks[:-1]) / 2.0, np.arange(len(now)))]
    step = turned[peaks] - np.angle(then[peaks])  # over exactly one hop of the input
    moved = np.zeros(len(now))
    moved[peaks] = phase[peaks] + step - turned[peaks]
    return np.asarray(turned + moved[nearest])
