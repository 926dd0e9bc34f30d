"""Time stamps on heads of the ledger: asked for by a person, and kept with it.

REPLIQUE_TSA_URL names an authority (RFC 3161), REPLIQUE_TSA_ROOTS the file with the
certificates that it is trusted by.  Nothing is ever sent on its own; what is sent is a
hash of a head, which tells nothing of what the ledger holds.
"""

from __future__ import annotations

import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from replique.errors import NotFound, StoreError, UsageError
from replique.evidence.stamps import request, roots_from, stamped_at
from replique.language import gettext as _
from replique.store.choices import tsa_roots, tsa_url
from replique.store.guard import guarded
from replique.store.ledger import head
from replique.store.ledger_models import LedgerStamp

WAIT_S = 30.0
LONGEST = 1 << 20

Ask = Callable[[str, bytes], bytes]
"""Sends a request to an address and returns the response: a seam for tests."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp as it is kept. head : the line. response : DER."""

    size: int
    head: bytes
    response: bytes
    authority: str
    at: dt.datetime


def ask(address: str, data: bytes) -> bytes:
    """Send a request to an authority (RFC 3161 §3.4). Raises StoreError."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise UsageError(
            _("REPLIQUE_TSA_URL is no address of an authority."),
            advice=_("It begins with https://"),
        )
    asked = urllib.request.Request(  # noqa: S310 — the scheme was looked at
        address, data, {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=WAIT_S) as answer:  # noqa: S310
            return bytes(answer.read(LONGEST))
    except (OSError, ValueError, urllib.error.URLError):
        raise StoreError(
            _("The authority for time stamps does not answer."),
            advice=_("Check the connection and REPLIQUE_TSA_URL, then try again."),
        ) from None


def roots() -> list[x509.Certificate]:
    """Return the certificates that an authority is trusted by; none when none is configured.

    Raises UsageError, StoreError.
    """
    said = tsa_roots()
    if not said:
        return []
    with guarded():
        return roots_from(Path(said).expanduser().read_bytes())


@guarded()
def stamp(send: Ask = ask) -> Stamp:
    """Have the newest head stamped, and keep the stamp.

    Raises UsageError when no authority is configured, NotFound for an empty ledger,
    LedgerBroken when the answer is no stamp by that authority, StoreError.
    """
    address, trusted = tsa_url(), roots()
    if not address or not trusted:
        raise UsageError(
            _("No authority for time stamps is configured."),
            advice=_(
                "Set REPLIQUE_TSA_URL to its address and REPLIQUE_TSA_ROOTS to the file with its "
                "root certificate."
            ),
        )
    newest = head()
    if newest is None:
        raise NotFound(_("The ledger is empty: there is nothing to stamp yet."))
    asked, nonce = request(newest.line)
    response = send(address, asked)
    at = stamped_at(response, newest.line, trusted, nonce=nonce)
    LedgerStamp.objects.create(
        size=newest.size,
        head=newest.line.decode(),
        response=response,
        authority=address,
        stamped_at=at,
    )
    return Stamp(newest.size, newest.line, response, address, at)


@guarded()
def stamps() -> list[Stamp]:
    """Return all stamps, the oldest first."""
    return [
        Stamp(row.size, row.head.encode(), bytes(row.response), row.authority, row.stamped_at)
        for row in LedgerStamp.objects.all()
    ]
