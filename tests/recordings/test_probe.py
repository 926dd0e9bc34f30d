"""The recordings probe keeps the contract, and what moves in a medium moves in the answer."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import TakeSilent, TakeTooShort
from replique.probe import HOUSE_RATE, Block, Occurrence, Samples, Subject, search
from replique.recordings import RecordingsProbe, Settings, prepare
from tests.conformance import Ground, ProbeConformance
from tests.recordings.studio import heard_in, key, planted
from tests.sounds import music, voice

TAKE, OTHER = voice(2.0, 1), voice(2.2, 2)
UNDER = music(12.0, 3)
MEDIUM = planted(UNDER, TAKE, 4.0, 0.0)
START = round(4.0 * HOUSE_RATE)


class TestConformance(ProbeConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def ground(cls) -> Ground:
        return Ground(
            fresh=RecordingsProbe,
            other=lambda: RecordingsProbe(Settings(least_strength=3.0)),
            subjects=(Subject(key(7), TAKE), Subject(key(3), OTHER)),
            track=MEDIUM,
        )

    def test_a_track_may_begin_and_end_amid_a_subject(
        self, ground: Ground, whole: list[Occurrence]
    ) -> None:
        super().test_a_track_may_begin_and_end_amid_a_subject(ground, whole)

    def test_subjects_are_learnt_once(self, ground: Ground) -> None:
        super().test_subjects_are_learnt_once(ground)


@pytest.fixture(scope="module")
def there() -> Occurrence:
    (one,) = heard_in(MEDIUM, TAKE)
    assert one.start_s == pytest.approx(4.0, abs=0.001)
    return one


@settings(max_examples=12)
@given(moved=st.integers(-4 * HOUSE_RATE, 5 * HOUSE_RATE))
def test_a_take_that_moves_is_found_where_it_went(moved: int) -> None:
    under = UNDER.copy()
    under[START + moved : START + moved + len(TAKE)] += 0.3 * TAKE
    (one,) = heard_in(under, TAKE)
    assert one.start_s == pytest.approx(4.0 + moved / HOUSE_RATE, abs=0.002)
    assert one.end_s == pytest.approx(one.start_s + len(TAKE) / HOUSE_RATE, abs=0.002)


@settings(max_examples=8)
@given(gain_db=st.floats(-40, 40))
def test_how_loud_the_medium_is_changes_nothing(there: Occurrence, gain_db: float) -> None:
    (one,) = heard_in(MEDIUM * np.float32(10 ** (gain_db / 20)), TAKE)
    assert one.start_s == there.start_s
    assert one.end_s == there.end_s
    assert one.strength == pytest.approx(there.strength, abs=0.1)
    assert one.gain_db == pytest.approx(there.gain_db, abs=0.1)


@settings(max_examples=6)
@given(gain_db=st.floats(-40, 40))
def test_how_loud_the_take_was_registered_changes_nothing(
    there: Occurrence, gain_db: float
) -> None:
    (one,) = heard_in(MEDIUM, TAKE * np.float32(10 ** (gain_db / 20)))
    assert one.start_s == there.start_s
    assert one.strength == pytest.approx(there.strength, abs=0.1)


@settings(max_examples=8)
@given(before=st.integers(0, 10 * HOUSE_RATE))
def test_silence_before_it_only_delays(there: Occurrence, before: int) -> None:
    (one,) = heard_in(np.concatenate([np.zeros(before, np.float32), MEDIUM]), TAKE)
    assert one.start_s - before / HOUSE_RATE == pytest.approx(there.start_s, abs=0.001)
    assert one.strength == pytest.approx(there.strength, abs=0.5)


def test_an_unrelated_take_changes_nothing_of_another(there: Occurrence) -> None:
    alone = heard_in(MEDIUM, TAKE)
    beside = heard_in(MEDIUM, TAKE, *(voice(2.5, seed) for seed in (11, 12, 13)))
    assert [o for o in beside if o.subject == key(0)] == alone == [there]


def test_a_take_that_is_twice_registered_is_twice_found() -> None:
    first, second = heard_in(MEDIUM, TAKE, TAKE)
    assert {first.subject, second.subject} == {key(0), key(1)}
    assert astuple(first)[1:] == astuple(second)[1:]


def test_a_take_made_ready_before_is_as_good(there: Occurrence) -> None:
    probe = RecordingsProbe()
    probe.learn([(key(0), prepare(TAKE))])
    assert list(search(probe, [Block(0, ("mono",), MEDIUM[np.newaxis])])) == [there]


def test_takes_in_two_views_are_told_apart() -> None:
    rows = np.stack([MEDIUM, planted(UNDER, OTHER, 7.5, 0.0)])
    probe = RecordingsProbe()
    probe.learn([Subject(key(0), TAKE), Subject(key(1), OTHER)])
    heard = list(search(probe, [Block(0, ("downmix", "centre"), rows)]))
    assert {(o.subject, o.view) for o in heard} == {(key(0), "downmix"), (key(1), "centre")}
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("take", "error"),
    [
        (np.zeros(32_000, np.float32), TakeSilent),
        (voice(0.5, 1), TakeTooShort),
    ],
    ids=["silent", "too short"],
)
def test_a_take_that_could_never_be_found_is_refused(take: Samples, error: type[Exception]) -> None:
    with pytest.raises(error):
        RecordingsProbe().learn([Subject(key(0), take)])


def test_a_least_strength_holds_back_what_is_weaker(there: Occurrence) -> None:
    assert heard_in(MEDIUM, TAKE, least=there.strength) == [there]
    assert heard_in(MEDIUM, TAKE, least=there.strength + 0.1) == []
