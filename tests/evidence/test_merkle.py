from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.evidence.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
)


def mth(leaves: Sequence[bytes]) -> bytes:
    """Return MTH(D[n]) as RFC 9162 §2.1.1 writes it, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(m, D[n]) as §2.1.3.1 writes it."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b) as §2.1.4.1 writes it."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


LEAVES = [leaf_hash(bytes([number])) for number in range(80)]
sizes = st.integers(1, len(LEAVES))


def node(level: int, position: int) -> bytes:
    end = (position + 1) << level
    assert end <= len(LEAVES), "a node that is not whole was asked for"
    return mth(LEAVES[position << level : end])


def test_known_answers() -> None:
    """The tree over "" and the seven first inputs of RFC 6962's reference vectors."""
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    inputs.append("606162636465666768696a6b6c6d6e6f")
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [leaf_hash(bytes.fromhex(each)) for each in inputs]
    assert [root_of(leaves[: count + 1]).hex() for count in range(8)] == roots


@given(st.integers(0, len(LEAVES)))
def test_a_root_is_what_the_rfc_says(size: int) -> None:
    assert root_of(LEAVES[:size]) == mth(LEAVES[:size]) == root_at(size, node)


@given(st.integers(0, len(LEAVES)))
def test_a_frontier_can_be_laid_down_and_taken_up(size: int) -> None:
    grown = Frontier()
    for leaf in LEAVES[:size]:
        grown.append(leaf)
    again = Frontier(grown.size, grown.hashes)
    again.append(LEAVES[0])
    grown.append(LEAVES[0])
    assert again.root() == grown.root()


def test_a_frontier_tells_each_node_that_becomes_whole_once() -> None:
    frontier = Frontier()
    told = [each for leaf in LEAVES for each in frontier.append(leaf)]
    assert len({(level, position) for level, position, _hash in told}) == len(told)
    assert all(node(level, position) == hash_ for level, position, hash_ in told)
    assert len([each for each in told if each[0] == 3]) == 10


@pytest.mark.parametrize(("size", "hashes"), [(1, []), (0, [EMPTY]), (-1, []), (3, [EMPTY])])
def test_a_frontier_of_another_size_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, hashes)


@given(st.data())
def test_inclusion(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, node)
    root = mth(LEAVES[:size])
    assert proof == path(index, LEAVES[:size])
    assert included(LEAVES[index], index, size, proof, root)
    assert not included(node_hash(EMPTY, EMPTY), index, size, proof, root)
    assert not included(LEAVES[index], index, size, proof, EMPTY)
    assert not included(LEAVES[index], index, size, [*proof, EMPTY], root)
    if proof:
        assert not included(LEAVES[index], index, size, proof[:-1], root)
        assert not included(LEAVES[index], index, size, proof[::-1], root) or (proof == proof[::-1])
    other = data.draw(st.integers(-2, size + 2).filter(lambda number: number != index))
    assert not included(LEAVES[index], other, size, proof, root)


@given(st.data())
def test_consistency(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, node)
    was, now = mth(LEAVES[:old]), mth(LEAVES[:new])
    assert proof == subproof(old, LEAVES[:new], whole=True)
    assert consistent(old, new, proof, was, now)
    assert not consistent(old, new, proof, EMPTY, now)
    assert not consistent(old, new, proof, was, EMPTY)
    assert not consistent(old, new, [*proof, EMPTY], was, now)
    if proof:
        assert not consistent(old, new, proof[:-1], was, now)
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong = [*proof[:at], EMPTY, *proof[at + 1 :]]
        assert not consistent(old, new, wrong, was, now)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(index, size, node)
    assert not included(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5)])
def test_there_is_no_proof_of_a_larger_past(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="older"):
        consistency_proof(old, new, node)
    assert not consistent(old, new, [], EMPTY, EMPTY)
