"""A private key locked under a passphrase, which is kept nowhere.

Bytes: magic "RPP" and a byte of format; memory in KiB (4, big-endian); iterations (2); lanes
(1); salt (16); nonce (12); AES-256-GCM of the key.  All before the nonce, and the public key,
is associated data, so that no cheaper way can be written in and no key exchanged.
"""

from __future__ import annotations

import os
import struct
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from replique.errors import SealDamaged, StaysSealed, UsageError
from replique.language import gettext as _
from replique.testimony.keys import PrivateKey, damaged

FORMAT = 1
MAGIC = b"RPP" + bytes([FORMAT])
SALT_BYTES = 16
NONCE_BYTES = 12
LEAST_LENGTH = 12
"""Of a passphrase, in characters: four short words. Argon2id slows guessing down, and no more."""
_HOW = struct.Struct(">IHB")
_HEAD = len(MAGIC) + _HOW.size + SALT_BYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """Of Argon2id. The default: RFC 9106, section 4, second choice; a third of a second."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    def fits(self) -> bool:
        """Return whether it may be asked for: a forged one must not stop the machine."""
        return (
            1 <= self.lanes <= 64
            and 8 * self.lanes <= self.memory_kib <= 4 * 1024 * 1024
            and 1 <= self.iterations <= 100
        )

    def key(self, passphrase: str, salt: bytes) -> bytes:
        """Return the 32 bytes that a passphrase and a salt give."""
        return Argon2id(
            salt=salt,
            length=32,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory_kib,
        ).derive(plain(passphrase))


USUAL = Cost()


def plain(passphrase: str) -> bytes:
    """Return a passphrase as bytes, however a keyboard composed its letters: NFKC, UTF-8."""
    return unicodedata.normalize("NFKC", passphrase).encode()


def good_enough(passphrase: str) -> None:
    """Raise UsageError for a passphrase that is too short, without repeating it."""
    if len(passphrase.strip()) < LEAST_LENGTH:
        raise UsageError(
            _("This passphrase is too short: it needs {count} characters.").format(
                count=LEAST_LENGTH
            ),
            advice=_("Four or five words that you choose by chance are better than signs."),
        )


def locked(private: PrivateKey, passphrase: str, *, cost: Cost = USUAL) -> bytes:
    """Return a key locked under a passphrase. Raises UsageError when that is too short."""
    good_enough(passphrase)
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    head = MAGIC + _HOW.pack(cost.memory_kib, cost.iterations, cost.lanes) + salt
    sealed = AESGCM(cost.key(passphrase, salt)).encrypt(
        nonce, private.to_bytes(), head + private.public.encode()
    )
    return head + nonce + sealed


def unlocked(data: bytes, public: str, passphrase: str) -> PrivateKey:
    """Return the private key of a public one.

    Raises StaysSealed for a wrong passphrase, SealDamaged for bytes that are no key.
    """
    if data[: len(MAGIC)] != MAGIC or len(data) < _HEAD + NONCE_BYTES + 16:
        raise damaged()
    cost = Cost(*_HOW.unpack(data[len(MAGIC) : len(MAGIC) + _HOW.size]))
    if not cost.fits():
        raise damaged()
    head, nonce, sealed = data[:_HEAD], data[_HEAD:][:NONCE_BYTES], data[_HEAD + NONCE_BYTES :]
    key = cost.key(passphrase, head[-SALT_BYTES:])
    try:
        private = PrivateKey(AESGCM(key).decrypt(nonce, sealed, head + public.encode()))
    except (InvalidTag, SealDamaged):
        raise StaysSealed(
            _("This is not the passphrase of your private testimony."),
            advice=_("Try again. If it is lost, ask your confidants to recover your key."),
        ) from None
    return private
