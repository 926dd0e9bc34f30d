"""Orders for work in the background, as records: given, followed, stopped, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from replique.errors import NotFound, RepliqueError
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.job_models import NAME, Job
from replique.store.text import clean

SILENT_S = 30.0
"""A job that has given no sign of life for so long is no longer at work."""
BEATEN_EVERY_S = 8.0
"""How often whoever does a job says that it lives."""
MOST_TRIES = 3
"""A job whose process was killed so often is given up: it may be what kills it."""
TRIES = "tries"
OPEN = (Job.State.WAITING, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job. state : waiting, running, finished, stopped, failed, or lost: it was killed."""

    id: int
    kind: str
    state: str
    what: Mapping[str, Any]
    progress: Mapping[str, Any]
    by: str
    asked_at: dt.datetime
    started: dt.datetime | None = None
    ended: dt.datetime | None = None
    stop: bool = False
    error_code: str = ""
    error_message: str = ""
    error_advice: str = ""
    run: int | None = field(default=None)

    @property
    def open(self) -> bool:
        """Whether it waits or goes on."""
        return self.state in OPEN


@guarded()
def order(kind: str, what: Mapping[str, Any], by: str = "") -> JobRecord:
    """Keep an order; somebody has yet to do it."""
    return _record(Job.objects.create(kind=kind, what=dict(what), by=clean(by)[:NAME]))


@guarded()
def job(number: int) -> JobRecord:
    """Return a job. Raises NotFound."""
    row = Job.objects.filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no job {number}.").format(number=number))
    return _record(row)


@guarded()
def jobs(
    kind: str = "", *, limit: int = 20, unfinished: bool = False, case: int | None = None
) -> list[JobRecord]:
    """Return jobs, the latest first. unfinished : only those that wait or go on; case : of it."""
    rows = Job.objects.filter(kind=kind) if kind else Job.objects.all()
    if case is not None:
        rows = rows.filter(what__case=case)
    if unfinished:
        rows = rows.filter(state__in=OPEN)
    return [_record(each) for each in rows[:limit]]


@guarded()
def begin(number: int) -> bool:
    """Take a job up; False when it was stopped before, or another worker has it."""
    now = timezone.now()
    if Job.objects.filter(pk=number, state=Job.State.WAITING, stop=True).update(
        state=Job.State.STOPPED, ended=now
    ):
        return False
    taken = Job.objects.filter(pk=number, state=Job.State.WAITING)
    return bool(taken.update(state=Job.State.RUNNING, started=now, beat=now))


@guarded()
def tell(number: int, progress: Mapping[str, Any]) -> bool:
    """Keep how far a job is, and that it lives; return whether it is to stop."""
    rows = Job.objects.filter(pk=number)
    rows.update(progress=dict(progress), beat=timezone.now())
    return bool(rows.values_list("stop", flat=True).first())


@guarded()
def beat(number: int) -> None:
    """Say that a job lives, however long a step of it takes."""
    Job.objects.filter(pk=number, state=Job.State.RUNNING).update(beat=timezone.now())


@guarded()
def waiting() -> list[int]:
    """Return the jobs that nobody has taken up, the oldest first."""
    return list(
        Job.objects.filter(state=Job.State.WAITING).order_by("pk").values_list("pk", flat=True)
    )


@guarded()
def take_up() -> int:
    """Let lost jobs wait anew, for their process was killed; return how many.

    One that was lost too often has failed; one that was to stop has stopped.
    """
    silent_since = timezone.now() - dt.timedelta(seconds=SILENT_S)
    count = 0
    for row in Job.objects.filter(state=Job.State.RUNNING, beat__lt=silent_since):
        tries = int(row.what.get(TRIES, 1))
        still = Job.objects.filter(pk=row.pk, state=Job.State.RUNNING, beat=row.beat)
        if row.stop:
            still.update(state=Job.State.STOPPED, ended=timezone.now())
        elif tries >= MOST_TRIES:
            still.update(
                state=Job.State.FAILED,
                ended=timezone.now(),
                error_code="killed",
                error_message=_("This work was interrupted {count} times.").format(count=tries),
                error_advice=_("Its process was killed, perhaps for want of memory."),
            )
        else:
            what = {**row.what, TRIES: tries + 1}
            count += still.update(state=Job.State.WAITING, what=what, beat=None)
    return count


@guarded()
def of_upload(token: str) -> JobRecord | None:
    """Return the job that an uploaded file was given to."""
    row = Job.objects.filter(kind=Job.Kind.TAKES, what__token=token).first()
    return None if row is None else _record(row)


@guarded()
def stop(number: int) -> JobRecord:
    """Ask a job to end. Raises NotFound."""
    Job.objects.filter(pk=number).update(stop=True)
    Job.objects.filter(pk=number, state=Job.State.WAITING).update(
        state=Job.State.STOPPED, ended=timezone.now()
    )
    return job(number)


@guarded()
def end(
    number: int,
    *,
    stopped: bool = False,
    error: RepliqueError | None = None,
    run: int | None = None,
    progress: Mapping[str, Any] | None = None,
) -> None:
    """Say how a job ended."""
    state = Job.State.STOPPED if stopped else Job.State.FINISHED
    said: dict[str, Any] = {}
    if error is not None:
        state = Job.State.FAILED
        said = {
            "error_code": error.code,
            "error_message": clean(str(error)),
            "error_advice": clean(error.advice),
        }
    if progress is not None:
        said["progress"] = dict(progress)
    Job.objects.filter(pk=number).update(state=state, ended=timezone.now(), run=run, **said)


def _record(row: Job) -> JobRecord:
    state = row.state
    silent_since = timezone.now() - dt.timedelta(seconds=SILENT_S)
    if state == Job.State.RUNNING and (row.beat is None or row.beat < silent_since):
        state = "lost"
    return JobRecord(
        row.pk,
        row.kind,
        state,
        row.what,
        row.progress,
        row.by,
        row.asked_at,
        row.started,
        row.ended,
        row.stop,
        row.error_code,
        row.error_message,
        row.error_advice,
        row.run_id,
    )
