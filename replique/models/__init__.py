"""Models: which, how they are got, and how they are run. See docs/voices.md."""

from replique.models.catalogue import MODELS, SPEAKERS, SPEECH, VOICES, Model, Package
from replique.models.ears import Ears
from replique.models.library import Library
from replique.models.registry import install

__all__ = [
    "MODELS",
    "SPEAKERS",
    "SPEECH",
    "VOICES",
    "Ears",
    "Library",
    "Model",
    "Package",
    "install",
]
