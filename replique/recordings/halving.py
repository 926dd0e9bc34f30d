"""16 kHz to 8 kHz, block by block, the same samples whatever the blocks."""

from __future__ import annotations

import numpy as np
from scipy.signal import firwin, upfirdn

from replique.probe import Samples

_TAPS = 95
_HALF = _TAPS // 2
_FILTER = firwin(_TAPS, 3_850, fs=16_000, window=("kaiser", 7.0)).astype(np.float32)


class Halver:
    """A linear-phase low-pass filter and every other sample; delay compensated."""

    def __init__(self) -> None:
        self._tail = np.zeros(_HALF, np.float32)

    def push(self, samples: Samples) -> Samples:
        """Take float32 (n,), return what became certain, float32."""
        held = np.concatenate([self._tail, np.asarray(samples, np.float32)])
        count = (len(held) - _TAPS) // 2 + 1
        if count <= 0:
            self._tail = held
            return np.zeros(0, np.float32)
        full = upfirdn(_FILTER, held, 1, 2)
        # The first output that saw no missing past has index _HALF when counted in twos.
        out = full[_HALF : _HALF + count]
        self._tail = held[2 * count :].copy()
        return np.asarray(out, np.float32)

    def end(self) -> Samples:
        """Return the last samples."""
        return self.push(np.zeros(_HALF, np.float32))
