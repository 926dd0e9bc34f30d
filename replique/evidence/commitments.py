"""A salted commitment: what was, provable by who holds it, and told to nobody else.

The ledger keeps SHA-256(nonce ‖ content).  Without the nonce, 32 random bytes, nothing
can be learned from it by guessing; with it, exactly one content fits.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from replique.evidence.canonical import canonical

NONCE_BYTES = 32


def new_nonce() -> str:
    """Return a fresh nonce: 64 hexadecimal digits."""
    return secrets.token_hex(NONCE_BYTES)


def commitment(nonce: str, content: Mapping[str, Any]) -> str:
    """Return the commitment to a content: 64 hexadecimal digits.

    nonce : 64 hexadecimal digits. content : any JSON object; raises TypeError otherwise.
    """
    return hashlib.sha256(bytes.fromhex(nonce) + canonical(dict(content))).hexdigest()


def fits(nonce: str, content: Mapping[str, Any], told: str) -> bool:
    """Return whether this content is the one that was committed to."""
    try:
        return hmac.compare_digest(commitment(nonce, content), told)
    except ValueError:  # a nonce that is no hexadecimal
        return False
