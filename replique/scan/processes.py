"""Local worker processes: give them units, hear them, replace the ones that die."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from replique.errors import DecoderCrashed, MediaError, SearchFailed
from replique.language import gettext as _
from replique.media import fingerprint
from replique.scan.executors import Office, Task
from replique.scan.nursery import FORK, Nursery, Spawner
from replique.scan.results import Assignment, Failure, MediumResult
from replique.scan.worker import Advanced, Began, Ended, Idle, Missing, Searching

LOOK_S = 0.2
"""Between two looks at the stop flag and at the clocks of the workers."""
PATIENCE_S = 600.0
"""Ten seconds of sound are decoded in a moment; a decoder silent for so long hangs."""
SEARCH_PATIENCE_S = 6 * 3600.0
"""A probe may gather sound and then search it for thousands of takes at once."""
DEATHS_IN_A_ROW = 20
"""Workers that died without one medium ended in between: it is not the media."""


@dataclass(slots=True)
class _Worker:
    """A worker process as its parent sees it.

    assignment : in work; None while idle. began : the medium in work.
    sha256, size : of it, once it has said them. heard : when it last spoke.
    searching : it said that its probes are at work.
    """

    number: int
    pid: int
    pipe: Connection
    assignment: Assignment | None = None
    began: Began | None = None
    sha256: str | None = None
    size: int | None = None
    heard: float = field(default_factory=time.monotonic)
    searching: bool = False


class LocalProcesses:
    """Worker processes on this machine.

    jobs : how many, ≥ 1; None for one on each core that this process may use.
    patience_s : a medium that is decoded no further for so long is given up.
    search_patience_s : the same while the probes are at work on what was decoded.
    fork : whether workers are forked, from a process that holds no database and no thread.
    nursery : one that was started ahead.
    log : a file for what workers write to their standard error; None leaves it alone.
    """

    def __init__(
        self,
        jobs: int | None = None,
        *,
        patience_s: float = PATIENCE_S,
        search_patience_s: float = SEARCH_PATIENCE_S,
        log: Path | None = None,
        fork: bool = FORK,
        nursery: Nursery | None = None,
    ) -> None:
        self.jobs = max(1, jobs or cores())
        self.patience_s = patience_s
        self.search_patience_s = search_patience_s
        self.log = log
        self.fork = fork
        self.nursery = nursery

    def run(self, task: Task, assignments: Iterator[Assignment], office: Office) -> None:
        """Do all of them; a medium that kills its worker is recorded as DecoderCrashed."""
        if self.fork:
            nursery: Nursery | Spawner = self.nursery or Nursery(log=self.log)
        else:
            nursery = Spawner(log=self.log)
        nursery.open(task)
        patience_s = (self.patience_s, self.search_patience_s)
        crew = _Crew(self.jobs, patience_s, nursery, assignments, office)
        try:
            crew.work()
        finally:
            crew.dismiss()
            nursery.close()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Crew:
    """The workers of one run."""

    def __init__(
        self,
        jobs: int,
        patience_s: tuple[float, float],
        nursery: Nursery | Spawner,
        assignments: Iterator[Assignment],
        office: Office,
    ) -> None:
        self._patience_s = patience_s
        self._nursery = nursery
        self._assignments = assignments
        self._office = office
        self._again: deque[Assignment] = deque()
        self._free = list(range(jobs - 1, -1, -1))
        self._workers: dict[Connection, _Worker] = {}
        self._idle: list[_Worker] = []
        self._deaths = 0

    def work(self) -> None:
        """Hand out and listen, until all is done or the office says stop."""
        while not self._office.stopped():
            self._hand_out()
            busy = [worker.pipe for worker in self._workers.values() if worker.assignment]
            if not busy:
                return
            for pipe in wait(busy, LOOK_S):
                if self._office.stopped():
                    return
                self._hear(self._workers[pipe])  # type: ignore[index]  # only our own pipes wait
            self._give_up_hanging()

    def _hand_out(self) -> None:
        while self._idle or self._free:
            assignment = self._again.popleft() if self._again else next(self._assignments, None)
            if assignment is None:
                return
            worker = self._idle.pop() if self._idle else self._hire()
            worker.assignment = assignment
            worker.began, worker.heard, worker.searching = None, time.monotonic(), False
            try:
                worker.pipe.send(assignment)
            except OSError:
                self._died(worker)

    def _hire(self) -> _Worker:
        pid, pipe = self._nursery.bear()
        worker = _Worker(self._free.pop(), pid, pipe)
        self._workers[pipe] = worker
        return worker

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._died(worker)
            return
        worker.heard = time.monotonic()
        worker.searching = isinstance(message, Searching)
        assert worker.assignment is not None  # noqa: S101 — idle workers are not listened to
        if isinstance(message, Began):
            worker.began, worker.sha256, worker.size = message, None, None
            self._office.began(worker.number, worker.assignment, message.locator)
        elif isinstance(message, Missing):
            worker.sha256, worker.size = message.sha256, message.size
            answer = self._office.missing(worker.number, message.sha256, message.size)
            try:
                worker.pipe.send(answer)
            except OSError:
                self._died(worker)
        elif isinstance(message, Advanced):
            self._office.advanced(worker.number, message.seconds, message.part)
        elif isinstance(message, Ended):
            self._deaths = 0
            self._office.ended(worker.number, message.result)
            worker.assignment = _rest(worker.assignment, worker.began)
            worker.began = None
        elif isinstance(message, Idle):
            self._office.unit_ended(
                worker.number, worker.assignment, message.passed_over, whole=message.whole
            )
            worker.assignment = None
            self._idle.append(worker)

    def _give_up_hanging(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if worker.assignment and now - worker.heard > self._patience_s[worker.searching]:
                self._died(worker, hung=True)

    def _died(self, worker: _Worker, *, hung: bool = False) -> None:
        """Bury a worker, record what it died on, put the rest of its unit back."""
        self._deaths += 1
        del self._workers[worker.pipe]
        worker.pipe.close()
        status = self._nursery.bury(worker.pid)
        self._free.append(worker.number)
        assignment = worker.assignment
        assert assignment is not None  # noqa: S101 — as in _hear
        self._office.ended(worker.number, self._crashed(worker, assignment, status, hung=hung))
        if worker.began is None:
            # it died between media, on the archive itself: the rest cannot be reached
            self._office.unit_ended(worker.number, assignment, 0, whole=False)
        else:
            self._again.append(_rest(assignment, worker.began))
        if self._deaths >= DEATHS_IN_A_ROW:
            raise SearchFailed(
                _("The worker processes die one after the other."),
                advice=_("Close other programs, or scan with fewer jobs; the log says more."),
            )

    def _crashed(
        self, worker: _Worker, assignment: Assignment, status: int | None, *, hung: bool
    ) -> MediumResult:
        path = assignment.unit.path
        began = worker.began or Began(0, str(path), ())
        if hung:
            error = DecoderCrashed(
                _("{path} showed no progress for {minutes:g} minutes and was given up.").format(
                    path=began.locator, minutes=self._patience_s[worker.searching] / 60
                ),
                advice=_("Convert it to WAV or FLAC and search that."),
            )
        else:
            error = DecoderCrashed(
                _("The process that read {path} died ({reason}).").format(
                    path=began.locator, reason=_reason(status)
                ),
                advice=_("Convert it to WAV or FLAC and search that; or scan with fewer jobs."),
            )
        try:
            found = fingerprint(path)
        except MediaError:
            found = None
        return MediumResult(
            began.locator,
            path,
            began.members,
            found,
            sha256=worker.sha256 if worker.began else None,
            size=worker.size if worker.began else None,
            error=Failure.of(error),
        )

    def dismiss(self) -> None:
        """End all workers at once; what they had in work is lost, nothing else."""
        for worker in self._workers.values():
            worker.pipe.close()
            self._nursery.bury(worker.pid)


def _rest(assignment: Assignment, done: Began | None) -> Assignment:
    if done is None:
        return assignment
    return Assignment(assignment.unit, assignment.seen, done.entry)


def _reason(status: int | None) -> str:
    if status is None:
        return _("no reason is known")
    if status == -9:
        return _("it was killed, perhaps for want of memory")
    if status < 0:
        return _("signal {number}").format(number=-status)
    return _("exit status {number}").format(number=status)
