"""Deleted rows are still in a database's file until it is written anew: here it is."""

from __future__ import annotations

from django.apps import apps
from django.db import Error, connection
from django.db.backends.utils import CursorWrapper

TABLES = (
    *("Voice", "VoiceStatement", "Occurrence", "Judgement"),
    *("UseDescription", "Coverage", "SubjectSet", "Medium"),
)
"""From which something of a voice may have been deleted."""
PATIENCE_MS = 30_000


def begin() -> None:
    """Let SQLite overwrite what is deleted from now on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def scrub() -> bool:
    """Write the database anew without what was deleted; not within a transaction.

    Returns False where another program was in the way, or no room was left: to be done again.
    PostgreSQL: its own archives (WAL, backups) are its administrator's to clear.
    """
    try:
        return _sqlite() if connection.vendor == "sqlite" else _postgresql()
    except Error:
        return False


def _sqlite() -> bool:
    """Empty the log, write the file anew, and empty the log again, through which that went."""
    with connection.cursor() as cursor:
        if not _emptied(cursor):
            return False
        cursor.execute("VACUUM")
        return _emptied(cursor)


def _emptied(cursor: CursorWrapper) -> bool:
    """Move the log into the file; False while somebody still reads what was there before."""
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy = cursor.fetchone()[0]
    return not busy


def _postgresql() -> bool:
    names = [apps.get_model("replique", name)._meta.db_table for name in TABLES]  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(PATIENCE_MS)])
        try:
            for name in names:
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(name)}")
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    return True
