"""Runs of a scan: which goes on, which was killed."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.utils import timezone

from replique.scan import Summary
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FILE, Home
from replique.store.models import ScanRun
from replique.store.records import RunRecord


@guarded()
def runs(limit: int | None = None) -> list[RunRecord]:
    """Return the runs, the latest first."""
    return [_record(row) for row in ScanRun.objects.all()[:limit]]


class OpenRun:
    """A run that goes on. number : its primary key. summary : set before it is closed."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.summary: Summary | None = None


@contextlib.contextmanager
def open_run(
    home: Home, paths: Sequence[str], jobs: int, settings: Mapping[str, object]
) -> Iterator[OpenRun]:
    """Record a run from its beginning to its end.

    While it goes on it holds a lock on a file, which the system lets go whatever
    becomes of the process: so a run that was killed can be told from one at work.
    """
    with guarded():
        mark_killed(home)
        row = ScanRun.objects.create(
            host=socket.gethostname(), paths=list(paths), jobs=jobs, settings=dict(settings)
        )
    lock_file = _lock_file(home, row.pk)
    run = OpenRun(row.pk)
    state = ScanRun.State.FAILED
    with guarded():
        lock = _lock(lock_file)
    try:
        try:
            yield run
            state = ScanRun.State.FINISHED
            if run.summary is not None and run.summary.interrupted:
                state = ScanRun.State.INTERRUPTED
        except KeyboardInterrupt:
            state = ScanRun.State.INTERRUPTED
            raise
        finally:
            # a store that fails now has failed before: the first error is the one to tell
            with contextlib.suppress(Exception):
                counts = dataclasses.asdict(run.summary) if run.summary is not None else {}
                ScanRun.objects.filter(pk=row.pk).update(
                    state=state, ended=timezone.now(), counts=counts
                )
            lock_file.unlink(missing_ok=True)
    finally:
        os.close(lock)


def mark_killed(home: Home) -> None:
    """Mark the runs whose process is gone as interrupted."""
    host = socket.gethostname()
    for row in ScanRun.objects.filter(state=ScanRun.State.RUNNING, host=host):
        lock_file = _lock_file(home, row.pk)
        if not _is_locked(lock_file):
            row.state = ScanRun.State.INTERRUPTED
            row.ended = timezone.now()
            row.save(update_fields=["state", "ended"])
            lock_file.unlink(missing_ok=True)


def _lock_file(home: Home, number: int) -> Path:
    return home.runs / f"{number}.lock"


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _record(row: ScanRun) -> RunRecord:
    return RunRecord(
        id=row.pk,
        started=row.started,
        ended=row.ended,
        state=row.state,
        paths=tuple(row.paths),
        jobs=row.jobs,
        settings=row.settings,
        counts=row.counts,
    )
