"""What is seen of an occurrence: spectrograms, and where take and medium agree.

The picture is the report's: the same bands, colours and outlines.  The desk puts it under
a moving line, so each panel travels as a PNG of its own and the outlines as one path.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.recordings.agreement import FLOOR_DB, HOP, Agreement, agreement
from replique.report.colour import LEVELS, paper_to_ink
from replique.report.listening import Sounds
from replique.report.outline import patches, path
from replique.report.picture import describe
from replique.report.png import png

PANELS = ("medium", "take")
_SHOWN_DB = 48.0
_TILT_DB = 4.0
_TICKS_HZ = (500, 1000, 2000, 4000)


@dataclass(frozen=True)
class Seen:
    """The picture of one occurrence. sounds : both, or the medium alone."""

    occurrence: Occurrence
    sounds: Sounds

    @cached_property
    def agreement(self) -> Agreement | None:
        """Both on one grid; without a take the medium stands beside silence."""
        sounds, found = self.sounds, self.occurrence
        if sounds.medium is None:
            return None
        window = sounds.window
        return agreement(
            np.zeros(0, np.float32) if sounds.raw_take is None else sounds.raw_take,
            sounds.medium,
            offset_s=sounds.raw_offset_s,
            speed=found.speed,
            pitch_semitones=found.pitch_semitones,
            heard_s=(window.heard_s[0] - window.from_s, window.heard_s[1] - window.from_s),
        )

    @cached_property
    def marked(self) -> NDArray[np.bool_]:
        """Where they rise and fall together, as an eye would draw it."""
        seen = self.agreement
        return np.zeros((1, 1), bool) if seen is None else patches(seen.agrees)

    @property
    def outline(self) -> str:
        """The edges of that, as path data: one unit a cell, rows from the top."""
        return path(self.marked[::-1])

    @property
    def columns(self) -> float:
        """How many columns the sound is long, which need not be whole."""
        medium = self.sounds.medium
        return len(medium) / HOP if medium is not None else 1.0

    @property
    def rows(self) -> int:
        """How many bands there are."""
        return int(self.marked.shape[0])

    @property
    def said(self) -> str:
        """What the picture shows, for who does not see it."""
        seen = self.agreement
        return "" if seen is None else describe(seen, self.marked, self.sounds.window)

    @property
    def ticks(self) -> list[tuple[int, float]]:
        """Return frequencies in Hz and how far from the top each lies, 0…100."""
        seen = self.agreement
        if seen is None:
            return []
        count = len(seen.frequencies_hz)
        rows = np.interp(_TICKS_HZ, seen.frequencies_hz, np.arange(count))
        return [
            (hz, round(100 * (1 - (row + 0.5) / count), 2))
            for hz, row in zip(_TICKS_HZ, rows.tolist(), strict=True)
        ]

    def panel(self, name: str) -> bytes | None:
        """Return a panel as PNG, a pixel a cell; None where there is none."""
        seen = self.agreement
        if seen is None or (name == "take" and self.sounds.raw_take is None):
            return None
        level = _tilted(seen.medium_db if name == "medium" else seen.take_db, seen)
        place = np.clip((level + _SHOWN_DB) / _SHOWN_DB, 0.0, 1.0)
        indices = np.round(place[::-1] * (LEVELS - 1)).astype(np.uint8)
        return png(indices, paper_to_ink())


def _tilted(level_db: NDArray[np.float32], seen: Agreement) -> NDArray[np.float32]:
    """Raise high bands, which are weak in speech and music, so that the eye sees them too."""
    octaves = np.log2(np.maximum(seen.frequencies_hz, 200.0) / 200.0)
    raised = level_db + (_TILT_DB * octaves[:, np.newaxis]) * (level_db > -FLOOR_DB)
    return np.asarray(raised - raised.max(initial=-FLOOR_DB), np.float32)


def waveform(samples: Samples, columns: int = 240) -> list[tuple[float, float]]:
    """Return the lowest and highest value of each column, -1…1 of the loudest."""
    if len(samples) == 0:
        return []
    loudest = float(np.abs(samples).max()) or 1.0
    pieces = np.array_split(samples / loudest, min(columns, len(samples)))
    return [(float(each.min()), float(each.max())) for each in pieces]


def seconds(samples: Samples) -> float:
    """Return how long a sound lasts."""
    return len(samples) / HOUSE_RATE
