"""A scan as a user means it: everything registered, in all that lies under some paths."""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Callable, Sequence

from replique.errors import IndexDamaged, UsageError
from replique.language import gettext as _
from replique.recordings import Settings
from replique.scan import (
    Executor,
    LocalProcesses,
    MediumResult,
    Progress,
    Summary,
    Unit,
    plan,
    run,
)
from replique.store.bits import Subjects
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.index import RecordingsSpec, mend
from replique.store.journal import open_run
from replique.store.known import KnownMedia
from replique.store.models import Recording, Take
from replique.store.records import Scanned
from replique.store.sink import Sink
from replique.store.text import clean

log = logging.getLogger("replique.scan")


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
    that is new is searched alone in it.  Raises UsageError, StoreError.
    """
    settings = settings or Settings()
    spec, subjects, recordings, names = _subjects(home, performer, settings)
    units = plan(paths)
    executor = executor or LocalProcesses(jobs, log=home.log)
    files = [unit.path for unit in units if isinstance(unit, Unit)]
    shown = [clean(str(path)) for path in paths]
    with open_run(home, shown, executor.jobs, dataclasses.asdict(settings)) as running:
        known = KnownMedia([subjects], files)
        sink = Sink(running.number, {subjects.digest: subjects}, recordings)

        def keep(result: MediumResult) -> None:
            if result.error is not None and result.error.details:
                log.error("%s\n%s", result.locator, result.error.details)
            sink(result)

        def go() -> Summary:
            return run(
                units,
                probes=[spec],
                known=known,
                sink=keep,
                executor=executor,
                progress=progress,
                stop=stop,
            )

        notes: list[str] = []
        try:
            running.summary = go()
        except IndexDamaged:
            # probes are loaded before the first medium: nothing was searched yet
            with guarded():
                notes += mend(home, names)
            running.summary = go()
        finally:
            sink.flush()
    return Scanned(running.number, running.summary, len(spec.keys), tuple(notes))


@guarded()
def _subjects(
    home: Home, performer: str | None, settings: Settings
) -> tuple[RecordingsSpec, Subjects, dict[str, int], dict[str, str]]:
    """Return the probe, its subjects, their primary keys and file names by hash."""
    rows = Take.objects.filter(withdrawn_at=None)
    if performer is not None:
        from replique.store.people import find_performer

        rows = rows.filter(performer=find_performer(performer))
    names = dict(rows.order_by("-added").values_list("recording__sha256", "file_name"))
    if not names:
        raise UsageError(
            _("There is no take to look for."),
            advice=_("Register one first: replique take add PERFORMER FILE"),
        )
    recordings = dict(
        Recording.objects.filter(takes__in=rows).order_by("pk").values_list("sha256", "pk")
    )
    spec = RecordingsSpec(home, settings, tuple(recordings))
    return spec, Subjects(spec.digest, tuple(recordings.values())), recordings, names
