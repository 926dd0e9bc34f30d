"""What the dense step looks at: which cells of the spectrogram stand out.

A spectrogram in bands about a semitone apart, in dB, is turned into *contrast*:
each cell against its neighbours in time (± 0.39 s) and frequency (± 6 bands).
Contrast is blind to level and to any slowly changing equalisation, so that a
take keeps its contrast through a phone, a compressor or a codec, and loses only
the cells that something louder covers.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from replique.probe import Samples

RATE = 8_000
"""Hz at which takes are looked for: telephone bandwidth carries the voice, and
what lies above is the first thing that codecs drop."""

WINDOW = 512
HOP = 160
FRAME_RATE = RATE / HOP
BANDS = 52
LOWEST_HZ = 200.0
HIGHEST_HZ = 3_900.0

_TIME_SPAN = 39  # frames, 0.78 s: longer than a syllable, shorter than a phrase
_BAND_SPAN = 13
_SPREAD_SPAN = 101  # frames, 2 s
_CLIP = 6.0
_TAKE_CLIP = (-6.0, 10.0)
_TAKE_RANGE_DB = 32.0  # cells quieter than this below the take's loudest carry no weight
_TAKE_FADE_DB = 12.0

Features = NDArray[np.float32]


@lru_cache(maxsize=64)
def band_weights(pitch: float) -> Features:
    """Return triangular bands, float32 (WINDOW // 2 + 1, BANDS), each summing to 1.

    pitch : ratio by which a take is to sound higher; its bands are read that
        much lower, so that they fall where the medium's bands will be.
    """
    hz = scipy.fft.rfftfreq(WINDOW, 1 / RATE)
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 2) / pitch
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (hz[:, None] - low) / (centre - low)
    falling = (high - hz[:, None]) / (high - centre)
    weights = np.maximum(np.minimum(rising, falling), 0.0)
    # A band narrower than a bin is interpolated between the two bins around it.
    for band in np.nonzero(weights.sum(0) < 0.5)[0]:
        place = min(centre[band] * WINDOW / RATE, len(hz) - 1.001)
        whole = int(place)
        weights[:, band] = 0.0
        weights[whole, band], weights[whole + 1, band] = 1 - (place - whole), place - whole
    return np.asarray(weights / weights.sum(0), np.float32)


def power(samples: Samples, *, hop: float = HOP) -> Features:
    """Return the power spectrogram, float32 (frames, WINDOW // 2 + 1).

    Frame k is centred on sample k · hop; there are len / hop + 1 of them,
    rounded down.  A fractional hop reads a take faster or slower.
    """
    count = int(len(samples) / hop) + 1
    starts = np.round(np.arange(count) * hop).astype(np.int64)
    padded = np.zeros(int(starts[-1]) + WINDOW, np.float32)
    room = min(len(samples), len(padded) - WINDOW // 2)
    padded[WINDOW // 2 : WINDOW // 2 + room] = samples[:room]
    window = np.hanning(WINDOW).astype(np.float32)
    out = np.empty((count, WINDOW // 2 + 1), np.float32)
    offsets = np.arange(WINDOW)
    for i in range(0, count, 2048):
        spectrum = scipy.fft.rfft(padded[starts[i : i + 2048, None] + offsets] * window, axis=1)
        out[i : i + 2048] = spectrum.real**2 + spectrum.imag**2
    return out


def levels(spectrogram: Features, *, pitch: float = 1.0) -> Features:
    """Return band levels in dB, float32 (frames, BANDS)."""
    banded = spectrogram @ band_weights(pitch)
    return np.asarray(10 * np.log10(banded + np.float32(1e-9)), np.float32)


def _against_neighbours(level: Features) -> Features:
    contrast = level - uniform_filter1d(level, _TIME_SPAN, axis=0, mode="nearest")
    return np.asarray(
        contrast - uniform_filter1d(contrast, _BAND_SPAN, axis=1, mode="nearest"), np.float32
    )


def medium_contrast(level: Features) -> Features:
    """Return what stands out in a medium, float32 (frames, BANDS), about -6…6.

    Bands whose contrast varies much (drums, a beating synthesiser) are scaled
    down, or one loud pattern would outweigh a whole sentence.
    """
    contrast = _against_neighbours(level)
    spread = uniform_filter1d(contrast * contrast, _SPREAD_SPAN, axis=0, mode="nearest")
    return np.asarray(np.clip(4 * contrast / np.sqrt(spread + 1), -_CLIP, _CLIP), np.float32)


def take_contrast(level: Features, *, loudest_db: float) -> Features:
    """Return a take's weights, float32 (frames, BANDS): its own contrast, where it is loud.

    loudest_db : the level of the take's loudest cell.
    """
    margin = _TIME_SPAN // 2
    quiet = float(level.min())
    padded = np.pad(level, ((margin, margin), (0, 0)), constant_values=quiet)
    contrast = np.clip(_against_neighbours(padded)[margin:-margin], *_TAKE_CLIP)
    loud = np.clip((level - loudest_db + _TAKE_RANGE_DB) / _TAKE_FADE_DB, 0, 1)
    return np.asarray(contrast * loud, np.float32)
