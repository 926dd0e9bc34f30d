from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from replique.store.bits import Subjects, pack, union, unpack

numbers = st.sets(st.integers(0, 3000))


@given(numbers)
def test_a_set_is_packed_and_unpacked(chosen: set[int]) -> None:
    packed = pack(chosen)
    assert unpack(packed) == sorted(chosen)
    assert packed == pack(sorted(chosen, reverse=True)), "one set has one form"
    assert not packed or packed[-1]


@given(numbers, numbers)
def test_union_is_of_sets(a: set[int], b: set[int]) -> None:
    assert unpack(union(pack(a), pack(b))) == sorted(a | b)
    assert union(pack(a), pack(b)) == union(pack(b), pack(a)) == pack(a | b)


@given(st.lists(st.integers(0, 3000), unique=True), numbers)
def test_masks_and_sets_say_the_same(subjects: list[int], done: set[int]) -> None:
    ours = Subjects("f" * 64, subjects)
    mask = ours.mask(pack(done))
    assert set(ours.of(mask)) == set(subjects) & done
    assert set(ours.of(ours.everything & ~mask)) == set(subjects) - done
    assert ours.of(ours.everything) == subjects


def test_ten_thousand_takes_are_a_kilobyte() -> None:
    assert len(pack(range(1, 10_001))) == 1251
