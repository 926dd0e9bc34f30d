"""Where the eye confirms it: which sounds of a take rise and fall in a medium.

The take is laid on the medium's own time axis by the measured speed, and its
frequencies are moved by the measured pitch; both are then seen through the same
bands.  A cell agrees when the take is salient there (stands out from its own
surroundings) and the medium's contrast follows the take's around it.  This is
an illustration of an occurrence, not the test that found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter

from replique.probe import HOUSE_RATE, Samples

HOP = 256
"""Samples between columns: 16 ms."""
WINDOW = 640
"""Samples seen by one column: 40 ms, which parts the harmonics of most voices."""
FFT_SIZE = 2048
BANDS = 72
LOWEST_HZ, HIGHEST_HZ = 70.0, 7_600.0

FLOOR_DB = 60.0
"""Below the loudest cell by more than this, nothing is told apart."""
_SURROUNDINGS = (9, 51)
"""Bands and columns (about 0.8 s) over which a cell's surroundings are averaged."""
_NEIGHBOURS = (5, 11)
"""Bands and columns (about 0.18 s) over which the two contrasts are compared."""
_SALIENT_DB = 3.0
_SALIENT_RANGE_DB = 36.0
_FOLLOWS = 0.6
"""Least correlation of the contrasts around a cell. Unrelated speech and music
pass it in about one salient cell in a hundred; the right take at 5 dB under a
bed of music passes in about half."""

Decibels = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A medium and a take on one grid of bands (rows, low first) and columns.

    times_s : float64 (columns,), centre of each column from the excerpt's start.
    frequencies_hz : float64 (bands,), centre of each band, in the medium.
    medium_db, take_db : float32 (bands, columns), 0 at the loudest cell, never
        under -FLOOR_DB. The take's is -FLOOR_DB wherever the take is not.
    salient : bool (bands, columns), where the take stands out of its surroundings.
    agrees : bool (bands, columns), the salient cells that the medium follows.
    """

    times_s: NDArray[np.float64]
    frequencies_hz: NDArray[np.float64]
    medium_db: Decibels
    take_db: Decibels
    salient: Mask
    agrees: Mask


def agreement(
    take: Samples,
    excerpt: Samples,
    *,
    offset_s: float,
    speed: float = 1.0,
    pitch_semitones: float = 0.0,
    heard_s: tuple[float, float] | None = None,
) -> Agreement:
    """Lay a take beside an excerpt of a medium.

    take, excerpt : float32 (n,) at HOUSE_RATE; either may be empty or silent.
    offset_s : where in the excerpt the take's first sample falls; may be negative.
    speed : how much faster the take runs in the medium, > 0.
    pitch_semitones : how much higher it sounds there, the effect of speed included.
    heard_s : extent of the occurrence in the excerpt; nothing outside it agrees.
        None means that all of the excerpt may.
    """
    centres = np.arange(ceil(len(excerpt) / HOP)) * HOP
    frequencies = band_centres()
    times = centres / HOUSE_RATE
    medium_db = _log_spectrogram(excerpt, centres, frequencies)
    in_take = np.round((times - offset_s) * speed * HOUSE_RATE).astype(np.int64)
    take_db = _log_spectrogram(take, in_take, frequencies / 2.0 ** (pitch_semitones / 12.0))
    salient, follows = _compare(medium_db, take_db)
    within = (in_take >= 0) & (in_take < len(take))
    if heard_s is not None:
        within &= (times >= heard_s[0]) & (times <= heard_s[1])
    salient &= within
    return Agreement(times, frequencies, medium_db, take_db, salient, salient & follows)


def band_centres() -> NDArray[np.float64]:
    """Return the centres of the bands, Hz, evenly spaced on the mel scale (O'Shaughnessy 1987)."""
    low, high = (1127.0 * np.log1p(f / 700.0) for f in (LOWEST_HZ, HIGHEST_HZ))
    return np.asarray(700.0 * np.expm1(np.linspace(low, high, BANDS) / 1127.0))


def semitones(speed: float) -> float:
    """Return the pitch that a plain change of speed brings."""
    return 12.0 * log2(speed)


def _log_spectrogram(
    samples: Samples, centres: NDArray[np.int64], frequencies: NDArray[np.float64]
) -> Decibels:
    """Return dB (bands, columns) under the loudest, for windows around `centres`.

    Centres outside the samples, by more than half a window, see silence.
    """
    half = WINDOW // 2
    inside = np.clip(centres, -half, len(samples) + half)
    padded = np.pad(np.nan_to_num(samples), (WINDOW, WINDOW))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)
    taper = np.hanning(WINDOW).astype(np.float32)
    weights = _bands(frequencies)
    power = np.empty((len(frequencies), len(centres)), np.float32)
    for first in range(0, len(centres), 512):  # bounds the memory of long excerpts
        some = slice(first, first + 512)
        spectra = rfft(windows[inside[some] + half] * taper, FFT_SIZE, axis=1)
        power[:, some] = weights @ (spectra.real**2 + spectra.imag**2).T
    loudest = float(power.max(initial=0.0))
    if loudest <= 0.0:
        return np.full_like(power, -FLOOR_DB)
    with np.errstate(divide="ignore"):
        level_db = 10.0 * np.log10(power / loudest)
    return np.asarray(np.maximum(level_db, -FLOOR_DB), np.float32)


def _bands(centres: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return triangular weights (bands, bins), none narrower than the window resolves."""
    bins = np.fft.rfftfreq(FFT_SIZE, 1.0 / HOUSE_RATE)
    widths = np.maximum(np.gradient(centres), HOUSE_RATE / WINDOW)
    weights = np.maximum(0.0, 1.0 - np.abs(bins - centres[:, None]) / widths[:, None])
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9), np.float32)


def _compare(medium_db: Decibels, take_db: Decibels) -> tuple[Mask, Mask]:
    """Return where the take is salient, and where the medium's contrast follows it."""
    if medium_db.size == 0:
        return np.zeros(medium_db.shape, np.bool_), np.zeros(medium_db.shape, np.bool_)
    take, medium = _contrast(take_db), _contrast(medium_db)
    salient = (take > _SALIENT_DB) & (take_db > take_db.max() - _SALIENT_RANGE_DB)
    salient &= take_db > -FLOOR_DB
    take, medium = take - _mean(take, _NEIGHBOURS), medium - _mean(medium, _NEIGHBOURS)
    together = _mean(take * medium, _NEIGHBOURS)
    energies = _mean(take * take, _NEIGHBOURS) * _mean(medium * medium, _NEIGHBOURS)
    apart = np.sqrt(np.maximum(energies, 0.0))  # running means may round below zero
    return salient, together > _FOLLOWS * np.maximum(apart, 0.25)


def _contrast(level_db: Decibels) -> Decibels:
    return level_db - _mean(level_db, _SURROUNDINGS)


def _mean(values: Decibels, size: tuple[int, int]) -> Decibels:
    return np.asarray(uniform_filter(values, size, mode="nearest"), np.float32)
