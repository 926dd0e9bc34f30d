"""16 kHz to 8 kHz, block by block, the same samples whatever the blocks."""

from __future__ import annotations

import numba
import numpy as np

from replique.probe import Samples

_TAPS = 95
_HALF = _TAPS // 2
_CUTOFF_HZ = 3_850
_KAISER = 7.0  # 70 dB down at 4.2 kHz, whose image falls on 3.8 kHz


def _low_pass() -> Samples:
    """Return a windowed-sinc low-pass filter of unit gain, float32 (_TAPS,)."""
    from_middle = np.arange(_TAPS) - _HALF
    taps = np.sinc(from_middle * _CUTOFF_HZ / 8_000) * np.kaiser(_TAPS, _KAISER)
    return np.asarray(taps / taps.sum(), np.float32)


_FILTER = _low_pass()


class Halver:
    """A linear-phase low-pass filter and every other sample; delay compensated."""

    def __init__(self) -> None:
        self._tail = np.zeros(_HALF, np.float32)

    def push(self, samples: Samples) -> Samples:
        """Take float32 (n,), return what became certain, float32."""
        held = np.concatenate([self._tail, np.asarray(samples, np.float32)])
        count = max(0, (len(held) - _TAPS) // 2 + 1)
        out = _every_other(held, _FILTER, count)
        self._tail = held[2 * count :].copy()
        return out

    def end(self) -> Samples:
        """Return the last samples."""
        return self.push(np.zeros(_HALF, np.float32))


@numba.njit(cache=True, fastmath=True)
def _every_other(held: Samples, taps: Samples, count: int) -> Samples:
    """Return `count` filtered samples, at every other place of what is held."""
    out = np.empty(count, np.float32)
    for k in range(count):
        total = np.float32(0)
        for i in range(len(taps)):
            total += taps[i] * held[2 * k + i]
        out[k] = total
    return out
