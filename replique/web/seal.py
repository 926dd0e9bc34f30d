"""The secret that signs what the desk gives to a browser: made once, kept in the home."""

from __future__ import annotations

import contextlib
import os
import secrets

from replique.store.home import PRIVATE_FILE, Home

LENGTH = 48


def secret_of(home: Home) -> str:
    """Return the secret of a home, whose folder is there; make it on the first day."""
    file = home.path / "desk.secret"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(LENGTH))
    said = file.read_text(encoding="ascii").strip()
    # another process may just be writing it: an empty one signs nothing
    return said or secrets.token_urlsafe(LENGTH)
