"""A scan: hand out the units, take the results, keep count."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from replique.errors import MediaError
from replique.language import current
from replique.media import Refused, fingerprint
from replique.scan.executors import Executor, Task
from replique.scan.progress import Meter, Progress
from replique.scan.results import (
    Assignment,
    Failure,
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

    def at(self, path: Path) -> Mapping[Members, Seen]:
        """Return what was found at a path when it was last looked at, by members."""

    def missing(self, sha256: str) -> tuple[int, ...]:
        """Return, for each probe, the subjects not yet searched in this content, as a mask."""


class NothingKnown:
    """For a scan that remembers nothing."""

    def __init__(self, probes: Sequence[ProbeSpec]) -> None:
        self._everything = tuple((1 << len(spec.keys)) - 1 for spec in probes)

    def at(self, path: Path) -> Mapping[Members, Seen]:  # noqa: ARG002 — as in Known
        """Return nothing."""
        return {}

    def missing(self, sha256: str) -> tuple[int, ...]:  # noqa: ARG002 — as in Known
        """Return everything."""
        return self._everything


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
            seen = self._known.at(unit.path)
            result = self._unchanged(unit, seen)
            if result is None:
                yield Assignment(unit, seen)
            else:
                self._take(result)
                self._meter.unit_ended(None, unit.size)

    def _unchanged(self, unit: Unit, seen: Mapping[Members, Seen]) -> MediumResult | None:
        """Return the result for a plain file that needs no worker at all."""
        if () not in seen or len(seen) > 1 or any(seen[()].missing):
            return None
        try:
            now = fingerprint(unit.path)
        except MediaError:
            return None
        if now != seen[()].fingerprint:
            return None
        return MediumResult(str(unit.path), unit.path, (), now, seen[()].sha256, now[0])

    # what workers say, see replique.scan.executors.Office

    def stopped(self) -> bool:
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
        if mine is None and result.known and result.sha256 in self._waiting:
            self._waiting[result.sha256].append(result)
            return
        self._take(result)
        if mine is not None:
            for same in self._waiting.pop(mine):
                self._take(dataclasses.replace(same, sha256=mine))

    def unit_ended(self, worker: int, assignment: Assignment, passed_over: int) -> None:
        self._meter.unit_ended(worker, assignment.unit.size)
        self._passed_over += passed_over

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
