"""Media in, occurrences out: plan, run, resume. See docs/scan.md."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replique.scan.executors import Executor, InProcess, Office, Task
    from replique.scan.nursery import Nursery
    from replique.scan.planning import plan
    from replique.scan.processes import LocalProcesses
    from replique.scan.progress import Progress
    from replique.scan.results import (
        Assignment,
        Before,
        Failure,
        Found,
        MediumResult,
        Searched,
        Seen,
        Summary,
        Unit,
    )
    from replique.scan.running import Known, NothingKnown, run
    from replique.scan.searching import ProbeSpec

__all__ = [
    "Assignment",
    "Before",
    "Executor",
    "Failure",
    "Found",
    "InProcess",
    "Known",
    "LocalProcesses",
    "MediumResult",
    "NothingKnown",
    "Nursery",
    "Office",
    "ProbeSpec",
    "Progress",
    "Searched",
    "Seen",
    "Summary",
    "Task",
    "Unit",
    "plan",
    "run",
]

# Where each name lives. Loaded when it is first used: the nursery must be able to
# start before numpy and the decoders are loaded here (see its module).
_PLACES = {
    "executors": ("Executor", "InProcess", "Office", "Task"),
    "nursery": ("Nursery",),
    "planning": ("plan",),
    "processes": ("LocalProcesses",),
    "progress": ("Progress",),
    "results": (
        "Assignment",
        "Before",
        "Failure",
        "Found",
        "MediumResult",
        "Searched",
        "Seen",
        "Summary",
        "Unit",
    ),
    "running": ("Known", "NothingKnown", "run"),
    "searching": ("ProbeSpec",),
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 — whatever has that name
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"replique.scan.{_MODULES[name]}"), name)
