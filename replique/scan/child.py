"""A worker process: takes units from a pipe, searches them, says what came out."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from replique.scan.results import Assignment, MediumResult, Members
from replique.scan.searching import Probes, Stopped, search_unit

PAUSE_S = 0.25
"""Between two signs of life: often enough for a bar, too seldom to cost anything."""

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Began:
    """A medium is in work."""

    entry: int
    locator: str
    members: Members


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be searched in this content? Answered with a tuple of masks."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Advanced:
    """Seconds searched since the last word, and the part that is done."""

    seconds: float
    part: float


@dataclass(frozen=True, slots=True)
class Searching:
    """The probes are at work until the next word."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A medium ended."""

    result: MediumResult


@dataclass(frozen=True, slots=True)
class Idle:
    """The unit is done; passed_over entries were no media; whole: all of it was seen."""

    passed_over: int
    whole: bool


class _PipeDesk:
    """A desk at the other end of a pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._seconds = 0.0
        self._last = 0.0
        self._searching = False
        self.passed = 0
        self.whole = False

    def _say(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except (BrokenPipeError, ConnectionError) as error:
            raise Stopped from error

    def began(self, entry: int, locator: str, members: Members) -> None:
        self._say(Began(entry, locator, members))

    def missing(self, sha256: str, size: int) -> tuple[int, ...]:
        self._say(Missing(sha256, size))
        try:
            answer: tuple[int, ...] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise Stopped from error
        return answer

    def advanced(self, seconds: float, part: float) -> None:
        self._seconds += seconds
        now = time.monotonic()
        # the parent must know when patience with the decoder begins again
        if self._searching or now - self._last >= PAUSE_S:
            self._last = now
            self._searching = False
            self._say(Advanced(self._seconds, part))
            self._seconds = 0.0

    def searching(self) -> None:
        self._searching = True
        self._say(Searching())

    def ended(self, entry: int, result: MediumResult) -> None:  # noqa: ARG002 — as in Desk
        if self._seconds:
            self._say(Advanced(self._seconds, 1.0))
            self._seconds = 0.0
        self._say(Ended(result))

    def done(self, passed_over: int, *, whole: bool) -> None:
        self.passed, self.whole = passed_over, whole


def serve(pipe: Connection, probes: Probes) -> None:
    """Search units as they come, till the pipe is closed."""
    while True:
        try:
            assignment: Assignment | None = pipe.recv()
        except (EOFError, OSError):
            return
        if assignment is None:
            return
        desk = _PipeDesk(pipe)
        try:
            search_unit(assignment, probes, desk)
        except Stopped:
            return
        pipe.send(Idle(desk.passed, desk.whole))


def die_with_parent(parent: int) -> None:
    """Make this process end when its parent does, however the parent ends.

    parent : its process id.  Where the system cannot promise it (macOS), the broken
    pipe says so at the next sign of life.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died in between
        os._exit(1)


def leave_signals_to_parent() -> None:
    """Ctrl-C reaches the whole group: the parent alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
