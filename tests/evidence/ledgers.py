"""Small ledgers for the tests, made without a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from replique.evidence.entries import BEGUN, FIRST, KEY_LOST, LEDGER, ROTATED, Entry, write
from replique.evidence.heads import sign_head
from replique.evidence.keys import Signer
from replique.evidence.merkle import Frontier


@dataclass
class Ledger:
    """A ledger that grows. heads : one after each entry."""

    signer: Signer = field(default_factory=Signer.new)
    entries: list[Entry] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)

    @property
    def lines(self) -> list[bytes]:
        return [entry.line for entry in self.entries]

    def add(self, kind: str = "report", subject: str = "", **body: object) -> Entry:
        sequence = len(self.entries)
        entry = write(
            self.signer,
            sequence=sequence,
            kind=kind,
            subject=subject or f"{kind}/{sequence}",
            body=body,
            previous=self.entries[-1].leaf.hex() if self.entries else FIRST,
        )
        self.entries.append(entry)
        self.frontier.append(entry.leaf)
        self._sign()
        return entry

    def _sign(self) -> None:
        root, last = self.frontier.root(), self.entries[-1].leaf
        head = sign_head(self.signer, size=self.frontier.size, root=root, last=last)
        self.heads.append(head.line)

    def rotate(self, *, lost: bool = False) -> None:
        new = Signer.new()
        if lost:
            self.signer = new
            self.add(LEDGER, LEDGER, verb=KEY_LOST, key=new.public)
            return
        self.add(LEDGER, LEDGER, verb=ROTATED, key=new.public)
        self.signer = new
        self.heads.pop()
        self._sign()


def ledger(count: int, signer: Signer | None = None) -> Ledger:
    """Return a ledger of so many entries, the first of which names its key."""
    made = Ledger(signer or Signer.new())
    made.add(LEDGER, LEDGER, verb=BEGUN, key=made.signer.public, format=1)
    for number in range(1, count):
        made.add("report", "", verb="made", size=number)
    return made


def branch(old: Ledger, count: int) -> Ledger:
    """Return another ledger that begins with so many entries of the first, by the same key."""
    made = Ledger(old.signer, old.entries[:count], old.heads[:count])
    for entry in made.entries:
        made.frontier.append(entry.leaf)
    return made


def codes(found: Sequence[object]) -> set[str]:
    return {getattr(each, "code", "") for each in found}
