"""The ledger: written in the same transaction as the change that it tells of.

    with transaction.atomic():
        row.save()
        append("report", f"report/{sha256}", {"verb": "made"})

Appending takes the one head row, so that two programs take turns; signs the entry and
the new head; and keeps the roots of whole subtrees, so that a proof reads a thousand
hashes and not a million.  A head is taken over only when its signature holds: whoever
appends has thereby checked all that lies before.  See docs/ledger.md.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import Error, IntegrityError, connection, transaction

from replique.errors import LedgerBroken
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import BEGUN, FIRST, FORMAT, LEDGER, Entry, write
from replique.evidence.heads import Head, read_head, sign_head
from replique.evidence.keys import Signer
from replique.evidence.merkle import HASH_BYTES, Frontier
from replique.language import gettext as _
from replique.store import ledger_home
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.ledger_models import LedgerEntry, LedgerHead, LedgerSubtree

THE_HEAD = 1
BAND = 8
"""Subtrees of 2^8, 2^16, … entries are kept."""
AT_ONCE = 500
READ = "read"

Said = tuple[str, str, Mapping[str, Any]]
"""Kind, subject and body of an entry."""

_trusted: set[str] = set()
"""The head that this process itself signed last, or whose signature it has checked."""


def append(kind: str, subject: str, body: Mapping[str, Any]) -> int:
    """Write one entry; return its number. It is there when the transaction is committed.

    kind : small letters and _. subject : what it is about, ASCII without spaces; by custom
        "kind/number" or "kind/sha256". body : texts, whole numbers, lists, objects; never
        what is private: who is given an export reads it.

    Raises LedgerBroken when the ledger contradicts itself or its key is gone; RuntimeError
    outside a transaction and TypeError for another body: defects of the caller.
    """
    return append_all([(kind, subject, body)])[0]


def append_all(said: Sequence[Said]) -> list[int]:
    """Write entries one after the other, under one new head; return their numbers.

    said : kind, subject and body of each, as for `append`, which tells what is raised.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is written in the transaction of what it tells of")
    if not said:
        return []
    row = locked()
    if row.size == 0:
        signer = ledger_home.signer(Home.opened(), new=True)
        begun = {"format": FORMAT, "key": signer.public, "verb": BEGUN}
        extend(row, Frontier(), FIRST, [(LEDGER, LEDGER, begun)], (signer, signer))
    frontier, head_ = taken_over(row)
    signer = ledger_home.signer_of(Home.opened(), head_.key)
    return extend(row, frontier, head_.last, said, (signer, signer))


@guarded()
def read(kind: str, subject: str) -> int:
    """Note that a private record was read. Raises StoreError."""
    with transaction.atomic():
        return append(kind, subject, {"verb": READ})


@guarded()
def head() -> Head | None:
    """Return the newest signed head; None before the first entry. Raises LedgerBroken."""
    row = LedgerHead.objects.filter(pk=THE_HEAD).first()
    if row is None or not row.size:
        return None
    try:
        return read_head(row.line.encode())
    except (NotCanonical, ValueError):
        raise broken() from None


def broken() -> LedgerBroken:
    """Return the error of a ledger on which nothing can be built."""
    return LedgerBroken(
        _("The ledger has been altered, and nothing can be added to it."),
        advice=_("`replique ledger verify` says what is wrong; then bring back a backup."),
    )


def locked() -> LedgerHead:
    """Return the head row, held until the end of the transaction; made for a new ledger.

    Who changes rows that write the ledger takes it first: else two programs, each with a
    row that the other one wants next, wait for one another.
    """
    rows = LedgerHead.objects.select_for_update()
    row = rows.filter(pk=THE_HEAD).first()
    if row is None:
        row, _created = rows.get_or_create(pk=THE_HEAD)  # another one may do so just now
    if not row.size and LedgerEntry.objects.exists():
        raise broken()
    return row


def taken_over(row: LedgerHead) -> tuple[Frontier, Head]:
    """Return the tree to go on from, once it is sure that its key's holder left it so.

    Raises LedgerBroken.
    """
    try:
        head_ = read_head(row.line.encode())
        frontier = Frontier(row.size, _hashes(bytes(row.frontier)))
    except (NotCanonical, ValueError):
        raise broken() from None
    if head_.size != row.size or frontier.root().hex() != head_.root:
        raise broken()
    if row.line not in _trusted and not head_.is_signed():
        raise broken()
    return frontier, head_


def extend(
    row: LedgerHead,
    frontier: Frontier,
    previous: str,
    said: Sequence[Said],
    signers: tuple[Signer, Signer],
) -> list[int]:
    """Keep entries, the subtrees that they complete, and the head over all; return their numbers.

    row : the head, held. said : kind, subject, body of each; one at least. signers : of the
    entries, and of the head. Raises LedgerBroken.
    """
    entries = []
    subtrees: list[LedgerSubtree] = []
    for kind, subject, body in said:
        entry = write(
            signers[0],
            sequence=frontier.size,
            kind=kind,
            subject=subject,
            body=body,
            previous=previous,
        )
        previous = entry.leaf.hex()
        entries.append(entry)
        subtrees += _grown(entry, frontier)
    _keep(entries, subtrees)
    head_ = sign_head(
        signers[1],
        size=frontier.size,
        root=frontier.root(),
        last=entries[-1].leaf,
        at=entries[-1].at,
    )
    row.size, row.line, row.frontier = frontier.size, head_.line.decode(), b"".join(frontier.hashes)
    row.save(force_update=True)
    _trusted.clear()
    _trusted.add(row.line)
    if not any(each[1] is _publish for each in connection.run_on_commit):
        transaction.on_commit(_publish)
    return [each.sequence for each in entries]


def _grown(entry: Entry, frontier: Frontier) -> list[LedgerSubtree]:
    """Grow the tree by an entry; return the subtrees to keep that it completes."""
    return [
        LedgerSubtree(band=level // BAND, position=position, root=root)
        for level, position, root in frontier.append(entry.leaf)
        if level and level % BAND == 0
    ]


def _keep(entries: Sequence[Entry], subtrees: Sequence[LedgerSubtree]) -> None:
    """Write the rows of entries and of subtrees."""
    rows = [
        LedgerEntry(
            sequence=each.sequence, kind=each.kind, subject=each.subject, line=each.line.decode()
        )
        for each in entries
    ]
    try:
        LedgerEntry.objects.bulk_create(rows, batch_size=AT_ONCE)
        LedgerSubtree.objects.bulk_create(subtrees, batch_size=AT_ONCE)
    except IntegrityError:
        raise broken() from None  # there are entries of which the head knows nothing


def _hashes(data: bytes) -> Sequence[bytes]:
    if len(data) % HASH_BYTES:
        raise ValueError("no whole number of hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _publish() -> None:
    """Lay the newest head outside the database, so that a database turned back is found out.

    Runs after the commit, which has succeeded whatever happens here.
    """
    with contextlib.suppress(Error):
        row = LedgerHead.objects.filter(pk=THE_HEAD).first()
        if row is not None:
            ledger_home.keep_head(Home.opened(), row.line)
