"""A proof that one entry is in the ledger, to give away without the rest of it.

    {"entry": "…the line…", "head": "…the line…", "path": ["…", …]}

Who knows the key by another way (an export, a letter) needs nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import Entry, read
from replique.evidence.heads import Head, read_head
from replique.evidence.merkle import HASH_BYTES, included


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry, a head, and the way from one to the other (RFC 9162 §2.1.3)."""

    entry: Entry
    head: Head
    path: tuple[bytes, ...]

    def holds(self) -> bool:
        """Return whether it proves that the entry is in the ledger of that head."""
        return (
            self.entry.is_signed()
            and self.head.is_signed()
            and included(
                self.entry.leaf,
                self.entry.sequence,
                self.head.size,
                self.path,
                bytes.fromhex(self.head.root),
            )
        )

    def written(self) -> str:
        """Return it as JSON."""
        return json.dumps(
            {
                "entry": self.entry.line.decode(),
                "head": self.head.line.decode(),
                "path": [each.hex() for each in self.path],
            },
            ensure_ascii=False,
            indent=1,
        )


def read_proof(text: str) -> Proof:
    """Undo `Proof.written`. Raises NotCanonical when it is no proof."""
    try:
        said = json.loads(text)
        path = _hashes(said["path"])
        return Proof(read(said["entry"].encode()), read_head(said["head"].encode()), path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotCanonical from error


def _hashes(said: Sequence[str]) -> tuple[bytes, ...]:
    path = tuple(bytes.fromhex(each) for each in said)
    if not isinstance(said, list) or any(len(each) != HASH_BYTES for each in path):
        raise ValueError("no list of hashes")
    return path
