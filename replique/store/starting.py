"""A scan as a user means it: everything registered, in all that lies under some paths.

Loads nothing heavy itself: the process that bears the workers is started first,
and loads numpy, the decoders and the probes while this one does the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from replique.scan.nursery import FORK, Nursery
from replique.store.home import Home

if TYPE_CHECKING:
    from replique.recordings import Settings
    from replique.scan import Executor, Progress
    from replique.store.records import Scanned

PRELOAD = ("replique.store.index", "replique.recordings.prepared", "replique.recordings.probe")
"""What loads the probes in a worker."""


def scan(
    home: Home,
    paths: Sequence[str | os.PathLike[str]],
    *,
    jobs: int | None = None,
    performer: str | None = None,
    settings: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    executor: Executor | None = None,
) -> Scanned:
    """Search for all registered takes in all media under some paths.

    jobs : worker processes; None for one on each core.
    performer : slug, to look for the takes of one only.
    settings : of the recordings probe; `Settings(least_strength=…)` keeps weaker
        occurrences, and everything is searched again for them.
    progress : told how far it is. stop : asked whether to stop.

    Content that was searched with the same settings is not searched again; a take
    that is new is searched alone in it.  Raises UsageError, StoreError, and
    SearchFailed when no worker process can be kept alive.
    """
    nursery = Nursery(log=home.log, preload=PRELOAD)
    if FORK and executor is None:
        nursery.start()
    try:
        from replique.scan import LocalProcesses
        from replique.store.scanning import search

        return search(
            home,
            paths,
            performer=performer,
            settings=settings,
            progress=progress,
            stop=stop,
            executor=executor or LocalProcesses(jobs, log=home.log, nursery=nursery),
        )
    finally:
        nursery.close()
