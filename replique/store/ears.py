"""Which models hear voices here, and how what they hear is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replique.models.library import Library
from replique.store.home import Home
from replique.voices.settings import Settings

if TYPE_CHECKING:
    from replique.models import Ears


def library(home: Home) -> Library:
    """Return the folder of models."""
    return Library(home.models)


def ears(home: Home) -> Ears:
    """Return the models, not yet loaded."""
    from replique.models import Ears

    return Ears(library(home))


def voice_settings(home: Home, least_strength: float | None = None) -> Settings:
    """Return the settings of the voices probe."""
    del home  # one encoder, one calibration
    return Settings() if least_strength is None else Settings(least_strength=least_strength)
