"""Tickets: what lets the browser in that the desk itself starts. Each works once, for a minute.

A browser's command line can be read by every user of a computer: the key must not stand in it.
A ticket does, and is worth nothing once the browser has used it.  Where the system tells whose
a connection is (Linux), nobody but the account that opened the desk is let in by either.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from pathlib import Path

from replique.store.home import PRIVATE_FILE, Home

LIFE_S = 60.0
_START = "ticket-"
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


def make(home: Home) -> str:
    """Return a new ticket; of it, a hash alone is kept."""
    _sweep(home)
    ticket = secrets.token_urlsafe(32)
    os.close(os.open(_file(home, ticket), os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
    return ticket


def redeem(home: Home, ticket: str) -> bool:
    """Use a ticket; return whether it was one. It is none from now on."""
    file = _file(home, ticket)
    try:
        made = file.stat().st_mtime
        file.unlink()  # of two at once, one fails here
    except OSError:
        return False
    return 0 <= time.time() - made <= LIFE_S


def _file(home: Home, ticket: str) -> Path:
    digest = hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()
    return home.runs / f"{_START}{digest}"


def _sweep(home: Home) -> None:
    for file in home.runs.glob(f"{_START}*"):
        file.unlink(missing_ok=True)


def stranger(port: object) -> bool:
    """Tell whether a connection from this computer is known to be another account's.

    port : from which it comes. What the system does not tell is not held against anybody.
    """
    try:
        wanted = int(str(port))
        owners = {owner for table in _TABLES for owner in _owners(Path(table), wanted)}
    except (OSError, ValueError):
        return False
    return bool(owners) and not owners & {os.getuid(), 0}


def _owners(table: Path, port: int) -> list[int]:
    """Return who holds sockets of a local port, as a table of the kernel has it.

    Each line: number, local address:port in hexadecimal, remote one, state, …, user.
    """
    found = []
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        closed = fields[3] == "06"  # TIME_WAIT belongs to nobody, and is said to be root's
        if int(fields[1].rpartition(":")[2], 16) == port and not closed:
            found.append(int(fields[7]))
    return found
