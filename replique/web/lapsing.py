"""What goes by itself, once an hour: nobody has to come back for it to go.

Files that were sent and never used, which may be somebody's voice, and exports of cases are on
the disk in the clear: a day at most is promised of them (docs/desk.md).
"""

from __future__ import annotations

from replique.store import retention
from replique.store.home import Home
from replique.web import exporting, once, searchable, uploads

EVERY_S = 3600.0


def lapse(home: Home) -> None:
    """Let go of what nobody came back to, and of what was chosen to go. Raises StoreError."""
    uploads.sweep(home)
    exporting.sweep(home)
    searchable.sweep(home)
    once.forget()
    retention.let_go()
