"""The clearest stretch of an enrolment: what is let heard of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from replique.probe import HOUSE_RATE, Samples

MOST_S = 10.0
"""Longest excerpt of an enrolment."""
_FRAME = HOUSE_RATE // 50
_STEP = HOUSE_RATE // 4
_UNDER_LOUD_DB = 25.0
"""Frames no softer than this under the loud ones count as sounding: pauses and breath do not."""


def clearest(sounds: Sequence[Samples], most_s: float = MOST_S) -> Samples | None:
    """Return the stretch, at most `most_s` long, in which most is sounding; the first of several.

    sounds : each float32 (n,) at HOUSE_RATE. None when nothing sounds in any of them.
    """
    best: tuple[int, Samples] | None = None
    for sound in sounds:
        found = _best_of(np.nan_to_num(np.asarray(sound, np.float32)), most_s)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return None if best is None else best[1]


def _best_of(sound: Samples, most_s: float) -> tuple[int, Samples] | None:
    """Return how many frames sound in the best stretch of one recording, and the stretch."""
    frames = len(sound) // _FRAME
    if not frames:
        return None
    power = np.mean(
        sound[: frames * _FRAME].reshape(frames, _FRAME).astype(np.float64) ** 2, axis=1
    )
    loud = float(np.percentile(power, 95))
    if loud <= 0.0:
        return None
    sounding = power >= loud * 10.0 ** (-_UNDER_LOUD_DB / 10.0)
    length = min(frames, round(most_s * HOUSE_RATE) // _FRAME)
    so_far = np.concatenate([[0], np.cumsum(sounding)])
    starts = np.arange(0, frames - length + 1, max(1, _STEP // _FRAME))
    counts = so_far[starts + length] - so_far[starts]
    first = int(starts[int(np.argmax(counts))])
    return int(counts.max()), sound[first * _FRAME : (first + length) * _FRAME]
