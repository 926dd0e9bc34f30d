"""How the searches went, as a report or a letter tells it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from replique import __version__, store
from replique.recordings import RecordingsProbe, Settings
from replique.recordings.strength import COUNTED_TO
from replique.report import Run
from replique.store import Home, MediumRecord
from replique.voices.settings import NAME as VOICES


def searched(media: Iterable[MediumRecord]) -> list[MediumRecord]:
    """Return the media that were read and searched."""
    return [each for each in media if each.sha256 is not None and each.state != "failed"]


def search_so_far(home: Home) -> Run | None:
    """Return what a report tells of the searches, over all takes; None before the first."""
    runs = store.runs()
    if not runs:
        return None
    takes = {take.sha256 for take in store.takes(home)}
    return told_run(runs, takes=len(takes), media=searched(store.media()))


def told_run(runs: list[store.RunRecord], *, takes: int, media: list[MediumRecord]) -> Run:
    """Return what a report tells of the searches. runs : newest first, one at least."""
    latest = runs[0]
    settings = {
        name: value
        for name, value in latest.settings.items()
        if isinstance(value, str | float | int | bool)
    }
    probe = RecordingsProbe(_settings(latest))
    heard = _heard_by(probe.name, media)
    hours = sum(sum(medium.heard_s) for medium in heard) / 3600.0
    return Run(
        made=datetime.now(tz=UTC),
        program_version=__version__,
        probe=probe.name,
        probe_version=probe.version,
        probe_digest=probe.digest,
        takes_searched=takes,
        media_searched=len(heard),
        hours_searched=hours,
        started=runs[-1].started,
        ended=latest.ended,
        settings=settings,
        strength_checked_to=COUNTED_TO,
    )


def _heard_by(probe: str, media: list[MediumRecord]) -> list[MediumRecord]:
    """Return the media that this probe has searched; others heard them for something else."""
    there = store.media_searched(probe)
    return [each for each in media if each.sha256 in there]


def _settings(run: store.RunRecord) -> Settings:
    """Return the settings of a run; the program's own when they are another version's."""
    told = {name: value for name, value in run.settings.items() if name != VOICES}
    try:
        return Settings(**told)  # type: ignore[arg-type]  # from JSON: whatever it holds
    except TypeError:
        return Settings()
