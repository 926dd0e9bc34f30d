"""How fast a take runs where it was found: lines through lags, and usual ratios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FILM = (25 / 24, 24 / 25)
PERCENTS = tuple(1 + k / 100 for k in range(-12, 13) if abs(k) not in {0, 4})
AMERICAN = (25 / 23.976, 23.976 / 25, 1.001, 1 / 1.001)
"""Rates that lie so near others that only a sharp measurement names them."""

SHARP = 0.0004
_ON_LINE = 8.0  # samples: 1 ms
_MUCH_NEARER = 1 / 3


def least_squares(x: Floats, y: Floats, weight: Floats | None = None) -> tuple[float, float]:
    """Return slope and intercept of the best line; a level one where x does not vary."""
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = np.average((x - mean_x) ** 2, weights=weight)
    if spread <= 0:
        return 0.0, float(mean_y)
    slope = np.average((x - mean_x) * (y - mean_y), weights=weight) / spread
    return float(slope), float(mean_y - slope * mean_x)


def shared_line(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Return slope and intercept of the line most points lie on, and their share.

    Lines through pairs of far points are tried (RANSAC, but all of up to 400
    evenly chosen pairs, so that the result never varies).
    """
    first, second = np.triu_indices(len(x), 1)
    far = np.abs(x[second] - x[first]) > 0.3 * np.ptp(x)
    first, second = first[far], second[far]
    best = (0.0, float(np.median(y)), 0.0)
    every = max(1, len(first) // 400)
    for i, j in zip(first[::every], second[::every], strict=True):
        slope = (y[j] - y[i]) / (x[j] - x[i])
        near = np.abs(y - y[i] - slope * (x - x[i])) <= _ON_LINE
        if near.mean() > best[2]:
            best = (*least_squares(x[near], y[near]), float(near.mean()))
    return best


def named(value: float) -> float:
    """Return the usual ratio that a sharply measured one is, or itself."""
    ratios = (1.0, *FILM, *PERCENTS, *AMERICAN)
    nearest = min(ratios, key=lambda ratio: abs(ratio / value - 1))
    return nearest if abs(nearest / value - 1) <= SHARP else value


def likely(value: float, slack: float, *, shifted: bool) -> float:
    """Return the ratio a loosely measured one is likeliest to be, or itself.

    Unchanged and the film rates come first, unless a whole percent is much nearer.
    shifted : the pitch was changed, which tools do in order to keep the time.
    """
    if shifted and abs(1 / value - 1) <= slack:
        return 1.0
    first = min((1.0, *FILM), key=lambda ratio: abs(ratio / value - 1))
    other = min(PERCENTS, key=lambda ratio: abs(ratio / value - 1))
    apart, apart_other = abs(first / value - 1), abs(other / value - 1)
    if apart <= slack and apart_other > _MUCH_NEARER * apart:
        return first
    return other if apart_other <= slack else value
