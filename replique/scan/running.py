"""A scan: hand out the units, take the results, keep count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from replique.errors import MediaError
from replique.language import current
from replique.media import Refused, fingerprint
from replique.scan.executors import Executor, Task
from replique.scan.progress import Meter, Progress
from replique.scan.results import (
    Assignment,
    Before,
    Failure,
    Fingerprint,
    MediumResult,
    Members,
    Seen,
    Summary,
    Unit,
)
from replique.scan.searching import ProbeSpec

Sink = Callable[[MediumResult], None]


class Known(Protocol):
    """What earlier scans know; asked in the process and thread that called `run`."""

    def at(self, path: Path) -> Before:
        """Return what was found at a path when it was last looked at."""

    def missing(self, sha256: str) -> tuple[int, ...]:
        """Return, for each probe, the subjects not yet searched in this content, as a mask."""

    def finished(self, path: Path, fingerprint: Fingerprint) -> None:
        """Take note: all that lies at a path was seen, as it is with this fingerprint."""


class NothingKnown:
    """For a scan that remembers nothing."""

    def __init__(self, probes: Sequence[ProbeSpec]) -> None:
        self._everything = tuple((1 << len(spec.keys)) - 1 for spec in probes)

    def at(self, path: Path) -> Before:  # noqa: ARG002 — as in Known
        """Return nothing."""
        return Before()

    def missing(self, sha256: str) -> tuple[int, ...]:  # noqa: ARG002 — as in Known
        """Return everything."""
        return self._everything

    def finished(self, path: Path, fingerprint: Fingerprint) -> None:
        """Forget it."""


def run(
    units: Sequence[Unit | Refused],
    *,
    probes: Sequence[ProbeSpec],
    known: Known,
    sink: Sink,
    executor: Executor,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Summary:
    """Search all units and give each result to `sink` as its medium ends.

    units : from `plan`. probes : what to look for, ready to be sent to workers.
    sink : called in this thread, once for each medium; what it has taken is done.
    stop : asked often; once true, nothing more is finished and the summary says
        `interrupted`.

    Content that lies at two places is searched once.  Raises what `sink` and
    `known` raise, and what loading a probe raises; a medium raises nothing.
    """
    meter = Meter(sum(unit.size for unit in units if isinstance(unit, Unit)), progress)
    desk = _Run(units, known, sink, meter, stop)
    executor.run(Task(tuple(probes), current()), desk.assignments(), desk)
    return desk.summary()


@dataclass(slots=True)
class _Walk:
    """What is known of a file in work: its fingerprint before, portions still to end.

    whole : seen to the end so far. plain : it is itself a medium, which says it all.
    """

    before: Fingerprint | None
    portions: int
    whole: bool = True
    plain: bool = False


def _fingerprint(path: Path) -> Fingerprint | None:
    try:
        return fingerprint(path)
    except MediaError:
        return None


class _Run:
    """The office of one run: hands out assignments, takes what comes back."""

    def __init__(
        self,
        units: Sequence[Unit | Refused],
        known: Known,
        sink: Sink,
        meter: Meter,
        stop: Callable[[], bool],
    ) -> None:
        self._units = units
        self._known = known
        self._sink = sink
        self._meter = meter
        self._stop = stop
        self._interrupted = False
        self._passed_over = 0
        # archives: how they were when their first portion was handed out, the portions
        # still to come, and whether all were seen to their end
        self._walks: dict[Path, _Walk] = {}
        # files that earlier scans answer for; one may come in several portions
        self._answered: set[Path] = set()
        # content in work: its hash, by worker; results that wait for it, by hash
        self._in_work: dict[int, str] = {}
        self._waiting: dict[str, list[MediumResult]] = {}

    def assignments(self) -> Iterator[Assignment]:
        """Yield what a worker must do; the rest is answered here."""
        for unit in self._units:
            if self.stopped():
                return
            if isinstance(unit, Refused):
                self._take(
                    MediumResult(unit.locator, Path(unit.locator), (), error=Failure.of(unit.error))
                )
                continue
            before = self._known.at(unit.path)
            now = _fingerprint(unit.path)
            settled = before.settled(now) if now is not None else None
            if settled is None:
                if unit.path not in self._walks:
                    self._walks[unit.path] = _Walk(now, unit.portion[1])
                yield Assignment(unit, before.seen)
                continue
            if unit.path not in self._answered:
                self._answered.add(unit.path)
                self._answer(unit.path, now, settled)
            self._meter.unit_ended(None, unit.size)

    def _answer(
        self, path: Path, now: Fingerprint | None, settled: list[tuple[Members, Seen]]
    ) -> None:
        """Give the results of a file that needs no worker at all."""
        for members, seen in settled:
            self._take(MediumResult(seen.locator, path, members, now, seen.sha256))
        if not settled:
            self._passed_over += 1

    # what workers say, see replique.scan.executors.Office

    def stopped(self) -> bool:
        self._meter.tick()
        self._interrupted = self._interrupted or self._stop()
        return self._interrupted

    def began(self, worker: int, assignment: Assignment, locator: str) -> None:
        self._meter.began(worker, locator, assignment.unit.size)

    def missing(self, worker: int, sha256: str, size: int) -> tuple[int, ...]:
        self._meter.sized(worker, size)
        if sha256 in self._waiting:
            return ()  # the same content is in work at another place
        missing = self._known.missing(sha256)
        if any(missing):
            self._in_work[worker] = sha256
            self._waiting[sha256] = []
        return missing

    def advanced(self, worker: int, seconds: float, part: float) -> None:
        self._meter.advanced(worker, seconds, part)

    def ended(self, worker: int, result: MediumResult) -> None:
        mine = self._in_work.pop(worker, None)
        self._meter.left(worker)
        walk = self._walks.get(result.path)
        if walk is not None and not result.members:
            walk.plain = True
        if mine is None and result.known and result.sha256 in self._waiting:
            self._waiting[result.sha256].append(result)
            return
        self._take(result)
        if mine is not None:
            for same in self._waiting.pop(mine):
                self._take(same)

    def unit_ended(
        self, worker: int, assignment: Assignment, passed_over: int, *, whole: bool
    ) -> None:
        self._meter.unit_ended(worker, assignment.unit.size)
        self._passed_over += passed_over
        path = assignment.unit.path
        walk = self._walks[path]
        walk.portions -= 1
        walk.whole = walk.whole and whole
        if walk.portions:
            return
        del self._walks[path]
        if (
            walk.whole
            and not walk.plain
            and walk.before is not None
            and walk.before == _fingerprint(path)
        ):
            self._known.finished(path, walk.before)

    def _take(self, result: MediumResult) -> None:
        self._sink(result)
        self._meter.ended(result)

    def summary(self) -> Summary:
        """Return what was done."""
        meter = self._meter
        return Summary(
            media=meter.media,
            known=meter.known,
            failed=meter.failed,
            partial=meter.partial,
            found=meter.found,
            passed_over=self._passed_over,
            decoded_s=meter.decoded_s,
            elapsed_s=meter.elapsed_s,
            interrupted=self._interrupted,
        )
