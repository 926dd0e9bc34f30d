"""A probe that does what the medium tells it to, and media that tell it.

Media are constant sound: how loud it is says what happens to who searches it.
Kept apart from the tests because worker processes must be able to import it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from replique.errors import IndexDamaged
from replique.media import Medium
from replique.probe import HOUSE_RATE, Block, Occurrence, Subject
from replique.scan import Before, MediumResult, Progress, Unit

PLAIN, KILLED, HANGS, FAILS, NO_MEMORY, SLOW = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6


def write_wav(path: Path, level: float = PLAIN, seconds: float = 1.0, seed: int = 0) -> Path:
    """Write a constant sound; `seed` makes content that is like no other."""
    samples = np.full(round(seconds * HOUSE_RATE), level, np.float32)
    samples[:2] = level + (seed % 100) / 3000, level + (seed // 100) / 3000
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HOUSE_RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


class FakeSearch:
    """Finds every subject at the beginning of every track."""

    def __init__(self, probe: FakeProbe) -> None:
        self._probe = probe
        self._begun = False
        self._view = ""

    def push(self, block: Block) -> list[Occurrence]:
        level = round(float(np.median(block.samples[0])), 1)
        self._view = block.views[0]
        if level == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        if level == HANGS:
            time.sleep(600)
        if level == FAILS and self._probe.spec.fragile:
            raise ValueError("a defect that nobody knows of")
        if level == NO_MEMORY:
            raise MemoryError
        if level == SLOW:
            time.sleep(self._probe.spec.pause_s)
        if self._begun:
            return []
        self._begun = True
        return [self._found(key, block.start / HOUSE_RATE) for key in self._probe.keys]

    def end(self) -> list[Occurrence]:
        return []

    def _found(self, key: str, start_s: float) -> Occurrence:
        return Occurrence(
            subject=key,
            view=self._view,
            start_s=start_s,
            end_s=start_s + 1.0,
            take_start_s=0.0,
            take_end_s=1.0,
            speed=1.0,
            pitch_semitones=0.0,
            gain_db=0.0,
            polarity=1,
            strength=5.0,
        )


def _hang(*_arguments: object, **_settings: object) -> NoReturn:
    while True:
        time.sleep(60)


class FakeProbe:
    """Looks for subjects by name."""

    def __init__(self, spec: FakeSpec, keys: tuple[str, ...]) -> None:
        self.spec = spec
        self.keys = keys
        self.name, self.version, self.digest = spec.name, spec.version, spec.digest

    def learn(self, subjects: Iterable[Subject]) -> None:
        self.keys = tuple(each.key for each in subjects)

    def begin(self) -> FakeSearch:
        return FakeSearch(self)


@dataclass(frozen=True)
class FakeSpec:
    """loads : a file that grows by a line each time a probe is loaded."""

    keys: tuple[str, ...] = ("a" * 64,)
    name: str = "fake"
    version: str = "1"
    digest: str = "f" * 64
    fragile: bool = True
    damaged: bool = False
    pause_s: float = 0.05
    loads: Path | None = None
    decoder_hangs: bool = False

    def load(self, wanted: int) -> FakeProbe:
        if self.decoder_hangs:
            Medium.blocks = _hang  # type: ignore[method-assign]  # only in the worker process
        if self.damaged:
            raise IndexDamaged("An index file is damaged.", advice="Mend it.")
        if self.loads is not None:
            with self.loads.open("a") as file:
                file.write(f"{wanted:b}\n")
        keys = tuple(key for place, key in enumerate(self.keys) if wanted >> place & 1)
        return FakeProbe(self, keys)


class Memory:
    """A sink, and what is known from what it was given; all in memory."""

    def __init__(self, spec: FakeSpec) -> None:
        self.everything = (1 << len(spec.keys)) - 1
        self.results: list[MediumResult] = []
        self.reports: list[Progress] = []
        self.whole: list[Path] = []

    def __call__(self, result: MediumResult) -> None:
        self.results.append(result)

    def at(self, path: Path) -> Before:
        del path
        return Before()

    def missing(self, sha256: str) -> tuple[int, ...]:
        done = 0
        for result in self.results:
            if result.sha256 == sha256:
                for searched in result.searched:
                    done |= searched.wanted if searched.covered else 0
        return (self.everything & ~done,)

    def finished(self, path: Path, fingerprint: tuple[int, int, int]) -> None:
        del fingerprint
        self.whole.append(path)

    def told(self) -> dict[str, str]:
        """Return what became of each medium, by the last part of its name."""
        return {
            each.locator.rpartition("/")[2]: each.error.code if each.error else each.state
            for each in self.results
        }


def units(*paths: Path) -> list[Unit]:
    return [Unit(path, size=path.stat().st_size) for path in paths]


def alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be buried does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def children(pid: int) -> list[int]:
    """Return the nursery and the workers that a process has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            ours = b"replique.scan.worker" in (entry.parent / "cmdline").read_bytes()
            if parent == pid and ours:
                child = int(entry.parent.name)
                found += [child, *children(child)]
    return found
