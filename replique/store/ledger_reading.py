"""The ledger, read: its lines, what was said of something, and proofs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from replique.errors import LedgerBroken, NotFound
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import Entry
from replique.evidence.entries import read as read_line
from replique.evidence.merkle import inclusion_proof, leaf_hash, node_hash
from replique.evidence.proofs import Proof
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.ledger import BAND, broken, head
from replique.store.ledger_models import LedgerEntry
from replique.store.text import clean

CHUNK = 2000


@guarded()
def entries(subject: str | None = None, *, last: int | None = None) -> list[Entry]:
    """Return entries, the oldest first.

    subject : all about it; a kind such as "agreement" for all of that kind; None for all.
    last : only so many, the newest.  What is no entry any more is left out: `verify` names it.
    """
    rows = LedgerEntry.objects.order_by("-sequence")
    if subject is not None:
        subject = clean(subject)  # a shell gives whatever bytes it was given
        rows = rows.filter(subject=subject) or rows.filter(kind=subject)
    found = []
    for line in rows.values_list("line", flat=True)[:last]:
        try:
            found.append(read_line(line.encode()))
        except (NotCanonical, ValueError):
            continue
    return found[::-1]


def lines(size: int) -> Iterator[bytes]:
    """Yield the lines of the first so many entries, in order, a chunk at a time."""
    rows = LedgerEntry.objects.filter(sequence__lt=size).order_by("sequence")
    for line in rows.values_list("line", flat=True).iterator(chunk_size=CHUNK):
        yield line.encode()


@guarded()
def prove(name: str) -> Proof:
    """Return a proof that an entry is in the ledger, under its newest head.

    name : the number of an entry, or a subject: then its newest entry.

    Reads about a thousand lines and hashes, however long the ledger is.
    Raises NotFound; LedgerBroken when what the database keeps does not prove it.
    """
    newest, name = head(), clean(name)
    rows = LedgerEntry.objects.order_by("-sequence")
    if name.isascii() and name.isdigit() and len(name) < 19:
        row = rows.filter(sequence=int(name)).first()
    else:
        row = rows.filter(subject=name).first()
    if row is None or newest is None or row.sequence >= newest.size:
        raise NotFound(
            _("The ledger has no such entry."),
            advice=_("`replique ledger show` lists the entries."),
        )
    try:
        entry = read_line(row.line.encode())
        path = inclusion_proof(row.sequence, newest.size, Nodes())
    except (NotCanonical, ValueError, LookupError):
        raise broken() from None
    proof = Proof(entry, newest, tuple(path))
    if not proof.holds():
        raise LedgerBroken(
            _("The ledger has been altered: this entry cannot be proved."),
            advice=_("`replique ledger verify` says what is wrong."),
        )
    return proof


class Nodes:
    """Gives the hashes of whole nodes, from the lines and from the kept subtrees, block by block.

    A block is 256 neighbours of one band, with what lies over them up to the next band.
    """

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], list[list[bytes]]] = {}

    def __call__(self, level: int, position: int) -> bytes:
        """Return a hash; raises LookupError when what it is made from is not kept."""
        band, up = divmod(level, BAND)
        block = position >> BAND - up
        if (band, block) not in self._blocks:
            self._blocks[band, block] = _grown(_fetched(band, block))
        return self._blocks[band, block][up][position - (block << BAND - up)]


LINES = """
SELECT sequence, line FROM replique_ledgerentry
WHERE sequence >= %s AND sequence < %s ORDER BY sequence
"""
ROOTS = """
SELECT position, root FROM replique_ledgersubtree
WHERE band = %s AND position >= %s AND position < %s ORDER BY position
"""


def _fetched(band: int, block: int) -> list[bytes]:
    start, stop = block << BAND, block + 1 << BAND
    with connection.cursor() as cursor:  # without Django's rows: half of the time of a proof
        if band == 0:
            cursor.execute(LINES, [start, stop])
            found = [(number, leaf_hash(line.encode())) for number, line in cursor.fetchall()]
        else:
            cursor.execute(ROOTS, [band, start, stop])
            found = [(number, bytes(root)) for number, root in cursor.fetchall()]
    if [number for number, _hash in found] != list(range(start, start + len(found))):
        raise LookupError("the ledger has a gap")
    return [hash_ for _number, hash_ in found]


def _grown(row: list[bytes]) -> list[list[bytes]]:
    """Return the rows of a small tree: each half as long, of whole nodes alone."""
    rows = [row]
    while len(rows) < BAND:
        below = rows[-1]
        rows.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return rows
