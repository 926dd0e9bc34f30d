"""The way of one scan: what to look for, where, what is known, and where it is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Callable, Iterator, Sequence

from replique.errors import IndexDamaged, UsageError
from replique.language import gettext as _
from replique.media import Refused
from replique.recordings import Settings
from replique.scan import (
    Executor,
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
from replique.store.registry import sweep
from replique.store.sink import Sink
from replique.store.text import clean

log = logging.getLogger("replique.scan")
LONGEST_LOG = 5 << 20
"""Bytes after which a new debug log is begun; one old one is kept."""


def search(
    home: Home,
    paths: Sequence[str | os.PathLike[str]],
    *,
    performer: str | None,
    settings: Settings | None,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool],
    executor: Executor,
) -> Scanned:
    """Do what `replique.store.scan` promises."""
    settings = settings or Settings()
    sweep(home)
    spec, subjects, recordings, names = _subjects(home, performer, settings)
    units = _outside(home, plan(paths, stop=stop))
    files = [unit.path for unit in units if isinstance(unit, Unit)]
    shown = [clean(str(path)) for path in paths]
    with (
        _logged(home),
        open_run(home, shown, executor.jobs, dataclasses.asdict(settings)) as running,
    ):
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


def _outside(home: Home, planned: list[Unit | Refused]) -> list[Unit | Refused]:
    """Leave out the home: in the copies kept there each take would be found, and prove nothing."""
    here = home.path.resolve()
    return [
        each
        for each in planned
        if not (isinstance(each, Unit) and each.path.resolve().is_relative_to(here))
    ]


@contextlib.contextmanager
def _logged(home: Home) -> Iterator[None]:
    """Write tracebacks to the debug log of the home, and nowhere else."""
    with guarded():
        if home.log.exists() and home.log.stat().st_size > LONGEST_LOG:
            home.log.replace(home.log.with_suffix(".log.1"))
        home.make()
        handler = logging.FileHandler(home.log, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()


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
