"""The edge of marked cells, as one SVG path: crisp on a screen and on paper."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, label

_SMALLEST = 10
"""Cells; smaller patches are left out: they tire the eye, and chance makes them."""

Point = tuple[int, int]


def patches(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask as an eye would draw it: gaps of a cell closed, specks left out."""
    padded = np.pad(mask, 2)
    closed = binary_closing(padded, np.ones((3, 3), bool))[2:-2, 2:-2]
    numbered, count = label(closed)
    if count == 0:
        return np.zeros_like(mask)
    sizes = np.bincount(numbered.ravel())
    sizes[0] = 0
    return np.asarray(sizes[numbered] >= _SMALLEST)


def path(mask: NDArray[np.bool_]) -> str:
    """Return the outline of True cells (rows, columns) as path data, one unit a cell.

    x runs along the columns, y along the rows; each loop is closed; holes run
    the other way round. Nothing marked gives "".
    """
    return "".join(_drawn(loop) for loop in loops(mask))


def loops(mask: NDArray[np.bool_]) -> list[list[Point]]:
    """Return the corners (x, y) of each closed outline."""
    onward = _edges(mask)
    found = []
    while onward:
        start = next(iter(onward))
        corner, loop, heading = start, [start], (0, 0)
        while True:
            corner, heading = _next(onward, corner, heading)
            if corner == start:
                break
            loop.append(corner)
        found.append(_corners(loop))
    return found


def _edges(mask: NDArray[np.bool_]) -> dict[Point, list[Point]]:
    """Return directed cell edges by their beginning, the marked cell on their right."""
    padded = np.pad(mask, 1)
    inside = padded[1:-1, 1:-1]
    onward: dict[Point, list[Point]] = defaultdict(list)
    for shift, begin, end in (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),  # top
        (padded[1:-1, 2:], (1, 0), (1, 1)),  # right
        (padded[2:, 1:-1], (1, 1), (0, 1)),  # bottom
        (padded[1:-1, :-2], (0, 1), (0, 0)),  # left
    ):
        rows, columns = np.nonzero(inside & ~shift)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            onward[column + begin[0], row + begin[1]].append((column + end[0], row + end[1]))
    return onward


def _next(onward: dict[Point, list[Point]], corner: Point, heading: Point) -> tuple[Point, Point]:
    """Take an edge away and follow it; where two patches touch, turn right to stay on one."""
    ways = onward[corner]
    right = (corner[0] - heading[1], corner[1] + heading[0])
    chosen = right if right in ways else ways[0]
    ways.remove(chosen)
    if not ways:
        del onward[corner]
    return chosen, (chosen[0] - corner[0], chosen[1] - corner[1])


def _corners(loop: list[Point]) -> list[Point]:
    """Drop the points that lie on a straight line."""
    kept = []
    for before, here, after in zip(loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True):
        straight = before[0] == here[0] == after[0] or before[1] == here[1] == after[1]
        if not straight:
            kept.append(here)
    return kept


def _drawn(loop: list[Point]) -> str:
    x, y = loop[0]
    drawn = [f"M{x} {y}"]
    for next_x, next_y in loop[1:]:
        drawn.append(f"h{next_x - x}" if next_y == y else f"v{next_y - y}")
        x, y = next_x, next_y
    return "".join(drawn) + "z"
