"""A public key as groups of digits that two people read to one another on the telephone.

Before confidants give back a part of a key, they call its owner: the digits that both see must
be the same.  Digits, for they are read aloud alike in every language.
"""

from __future__ import annotations

import hashlib

GROUPS = 6
DIGITS = 4


def spoken(public: str) -> str:
    """Return a key's digits, "4821 0937 …": about 80 bits of the SHA-256 over it."""
    digest = hashlib.sha256(b"replique spoken key 1\n" + bytes.fromhex(public)).digest()
    number = int.from_bytes(digest[:16], "big") % 10 ** (GROUPS * DIGITS)
    text = f"{number:0{GROUPS * DIGITS}d}"
    return " ".join(text[at : at + DIGITS] for at in range(0, len(text), DIGITS))
