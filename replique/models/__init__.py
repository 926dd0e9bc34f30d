"""Models: which, how they are got, and how they are run. See docs/voices.md.

Each name is loaded when it is first used, and no model with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replique.models.catalogue import MODELS, SPEAKERS, SPEECH, VOICES, Model, Package
    from replique.models.ears import Ears
    from replique.models.encoder import Encoder
    from replique.models.library import Library
    from replique.models.registry import install

__all__ = [
    "MODELS",
    "SPEAKERS",
    "SPEECH",
    "VOICES",
    "Ears",
    "Encoder",
    "Library",
    "Model",
    "Package",
    "install",
]

_ROOMS = {
    "Ears": "ears",
    "Encoder": "encoder",
    "Library": "library",
    "MODELS": "catalogue",
    "Model": "catalogue",
    "Package": "catalogue",
    "SPEAKERS": "catalogue",
    "SPEECH": "catalogue",
    "VOICES": "catalogue",
    "install": "registry",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"replique.models.{_ROOMS[name]}"), name)
