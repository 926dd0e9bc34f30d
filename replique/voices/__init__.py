"""A voice, heard elsewhere. See docs/voices.md.

Each name is loaded when it is first used: who only compares settings does not wait for scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replique.voices.calibrating import calibrate
    from replique.voices.contested import uncontested
    from replique.voices.enrolment import enrol
    from replique.voices.probe import VoicesProbe
    from replique.voices.reference import Reference
    from replique.voices.settings import Settings

__all__ = ["Reference", "Settings", "VoicesProbe", "calibrate", "enrol", "uncontested"]

_ROOMS = {
    "Reference": "reference",
    "Settings": "settings",
    "VoicesProbe": "probe",
    "calibrate": "calibrating",
    "enrol": "enrolment",
    "uncontested": "contested",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"replique.voices.{_ROOMS[name]}"), name)
