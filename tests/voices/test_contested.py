"""Two enrolled voices in one place: one of them is shown."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from replique.probe import Occurrence
from replique.voices.contested import uncontested
from replique.voices.extents import Extents


def one(key: str, start_s: float, end_s: float, strength: float = 1.0) -> Occurrence:
    return Occurrence(key, "mono", start_s, end_s, 0.0, 20.0, 1.0, 0.0, 0.0, 0, strength)


_STRETCHES = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 40)).map(
        lambda each: (float(each[0]), float(each[0] + each[1]))
    ),
    max_size=12,
)
_FOUND = st.lists(
    st.builds(
        lambda key, start, length, strength: one(key, start, start + length, strength),
        st.sampled_from("abcd"),
        st.integers(0, 60),
        st.integers(1, 30),
        st.integers(0, 3),
    ),
    max_size=15,
)


@given(_STRETCHES, st.integers(-5, 140), st.integers(0, 60))
def test_extents_are_those_that_share_more_than_an_instant(
    stretches: list[tuple[float, float]], start: int, length: int
) -> None:
    places: Extents[int] = Extents()
    for number, each in enumerate(stretches):
        places.add(*each, number)
    expected = {
        number
        for number, (begun, ended) in enumerate(stretches)
        if begun < start + length and ended > start
    }
    assert set(places.meeting(start, start + length)) == expected


@given(_FOUND)
def test_who_is_hidden_lies_mostly_under_what_is_stronger_and_shown(
    found: list[Occurrence],
) -> None:
    shown = uncontested(found)
    ids = {id(each) for each in shown}
    for each in found:
        covered = {
            instant
            for other in shown
            if other.subject != each.subject and other.strength >= each.strength
            for instant in range(int(other.start_s), int(other.end_s))
        }
        lies_in = len(covered & set(range(int(each.start_s), int(each.end_s))))
        if id(each) not in ids:
            assert 2 * lies_in > each.end_s - each.start_s
        elif not any(other.strength == each.strength for other in found if other is not each):
            assert 2 * lies_in <= each.end_s - each.start_s


def test_of_two_people_in_one_place_the_better_supported_is_shown() -> None:
    awa, ben = one("a", 10, 20, 2.0), one("b", 11, 13, 1.0)
    assert uncontested([awa, ben]) == [awa]
    assert uncontested([awa, one("b", 21, 25)]) == [awa, one("b", 21, 25)]


def test_a_short_strong_one_does_not_hide_a_long_one() -> None:
    words, scene = one("a", 10, 12, 2.0), one("b", 8, 40, 1.8)
    assert uncontested([words, scene]) == [scene, words]
    assert uncontested([one("a", 8, 40, 2.0), one("b", 10, 12, 1.8)]) == [one("a", 8, 40, 2.0)]


def test_many_short_ones_that_cover_it_together_do() -> None:
    lines = [one("a", start, start + 9, 2.0) for start in (0, 10, 20)]
    assert uncontested([*lines, one("b", 0, 30, 1.0)]) == lines
    assert len(uncontested([*lines[:1], one("b", 0, 30, 1.0)])) == 2


def test_of_three_and_in_chains_only_what_is_shown_hides() -> None:
    awa, ben, cy = one("a", 0, 10, 3.0), one("b", 4, 14, 2.0), one("c", 10, 18, 1.0)
    assert uncontested([cy, ben, awa]) == [awa, cy], "who is hidden hides nobody"
    assert uncontested([one(key, 0, 10, n) for n, key in enumerate("abc")]) == [one("c", 0, 10, 2)]


def test_fifty_thousand_are_compared_in_seconds() -> None:
    found = [one("ab"[i % 2], 2.0 * i, 2.0 * i + 4.5, float(i % 7)) for i in range(50_000)]
    begun = time.process_time()
    shown = uncontested(found)
    assert time.process_time() - begun < 20
    assert 10_000 < len(shown) < 50_000
