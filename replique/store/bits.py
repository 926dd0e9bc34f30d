"""Sets of recordings or voices, as bits: in the store over primary keys, in a scan over its
subjects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np


def pack(numbers: Iterable[int]) -> bytes:
    """Return a set of numbers ≥ 0 as bits, little-endian, without trailing zero bytes."""
    chosen = np.unique(np.fromiter(numbers, np.int64))
    if not len(chosen):
        return b""
    flags = np.zeros(int(chosen[-1]) + 1, np.uint8)
    flags[chosen] = 1
    return np.packbits(flags, bitorder="little").tobytes()


def unpack(bits: bytes) -> list[int]:
    """Return the numbers in a set, ascending."""
    flags = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return [int(number) for number in np.flatnonzero(flags)]


def union(a: bytes, b: bytes) -> bytes:
    """Return what is in either."""
    size = max(len(a), len(b))
    return (int.from_bytes(a, "little") | int.from_bytes(b, "little")).to_bytes(size, "little")


@dataclass(frozen=True, slots=True)
class Subjects:
    """One probe's subjects.

    digest : of the probe. numbers : primary keys, of recordings or of voices; bit i of a mask is
        numbers[i]. keys : what the probe calls them, in the same order.
    kind : what they are, and the column of an occurrence that names them.
    """

    digest: str
    numbers: Sequence[int]
    keys: Sequence[str] = ()
    kind: Literal["recording", "voice"] = "recording"
    _by_key: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", dict(zip(self.keys, self.numbers, strict=False)))

    def number(self, key: str) -> int:
        """Return the primary key of a subject."""
        return self._by_key[key]

    @property
    def everything(self) -> int:
        """The mask of all."""
        return (1 << len(self.numbers)) - 1

    def mask(self, bits: bytes) -> int:
        """Return which of our subjects are in a stored set."""
        flags = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
        numbers = np.asarray(self.numbers, np.int64)
        chosen = np.zeros(len(numbers), np.uint8)
        inside = numbers < len(flags)
        chosen[inside] = flags[numbers[inside]]
        return int.from_bytes(np.packbits(chosen, bitorder="little").tobytes(), "little")

    def of(self, mask: int) -> list[int]:
        """Return the primary keys in a mask."""
        return [number for place, number in enumerate(self.numbers) if mask >> place & 1]
