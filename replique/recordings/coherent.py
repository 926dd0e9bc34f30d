"""The coherent step: the waveform itself, block by block.

We hold the exact recording, so a candidate place is checked with a matched
filter.  Against coloured noise of spectrum S the best one correlates the take
with the medium divided by S (Turin 1960).  `Flattened` divides the
medium once; `correlations` then gives, for each 160 ms block of a piece and
each lag within ± 48 ms, a value that is a standard normal deviate wherever the
take is not.  Blocks, not the whole piece, because tools that stretch time
(WSOLA, PSOLA) keep the waveform in short stretches and shift them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from replique.probe import Samples

BLOCK = 1_280
HOP = 640
REACH = 384
"""Samples of lag on either side: ± 48 ms."""

_SIZE = 2_048
_WINDOW = 2_048
_FLAT_HOP = 1_024
_TIME_SPAN = 5  # frames of 128 ms, 0.6 s: about as long as a note
_BIN_SPAN = 3  # 12 Hz: fine enough to take the notes out, not only the colour
_FLOOR = 1e-3
_SILENT = 1e-7  # 70 dB below the loud parts

Floats = NDArray[np.float32]


class Flattened:
    """A medium divided by its own local power spectrum.

    samples : float32 (n,), the divided signal.
    inverse : float32 (frames of _FLAT_HOP, _SIZE // 2 + 1), 1 / S.
    """

    def __init__(self, samples: Samples) -> None:
        """Samples : float32 (n,) at RATE."""
        count = -(-len(samples) // _FLAT_HOP) + 1
        padded = np.zeros((count + 1) * _FLAT_HOP, np.float32)
        padded[_FLAT_HOP : _FLAT_HOP + len(samples)] = samples
        window = np.sqrt(np.hanning(_WINDOW + 1)[:-1]).astype(np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_FLAT_HOP]
        spectrum = scipy.fft.rfft(frames * window, axis=1, overwrite_x=True)
        density = (spectrum.real**2 + spectrum.imag**2) / np.float32((window**2).sum())
        density = uniform_filter1d(density, _TIME_SPAN, axis=0, mode="nearest")
        density = uniform_filter1d(density, _BIN_SPAN, axis=1, mode="nearest")
        density += _FLOOR * density.mean(axis=1, keepdims=True) + np.float32(1e-14)
        inverse = 1 / density
        # Digital silence has no noise to stand out of: it tells nothing, either way.
        power = density.mean(axis=1)
        inverse[power < _SILENT * np.quantile(power, 0.95) + 1e-13] = 0
        spectrum *= inverse
        back = scipy.fft.irfft(spectrum, n=_WINDOW, axis=1, overwrite_x=True) * window
        out = np.zeros((count + 1, _FLAT_HOP), np.float32)
        out[:-1] += back[:, :_FLAT_HOP]
        out[1:] += back[:, _FLAT_HOP:]
        self.samples = out.ravel()[_FLAT_HOP : _FLAT_HOP + len(samples)]
        self.inverse = np.asarray(inverse, np.float32)

    def inverse_at(self, starts: NDArray[np.int64]) -> Floats:
        """Return 1 / S around blocks that begin at these samples, float32 (k, bins)."""
        frame = (starts + BLOCK // 2 + _FLAT_HOP) // _FLAT_HOP - 1
        return np.asarray(self.inverse[np.clip(frame, 0, len(self.inverse) - 1)], np.float32)

    def window(self, start: int, length: int) -> Samples:
        """Return a stretch of the divided signal, zeros where it ends."""
        out = np.zeros(length, np.float32)
        low, high = max(start, 0), min(start + length, len(self.samples))
        if high > low:
            out[low - start : high - start] = self.samples[low:high]
        return out


@dataclass(frozen=True, slots=True)
class Blocks:
    """A piece of a take, at the rate at which it is heard, in overlapping blocks.

    spectra : complex64 (blocks, _SIZE // 2 + 1).
    energies : float32 (blocks, _SIZE // 2 + 1), energy by bin.
    """

    spectra: NDArray[np.complex64]
    energies: Floats

    @classmethod
    def of(cls, samples: Samples) -> Blocks:
        """Cut float32 (n,) at RATE; Hann windows, half overlapping, that sum to one."""
        count = max(1, -(-len(samples) // HOP) - 1)
        padded = np.zeros((count + 1) * HOP, np.float32)
        padded[: min(len(samples), len(padded))] = samples[: len(padded)]
        window = np.hanning(BLOCK + 1)[:-1].astype(np.float32)
        cut = np.lib.stride_tricks.sliding_window_view(padded, BLOCK)[::HOP] * window
        spectra = np.asarray(scipy.fft.rfft(cut, n=_SIZE, axis=1), np.complex64)
        power = spectra.real**2 + spectra.imag**2
        return cls(spectra, np.asarray(power * np.float32(2 / _SIZE), np.float32))


@dataclass(frozen=True, slots=True)
class Correlations:
    """How each block of a piece correlates with the medium around one place.

    raw : float32 (blocks, 2 · REACH + 1), lag −REACH…REACH.
    sigma : float32 (blocks,), what raw's standard deviation is without the take.
    starts : int64 (blocks,), where each block lies in the medium at lag 0.
    """

    raw: Floats
    sigma: Floats
    starts: NDArray[np.int64]

    @property
    def deviates(self) -> Floats:
        """Raw in standard deviations."""
        return self.raw / self.sigma[:, None]


def correlations(
    medium: Flattened, blocks: Blocks, *, start: float, step: float = HOP
) -> Correlations:
    """Correlate a piece's blocks with the medium.

    start : sample of the medium at which the first block should begin.
    step : samples of the medium from block to block; HOP unless time is stretched.
    """
    count = len(blocks.spectra)
    starts = np.round(start + step * np.arange(count)).astype(np.int64)
    low = int(starts[0]) - REACH
    piece = medium.window(low, int(starts[-1]) - int(starts[0]) + _SIZE)
    windows = piece[(starts - starts[0])[:, None] + np.arange(_SIZE)]
    spectrum = scipy.fft.rfft(windows, axis=1, overwrite_x=True)
    spectrum *= blocks.spectra.conj()
    raw = scipy.fft.irfft(spectrum, n=_SIZE, axis=1, overwrite_x=True)[:, : 2 * REACH + 1]
    variance = np.einsum("jf,jf->j", blocks.energies, medium.inverse_at(starts))
    return Correlations(
        np.asarray(raw, np.float32), np.sqrt(variance + 1e-12).astype(np.float32), starts
    )
