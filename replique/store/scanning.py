"""The way of one scan: what to look for, where, what is known, and where it is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from replique.errors import IndexDamaged, ReferenceDamaged, Unreadable
from replique.language import gettext as _
from replique.media import Refused
from replique.media.source import readable
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
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.index import mend
from replique.store.journal import open_run
from replique.store.known import KnownMedia
from replique.store.records import Scanned
from replique.store.registry import sweep
from replique.store.sink import Sink
from replique.store.sought import Sought, seek, without_damaged
from replique.store.text import clean

if TYPE_CHECKING:
    from replique.store.voice_keys import Keys

log = logging.getLogger("replique.scan")
LONGEST_LOG = 5 << 20
"""Bytes after which a new debug log is begun; one old one is kept."""


def search(
    home: Home,
    paths: Sequence[str | os.PathLike[str]],
    *,
    probes: Sequence[str] | None,
    performer: str | None,
    settings: Settings | None,
    least_voice: float | None,
    keys: Keys | None,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool],
    executor: Executor,
    within: Sequence[Path] | None = None,
) -> Scanned:
    """Do what `replique.store.scan` promises."""
    settings = settings or Settings()
    sweep(home)
    sought = seek(
        home, probes, performer=performer, settings=settings, least_voice=least_voice, keys=keys
    )
    units = _inside(within, _outside(home, plan(paths, stop=stop)))
    files = [unit.path for unit in units if isinstance(unit, Unit)]
    shown = [clean(str(path)) for path in paths]
    with _logged(home), open_run(home, shown, executor.jobs, _told(sought, settings)) as running:

        def go(sought: Sought) -> Summary:
            sink = Sink(running.number, [each.subjects for each in sought.parts])
            try:
                return run(
                    units,
                    probes=[each.spec for each in sought.parts],
                    known=KnownMedia([each.subjects for each in sought.parts], files),
                    sink=partial(_keep, sink),
                    executor=executor,
                    progress=progress,
                    stop=stop,
                )
            finally:
                sink.flush()

        sought, running.summary = _mended(home, sought, go)
    return Scanned(
        running.number,
        running.summary,
        len(sought.takes.spec.keys) if sought.takes else 0,
        sought.notes,
        voices=len(sought.voices.spec.keys) if sought.voices else 0,
        probes=tuple(each.spec.name for each in sought.parts),
    )


def _keep(sink: Sink, result: MediumResult) -> None:
    if result.error is not None and result.error.details:
        log.error("%s\n%s", result.locator, result.error.details)
    sink(result)


def _mended(home: Home, sought: Sought, go: Callable[[Sought], Summary]) -> tuple[Sought, Summary]:
    """Go; where what is looked for cannot be read, mend it or leave it out, and go again.

    Probes are loaded before the first medium: nothing was searched before that.
    """
    mended = False
    while True:
        try:
            return sought, go(sought)
        except IndexDamaged:
            takes = sought.takes
            if mended or takes is None:
                raise
            mended = True
            with guarded():
                notes = (*sought.notes, *mend(home, dict(takes.names)))
            sought = dataclasses.replace(sought, notes=notes)
        except ReferenceDamaged as error:
            sought = without_damaged(home, sought, error)


def _told(sought: Sought, settings: Settings) -> dict[str, object]:
    """Return what a run keeps of its settings."""
    told: dict[str, object] = dataclasses.asdict(settings)
    voices = sought.voices
    if voices is not None:
        least = voices.spec.settings.least_strength
        told["voices"] = {"digest": voices.spec.digest, "least_strength": least}
    return told


def _outside(home: Home, planned: list[Unit | Refused]) -> list[Unit | Refused]:
    """Leave out the home: in the copies kept there each take would be found, and prove nothing.

    Media that were sent to the desk lie there too, and are searched.
    """
    here, sent = home.path.resolve(), home.media.resolve()

    def ours(path: Path) -> bool:
        return path.is_relative_to(here) and not path.is_relative_to(sent)

    return [each for each in planned if not (isinstance(each, Unit) and ours(each.path.resolve()))]


def _inside(within: Sequence[Path] | None, planned: list[Unit | Refused]) -> list[Unit | Refused]:
    """Refuse what lies outside of the folders that may be searched, by whatever link."""
    if within is None:
        return planned
    folders = [each.resolve() for each in within]

    def kept(unit: Unit) -> Unit | Refused:
        real = unit.path.resolve()
        if any(real.is_relative_to(each) for each in folders):
            return unit
        name = readable(str(unit.path))
        return Refused(
            name,
            Unreadable(
                _("{path} leads out of the folders that may be searched.").format(path=name),
                advice=_("Ask whoever keeps this server to allow its folder (REPLIQUE_MEDIA)."),
            ),
        )

    return [kept(each) if isinstance(each, Unit) else each for each in planned]


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
