"""Where the desk writes what failed: in debug.log of the home, and never who asked for what.

Neither addresses are written (one may hold the code of an invitation) nor what was typed: of
an error its kind and its place, for what it says may quote a form, or a row of the records.
What was refused is no failure.
"""

from __future__ import annotations

import logging
import os
import traceback
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler

from django.db import InterfaceError, OperationalError

from replique.store.home import PRIVATE_FILE, Home

LONGEST = 5 << 20
"""Bytes after which a new file is begun; one old one is kept."""
LONGEST_REASON = 200
_SAYS = (OSError, OperationalError, InterfaceError)
"""Errors of disk and database, whose first line says why and quotes nobody."""


def keep(home: Home) -> None:
    """Write to the debug log of a home from now on, and not to the screen."""
    handler = _File(home.log, encoding="utf-8", errors="backslashreplace")
    handler.addFilter(_failed)
    handler.setFormatter(_Plain("%(asctime)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)


class _File(WatchedFileHandler):
    """A file of this user's alone, begun anew when it is long."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND
        opened = os.open(self.baseFilename, flags, PRIVATE_FILE)
        return open(opened, "a", encoding=self.encoding, errors=self.errors)  # noqa: PTH123

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            if os.stat(self.baseFilename).st_size > LONGEST:  # noqa: PTH116 — as the handler has it
                os.replace(self.baseFilename, f"{self.baseFilename}.1")  # noqa: PTH105
        except OSError:
            pass  # another process did it just now
        super().emit(record)


class _Plain(logging.Formatter):
    """Tells an error by its kind and its place."""

    def format(self, record: logging.LogRecord) -> str:
        """Return what is written."""
        plain: dict[str, object] = {"exc_text": None}  # another may have told the error
        request = getattr(record, "request", None)
        if request is not None:
            route = getattr(request.resolver_match, "route", "?")
            plain |= {"msg": f"{request.method} {route}", "args": None}
        return super().format(logging.makeLogRecord({**vars(record), **plain}))

    def formatException(self, ei: object) -> str:  # noqa: N802 — of logging
        """Return an error with those that it came of, without what they say."""
        told: list[str] = []
        error = ei[1] if isinstance(ei, tuple) else None
        while isinstance(error, BaseException):
            reason = str(error).partition("\n")[0][:LONGEST_REASON]
            told.append(type(error).__name__ + (f": {reason}" if isinstance(error, _SAYS) else ""))
            told += ["".join(traceback.format_tb(error.__traceback__)).rstrip()]
            error = error.__cause__ or error.__context__
        return "\n".join(told)


def _failed(record: logging.LogRecord) -> bool:
    """Tell whether something failed, and is not written elsewhere."""
    if record.name.startswith("django.request"):
        return record.levelno >= logging.ERROR
    # a name that is not ours in `Host` is refused; scans write to this file themselves
    return record.levelno >= logging.WARNING and not record.name.startswith(
        ("django.security", "replique.scan")
    )
