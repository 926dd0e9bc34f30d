"""The store's own scan, with a probe that is told what to do; and a program that runs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from replique import store
from replique.recordings import Settings
from replique.scan import Progress
from replique.store import Home
from replique.store.index import read
from tests.scan.fakes import FakeProbe, FakeSpec

PAUSE_S = 0.05


class FakeTakes(FakeSpec):
    """Stands in for replique.store.index.RecordingsSpec; reads the index files as it does."""

    def __init__(self, home: Home, settings: Settings, keys: Sequence[str]) -> None:
        digest = f"{hash(settings.least_strength) & 0xFFFF:064x}"
        super().__init__(keys=tuple(keys), digest=digest, pause_s=PAUSE_S)
        object.__setattr__(self, "home", home)

    def load(self, wanted: int) -> FakeProbe:
        probe = super().load(wanted)
        home: Home = self.home  # type: ignore[attr-defined]  # set in __init__
        for key in probe.keys:
            read(home, key)
        return probe


def main() -> None:
    """Scan, as a program that somebody may kill: HOME JOBS PATH…"""
    home = store.open(sys.argv[1])
    from replique.store import sought

    setattr(sought, "RecordingsSpec", FakeTakes)  # noqa: B010 — mypy would not have it
    paths = [Path(path) for path in sys.argv[3:]]
    done = store.scan(home, paths, jobs=int(sys.argv[2]), progress=tell)
    print(done.summary.media, done.summary.found, flush=True)  # noqa: T201 — it is a program


def tell(progress: Progress) -> None:
    """Say a line for each medium that was searched to its end."""
    if progress.ended is not None and not progress.ended.known:
        print("ended", flush=True)  # noqa: T201 — it is a program
