"""The secret that signs what the desk gives to a browser: made once, kept in the home."""

from __future__ import annotations

import contextlib
import os
import secrets
import time

from replique.store.home import PRIVATE_FILE, Home

LENGTH = 48
TRIES, PAUSE_S = 50, 0.02


def secret_of(home: Home) -> str:
    """Return the secret of a home, whose folder is there; make it on the first day."""
    file = home.path / "desk.secret"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(LENGTH))
    for _try in range(TRIES):
        said = file.read_text(encoding="ascii").strip()
        if said:
            return said
        time.sleep(PAUSE_S)  # server and worker begin together: the other is just writing it
    return secrets.token_urlsafe(LENGTH)  # an empty one signs nothing
