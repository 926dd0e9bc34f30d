"""The ledger's key, changed for another."""

from __future__ import annotations

from django.db import transaction

from replique.errors import NotFound
from replique.evidence.entries import KEY_LOST, LEDGER, ROTATED
from replique.evidence.keys import Signer
from replique.language import gettext as _
from replique.store import ledger_home
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.ledger import extend, locked, taken_over


@guarded()
def rotate(*, lost: bool = False) -> str:
    """Sign with a new key from now on; return its public half, hexadecimal.

    lost : the present key is gone, so that it cannot name the new one. Whoever verifies
        is told so, for ever, until they accept the new key as yours.

    The new key is on the disk before the entry that names it is committed, and takes the
    place of the old one after: killed between, the next entry puts it there.

    Raises NotFound for an empty ledger, LedgerBroken, StoreError.
    """
    home, new = Home.opened(), Signer.new()
    with transaction.atomic():
        row = locked()
        if not row.size:
            raise NotFound(_("The ledger is empty: it has no key yet."))
        frontier, head = taken_over(row)
        signer = new if lost else ledger_home.signer_of(home, head.key)
        body = {"key": new.public, "verb": KEY_LOST if lost else ROTATED}
        ledger_home.lay_ready(home, new)
        extend(row, frontier, head.last, [(LEDGER, LEDGER, body)], (signer, new))
    ledger_home.promote(home, new.public)
    return new.public
