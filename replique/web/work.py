"""Work in the background: given to a worker where one is at work, else done here, slower."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from replique.errors import RepliqueError
from replique.language import choose, current, restore
from replique.store import jobs
from replique.store.home import PRIVATE_FILE, Home
from replique.store.jobs import JobRecord
from replique.web import lapsing
from replique.web.working import DOING

WATCHED_EVERY_S = 10.0
ASKED_S = 0.2
"""A page that asks whether there is a worker holds the same lock, for an instant."""
LONG = ("scan", "voice", "models")
"""Kinds of work for which no page waits, also where there is no worker."""


def give(kind: str, what: Mapping[str, Any], by: str) -> JobRecord:
    """Order a piece of work, and have it begin.

    With no worker it is done here: a scan in a thread, what is short at once.
    """
    with transaction.atomic():  # ordered and given, or neither, whoever is killed
        order = jobs.order(kind, {**what, "language": current()}, by)
        if worker_at_work():
            run_job.enqueue(order.id)
        else:
            transaction.on_commit(partial(_here, order))
    return jobs.job(order.id)


def _here(order: JobRecord) -> None:
    if order.kind in LONG and not getattr(settings, "DESK_INLINE", False):
        threading.Thread(target=_apart, args=(order.id,), name=f"job {order.id}").start()
    else:
        do(order.id)


@task()
def run_job(number: int) -> None:
    """Do a job, in the worker."""
    do(number)


def do(number: int) -> None:
    """Do a job, whoever asked: its end is in the records, never an exception."""
    order = jobs.job(number)
    token = choose(str(order.what.get("language", "en")))
    try:
        DOING[order.kind](Home.opened(), order)
    finally:
        restore(token)


def _apart(number: int) -> None:
    try:
        do(number)
    finally:
        connection.close()


def watch() -> None:
    """As long as this worker lives: take up what another one left when it was killed, and let
    go of what nobody came back to.
    """

    def go_on() -> None:
        due_s = 0.0
        while True:
            due_s = look(due_s)
            connection.close()
            time.sleep(WATCHED_EVERY_S)

    threading.Thread(target=go_on, name="watch", daemon=True).start()


def look(due_s: float) -> float:
    """Do so once. due_s : when to let go, by the monotonic clock; return when to do so next."""
    with contextlib.suppress(RepliqueError, Error):
        again()
    now = time.monotonic()
    if now < due_s:
        return due_s
    with contextlib.suppress(RepliqueError, Error, OSError):
        lapsing.lapse(Home.opened())
    return now + lapsing.EVERY_S


def again() -> None:
    """Give the worker what waits and was never given, or was left when a worker was killed."""
    jobs.take_up()
    given = {task.args_kwargs["args"][0] for task in DBTaskResult.objects.ready()}
    for number in jobs.waiting():
        if number not in given:
            run_job.enqueue(number)


def lock_of(home: Home) -> Path:
    """Return the file that a worker holds while it is at work."""
    return home.runs / "desk-worker.lock"


def hold(home: Home) -> int | None:
    """Say that this process is the worker; None when another is."""
    descriptor = os.open(lock_of(home), os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
    until = time.monotonic() + ASKED_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                return None
            time.sleep(ASKED_S / 10)
        else:
            return descriptor


def worker_at_work(home: Home | None = None) -> bool:
    """Tell whether a worker is there: on this computer, or elsewhere by the setting's word."""
    if os.environ.get("REPLIQUE_WORKER", "") == "elsewhere":
        return True
    descriptor = None
    try:
        descriptor = os.open(lock_of(home or Home.opened()), os.O_RDWR)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return False
