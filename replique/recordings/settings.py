"""What may be set in the recordings probe, and what names its results.

Light: who only asks whether a medium was searched with these settings does not
wait for the probe itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from replique.recordings.strength import DEFAULT_LEAST

NAME = "recordings"
VERSION = "1"
"""Changes whenever results could."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set.

    least_strength : occurrences below it are not reported (docs/strength.md).
    candidates_a_segment : places verified for each 3 s piece of a take in each 10
        minutes of medium.
    candidates_a_second : places verified for each second of medium at most, all
        takes together; what bounds the cost of a large collection.
    """

    least_strength: float = DEFAULT_LEAST
    candidates_a_segment: float = 8.0
    candidates_a_second: float = 24.0

    @property
    def digest(self) -> str:
        """SHA-256 over version and settings; there are no weights."""
        return hashlib.sha256(f"{NAME} {VERSION} {self!r}".encode()).hexdigest()
