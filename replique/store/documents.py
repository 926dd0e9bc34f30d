"""Documents that were made for people to read: one line of the ledger each.

A letter leaves the program; what stays is that it was made, and the hash by which the very
file can be told. Nothing of what it says is kept. Of reports, see `custody.report_made`.
"""

from __future__ import annotations

from django.db import transaction

from replique.store import ledger
from replique.store.guard import guarded

MADE = "made"


@guarded()
def letter_made(letter: str, sha256: str) -> None:
    """Note that a letter was made. letter : access, objection, takedown, payment, withdrawal.

    sha256 : of the PDF. Raises StoreError.
    """
    with transaction.atomic():
        ledger.append("letter", f"letter/{sha256}", {"verb": MADE, "letter": letter})
