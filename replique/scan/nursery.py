"""Where worker processes are born: one clean process loads the probes, then forks.

The program itself is never forked: it holds a database, maybe threads.  It starts
this module as a fresh interpreter instead, which loads the probes once and forks a
worker each time it is asked to.  So workers share the loaded probes' memory, a dead
one is replaced in a few milliseconds, and nothing they do reaches the database.
Where fork is not safe (macOS: system libraries start threads of their own), each
worker is such a fresh interpreter instead and loads the probes itself.

    parent ──pipe──► nursery ──fork──► worker ◄──pipe── parent
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from socket import socketpair
from typing import IO

from replique.errors import RepliqueError, SearchFailed
from replique.language import gettext as _
from replique.scan.child import die_with_parent, leave_signals_to_parent, serve
from replique.scan.executors import Task
from replique.scan.searching import Probes

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
CODE = "from replique.scan.nursery import main; main()"
FORK = sys.platform == "linux"


def pipe_pair() -> tuple[Connection, Connection]:
    """Return two ends of a pipe that talks both ways."""
    here, there = socketpair()
    return Connection(here.detach()), Connection(there.detach())


class Nursery:
    """The parent's handle on the process that bears workers; a context manager.

    log : where the standard error of all workers goes; None for the parent's own.
    """

    def __init__(self, task: Task, *, log: Path | None = None) -> None:
        self._task = task
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def open(self) -> None:
        """Start it and wait until the probes are loaded. Raises what loading them raises."""
        self._pipe, theirs = pipe_pair()
        self._process = _interpreter(theirs, self._log)
        theirs.close()
        _introduce(self._pipe, self._task, workers=True)
        _welcome(self._pipe)

    def bear(self) -> tuple[int, Connection]:
        """Return the process id of a new worker, and the pipe to it."""
        if self._pipe is None:
            self.open()
        ours, theirs = pipe_pair()
        try:
            pid = self._ask("bear", theirs)
        except (OSError, EOFError):
            # the nursery itself was killed, and its workers with it: begin again
            self.close()
            self.open()
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
        """End it and all its workers."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            _end(self._process)
            self._process = None


class Spawner:
    """As `Nursery`, where fork is not safe: each worker is a fresh interpreter."""

    def __init__(self, task: Task, *, log: Path | None = None) -> None:
        self._task = task
        self._log = log
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def open(self) -> None:
        """Nothing is to be made ready."""

    def bear(self) -> tuple[int, Connection]:
        """Return the process id of a new worker, and the pipe to it."""
        ours, theirs = pipe_pair()
        process = _interpreter(theirs, self._log)
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


def _interpreter(theirs: Connection, log: Path | None) -> subprocess.Popen[bytes]:
    with contextlib.ExitStack() as stack:
        stderr: IO[bytes] | None = None
        if log is not None:
            stderr = stack.enter_context(log.open("ab"))
        return subprocess.Popen(  # noqa: S603 — this very interpreter
            [sys.executable, "-P", "-c", CODE, str(theirs.fileno()), str(os.getpid())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(_path())},
            process_group=0,  # Ctrl-C is the parent's
        )


def _path() -> Sequence[str]:
    return [entry or str(Path.cwd()) for entry in sys.path]


def _introduce(pipe: Connection, task: Task, *, workers: bool) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionError):  # `_welcome` says it better
        pipe.send_bytes(pickle.dumps((task, workers)))


def _welcome(pipe: Connection) -> None:
    try:
        trouble: Exception | None = pipe.recv()
    except (EOFError, OSError) as error:
        raise SearchFailed(
            _("The worker processes could not be started."),
            advice=_("Close other programs, or scan with fewer jobs; the log says more."),
        ) from error
    if trouble is not None:
        raise trouble


def _end(process: subprocess.Popen[bytes]) -> int:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    return process.wait()


# below: what runs in the fresh interpreter


def main() -> None:
    """Serve as a nursery, or as the one worker of a `Spawner`."""
    leave_signals_to_parent()
    die_with_parent(int(sys.argv[2]))
    pipe = Connection(int(sys.argv[1]))
    try:
        task, workers = pickle.loads(pipe.recv_bytes())  # noqa: S301 — from the parent
        probes = task.begin()
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
