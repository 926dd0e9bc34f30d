"""A person's key pair (X25519), and boxes that only its holder opens.

A box is HPKE (RFC 9180), base mode, in one piece: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
ChaCha20-Poly1305; the encapsulated key, 32 bytes, and what is sealed, 16 bytes longer than it
was.  `purpose` is its info: a box for one purpose opens for no other.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from replique.errors import SealDamaged, StaysSealed
from replique.language import gettext as _

KEY_BYTES = 32
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)

# What a box is for, followed by what it is about.
DATA_KEY = b"replique testimony data key 1\n"
SHARE = b"replique recovery share 1\n"
ANSWER = b"replique recovery answer 1\n"


class PrivateKey:
    """A private key. public : 64 hexadecimal digits."""

    def __init__(self, data: bytes) -> None:
        if len(data) != KEY_BYTES:
            raise damaged()
        self._data = data
        self._private = X25519PrivateKey.from_private_bytes(data)
        self.public = self._private.public_key().public_bytes_raw().hex()

    def __repr__(self) -> str:
        return f"PrivateKey({self.public[:8]}…)"

    @classmethod
    def new(cls) -> PrivateKey:
        """Make one."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    def to_bytes(self) -> bytes:
        """Return its 32 bytes, which are for nobody else."""
        return self._data

    def open(self, box: bytes, purpose: bytes) -> bytes:
        """Return what is in a box. Raises StaysSealed when it is not for this key."""
        try:
            return _SUITE.decrypt(box, self._private, info=purpose)
        except (InvalidTag, ValueError):
            raise StaysSealed(
                _("This is not sealed for your key, or it was altered."),
                advice=_("Ask somebody who can read it to seal it for you."),
            ) from None


def seal(public: str, content: bytes, purpose: bytes) -> bytes:
    """Return a box for the holder of a key. Raises SealDamaged for what is no key."""
    try:
        key = X25519PublicKey.from_public_bytes(bytes.fromhex(public))
        return _SUITE.encrypt(content, key, info=purpose)
    except ValueError:  # no hexadecimal, another length, or a point of small order
        raise damaged() from None


def damaged() -> SealDamaged:
    """Return the error of bytes that are no key."""
    return SealDamaged(
        _("A key of private testimony is damaged."),
        advice=_("Bring the records back from a backup, or recover it with your confidants."),
    )
