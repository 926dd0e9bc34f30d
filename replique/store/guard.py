"""What a database or a disk says when it fails, as errors that a person can act on."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from replique.errors import (
    DiskFull,
    MissingPart,
    RepliqueError,
    StoreError,
    StoreLocked,
    UsageError,
)
from replique.language import gettext as _

NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT))


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Let nothing but a RepliqueError out; also a decorator."""
    try:
        yield
    except RepliqueError:
        raise
    except ImproperlyConfigured as error:
        raise _driver_missing() from error
    except Error as error:
        raise told(error) from error
    except OSError as error:
        raise from_os(error) from error
    except UnicodeEncodeError:
        # a shell gives whatever bytes it was given; from None: the error holds all of the text
        raise UsageError(
            _("A name or a text that was given is not written in UTF-8."),
            advice=_("Type it anew, or save its file as UTF-8."),
        ) from None


def told(error: Error) -> StoreError:
    """Return what a database's error means for a person."""
    said = str(error).strip()
    lower = said.lower()
    if "database is locked" in lower or "lock timeout" in lower or "deadlock" in lower:
        return StoreLocked(
            _("Another program holds the records."),
            advice=_("Wait until it has finished, then try again."),
        )
    if "disk is full" in lower or "no space left" in lower or "disk full" in lower:
        return disk_full()
    if "readonly" in lower or "unable to open" in lower or "permission denied" in lower:
        return StoreError(
            _("The records cannot be written."),
            advice=_("Check that REPLIQUE_HOME is a folder of yours, and not read-only."),
        )
    if "malformed" in lower or "not a database" in lower:
        return StoreError(
            _("The file that holds the records is damaged."),
            advice=_("Bring it back from a backup; do not delete what is there."),
        )
    return StoreError(
        _("The records could not be read or written: {reason}").format(
            reason=said.splitlines()[0] if said else type(error).__name__
        ),
        advice=_("Try again; `replique doctor` says more."),
    )


def from_os(error: OSError) -> StoreError:
    """Return what a file system's error means for a person."""
    if error.errno in NO_ROOM:
        return disk_full()
    return StoreError(
        _("A file of the records could not be read or written: {reason}.").format(
            reason=error.strerror or type(error).__name__
        ),
        advice=_("Check that REPLIQUE_HOME is a folder of yours, and not read-only."),
    )


def disk_full() -> DiskFull:
    """Return the error of a full disk."""
    return DiskFull(
        _("The disk is full. What was finished is kept."),
        advice=_("Make room, then run the same command again: it goes on from there."),
    )


def _driver_missing() -> MissingPart:
    return MissingPart(
        _("DATABASE_URL names a PostgreSQL server, and its driver is not installed."),
        advice=_("Run: pip install 'replique[postgres]'"),
    )
