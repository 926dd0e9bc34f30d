"""What may have been done to a take: how fast it runs, how high it sounds.

Three lines are searched through the plane of (tempo, pitch):

- speed: both together, as film runs on PAL video (25/24) and back (24/25);
- stretch: tempo alone, as advertisements and dubs are fitted to a length;
- pitch alone.

The dense step forgives ± 2 % of tempo and half a semitone (measured:
bench/README.md), which is what the steps of the grid are chosen by.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2


@dataclass(frozen=True, slots=True)
class Transformation:
    """A way a take may be heard.

    tempo : how much faster it runs; 25/24 is film on PAL video.
    pitch : ratio of frequencies; equal to tempo when only the speed was changed.
    """

    tempo: float
    pitch: float

    @property
    def semitones(self) -> float:
        """How much higher it sounds."""
        return 12 * log2(self.pitch)


AS_IT_WAS = Transformation(1.0, 1.0)
SPEEDS = tuple(Transformation(s, s) for s in (25 / 24, 24 / 25, 1.08, 1 / 1.08))
STRETCHES = tuple(Transformation(t, 1.0) for t in (25 / 24, 24 / 25, 1.08, 0.92, 1.12, 0.88))
PITCHES = tuple(Transformation(1.0, 2 ** (s / 12)) for s in (1, -1, 2, -2, 3, -3))
GRID: tuple[Transformation, ...] = (AS_IT_WAS, *SPEEDS, *STRETCHES, *PITCHES)
