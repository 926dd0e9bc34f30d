"""Who does the work: this process, or worker processes; a cluster would be a third.

An executor is given only what can be pickled (a `Task`, `Assignment`s) and answers
through an `Office`, always in the process and the thread that called `run`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from replique.language import choose
from replique.scan.results import Assignment, MediumResult, Members
from replique.scan.searching import Probes, ProbeSpec, Stopped, search_unit


@dataclass(frozen=True, slots=True)
class Task:
    """What every worker needs before its first unit.

    specs : the probes. language : for the messages of errors.
    """

    specs: tuple[ProbeSpec, ...]
    language: str = "en"

    def begin(self) -> Probes:
        """Load the probes. Raises what loading them raises, IndexDamaged above all."""
        choose(self.language)
        return Probes(self.specs)


class Office(Protocol):
    """Where workers report. `worker` numbers them from 0."""

    def stopped(self) -> bool:
        """Whether the scan is to stop."""

    def began(self, worker: int, assignment: Assignment, locator: str) -> None:
        """A medium is in work."""

    def missing(self, worker: int, sha256: str, size: int) -> tuple[int, ...]:
        """Return what is still to be searched in this content, a mask for each probe."""

    def advanced(self, worker: int, seconds: float, part: float) -> None:
        """A worker got on."""

    def ended(self, worker: int, result: MediumResult) -> None:
        """A medium ended."""

    def unit_ended(
        self, worker: int, assignment: Assignment, passed_over: int, *, whole: bool
    ) -> None:
        """A unit ended, with so many entries that are no media; whole: all of it was seen."""


class Executor(Protocol):
    """Does assignments in any order and on any number of workers."""

    @property
    def jobs(self) -> int:
        """How many workers there are."""

    def run(self, task: Task, assignments: Iterator[Assignment], office: Office) -> None:
        """Do all of them, or return early once `office.stopped()`."""


class InProcess:
    """All in this process: for tests, and to look for a defect.

    A decoder that crashes takes the program with it.
    """

    jobs = 1

    def run(self, task: Task, assignments: Iterator[Assignment], office: Office) -> None:
        """Do all of them, one after the other."""
        probes: Probes | None = None
        for assignment in assignments:
            if office.stopped():
                return
            probes = probes or task.begin()
            desk = _DeskHere(assignment, office)
            try:
                search_unit(assignment, probes, desk)
            except Stopped:
                if desk.broken is not None:
                    raise desk.broken from None
                return
            office.unit_ended(0, assignment, desk.passed, whole=desk.whole)


class _DeskHere:
    """A desk that talks to the office directly."""

    def __init__(self, assignment: Assignment, office: Office) -> None:
        self.assignment = assignment
        self.office = office
        self.passed = 0
        self.whole = False
        self.broken: Exception | None = None

    def began(self, entry: int, locator: str, members: Members) -> None:  # noqa: ARG002 — as in Desk
        self.office.began(0, self.assignment, locator)

    def missing(self, sha256: str, size: int) -> tuple[int, ...]:
        return self.office.missing(0, sha256, size)

    def advanced(self, seconds: float, part: float) -> None:
        if self.office.stopped():
            raise Stopped
        self.office.advanced(0, seconds, part)

    def searching(self) -> None:
        if self.office.stopped():
            raise Stopped

    def ended(self, entry: int, result: MediumResult) -> None:  # noqa: ARG002 — as in Desk
        try:
            self.office.ended(0, result)
        except Exception as error:
            # the store's trouble is not the medium's: it must not be taken for it
            self.broken = error
            raise Stopped from error

    def done(self, passed_over: int, *, whole: bool) -> None:
        self.passed, self.whole = passed_over, whole
