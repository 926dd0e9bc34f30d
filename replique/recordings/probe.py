"""The recordings probe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from replique.probe import HOUSE_RATE, Block, Occurrence, Samples, Subject
from replique.recordings.prepared import RATE, Prepared, prepare


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set. least_strength : occurrences below it are not reported."""

    least_strength: float = 0.0


class RecordingsProbe:
    """Looks for takes."""

    name = "recordings"
    version = "0"

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._takes: list[tuple[str, Samples]] = []

    @property
    def digest(self) -> str:
        """SHA-256 over version and settings."""
        return hashlib.sha256(f"{self.version} {self.settings}".encode()).hexdigest()

    def learn(self, subjects: Iterable[Subject | tuple[str, Prepared]]) -> None:
        """Look for these takes."""
        for s in subjects:
            key, p = (s.key, prepare(s.samples)) if isinstance(s, Subject) else s
            self._takes.append((key, p.samples.astype(np.float32) / 32767))

    def begin(self) -> RecordingsSearch:
        """Open a search over one track."""
        return RecordingsSearch(self._takes)


class RecordingsSearch:
    """One search over one track."""

    def __init__(self, takes: list[tuple[str, Samples]]) -> None:
        self._takes = takes
        self._kept: list[Samples] = []
        self._views: tuple[str, ...] = ()

    def push(self, block: Block) -> list[Occurrence]:
        """Take the next block."""
        self._views = block.views
        self._kept.append(block.samples)
        return []

    def end(self) -> list[Occurrence]:
        """Search."""
        found: list[Occurrence] = []
        if not self._kept:
            return found
        whole = np.concatenate(self._kept, axis=1)
        for view, row in zip(self._views, whole, strict=True):
            x = row[: len(row) // 2 * 2].reshape(-1, 2).mean(1)
            for key, take in self._takes:
                found += self._one(view, x, key, take)
        return found

    def _one(self, view: str, x: Samples, key: str, take: Samples) -> list[Occurrence]:
        if len(x) < len(take):
            return []
        e = np.sqrt(np.maximum(fftconvolve(x**2, np.ones_like(take), "valid"), 1e-6))
        c = fftconvolve(x, take[::-1], "valid") / e / np.sqrt((take**2).sum())
        i = int(np.argmax(np.abs(c)))
        if abs(c[i]) < 0.25:
            return []
        d = len(take) / RATE
        return [
            Occurrence(
                key, view, i / RATE, i / RATE + d, 0.0, d, 1.0, 0.0,
                float(10 * np.log10(c[i] ** 2 / max(1e-9, 1 - c[i] ** 2))),
                int(np.sign(c[i])), float(abs(c[i]) * 10),
            )
        ]


_ = HOUSE_RATE
