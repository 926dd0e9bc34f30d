"""An entry of the ledger: one line of canonical JSON, chained to the one before, signed.

    {"at":"2026-11-22T10:00:00.000000Z","body":{…},"key":"…","kind":"agreement",
     "previous":"…","sequence":7,"signature":"…","subject":"agreement/3"}

previous : the leaf hash of the line before, its signature included; 64 zeros for the first.
signature : over ENTRY and the line as it is without its "signature".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from replique.evidence.canonical import NotCanonical, Object, canonical, parse, plain
from replique.evidence.keys import ENTRY, Signer, signed
from replique.evidence.merkle import leaf_hash

FORMAT = 1
FIRST = "0" * 64
LEDGER = "ledger"
"""The kind of entries about the ledger itself: its beginning, and changes of key."""
BEGUN, ROTATED, KEY_LOST = "begun", "rotated", "key_lost"

FIELDS = frozenset({"at", "body", "key", "kind", "previous", "sequence", "signature", "subject"})
KIND = re.compile(r"[a-z][a-z_]{0,39}")
SUBJECT = re.compile(r"[!-~]{1,200}")
HASH = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")
AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, as its line says it. line : the exact bytes. leaf : their hash in the tree."""

    sequence: int
    at: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    key: str
    signature: str
    line: bytes
    leaf: bytes

    def is_signed(self) -> bool:
        """Return whether the key that it names has signed it."""
        fields = parse(self.line)
        del fields["signature"]
        return signed(self.key, ENTRY, canonical(fields), self.signature)


def now() -> str:
    """Return the time as the ledger writes it: UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def write(
    signer: Signer,
    *,
    sequence: int,
    kind: str,
    subject: str,
    body: Mapping[str, Any],
    previous: str,
    at: str | None = None,
) -> Entry:
    """Make an entry and sign it.

    kind : small letters and _. subject : ASCII without spaces, 200 at most.
    body : texts, whole numbers, lists, objects with keys of small ASCII letters.

    Raises TypeError for anything else, without repeating it.
    """
    if not KIND.fullmatch(kind) or not SUBJECT.fullmatch(subject):
        raise TypeError("a kind is of small letters, a subject of printable ASCII")
    fields: Object = {
        "at": at or now(),
        "body": dict(body),
        "key": signer.public,
        "kind": kind,
        "previous": previous,
        "sequence": sequence,
        "subject": subject,
    }
    unsigned = plain(fields)
    # "signature" stands just before "subject", the last: no need to write all of it again
    signature = signer.sign(ENTRY, unsigned)
    beginning, _comma, end = unsigned.rpartition(b',"subject":')
    line = beginning + b',"signature":"' + signature.encode() + b'","subject":' + end
    return Entry(**fields, signature=signature, line=line, leaf=leaf_hash(line))


def read(line: bytes) -> Entry:
    """Read a line. Raises NotCanonical when it is no entry."""
    fields = parse(line)
    if fields.keys() != FIELDS or not _is_well_formed(fields):
        raise NotCanonical
    return Entry(**fields, line=line, leaf=leaf_hash(line))


def _is_well_formed(fields: Object) -> bool:
    patterns = (
        ("at", AT),
        ("key", HASH),
        ("kind", KIND),
        ("previous", HASH),
        ("signature", SIGNATURE),
        ("subject", SUBJECT),
    )
    sequence = fields["sequence"]
    return (
        all(isinstance(fields[n], str) and p.fullmatch(fields[n]) for n, p in patterns)
        and isinstance(sequence, int)
        and not isinstance(sequence, bool)
        and sequence >= 0
        and isinstance(fields["body"], dict)
    )
