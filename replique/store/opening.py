"""Open the store: find it, bring its tables up to date, or say why not."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from replique.errors import StoreLocked, StoreNewer
from replique.language import gettext as _
from replique.store.home import PRIVATE_FILE, Home

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

LOCK_WAIT_S = 30.0
MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x5265_706C  # "Repl"


def open(home: Path | str | None = None) -> Home:  # noqa: A001 — store.open, as one says it
    """Open the records; make them on the first day. Call it before anything else here.

    home : the folder; None for REPLIQUE_HOME, then the system's place for such data.

    May be called again, also with another home.  Raises StoreNewer, StoreLocked,
    DiskFull, StoreError, MissingPart, UsageError.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "replique.store.settings")
    from replique.store.guard import guarded

    place = Home.default() if home is None else Home(Path(home).expanduser().absolute())
    with guarded():
        place.make()
        _set_up(place)
        _bring_up_to_date(place)
    place.remember()
    _finish_forgetting(place)
    return place


def prepare(home: Path | str | None = None) -> None:
    """Make Django know of the records without opening, or making, any: before a restore."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "replique.store.settings")
    from replique.store.guard import guarded

    with guarded():
        _set_up(Home.default() if home is None else Home(Path(home).expanduser().absolute()))


def close() -> None:
    """Let go of the database; `open` takes it up again."""
    from django.db import connections

    connections.close_all()


def _finish_forgetting(home: Home) -> None:
    """Finish what a killed program left half enrolled, or half forgotten, of a voice."""
    if not any(home.voices.glob(".[ghu]*-*")):
        return  # as it always is: what follows loads much
    from replique.errors import RepliqueError
    from replique.store import forgetting

    with contextlib.suppress(RepliqueError):  # records can be read all the same; again next time
        forgetting.sweep(home)


def _set_up(home: Home) -> None:
    import django
    from django.apps import apps
    from django.conf import settings
    from django.db import connections

    from replique.store.settings import database

    if not apps.ready:
        with _clock_of_the_person():
            django.setup()
    wanted = database(home, os.environ.get("DATABASE_URL"))
    # as it is connected to, whatever the settings say by now
    said: dict[str, Any] = connections.settings["default"]
    if any(said.get(key) != value for key, value in wanted.items()):
        connections.close_all()
        with contextlib.suppress(AttributeError):
            del connections["default"]
        settings.DATABASES = {"default": wanted}
        connections.settings = connections.configure_settings(settings.DATABASES)


@contextlib.contextmanager
def _clock_of_the_person() -> Iterator[None]:
    """Leave this process its time zone: Django sets it to UTC, and "today" would be another day."""
    before = os.environ.get("TZ")
    try:
        yield
    finally:
        os.environ.pop("TZ", None)
        os.environ |= {} if before is None else {"TZ": before}
        time.tzset()


def _bring_up_to_date(home: Home) -> None:
    """Migrate if need be. Django's own check loads every migration: this one asks first."""
    from django.db import connection

    ours = {file.stem for file in MIGRATIONS.glob("[0-9]*.py")}
    if _applied(connection, ours) == ours:
        return
    with _alone(home, connection):
        if _applied(connection, ours) != ours:
            from django.core.management import call_command

            call_command("migrate", "replique", verbosity=0, interactive=False)


def _applied(connection: BaseDatabaseWrapper, ours: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'replique'")
        applied = {name for (name,) in cursor.fetchall()}
    if applied - ours:
        raise StoreNewer(
            _("These records were written by a newer version of Réplique."),
            advice=_("Install that version or a later one; the records are untouched."),
        )
    return applied


@contextlib.contextmanager
def _alone(home: Home, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Two programs that open a new store at once: one makes it, the other waits."""
    handle = os.open(home.path / ".migrating", os.O_CREAT | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        _wait_for(file)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _wait_for(file: BinaryIO) -> None:
    patient_until = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > patient_until:
                raise StoreLocked(
                    _("Another program is bringing these records up to date."),
                    advice=_("Wait until it has finished, then try again."),
                ) from None
            time.sleep(0.05)
