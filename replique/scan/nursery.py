"""Where worker processes are born: one clean process loads the probes, then forks.

The program itself is never forked: it holds a database, maybe threads.  It starts
this module as a fresh interpreter instead, which loads the probes once and forks a
worker each time it is asked to.  So workers share the loaded probes' memory, a dead
one is replaced in a few milliseconds, and nothing they do reaches the database.
Where fork is not safe (macOS: system libraries start threads of their own), each
worker is such a fresh interpreter instead and loads the probes itself.

    parent ──pipe──► nursery ──fork──► worker ◄──pipe── parent

This module is the parent's half and loads nothing heavy, so that a scan can start
the nursery first and get ready while it loads numpy and all the rest on another
core.  The other half is replique.scan.worker.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from pathlib import Path
from socket import socketpair
from typing import IO, TYPE_CHECKING

from replique.errors import DiskFull, SearchFailed, StoreError
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.scan.executors import Task

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "BLIS_NUM_THREADS",
    ),
    "1",
)
"""One process for each core does more than threads that fight for the same cores."""
SECRET = frozenset(("REPLIQUE_VOICE_PASSPHRASE", "DATABASE_URL", "PGPASSWORD"))
"""Variables that workers have no use for: they read files that others made, by compiled code."""
CODE = "from replique.scan.worker import main; main()"
FORK = sys.platform == "linux"


def pipe_pair() -> tuple[Connection, Connection]:
    """Return two ends of a pipe that talks both ways."""
    here, there = socketpair()
    return Connection(here.detach()), Connection(there.detach())


class Nursery:
    """The parent's handle on the process that bears workers.

    log : where the standard error of all workers goes; None for the parent's own.
    preload : modules that the probes will need.
    """

    def __init__(self, *, log: Path | None = None, preload: Sequence[str] = ()) -> None:
        self._log = log
        self._preload = tuple(preload)
        self._task: Task | None = None
        self._ready = False
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def start(self) -> None:
        """Start it, and do not wait: it loads what it needs meanwhile."""
        if self._process is None:
            self._pipe, theirs = pipe_pair()
            self._process = _interpreter(theirs, self._log, self._preload)
            theirs.close()

    def open(self, task: Task) -> None:
        """Give it its task, for the first worker to come."""
        self._task = task

    def _load(self) -> None:
        """Wait until the probes are loaded. Raises what loading them raises."""
        self.start()
        if self._pipe is None or self._task is None:
            raise EOFError
        _introduce(self._pipe, self._task, workers=True)
        _welcome(self._pipe)
        self._ready = True

    def bear(self) -> tuple[int, Connection]:
        """Return the process id of a new worker, and the pipe to it."""
        if not self._ready:
            self._load()
        ours, theirs = pipe_pair()
        try:
            pid = self._ask("bear", theirs)
        except (OSError, EOFError):
            # the nursery itself was killed, and its workers with it: begin again
            self.close()
            self._load()
            pid = self._ask("bear", theirs)
        finally:
            theirs.close()
        return pid, ours

    def bury(self, pid: int) -> int | None:
        """End a worker; return its exit status (minus the signal), None when unknown."""
        try:
            return self._ask("bury", pid)
        except (OSError, EOFError):
            return None

    def _ask(self, verb: str, what: int | Connection) -> int:
        if self._pipe is None:
            raise EOFError
        if isinstance(what, Connection):
            self._pipe.send((verb, 0))
            send_handle(self._pipe, what.fileno(), None)
        else:
            self._pipe.send((verb, what))
        answer: int = self._pipe.recv()
        return answer

    def close(self) -> None:
        """End it and all its workers; it may be started again."""
        self._ready = False
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            _end(self._process)
            self._process = None


class Spawner:
    """As `Nursery`, where fork is not safe: each worker is a fresh interpreter."""

    def __init__(self, *, log: Path | None = None) -> None:
        self._task: Task | None = None
        self._log = log
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def open(self, task: Task) -> None:
        """Take the task that each worker is given."""
        self._task = task

    def bear(self) -> tuple[int, Connection]:
        """Return the process id of a new worker, and the pipe to it."""
        if self._task is None:
            raise EOFError
        ours, theirs = pipe_pair()
        process = _interpreter(theirs, self._log, ())
        self._children[process.pid] = process
        theirs.close()
        _introduce(ours, self._task, workers=False)
        _welcome(ours)
        return process.pid, ours

    def bury(self, pid: int) -> int | None:
        """End a worker; return its exit status (minus the signal), None when unknown."""
        process = self._children.pop(pid, None)
        return _end(process) if process is not None else None

    def close(self) -> None:
        """End all workers."""
        for pid in list(self._children):
            self.bury(pid)


def _interpreter(
    theirs: Connection, log: Path | None, preload: Sequence[str]
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", CODE, str(theirs.fileno()), str(os.getpid()), *preload]
    with contextlib.ExitStack() as stack:
        stderr = stack.enter_context(_opened(log)) if log is not None else None
        try:
            return subprocess.Popen(  # noqa: S603 — this very interpreter
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=_environment(),
                process_group=0,  # Ctrl-C is the parent's
            )
        except OSError as error:
            raise _not_started() from error


def _opened(log: Path) -> IO[bytes]:
    """Open the log, the first file of a scan that is written. Raises StoreError."""
    try:
        return log.open("ab")
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                _("The disk is full. What was finished is kept."),
                advice=_("Make room, then run the same command again: it goes on from there."),
            ) from error
        raise StoreError(
            _("Nothing can be written in {folder}: {reason}.").format(
                folder=log.parent, reason=error.strerror or type(error).__name__
            ),
            advice=_(
                "A scan keeps what it finds there. Make it a folder of yours that is not "
                "read-only, or name another in REPLIQUE_HOME."
            ),
        ) from error


def _environment() -> dict[str, str]:
    """Return what workers are told; no passphrase: they are given the keys that they need."""
    told = {name: value for name, value in os.environ.items() if name not in SECRET}
    return {**told, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(_path())}


def _path() -> Sequence[str]:
    return [entry or str(Path.cwd()) for entry in sys.path]


def _introduce(pipe: Connection, task: Task, *, workers: bool) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionError):  # `_welcome` says it better
        pipe.send_bytes(pickle.dumps((task, workers)))


def _welcome(pipe: Connection) -> None:
    try:
        trouble: Exception | None = pipe.recv()
    except (EOFError, OSError) as error:
        raise _not_started() from error
    if trouble is not None:
        raise trouble


def _not_started() -> SearchFailed:
    return SearchFailed(
        _("The worker processes could not be started."),
        advice=_("Close other programs, or scan with fewer jobs; the log says more."),
    )


def _end(process: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    return process.wait()
