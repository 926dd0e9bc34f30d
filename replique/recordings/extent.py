"""From where to where a take is heard, once it is known how it lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FAINTER = 1 / 3
"""What a compressor or a narrow band may leave of the usual gain."""
_CUT_LOSS = 12.0
_SURE_BLOCKS = 19  # 1.5 s
_ABSENT = -20.0


def extent(along: Floats, sigma: Floats, absent: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the first and last block in which the take is there rather than not.

    along : float32 (blocks,), correlation on the line, of the line's sign.
    sigma : float32 (blocks,), its standard deviation where the take is not.
    absent : bool (blocks,), where it is certain that the take is not there.

    Block j is expected to give gain · σ² if it is; the log-likelihood ratio of
    there and not there is summed, and the best run of blocks is kept.  Ends that
    could not tell (silence in the take, a loud medium) are not cut off.
    """
    gain = _FAINTER * _gain(along, sigma)
    ratio = (gain * along - 0.5 * (gain * sigma) ** 2).astype(np.float64)
    ratio[absent] = _ABSENT
    best, first, last, start, total = -np.inf, 0, len(ratio) - 1, 0, 0.0
    for j, value in enumerate(ratio):
        if total < 0:
            start, total = j, 0.0
        total += value
        if total > best:
            best, first, last = total, start, j
    if ratio[:first].sum() > -_CUT_LOSS:
        first = 0
    if ratio[last + 1 :].sum() > -_CUT_LOSS:
        last = len(ratio) - 1
    return first, last


def _gain(along: Floats, sigma: Floats) -> float:
    """Return the usual gain in the run of blocks that shows the take best.

    The median by weight, over 1.5 s: a take of which a part is used is absent from
    most of its blocks, and one loud syllable is not the usual.
    """
    width = min(_SURE_BLOCKS, len(along))
    weight = sigma.astype(np.float64) ** 2
    sums = np.concatenate([[0.0], np.cumsum(along, dtype=np.float64)])
    weights = np.concatenate([[0.0], np.cumsum(weight)])
    shown = (sums[width:] - sums[:-width]) / np.sqrt(weights[width:] - weights[:-width] + 1e-12)
    low = int(shown.argmax())
    along, weight = along[low : low + width], weight[low : low + width]
    each = along / np.maximum(weight, 1e-12)
    order = np.argsort(each)
    running = np.cumsum(weight[order])
    return max(float(each[order][np.searchsorted(running, running[-1] / 2)]), 0.0)
