"""Which models hear voices here, and how what they hear is judged.

A home has the built-in encoder and calibration, or those that its settings.toml names
(`preferences`).  Another encoder is never judged by the built-in calibration.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from replique.errors import EncoderUnusable
from replique.language import gettext as _
from replique.models import catalogue
from replique.models.catalogue import VOICES, Model, digest
from replique.models.library import Library
from replique.store.home import Home
from replique.store.preferences import voice_preferences
from replique.voices.settings import Settings, uncalibrated

if TYPE_CHECKING:
    from replique.models import Ears
    from replique.voices.calibration import Calibration


def library(home: Home) -> Library:
    """Return the folder of models."""
    return Library(home.models)


def needed(home: Home) -> tuple[Model, ...]:
    """Return the models that voices need here: another encoder replaces one of them.

    Raises UsageError where settings.toml has a slip.
    """
    another = voice_preferences(home).encoder is not None
    return tuple(model for model in catalogue.MODELS if not (another and model == VOICES))


def ears(home: Home) -> Ears:
    """Return the models, not yet loaded; raises UsageError where settings.toml has a slip."""
    from replique.models import Ears

    return Ears(library(home), voice_preferences(home).encoder)


def voice_settings(home: Home, least_strength: float | None = None) -> Settings:
    """Return the settings of the voices probe.

    Raises UsageError where settings.toml has a slip, EncoderUnusable where the encoder that it
    names has no calibration of its own, or the calibration is of another encoder.
    """
    named = voice_preferences(home)
    usual = Settings()
    least = usual.least_strength if least_strength is None else least_strength
    calibration = usual.calibration
    if named.calibration is not None:
        calibration = read_calibration(named.calibration)
    if calibration.models != digest(named.encoder.sha256 if named.encoder else None):
        raise uncalibrated()
    return Settings(least_strength=least, calibration=calibration)


def strange(home: Home) -> float:
    """Return the likeness below which recordings are of two people, to the encoder in use.

    Another encoder that is not calibrated yet is held to the built-in one's limit. Raises
    UsageError where settings.toml has a slip.
    """
    from replique.voices import enrolment

    if voice_preferences(home).encoder is None:
        return enrolment.STRANGE
    try:
        return enrolment.strange(voice_settings(home).calibration)
    except EncoderUnusable:
        return enrolment.STRANGE


def read_calibration(path: Path) -> Calibration:
    """Read a calibration's file; raises EncoderUnusable."""
    from replique.voices.calibration_file import from_json

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EncoderUnusable(
            _("The calibration “{name}” that settings.toml names cannot be read.").format(
                name=path.name
            ),
            advice=_("Bring it back, run `replique voice calibrate DIR`, or remove the line."),
        ) from error
    return from_json(text)
