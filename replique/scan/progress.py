"""How far a scan is: what the command line shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from replique.scan.results import MediumResult

LEAST_PAUSE_S = 0.2
"""Seconds between two reports; an ended medium is reported at once."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A report on a running scan.

    total_bytes, done_bytes : of the files to search; a file in work counts in part.
    media, known, failed, found : as in `Summary`; `failed` counts partial ones too.
    decoded_s : seconds of sound searched so far.
    elapsed_s : since the start. rate : decoded_s / elapsed_s, × real time.
    left_s : time left, seconds; None while it cannot be told.
    at : locators in work. ended : the medium that has just ended, if that is the news.
    """

    total_bytes: int
    done_bytes: int
    media: int
    known: int
    failed: int
    found: int
    decoded_s: float
    elapsed_s: float
    rate: float
    left_s: float | None
    at: tuple[str, ...]
    ended: MediumResult | None = None


@dataclass(slots=True)
class _Bench:
    """What lies before one worker: a unit, and the medium of it that is in work.

    unit_bytes : of the unit; done_bytes : of its media that ended.
    size, part : bytes of the medium in work, and how much of it is done, 0…1.
    """

    unit_bytes: int
    done_bytes: int = 0
    locator: str = ""
    size: int = 0
    part: float = 0.0

    @property
    def bytes(self) -> float:
        # members may be larger than the archive that holds them
        return min(self.unit_bytes, self.done_bytes + self.part * self.size)


class Meter:
    """Counts what happens and reports it.

    Time left comes from the bytes searched so far and the time they took; files
    known from earlier scans cost nothing and are left out of the rate.
    """

    def __init__(self, total_bytes: int, report: Callable[[Progress], None] | None) -> None:
        self.total_bytes = total_bytes
        self.done_bytes = 0
        self.worked_bytes = 0
        self.media = self.known = self.failed = self.partial = self.found = 0
        self.decoded_s = 0.0
        self._report = report
        self._start = time.monotonic()
        self._last = 0.0
        self._benches: dict[int, _Bench] = {}

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def began(self, worker: int, locator: str, unit_bytes: int) -> None:
        """Note that a worker begins a medium of a unit of this many bytes."""
        bench = self._benches.setdefault(worker, _Bench(unit_bytes))
        bench.locator, bench.size, bench.part = locator, 0, 0.0
        self._tell(None)

    def sized(self, worker: int, size: int) -> None:
        """Note how many bytes the medium in work has."""
        if worker in self._benches:
            self._benches[worker].size = size

    def advanced(self, worker: int, seconds: float, part: float) -> None:
        """Note that a worker searched so many more seconds; `part` (0…1) of it is done."""
        self.decoded_s += seconds
        if worker in self._benches:
            self._benches[worker].part = part
        self._tell(None)

    def tick(self) -> None:
        """Report, if it is time to: a clock that stands still looks like a scan that hangs."""
        self._tell(None)

    def left(self, worker: int) -> None:
        """Note that a worker's medium ended."""
        if worker in self._benches:
            bench = self._benches[worker]
            bench.done_bytes += bench.size
            bench.locator, bench.size, bench.part = "", 0, 0.0

    def unit_ended(self, worker: int | None, unit_bytes: int) -> None:
        """Note that a unit is done; worker : None when it needed none."""
        self.done_bytes += unit_bytes
        if worker is not None:
            self.worked_bytes += unit_bytes
            self._benches.pop(worker, None)

    def ended(self, result: MediumResult) -> None:
        """Note a result."""
        self.media += 1
        self.known += result.known
        self.partial += result.state == "partial"
        self.failed += result.state == "failed"
        self.found += len(result.found)
        self._tell(result)

    def _tell(self, result: MediumResult | None) -> None:
        now = time.monotonic()
        if self._report is None or (result is None and now - self._last < LEAST_PAUSE_S):
            return
        self._last = now
        elapsed = now - self._start
        in_work = sum(bench.bytes for bench in self._benches.values())
        done = min(self.total_bytes, self.done_bytes + int(in_work))
        worked = self.worked_bytes + in_work
        left = None
        if worked > 0 and elapsed > 1:
            left = (self.total_bytes - done) * elapsed / worked
        self._report(
            Progress(
                total_bytes=self.total_bytes,
                done_bytes=done,
                media=self.media,
                known=self.known,
                failed=self.failed + self.partial,
                found=self.found,
                decoded_s=self.decoded_s,
                elapsed_s=elapsed,
                rate=self.decoded_s / elapsed if elapsed > 0 else 0.0,
                left_s=left,
                at=tuple(bench.locator for bench in self._benches.values() if bench.locator),
                ended=result,
            )
        )
