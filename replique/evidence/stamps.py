"""Time stamps by an authority (RFC 3161): somebody else says that a head was there by then.

What is stamped is the SHA-256 of a head's line.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from replique.errors import LedgerBroken, UsageError
from replique.language import gettext as _


def request(head: bytes) -> tuple[bytes, int]:
    """Return a request for a stamp on the line of a head, DER, and its nonce."""
    made = TimestampRequestBuilder().data(head).hash_algorithm(HashAlgorithm.SHA256).build()
    return made.as_bytes(), made.nonce or 0


def roots_from(pem: bytes) -> list[x509.Certificate]:
    """Read the certificates that an authority's must lead to. Raises UsageError."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise UsageError(
            _("The authority's certificates cannot be read."),
            advice=_("REPLIQUE_TSA_ROOTS names a file of certificates, PEM."),
        ) from None


def stamped_at(
    response: bytes, head: bytes, roots: list[x509.Certificate], *, nonce: int | None = None
) -> dt.datetime:
    """Return when the authority saw the head.

    response : DER. roots : at least one. nonce : of the request, when it is at hand.

    Raises LedgerBroken when this is no stamp on this head by an authority under these roots.
    """
    try:
        decoded = decode_timestamp_response(response)
        builder = VerifierBuilder(roots=roots)
        verifier = (builder.nonce(nonce) if nonce is not None else builder).build()
        if verifier.verify(decoded, hashlib.sha256(head).digest()):
            return decoded.tst_info.gen_time
    except (VerificationError, ValueError, TypeError, AttributeError, OverflowError):
        pass  # the library's words are for programmers
    raise LedgerBroken(
        _("This is no time stamp on this head by that authority."),
        advice=_("Check that REPLIQUE_TSA_ROOTS is the authority’s own root."),
    )


def said_at(response: bytes) -> dt.datetime | None:
    """Return the time that a stamp names, unverified; None when it cannot be read."""
    try:
        return decode_timestamp_response(response).tst_info.gen_time
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
