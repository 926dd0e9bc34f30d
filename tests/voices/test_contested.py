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
def test_who_is_hidden_lies_under_somebody_stronger(found: list[Occurrence]) -> None:
    shown = uncontested(found)
    ids = {id(each) for each in shown}
    for each in found:
        if id(each) not in ids:
            assert any(
                other.subject != each.subject
                and other.strength >= each.strength
                and min(each.end_s, other.end_s) > max(each.start_s, other.start_s)
                for other in shown
            )


@given(_FOUND)
def test_of_one_person_nothing_is_lost_but_what_a_stronger_manner_covers(
    found: list[Occurrence],
) -> None:
    people = dict.fromkeys("abcd", "awa-diop")
    shown = uncontested(found, people)
    for each in found:
        if not any(each is kept for kept in shown):
            assert any(
                2 * (min(each.end_s, other.end_s) - max(each.start_s, other.start_s))
                > each.end_s - each.start_s
                for other in shown
                if other.subject != each.subject
            )


def test_of_two_people_in_one_place_the_better_supported_is_shown() -> None:
    awa, ben = one("a", 10, 20, 2.0), one("b", 11, 13, 1.0)
    assert uncontested([awa, ben]) == [awa]
    assert uncontested([awa, one("b", 21, 25)]) == [awa, one("b", 21, 25)]


def test_a_short_strong_manner_does_not_hide_a_long_one_of_the_same_person() -> None:
    speaking, singing = one("a", 10, 12, 2.0), one("b", 8, 20, 1.8)
    assert uncontested([speaking, singing]) == [speaking], "another person's"
    both = uncontested([speaking, singing], {"a": "awa-diop", "b": "awa-diop"})
    assert both == [singing, speaking]
    assert uncontested([one("a", 8, 20, 2.0), one("b", 10, 12, 1.8)], {"a": "x", "b": "x"}) == [
        one("a", 8, 20, 2.0)
    ]


def test_fifty_thousand_are_compared_in_seconds() -> None:
    found = [one("ab"[i % 2], 2.0 * i, 2.0 * i + 4.5, float(i % 7)) for i in range(50_000)]
    begun = time.process_time()
    shown = uncontested(found)
    assert time.process_time() - begun < 20
    assert 10_000 < len(shown) < 50_000
