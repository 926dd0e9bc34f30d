"""Which takes account for a voice: over invented intervals, properties first."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.store.explaining import (
    LEAST_LEFT_S,
    MARGIN_S,
    PAUSE_S,
    Heard,
    explanations,
)
from replique.store.records import Explanation

AWA, BEN = 1, 2
_STRETCH = st.tuples(st.integers(0, 600), st.integers(1, 300)).map(
    lambda each: (each[0] / 10, (each[0] + each[1]) / 10)
)
_STRETCHES = st.lists(_STRETCH, max_size=8)


def heard(
    number: int, start_s: float, end_s: float, *people: int, medium: int = 7, track: int = 0
) -> Heard:
    return Heard(number, medium, track, start_s, end_s, frozenset(people or (AWA,)))


def of(
    voice: Heard,
    *takes: Heard,
    searched: bool = True,
    enrolled: frozenset[tuple[int, int]] = frozenset(),
) -> Explanation:
    return explanations([voice], takes, lambda _voice: searched, enrolled)[voice.number]


def numbered(stretches: list[tuple[float, float]]) -> list[Heard]:
    return [heard(100 + i, *each) for i, each in enumerate(stretches)]


# --- properties


@pytest.mark.parametrize("searched", [True, False])
@given(voice=_STRETCH, takes=_STRETCHES)
def test_a_recording_of_the_enrolment_explains_that_voice_there_whatever_takes_are(
    *, voice: tuple[float, float], takes: list[tuple[float, float]], searched: bool
) -> None:
    hers = frozenset({(7, AWA)})
    several = numbered(takes)
    assert of(heard(1, *voice), *several, searched=searched, enrolled=hers) == Explanation(
        "enrolled"
    )
    for other in (heard(1, *voice, BEN), heard(1, *voice, medium=8)):
        told = of(other, *several, searched=searched, enrolled=hers)
        assert told == of(other, *several, searched=searched)
        assert told.state != "enrolled"


@given(_STRETCH, _STRETCHES)
def test_what_is_left_lies_in_the_voice_and_in_no_take(
    voice: tuple[float, float], takes: list[tuple[float, float]]
) -> None:
    told = of(heard(1, *voice), *numbered(takes))
    for start_s, end_s in told.left:
        assert voice[0] <= start_s < end_s <= voice[1]
        for number in told.by:
            begun_s, ended_s = takes[number - 100]
            assert end_s <= begun_s - MARGIN_S or start_s >= ended_s + MARGIN_S
    assert all(one[1] < other[0] for one, other in zip(told.left, told.left[1:], strict=False))


@given(_STRETCH, _STRETCHES)
def test_every_instant_is_covered_left_or_in_a_gap_too_short_to_tell(
    voice: tuple[float, float], takes: list[tuple[float, float]]
) -> None:
    told = of(heard(1, *voice), *numbered(takes))
    covering = [
        (takes[n - 100][0] - MARGIN_S, takes[n - 100][1] + MARGIN_S) for n in told.by
    ] + list(told.left)
    least_s = min(LEAST_LEFT_S, (voice[1] - voice[0]) / 2)
    at_s = voice[0]
    for start_s, end_s in [*sorted(covering), (voice[1], voice[1])]:
        between = voice[0] < at_s and start_s < voice[1]
        assert min(start_s, voice[1]) - at_s <= (PAUSE_S if between else least_s) + 1e-9
        at_s = max(at_s, end_s)


@pytest.mark.parametrize("searched", [True, False])
@given(voice=_STRETCH, takes=_STRETCHES)
def test_its_state_says_what_it_holds(
    *, voice: tuple[float, float], takes: list[tuple[float, float]], searched: bool
) -> None:
    told = of(heard(1, *voice), *numbered(takes), searched=searched)
    if told.state == "by_take":
        assert told.by
        assert not told.left
    elif told.state == "partly":
        assert told.by
        assert told.left
    else:
        assert told.state == ("unexplained_voice" if searched else "not_searched")
        assert not told.by
        assert told.left == (voice,)


@given(_STRETCH, _STRETCHES, _STRETCH)
def test_another_take_never_leaves_more(
    voice: tuple[float, float], takes: list[tuple[float, float]], more: tuple[float, float]
) -> None:
    before = of(heard(1, *voice), *numbered(takes))
    after = of(heard(1, *voice), *numbered([*takes, more]))
    assert set(before.by) <= set(after.by)
    assert sum(b - a for a, b in after.left) <= sum(b - a for a, b in before.left) + 1e-9


@given(_STRETCH, _STRETCHES, st.randoms(use_true_random=False))
def test_the_order_in_which_takes_come_says_nothing(
    voice: tuple[float, float], takes: list[tuple[float, float]], chance: object
) -> None:
    some = numbered(takes)
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert of(heard(1, *voice), *some) == of(heard(1, *voice), *shuffled)


@given(_STRETCH, _STRETCHES, st.integers(-50, 50))
def test_later_in_the_medium_is_no_other_case(
    voice: tuple[float, float], takes: list[tuple[float, float]], by_s: int
) -> None:
    def moved(one: Heard) -> Heard:
        return dataclasses.replace(one, start_s=one.start_s + by_s, end_s=one.end_s + by_s)

    spoken, some = heard(1, *voice), numbered(takes)
    here, there = of(spoken, *some), of(moved(spoken), *map(moved, some))
    # a gap of just the least length may fall on either side of it
    if here.state == there.state:
        assert here.by == there.by
    assert bool(here.by) == bool(there.by)


@given(st.lists(st.tuples(_STRETCH, st.integers(0, 1)), max_size=6), _STRETCHES)
def test_each_voice_is_told_as_if_it_were_alone(
    voices: list[tuple[tuple[float, float], int]], takes: list[tuple[float, float]]
) -> None:
    some = numbered(takes)
    spoken = [heard(i, *each, track=track) for i, (each, track) in enumerate(voices)]
    together = explanations(spoken, some, lambda _voice: True)
    assert together == {each.number: of(each, *some) for each in spoken}


# --- examples


def test_a_take_that_covers_it_explains_it() -> None:
    assert of(heard(1, 10.0, 20.0), heard(5, 9.0, 21.0)) == Explanation("by_take", (5,))
    told = of(heard(1, 10.0, 20.0), heard(5, 10.4, 18.1))
    assert told == Explanation("by_take", (5,)), "1.4 s are too short to tell"


def test_what_a_take_leaves_is_told() -> None:
    told = of(heard(1, 10.0, 20.0), heard(5, 13.0, 16.0))
    assert told == Explanation("partly", (5,), ((10.0, 12.5), (16.5, 20.0)))


def test_a_pause_between_two_takes_is_nothing_unexplained() -> None:
    from replique.voices import parts

    lines = [heard(5, 10.0, 14.0), heard(6, 17.0, 21.0), heard(7, 23.9, 30.0)]
    assert of(heard(1, 9.8, 30.4), *lines) == Explanation("by_take", (5, 6, 7))
    assert PAUSE_S >= parts.PAUSE_S, "as long as one occurrence may be silent"
    told = of(heard(1, 9.8, 30.4), lines[0], lines[2])
    assert told == Explanation("partly", (5, 7), ((14.5, 23.4),))


def test_twenty_minutes_with_takes_in_them_leave_what_lies_between() -> None:
    takes = [heard(5, 100.0, 160.0), heard(6, 150.0, 200.0), heard(7, 900.0, 901.0)]
    told = of(heard(1, 0.0, 1200.0), *takes)
    assert told.by == (5, 6, 7)
    assert told.left == ((0.0, 99.5), (200.5, 899.5), (901.5, 1200.0))


def test_a_short_one_is_not_explained_by_its_neighbour() -> None:
    told = of(heard(1, 10.0, 11.2), heard(5, 5.0, 9.9))
    assert told == Explanation("unexplained_voice", (), ((10.0, 11.2),))
    assert of(heard(1, 10.0, 11.2), heard(5, 5.0, 10.1)).state == "unexplained_voice"
    told = of(heard(1, 10.0, 12.0), heard(5, 5.0, 10.5))
    assert told == Explanation("by_take", (5,)), "a half of it is left, and no more"


def test_takes_in_other_media_and_tracks_explain_nothing() -> None:
    voice = heard(1, 10.0, 20.0)
    assert of(voice, heard(5, 10.0, 20.0, track=1)).state == "unexplained_voice"
    assert of(voice, heard(5, 10.0, 20.0, medium=8)).state == "unexplained_voice"


def test_a_scene_of_two_is_told_by_the_persons_own_take_first() -> None:
    told = of(heard(1, 10.0, 20.0, AWA), heard(5, 9.0, 20.0, BEN), heard(6, 11.0, 20.0, AWA, BEN))
    assert told == Explanation("by_take", (6, 5))
    assert of(heard(1, 10.0, 20.0, AWA), heard(5, 9.0, 20.0, BEN)).by == (5,)


def test_where_nobody_looked_it_is_not_unexplained() -> None:
    told = of(heard(1, 10.0, 20.0), searched=False)
    assert told == Explanation("not_searched", (), ((10.0, 20.0),))
    assert of(heard(1, 10.0, 20.0), heard(5, 9.0, 21.0), searched=False).state == "by_take"


@pytest.mark.parametrize("lengths", [(3.0, 4.0), (3.0, 7200.0)], ids=["short takes", "a long one"])
def test_fifty_thousand_are_told_in_seconds(lengths: tuple[float, float]) -> None:
    short_s, long_s = lengths
    voices = [heard(i, 4.0 * i, 4.0 * i + 3.0) for i in range(50_000)]
    takes = [heard(10**6 + i, 8.0 * i, 8.0 * i + short_s) for i in range(25_000)]
    takes.append(heard(10**7, 0.0, long_s))
    begun = time.process_time()
    told = explanations(voices, takes, lambda _voice: True)
    assert time.process_time() - begun < 20
    assert told[0].state == "by_take"
    assert told[49_999].state == "unexplained_voice"
