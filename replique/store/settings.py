"""Django's settings: REPLIQUE_HOME and DATABASE_URL decide where the records are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store.home import Home

LOCK_WAIT_S = 30.0
"""How long to wait for another program that writes: commits take milliseconds."""

# 1. readers and one writer at a time do not block one another;
# 2. what is committed is on the disk: it survives kill -9 and a power cut
ON_CONNECT = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA foreign_keys=ON;
"""


def sqlite(file: Path) -> dict[str, Any]:
    """Return Django's description of a SQLite file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "timeout": LOCK_WAIT_S,
            # a transaction that begins as a reader cannot wait to become a writer
            "transaction_mode": "IMMEDIATE",
            "init_command": ON_CONNECT,
        },
    }


def database(home: Home, url: str | None) -> dict[str, Any]:
    """Return Django's description of the database.

    url : None or "" for SQLite under the home; "sqlite:////absolute/path";
        "postgresql://user:password@host:port/name?sslmode=require".

    Raises UsageError, which never repeats the URL: it may hold a password.
    """
    if not url:
        return sqlite(home.database)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad_url() from None
    name = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and name:
        return sqlite(Path(name))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise _bad_url()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _bad_url() -> UsageError:
    return UsageError(
        _("DATABASE_URL does not name a database that can be used."),
        advice=_("Write postgresql://user:password@host:5432/name, or unset it to use SQLite."),
    )


DATABASES = {"default": database(Home.default(), os.environ.get("DATABASE_URL"))}
INSTALLED_APPS = ["replique.store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False  # replique.language speaks to users
LOGGING_CONFIG = None  # the host program decides
# Nothing is signed with it: Django only wants it to be there.
SECRET_KEY = "unused"  # noqa: S105
