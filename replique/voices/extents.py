"""Stretches of time, and which of them meet another: quickly, however many there are."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Extents(Generic[Item]):
    """Things that each last from one instant to another.

    Kept by how long they last, to the next power of two: of each length only those are looked
    at that begin near enough, so that one that lasts for hours makes no other one slow.
    """

    def __init__(self) -> None:
        self._by_length: dict[int, list[tuple[float, float, int]]] = {}
        self._items: list[Item] = []

    def add(self, start_s: float, end_s: float, item: Item) -> None:
        """Add one."""
        row = self._by_length.setdefault(_length(end_s - start_s), [])
        insort(row, (start_s, end_s, len(self._items)))
        self._items.append(item)

    def meeting(self, start_s: float, end_s: float) -> Iterator[Item]:
        """Yield those that share more than an instant with a stretch, in no certain order."""
        for length, row in self._by_length.items():
            first = bisect_left(row, (start_s - math.ldexp(1.0, length),))
            last = bisect_right(row, (end_s,), lo=first)
            for begun_s, ended_s, number in row[first:last]:
                if begun_s < end_s and ended_s > start_s:
                    yield self._items[number]


def _length(seconds: float) -> int:
    """Return the power of two that no stretch of this class is longer than."""
    return math.frexp(max(seconds, 1e-3))[1]
