"""What may be set in the voices probe, and what names its results.

Light: who only asks whether a medium was searched with these settings does not wait for
models to load.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from replique.errors import EncoderUnusable
from replique.language import gettext as _
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibration import Calibration

NAME = "voices"
VERSION = "2"
"""Changes whenever results could."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set.

    least_strength : occurrences below it are not reported; a log10 likelihood ratio.
    alike : −1…1, likeness from which two parts of one medium are one speaker's; None for what
        the calibration says.
    calibration : what turns likeness into a likelihood ratio. Parts with less net speech than
        it was validated for are not judged: no likelihood ratio is available for them.
    """

    least_strength: float = 0.5
    alike: float | None = None
    calibration: Calibration = field(default=CALIBRATION)

    @property
    def digest(self) -> str:
        """SHA-256 over version, settings and, in the calibration, the models' hashes."""
        return hashlib.sha256(f"{NAME} {VERSION} {self!r}".encode()).hexdigest()


def uncalibrated() -> EncoderUnusable:
    """Return the error for a calibration that belongs to other models than those that hear."""
    return EncoderUnusable(
        _("There is no calibration for this encoder: no likelihood ratio is available."),
        advice=_("Run `replique voice calibrate DIR` with speech of people you know."),
    )
