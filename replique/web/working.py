"""What a worker does: scans, takes that were uploaded, voices."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from replique import store
from replique.errors import NotFound, RepliqueError, StoreError
from replique.language import gettext as _
from replique.media import Source, fingerprint
from replique.media.source import open_regular
from replique.scan import MediumResult, Progress
from replique.store import jobs
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.store.voice_keys import Keys
from replique.web import exporting, handing, searchable, uploads, voicing

log = logging.getLogger("replique.web")
TOLD_EVERY_S = 1.0
"""Seconds between two words to the records."""
MOST_KEPT = 200
"""Media that could not be read, and those in which something was found, as the page lists them."""
NOTHING_TO_HEAR = frozenset({"not-media", "no-audio"})
RECENT = 40
"""Media that ended last, as the page shows them."""


def scan(home: Home, order: JobRecord) -> None:
    """Search what a job names."""
    _through(order, _Scan(home, order))


def takes(home: Home, order: JobRecord) -> None:
    """Register an uploaded file as a take."""
    _through(order, partial(_register, home, order))


def export(home: Home, order: JobRecord) -> None:
    """Export a case, and pack it."""
    _through(order, partial(exporting.packed, home, order))


def voice(home: Home, order: JobRecord) -> None:
    """Enrol a voice, check it, make it anew."""
    _through(order, partial(voicing.done, home, order))


def models(home: Home, order: JobRecord) -> None:
    """Fetch the models that hear voices."""
    _through(order, partial(voicing.fetched, home, order))


DOING: Mapping[str, Callable[[Home, JobRecord], None]] = {
    "scan": scan,
    "takes": takes,
    "export": export,
    "voice": voice,
    "models": models,
}


def _through(order: JobRecord, do: Callable[[], dict[str, Any]]) -> None:
    """Do it, and have its end in the records whatever happens."""
    if not jobs.begin(order.id):
        return
    try:
        with _alive(order.id):
            ended = do()
    except RepliqueError as error:
        if isinstance(error.__cause__, OperationalError | InterfaceError):
            # the records cannot be reached: it falls silent, and is taken up again
            log.warning("job %s: %s", order.id, error)
            return
        jobs.end(order.id, error=error)
    except Exception:
        log.exception("job %s", order.id)
        jobs.end(
            order.id,
            error=StoreError(
                _("A defect of Réplique ended this work."),
                advice=_("What was finished is kept. The file debug.log in the home says more."),
            ),
        )
    except BaseException:
        jobs.end(order.id, stopped=True)
        raise
    else:
        jobs.end(order.id, **ended)


@contextlib.contextmanager
def _alive(number: int) -> Iterator[None]:
    """Say that a job lives until it ends, however long one step of it takes."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(jobs.BEATEN_EVERY_S):
            with contextlib.suppress(RepliqueError):
                jobs.beat(number)
            connection.close()

    beating = threading.Thread(target=beat, name=f"beat of job {number}", daemon=True)
    beating.start()
    try:
        yield
    finally:
        ended.set()
        beating.join()


class _Scan:
    """One scan, telling the records how far it is."""

    def __init__(self, home: Home, order: JobRecord) -> None:
        self._home, self._order = home, order
        self._recent: deque[dict[str, Any]] = deque(maxlen=RECENT)
        self._unread: list[dict[str, Any]] = []
        self._heard: list[dict[str, Any]] = []
        self._last: Progress | None = None
        self._told_at = self._looked_at = 0.0
        self._stop = False

    def __call__(self) -> dict[str, Any]:
        """Search."""
        what = self._order.what
        done = store.scan(
            self._home,
            [os.fsdecode(each) for each in what["paths"]],
            jobs=what.get("jobs") or None,
            performer=what.get("performer") or None,
            progress=self._hear,
            stop=self._stopping,
            within=searchable.within(self._home),
            keys=_opened(self._home, str(what.get("sealed", ""))),
        )
        return {
            "stopped": done.summary.interrupted,
            "run": done.run,
            "progress": {**self._plain(), "notes": list(done.notes), "takes": done.takes},
        }

    def _hear(self, progress: Progress) -> None:
        self._last = progress
        ended = progress.ended
        if ended is not None:
            self._keep(_ended(ended))
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            self._stop = jobs.tell(self._order.id, self._plain())

    def _keep(self, told: dict[str, Any]) -> None:
        """Keep how a medium ended: of many, those that a person asks about."""
        self._recent.append(told)
        if told["state"] != "ok" and told["code"] not in NOTHING_TO_HEAR:
            self._unread += [told] if len(self._unread) < MOST_KEPT else []
        if told["found"]:
            self._heard += [told] if len(self._heard) < MOST_KEPT else []

    def _stopping(self) -> bool:
        """Return whether somebody wants it to end; also before the first medium is read."""
        now = time.monotonic()
        if not self._stop and now - max(self._looked_at, self._told_at) >= TOLD_EVERY_S:
            self._looked_at = now
            self._stop = jobs.job(self._order.id).stop
        return self._stop

    def _plain(self) -> dict[str, Any]:
        last = self._last
        if last is None:
            return {}
        return {
            "total_bytes": last.total_bytes,
            "done_bytes": last.done_bytes,
            "media": last.media,
            "known": last.known,
            "failed": last.failed,
            "found": last.found,
            "decoded_s": last.decoded_s,
            "elapsed_s": last.elapsed_s,
            "rate": last.rate,
            "left_s": last.left_s,
            "at": list(last.at),
            "recent": list(self._recent),
            "unread": self._unread,
            "heard": self._heard,
        }


def _opened(home: Home, sealed: str) -> Keys | None:
    """Open the voices with what was typed for this scan; None where that cannot be read any more.

    Then takes are looked for alone, and the scan's notes say so. Raises KeysLocked.
    """
    if not sealed:
        return None
    try:
        said = handing.opened(sealed)
    except StoreError:
        return None  # the desk was closed meanwhile
    return voicing.opened_keys(home, said)


def _ended(ended: MediumResult) -> dict[str, Any]:
    """Return how a medium ended, as a page tells it."""
    error = ended.error
    return {
        "locator": ended.locator,
        "state": ended.state,
        "known": ended.known,
        "found": len(ended.found),
        "message": "" if error is None else error.message,
        "advice": "" if error is None else error.advice,
        "code": "" if error is None else error.code,
    }


def _register(home: Home, order: JobRecord) -> dict[str, Any]:
    what = order.what
    name, token = str(what["name"]), str(what["token"])
    path = uploads.finished(home, token)
    if not path.exists():
        raise NotFound(_("The uploaded file is gone."), advice=_("Upload it again."))
    try:
        source = Source(name, path, (name,), fingerprint(path), partial(open_regular, path))
        take = store.add_take(home, str(what["performer"]), source, kind=str(what["kind"]))
    except StoreError:
        raise  # not the file's fault: it is kept, to be tried again
    except Exception:
        uploads.drop(home, token)
        raise
    uploads.drop(home, token)
    return {"progress": {"take": take.id, "title": take.title, "duration_s": take.duration_s}}
