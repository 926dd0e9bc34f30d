"""Which recordings were searched in which medium: sets of numbers, as bits.

Inside the store a set is over primary keys of recordings, which are never used
twice; a scan knows masks over its own list of subjects.  `Ledger` stands between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from replique.store.models import Coverage, SubjectSet


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


def subject_set(bits: bytes) -> SubjectSet:
    """Return the row of a set, made if it is new."""
    digest = hashlib.sha256(bits).hexdigest()
    row, _created = SubjectSet.objects.get_or_create(
        digest=digest, defaults={"bits": bits, "count": int.from_bytes(bits, "little").bit_count()}
    )
    return row


@dataclass(slots=True)
class Subjects:
    """One probe's subjects: bit i of a mask is the recording whose primary key is numbers[i]."""

    digest: str
    numbers: Sequence[int]
    _masks: dict[int, int] = field(default_factory=dict)

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

    def covered(self, set_number: int) -> int:
        """Return the mask of a stored set, read once."""
        if set_number not in self._masks:
            self._masks[set_number] = self.mask(bytes(SubjectSet.objects.get(pk=set_number).bits))
        return self._masks[set_number]


def covered(media: Sequence[int], subjects: Sequence[Subjects]) -> dict[int, tuple[int, ...]]:
    """Return, for media by primary key, the masks of what each probe has searched there."""
    found: dict[tuple[int, str], int] = {}
    digests = [each.digest for each in subjects]
    rows = Coverage.objects.filter(medium__in=media, probe_digest__in=digests)
    for medium, digest, number in rows.values_list("medium_id", "probe_digest", "subjects_id"):
        found[medium, digest] = number
    return {
        medium: tuple(
            each.covered(found[medium, each.digest]) if (medium, each.digest) in found else 0
            for each in subjects
        )
        for medium in media
    }
