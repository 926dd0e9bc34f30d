"""The whole ledger of a store, verified: entries, tree, heads, stamps, records, files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max

from replique.errors import LedgerBroken, NotFound
from replique.evidence import problems
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import Entry
from replique.evidence.heads import read_head
from replique.evidence.merkle import HASH_BYTES, Frontier
from replique.evidence.problems import Problem
from replique.evidence.stamps import stamped_at
from replique.evidence.verification import Verified, verify
from replique.language import gettext as _
from replique.store.evidence_files import rehash
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.ledger import BAND, THE_HEAD
from replique.store.ledger_home import kept_heads
from replique.store.ledger_models import LedgerEntry, LedgerHead, LedgerSubtree
from replique.store.ledger_reading import CHUNK
from replique.store.ledger_rows import RowProblem, check_rows
from replique.store.ledger_stamps import Stamp, roots, stamps

HEADS = "heads.jsonl"
_ROWS = {
    "changed": problems.row_changed,
    "unlogged": problems.row_unlogged,
    "missing": problems.row_missing,
}
_FILES = {"changed": problems.file_changed, "gone": problems.file_gone}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    problems : all that is wrong; empty when all is well. unproved : stamps that could not
        be checked, for want of the authority's certificates. files : read again; None when
        that was not asked for. compared : heads seen elsewhere that it was held against.
    """

    verified: Verified
    problems: tuple[Problem, ...]
    stamps: int
    unproved: int
    files: int | None
    compared: int


@guarded()
def check(
    *,
    every_signature: bool = False,
    against: Sequence[bytes] = (),
    accepted: Collection[str] = (),
    files: bool = False,
) -> Checked:
    """Verify everything.

    against : lines of heads that were seen elsewhere (`heads_in`). accepted : public keys
        known to be right though the one before did not name them. files : read every file
        that is kept as evidence again.

    Nothing is locked: what is added meanwhile is left out.  Raises StoreError.
    """
    # in this order: what is read later can only be longer
    seen = [*kept_heads(Home.opened()), *against]
    stamped = stamps()
    seen += [each.head for each in stamped]
    furthest = LedgerEntry.objects.aggregate(last=Max("sequence"))["last"]
    row = LedgerHead.objects.filter(pk=THE_HEAD).first() or LedgerHead(pk=THE_HEAD)
    size = row.size or (furthest + 1 if furthest is not None else 0)
    reading = _Reading(size)
    verified = verify(
        reading.lines(),
        heads=[row.line.encode()] if row.line else [],
        seen=seen,
        every_signature=every_signature,
        accepted=frozenset(accepted),
        whole=reading.whole,
        each=reading.each,
    )
    found = list(verified.problems) + reading.found
    if furthest is not None and furthest >= size:
        found.append(problems.unvouched(size))
    if not found:
        found += _tree(row, reading.subtrees)
    broken, unproved = _stamps(stamped)
    found += broken
    found += [_told(each) for each in check_rows()]
    states = rehash() if files else None
    found += [_FILES[state](sha256) for sha256, state in (states or {}).items() if state in _FILES]
    return Checked(
        verified=verified,
        problems=tuple(found),
        stamps=len(stamped),
        unproved=unproved,
        files=None if states is None else len(states),
        compared=len(seen),
    )


@guarded()
def heads_in(path: Path) -> list[bytes]:
    """Return the heads of an older export, a folder, or of a file of heads, one a line.

    Raises NotFound when there are none.
    """
    try:
        found = (path / HEADS if path.is_dir() else path).read_bytes().splitlines()
    except FileNotFoundError:
        found = []
    if not any(_is_head(line) for line in found):
        raise NotFound(
            _("There is no head of a ledger in {path}.").format(path=path),
            advice=_("Name the folder of an older export, or its heads.jsonl."),
        )
    return found


def _is_head(line: bytes) -> bool:
    try:
        read_head(line)
    except NotCanonical:
        return False
    return True


class _Reading:
    """Reads the rows of entries, and notes what the columns beside the line say otherwise."""

    def __init__(self, size: int) -> None:
        self.found: list[Problem] = []
        self.subtrees: dict[tuple[int, int], bytes] = {}
        self._size = size
        self._row: tuple[int, str, str] = (0, "", "")

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, in the order of their rows."""
        rows = LedgerEntry.objects.filter(sequence__lt=self._size).order_by("sequence")
        said = rows.values_list("sequence", "kind", "subject", "line")
        for sequence, kind, subject, line in said.iterator(chunk_size=CHUNK):
            self._row = (sequence, kind, subject)
            yield line.encode()

    def each(self, entry: Entry) -> None:
        """Hold the other columns of the row against the line."""
        if self._row != (entry.sequence, entry.kind, entry.subject):
            self.found.append(problems.column_changed(entry.sequence))

    def whole(self, level: int, position: int, hash_: bytes) -> None:
        """Note a subtree that should be kept."""
        if level and level % BAND == 0:
            self.subtrees[level // BAND, position] = hash_


def _tree(row: LedgerHead, subtrees: dict[tuple[int, int], bytes]) -> list[Problem]:
    """Hold what is kept of the tree against what follows from the entries."""
    hashes = bytes(row.frontier)
    try:
        parts = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        right = not row.line or (
            Frontier(row.size, parts).root().hex() == read_head(row.line.encode()).root
        )
    except (ValueError, NotCanonical):
        right = False
    kept = LedgerSubtree.objects.values_list("band", "position", "root")
    at_hand = {(band, at): bytes(root) for band, at, root in kept.iterator(chunk_size=CHUNK)}
    # more of them may have been written meanwhile
    same = all(at_hand.get(place) == root for place, root in subtrees.items())
    return [] if right and same else [problems.tree_changed()]


def _stamps(kept: Sequence[Stamp]) -> tuple[list[Problem], int]:
    """Return the stamps that do not hold, and how many could not be looked at."""
    trusted = roots()
    if not trusted:
        return [], len(kept)
    found = []
    for each in kept:
        try:
            stamped_at(each.response, each.head, trusted)
        except LedgerBroken:
            found.append(problems.stamp_changed(each.size))
    return found, 0


def _told(problem: RowProblem) -> Problem:
    return _ROWS[problem.what](problem.subject)
