"""Media in, occurrences out: plan, run, resume. See docs/scan.md."""

from replique.scan.executors import Executor, InProcess, Office, Task
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
