"""A scan as a user means it: everything registered, in all that lies under some paths.

Loads nothing heavy itself: the process that bears the workers is started first,
and loads numpy, the decoders and the probes while this one does the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from replique.scan.nursery import FORK, Nursery
from replique.store.home import Home

if TYPE_CHECKING:
    from replique.recordings import Settings
    from replique.scan import Executor, Progress
    from replique.store.records import Scanned
    from replique.store.voice_keys import Keys

PRELOAD = ("replique.store.index", "replique.recordings.prepared", "replique.recordings.probe")
"""What loads the probes in a worker."""
PRELOAD_VOICES = ("replique.store.voice_index", "replique.voices.probe")
"""What loads the voices probe; only where somebody is enrolled."""


def scan(
    home: Home,
    paths: Sequence[str | os.PathLike[str]],
    *,
    jobs: int | None = None,
    performer: str | None = None,
    probes: Sequence[str] | None = None,
    settings: Settings | None = None,
    least_voice: float | None = None,
    keys: Keys | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    executor: Executor | None = None,
    within: Sequence[Path] | None = None,
) -> Scanned:
    """Search for all registered takes and enrolled voices in all media under some paths.

    jobs : worker processes; None for one on each core.
    performer : slug, to look for the takes and the voices of one only.
    probes : "recordings", "voices"; None for all that can look: takes, and voices too where
        somebody is enrolled, the models are there and the keys can be opened; where not,
        a note says why.
    settings : of the recordings probe; `Settings(least_strength=…)` keeps weaker
        occurrences, and everything is searched again for them.
    least_voice : log10 likelihood ratio from which voices are kept; None for the usual one.
    keys : of the voices, opened; None to open them where that asks nobody.
    progress : told how far it is. stop : asked whether to stop.
    within : folders outside of which nothing is read, links followed; None for anywhere.

    Content that was searched with the same settings is not searched again; a take or a voice
    that is new is searched alone in it.  Raises UsageError, StoreError, and SearchFailed when
    no worker process can be kept alive; where voices are asked for by name, ModelError,
    MissingPart and ReferenceDamaged.
    """
    nursery = Nursery(log=home.log, preload=_preload(home, probes))
    if FORK and executor is None:
        nursery.start()
    try:
        from replique.scan import LocalProcesses
        from replique.store.scanning import search

        return search(
            home,
            paths,
            probes=probes,
            performer=performer,
            settings=settings,
            least_voice=least_voice,
            keys=keys,
            progress=progress,
            stop=stop,
            executor=executor or LocalProcesses(jobs, log=home.log, nursery=nursery),
            within=within,
        )
    finally:
        nursery.close()


def _preload(home: Home, probes: Sequence[str] | None) -> tuple[str, ...]:
    """Return what the workers will need, as far as it can be told without the records."""
    voices = "voices" in probes if probes is not None else any(home.voices.glob("*.rpv"))
    return (*PRELOAD, *PRELOAD_VOICES) if voices else PRELOAD
