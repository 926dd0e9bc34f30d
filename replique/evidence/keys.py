"""Ed25519 keys (RFC 8032), written as hexadecimal, each signature bound to what it is for."""

from __future__ import annotations

import functools

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from replique.errors import LedgerBroken
from replique.language import gettext as _

# A signature for one purpose says nothing for another: each begins with its own words.
ENTRY = b"replique ledger entry 1\n"
HEAD = b"replique ledger head 1\n"
EXPORT = b"replique ledger export 1\n"
CASE = b"replique case export 1\n"


class Signer:
    """A private key. public : 64 hexadecimal digits."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw().hex()

    @classmethod
    def new(cls) -> Signer:
        """Make a key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, data: bytes) -> Signer:
        """Read a key; raises LedgerBroken when these bytes are none."""
        try:
            private = load_pem_private_key(data, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            private = None
        if not isinstance(private, Ed25519PrivateKey):
            raise LedgerBroken(
                _("The key that signs the ledger cannot be read."),
                advice=_("Bring ledger/key.pem back from a backup of the home."),
            )
        return cls(private)

    def pem(self) -> bytes:
        """Return the key as PEM, unencrypted: the folder in which it lies is private."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, purpose: bytes, data: bytes) -> str:
        """Return a signature: 128 hexadecimal digits."""
        return self._private.sign(purpose + data).hex()


def signed(public: str, purpose: bytes, data: bytes, signature: str) -> bool:
    """Return whether the holder of the key signed this for this purpose."""
    try:
        _public(public).verify(bytes.fromhex(signature), purpose + data)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


@functools.lru_cache(maxsize=64)
def _public(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
