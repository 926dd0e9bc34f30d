"""The Merkle tree of RFC 9162 §2.1: its root, and proofs that something is in it.

Leaves are the ledger's lines.  A node covers 2^level leaves from position × 2^level on;
it is whole when all of them are there, and then it never changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162 §2.1.1)."""

Node = Callable[[int, int], bytes]
"""Gives the hash of a whole node: level, position."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of what two neighbours hold together."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The whole nodes at the right edge of a growing tree: all that adding a leaf needs.

    size : leaves so far. hashes : one for each bit that is set in `size`, the largest first.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or size.bit_count() != len(hashes):
            raise ValueError("these hashes are no frontier of a tree of this size")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add the hash of a leaf; return the nodes that became whole: level, position, hash."""
        whole = [(0, self.size, leaf)]
        level = 0
        while self.size >> level & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            level += 1
            whole.append((level, self.size >> level, leaf))
        self.hashes.append(leaf)
        self.size += 1
        return whole

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.hashes:
            return EMPTY
        *rest, root = self.hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 9162 §2.1.3.1; 0 ≤ index < size."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in this tree")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return PROOF(old, D[new]) of RFC 9162 §2.1.4.1; 0 < old ≤ new."""
    if not 0 < old <= new:
        raise ValueError("an older tree is not larger, and not empty")
    path: list[bytes] = []
    start, end, known = 0, new, True  # known : this subtree is one that the older tree had
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start, known = middle, False
    if not known:
        path.append(_range(start, end, node))
    path.reverse()
    return path


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the proof shows that leaf `index` of the tree is this one (§2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(hash_, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Return whether the proof shows that the larger tree begins with the older (§2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = node_hash(hash_, was), node_hash(hash_, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


def root_at(size: int, node: Node) -> bytes:
    """Return the root that the tree had when it held `size` leaves."""
    return _range(0, size, node) if size else EMPTY


def _split(count: int) -> int:
    """Return the largest power of two below a count of two or more."""
    return 1 << (count - 1).bit_length() - 1


def _range(start: int, end: int, node: Node) -> bytes:
    """Return MTH of the leaves from start to end, whose beginning is that of a node."""
    *rest, found = list(_whole_nodes(start, end, node))
    for left in reversed(rest):
        found = node_hash(left, found)
    return found


def _whole_nodes(start: int, end: int, node: Node) -> Iterator[bytes]:
    while start < end:
        level = (end - start).bit_length() - 1
        yield node(level, start >> level)
        start += 1 << level
