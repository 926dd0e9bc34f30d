"""A text under a key of its own, and that key sealed for each of its readers.

Sealed text, bytes: magic "RPT" and a byte of format; nonce (12); AES-256-GCM of the text,
padded so that its length says little: 4 bytes of length, UTF-8, zeros to a whole KiB.  The name
of the record is associated data: a text put in the place of another does not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from replique.errors import SealDamaged
from replique.language import gettext as _
from replique.testimony.keys import DATA_KEY, PrivateKey, seal

FORMAT = 1
MAGIC = b"RPT" + bytes([FORMAT])
NONCE_BYTES = 12
DATA_KEY_BYTES = 32
PAGE = 1024
_LENGTH = 4


def encrypted(text: str, name: str, readers: Iterable[str]) -> tuple[bytes, dict[str, bytes]]:
    """Return a text, sealed, and its key sealed for each reader, by public key.

    name : of the record. readers : public keys; at least one.
    """
    wanted = sorted(set(readers))
    if not wanted:
        raise TypeError("a text that nobody can read is none")
    key, nonce = os.urandom(DATA_KEY_BYTES), os.urandom(NONCE_BYTES)
    data = text.encode()
    padded = len(data).to_bytes(_LENGTH, "big") + data
    padded += bytes(-len(padded) % PAGE)
    sealed = MAGIC + nonce + AESGCM(key).encrypt(nonce, padded, MAGIC + name.encode())
    return sealed, {public: given(key, name, public) for public in wanted}


def given(key: bytes, name: str, public: str) -> bytes:
    """Return the key of a text, sealed for one more reader."""
    return seal(public, key, DATA_KEY + name.encode())


def key_of(box: bytes, name: str, private: PrivateKey) -> bytes:
    """Return the key of a text. Raises StaysSealed when it is not sealed for this reader."""
    return private.open(box, DATA_KEY + name.encode())


def decrypted(sealed: bytes, name: str, key: bytes) -> str:
    """Return the text. Raises SealDamaged."""
    start = len(MAGIC) + NONCE_BYTES
    if sealed[: len(MAGIC)] != MAGIC or len(sealed) < start + 16:
        raise damaged()
    try:
        padded = AESGCM(key).decrypt(
            sealed[len(MAGIC) : start], sealed[start:], MAGIC + name.encode()
        )
        length = int.from_bytes(padded[:_LENGTH], "big")
        return padded[_LENGTH : _LENGTH + length].decode()
    except (InvalidTag, UnicodeDecodeError, ValueError):
        raise damaged() from None


def damaged() -> SealDamaged:
    """Return the error of a text that was altered, or put in another's place."""
    return SealDamaged(
        _("This testimony was altered, or put in the place of another."),
        advice=_("Bring the records back from a backup; `replique ledger verify` says more."),
    )
