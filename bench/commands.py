"""The program, run as a person runs it, on so many cores, timed and watched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.footprint import Footprint

ROOT = Path(__file__).resolve().parent.parent
KNOWN_ENDS = frozenset({0, 3, 4, 130})
"""Exit statuses that leave something to measure: done, a take refused, a medium failed, stopped."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended. memory_bytes : 0 when it was not watched. stopped : at the limit."""

    wall_s: float
    out: str
    memory_bytes: int = 0
    stopped: bool = False

    def events(self) -> list[dict[str, Any]]:
        """Return what it said as JSON, line by line."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


class Program:
    """`replique`, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        beside = Path(sys.executable).with_name("replique")
        self.words = [str(beside)] if beside.exists() else [sys.executable, "-m", "replique.cli"]

    def run(
        self,
        *words: str | Path,
        cores: int | None = 1,
        watch: bool = False,
        limit_s: float | None = None,
    ) -> Ran:
        """Run a verb on so many cores, and wait for it.

        cores : None for all. watch : its memory. limit_s : after which it is asked to stop.
        """
        environment = {**os.environ, "REPLIQUE_HOME": str(self.home), "REPLIQUE_LANG": "en"}
        environment.pop("DATABASE_URL", None)
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            began = time.perf_counter()
            with on_cores(cores):  # the child inherits them
                child = subprocess.Popen(
                    [*self.words, *map(str, words)],
                    cwd=ROOT,
                    env=environment,
                    stdout=out,
                    stderr=err,
                )
            memory, stopped = _wait(child, limit_s, watch=watch)
            wall_s = time.perf_counter() - began
            if child.returncode not in KNOWN_ENDS:
                raise RuntimeError(
                    f"replique {words[0]} ended with {child.returncode}: {_all(err)}"
                )
            return Ran(wall_s, _all(out), memory, stopped)


def cores_here() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def on_cores(cores: int | None) -> Iterator[None]:
    """Keep this thread, and the children it makes, on the last so many cores (Linux)."""
    if cores is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[-cores:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _wait(
    child: subprocess.Popen[bytes], limit_s: float | None, *, watch: bool
) -> tuple[int, bool]:
    stopped = False
    with ExitStack() as stack:
        footprint = stack.enter_context(Footprint(child.pid)) if watch else None
        try:
            child.wait(limit_s)
        except subprocess.TimeoutExpired:
            stopped = True
            child.send_signal(signal.SIGINT)  # what is finished stays
            child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
    return (footprint.bytes if footprint is not None else 0), stopped


def _all(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def median_s(runs: Sequence[Ran]) -> float:
    """Return the median time of runs, seconds."""
    ordered = sorted(run.wall_s for run in runs)
    return ordered[len(ordered) // 2]
