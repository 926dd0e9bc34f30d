"""The same take, heard again: buried, re-encoded, in a room, at another speed.

Each name is loaded when it is first used: who only compares settings does not
wait for scipy and numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replique.recordings.prepared import Prepared, prepare
    from replique.recordings.probe import RecordingsProbe
    from replique.recordings.settings import Settings

__all__ = ["Prepared", "RecordingsProbe", "Settings", "prepare"]

_ROOMS = {
    "Prepared": "prepared",
    "RecordingsProbe": "probe",
    "Settings": "settings",
    "prepare": "prepared",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"replique.recordings.{_ROOMS[name]}"), name)
