"""What may be set in the voices probe, and what names its results.

Light: who only asks whether a medium was searched with these settings does not wait for
models to load.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from replique.models.catalogue import SPEAKERS, SPEECH, VOICES
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibration import Calibration

NAME = "voices"
VERSION = "1"
"""Changes whenever results could."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set.

    least_strength : occurrences below it are not reported; a log10 likelihood ratio.
    least_speech_s : parts with less net speech are not judged: no likelihood ratio is
        available for them.
    alike : −1…1, likeness from which two parts of one medium are one speaker's.
    calibration : what turns likeness into a likelihood ratio.
    """

    least_strength: float = 0.5
    least_speech_s: float = 1.0
    alike: float = 0.55
    calibration: Calibration = field(default=CALIBRATION)

    @property
    def digest(self) -> str:
        """SHA-256 over version, settings and the models' hashes."""
        models = [model.sha256 for model in (SPEECH, SPEAKERS, VOICES)]
        return hashlib.sha256(f"{NAME} {VERSION} {self!r} {models}".encode()).hexdigest()
