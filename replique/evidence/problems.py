"""What can be wrong with a ledger, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from replique.language import gettext as _

Code = Literal[
    "changed",
    "dropped",
    "reordered",
    "inserted",
    "truncated",
    "forked",
    "rolled_back",
    "key_replaced",
    "head_changed",
    "tree_changed",
    "stamp_changed",
    "row_changed",
    "row_unlogged",
    "row_missing",
    "file_changed",
    "file_gone",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong.

    sequence : of the entry at which it shows; None when it shows at no single one.
    message : what is wrong, one sentence for a person.
    """

    code: Code
    sequence: int | None
    message: str


def changed(sequence: int) -> Problem:
    """An entry is not what its key's holder signed."""
    said = _("Entry {number} has been changed: it is not what was signed.")
    return Problem("changed", sequence, said.format(number=sequence))


def dropped(first: int, last: int) -> Problem:
    """Entries are gone from the middle."""
    if first == last:
        return Problem(
            "dropped", first, _("Entry {number} has been taken out.").format(number=first)
        )
    said = _("Entries {first} to {last} have been taken out.")
    return Problem("dropped", first, said.format(first=first, last=last))


def reordered(sequence: int) -> Problem:
    """Entries do not stand in the order in which they were written."""
    said = _("The entries have been put in another order, from entry {number} on.")
    return Problem("reordered", sequence, said.format(number=sequence))


def inserted(sequence: int) -> Problem:
    """An entry stands where the ledger had none."""
    said = _("An entry has been put in that does not belong there, with the number {number}.")
    return Problem("inserted", sequence, said.format(number=sequence))


def unvouched(size: int) -> Problem:
    """Entries stand after the end that was signed."""
    said = _("Entries have been added from number {number} on: the signed end comes before them.")
    return Problem("inserted", size, said.format(number=size))


def truncated(size: int, signed: int) -> Problem:
    """The end is cut off."""
    said = _("The end is cut off: {signed} entries were signed for, and {size} are here.")
    return Problem("truncated", size, said.format(signed=signed, size=size))


def headless() -> Problem:
    """Nothing says where the end is."""
    return Problem("truncated", None, _("No signed head says where the ledger ends."))


def forked(sequence: int) -> Problem:
    """Two histories were signed."""
    said = _(
        "The history has been written twice: entry {number}, or one before it, is another than "
        "the one that was signed for earlier."
    )
    return Problem("forked", sequence, said.format(number=sequence))


def rolled_back(size: int, seen: int, at: str) -> Problem:
    """An earlier state was brought back."""
    said = _(
        "An earlier state has been brought back: on {at} there were {seen} entries, and "
        "{size} are here."
    )
    return Problem("rolled_back", size, said.format(at=at, seen=seen, size=size))


def key_replaced(sequence: int, key: str) -> Problem:
    """Another key signs, and the one before did not name it."""
    said = _(
        "The key has been replaced: from entry {number} on another one signs ({key}), and the "
        "one before did not name it."
    )
    return Problem("key_replaced", sequence, said.format(number=sequence, key=key[:16]))


def other_key(key: str) -> Problem:
    """A head that was seen is signed by a key that this ledger does not know."""
    said = _(
        "The key has been replaced: what was seen earlier is signed with another key ({key}), "
        "which this ledger does not name."
    )
    return Problem("key_replaced", 0, said.format(key=key[:16]))


def head_changed() -> Problem:
    """The signed head is not what was signed."""
    return Problem("head_changed", None, _("The signed head has been changed."))


def tree_changed() -> Problem:
    """What is kept beside the entries does not follow from them."""
    said = _("What the database keeps of the tree beside the entries has been changed.")
    return Problem("tree_changed", None, said)


def row_changed(subject: str) -> Problem:
    """A record is not what its last entry commits to."""
    said = _("The record {subject} has been changed behind the ledger.")
    return Problem("row_changed", None, said.format(subject=subject))


def row_unlogged(subject: str) -> Problem:
    """A record of which the ledger does not know."""
    said = _("The record {subject} has been put in behind the ledger.")
    return Problem("row_unlogged", None, said.format(subject=subject))


def row_missing(subject: str) -> Problem:
    """A record that went without an entry."""
    said = _("The record {subject} has been taken out behind the ledger.")
    return Problem("row_missing", None, said.format(subject=subject))


def column_changed(sequence: int) -> Problem:
    """What an entry is found by is not what it says."""
    said = _("What entry {number} is found by has been changed in the database.")
    return Problem("changed", sequence, said.format(number=sequence))


def stamp_changed(size: int) -> Problem:
    """A time stamp does not hold."""
    said = _("The time stamp on the first {size} entries does not hold.")
    return Problem("stamp_changed", None, said.format(size=size))


def file_changed(sha256: str) -> Problem:
    """A file kept as evidence has other bytes."""
    said = _("The file kept as evidence {sha256} is damaged.")
    return Problem("file_changed", None, said.format(sha256=sha256))


def file_gone(sha256: str) -> Problem:
    """A file kept as evidence is not there."""
    said = _("The file kept as evidence {sha256} is gone, and nobody deleted it here.")
    return Problem("file_gone", None, said.format(sha256=sha256))
