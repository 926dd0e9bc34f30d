"""A colour map from paper to ink, even to the eye.

Computed in Oklab (Björn Ottosson 2020, "A perceptual color space for image
processing"): lightness falls in a straight line, so that equal steps of level
look equal, to colour-blind eyes and on grey paper alike.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

LEVELS = 48
"""Steps of the map; fewer make the pictures smaller."""
_PAPER = (0.99, 0.0, 0.002)
_MIDDLE = (0.66, -0.045, -0.055)
_INK = (0.20, 0.015, -0.085)


@cache
def paper_to_ink() -> NDArray[np.uint8]:
    """Return sRGB colours (LEVELS, 3), from silence (paper) to the loudest (ink)."""
    place = np.linspace(0.0, 1.0, LEVELS)
    lightness = np.interp(place, [0.0, 1.0], [_PAPER[0], _INK[0]])
    a, b = (_bend(place, _PAPER[i], _MIDDLE[i], _INK[i]) for i in (1, 2))
    return _srgb(np.stack([lightness, a, b], axis=1))


def _bend(
    place: NDArray[np.float64], first: float, middle: float, last: float
) -> NDArray[np.float64]:
    """Return a parabola through three values at 0, ½ and 1."""
    curve = first * (2 * place - 1) * (place - 1) + middle * 4 * place * (1 - place)
    return np.asarray(curve + last * place * (2 * place - 1))


def _srgb(oklab: NDArray[np.float64]) -> NDArray[np.uint8]:
    to_lms = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_linear = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip((oklab @ to_lms.T) ** 3 @ to_linear.T, 0.0, 1.0)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(curved * 255), np.uint8)
