"""A worker process: takes units from a pipe, searches them, says what came out.

And where it comes from: `main` is what the interpreter that replique.scan.nursery
starts runs; it loads the probes once and forks a worker each time it is asked to.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import pickle
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle

from replique.errors import RepliqueError, SearchFailed
from replique.language import gettext as _
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


def main() -> None:
    """Serve as a nursery, or as the one worker of a `Spawner`."""
    leave_signals_to_parent()
    handle, parent, *preload = sys.argv[1:]
    die_with_parent(int(parent))
    pipe = Connection(int(handle))
    try:
        for module in preload:
            importlib.import_module(module)
        task, workers = pickle.loads(pipe.recv_bytes())  # noqa: S301 — from the parent
        probes = task.begin()
    except EOFError:
        return  # there was nothing to do after all
    except RepliqueError as error:
        pipe.send(error)
        return
    except Exception as error:  # noqa: BLE001 — the parent says it to the user, the log the rest
        traceback.print_exc()
        pipe.send(
            SearchFailed(
                _("The search could not be prepared: {kind}.").format(kind=type(error).__name__),
                advice=_("The log says more; please report it."),
            )
        )
        return
    pipe.send(None)
    if workers:
        gc.collect()
        gc.freeze()  # collections in a worker would copy the pages it shares
        _bear_workers(pipe, probes)
    else:
        serve(pipe, probes)


def _bear_workers(pipe: Connection, probes: Probes) -> None:
    children: set[int] = set()
    me = os.getpid()
    while True:
        try:
            verb, pid = pipe.recv()
        except (EOFError, OSError):
            break
        if verb == "bear":
            handle = recv_handle(pipe)
            child = os.fork()
            if child == 0:
                _be_worker(pipe, handle, me, probes)
            os.close(handle)
            children.add(child)
            pipe.send(child)
        else:
            pipe.send(_reap(pid) if pid in children else 0)
            children.discard(pid)
    for child in children:
        _reap(child)


def _be_worker(pipe: Connection, handle: int, parent: int, probes: Probes) -> None:
    status = 1
    try:
        pipe.close()
        die_with_parent(parent)
        serve(Connection(handle), probes)
        status = 0
    except BaseException:  # noqa: BLE001 — a fork must never return into its parent's code
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _reap(pid: int) -> int:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
