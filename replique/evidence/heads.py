"""A tree head: who holds the key says how many entries there are, and what they are.

    {"at":"…","key":"…","last":"…","root":"…","signature":"…","size":8}

last : the leaf hash of the last entry. root : of the Merkle tree over all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from replique.evidence.canonical import NotCanonical, Object, canonical, parse, plain
from replique.evidence.entries import AT, HASH, SIGNATURE, now
from replique.evidence.keys import HEAD, Signer, signed

FIELDS = frozenset({"at", "key", "last", "root", "signature", "size"})


@dataclass(frozen=True, slots=True)
class Head:
    """A signed tree head. line : its exact bytes, without an end of line."""

    size: int
    root: str
    last: str
    at: str
    key: str
    signature: str
    line: bytes

    def is_signed(self) -> bool:
        """Return whether the key that it names has signed it."""
        fields = parse(self.line)
        del fields["signature"]
        return signed(self.key, HEAD, canonical(fields), self.signature)


def sign_head(
    signer: Signer, *, size: int, root: bytes, last: bytes, at: str | None = None
) -> Head:
    """Make a head of a tree that is not empty."""
    fields: Object = {
        "at": at or now(),
        "key": signer.public,
        "last": last.hex(),
        "root": root.hex(),
        "size": size,
    }
    fields["signature"] = signer.sign(HEAD, plain(fields))
    return Head(**fields, line=plain(fields))


def read_head(line: bytes) -> Head:
    """Read a head. Raises NotCanonical when it is none."""
    fields = parse(line)
    if fields.keys() != FIELDS:
        raise NotCanonical
    patterns = (("at", AT), ("key", HASH), ("last", HASH), ("root", HASH), ("signature", SIGNATURE))
    size = fields["size"]
    if (
        not all(isinstance(fields[n], str) and p.fullmatch(fields[n]) for n, p in patterns)
        or not isinstance(size, int)
        or isinstance(size, bool)
        or size < 1
    ):
        raise NotCanonical
    return Head(**fields, line=line)
