"""What a program and its children take of the machine's memory, watched while they run.

Children share pages with their parents, so that their sizes may not be added: Linux's
proportional set size (PSS) counts a page shared by n of them as 1/n of a page in each,
and may. It is sampled; the size of each process alone is kept by the kernel and exact.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PAUSE_S = 0.2
SHARE = 0.03
"""Of its own time at most that the watcher spends looking."""
PROC = Path("/proc")


class Footprint:
    """Watches a process and its descendants from a thread; a context manager.

    together_bytes : the highest sum over all of them, sampled; 0 where it cannot be had.
    largest_bytes : the highest size of one of them alone.
    """

    def __init__(self, pid: int | None = None) -> None:
        self.together_bytes = 0
        self.largest_bytes = 0
        self._pid = os.getpid() if pid is None else pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def bytes(self) -> int:
        """The larger of the two: what the machine must have."""
        return max(self.together_bytes, self.largest_bytes)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()
        if not PROC.is_dir():
            unit = 1 if sys.platform == "darwin" else 1024
            for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
                size = resource.getrusage(whose).ru_maxrss * unit
                self.largest_bytes = max(self.largest_bytes, size)

    def _watch(self) -> None:
        pause = 0.0
        while PROC.is_dir() and not self._over.wait(pause):
            began = time.perf_counter()
            family = [self._pid, *descendants(self._pid)]
            together = sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in family) * 1024
            largest = max(_kilobytes(pid, "status", "VmHWM:") for pid in family) * 1024
            self.together_bytes = max(self.together_bytes, together)
            self.largest_bytes = max(self.largest_bytes, largest)
            pause = max(PAUSE_S, (time.perf_counter() - began) / SHARE)


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs, as Linux tells them."""
    parents: dict[int, list[int]] = {}
    for place in PROC.glob("[0-9]*/stat"):
        try:
            after_name = place.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents.setdefault(int(after_name[1]), []).append(int(place.parent.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def _kilobytes(pid: int, file: str, field: str) -> int:
    try:
        lines = (PROC / str(pid) / file).read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
