"""Error rates go with how a voice was heard, or with nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.voices import measured
from replique.voices.measured import CONDITIONS, RATES, Rate, at_most, nearest, none_seen, words


@pytest.mark.parametrize(
    ("speech_s", "overlap", "condition"),
    [
        (4.0, 0.01, "clean"),
        (1.5, 0.01, "short"),
        (4.0, 0.05, "loud-music"),
        (4.0, 0.5, "talker"),
        (1.5, 0.05, "short-loud-music"),
        (1.5, 0.5, "short-talker"),
        (0.9, 0.0, None),
    ],
)
def test_the_nearest_is_named(speech_s: float, overlap: float, condition: str | None) -> None:
    assert nearest({"speech_s": speech_s, "overlap": overlap}) == condition


@given(st.floats(1, 40), st.floats(0, 1), st.floats(0, 1))
def test_more_of_another_voice_never_gives_fewer_errors(s: float, one: float, other: float) -> None:
    conditions = [nearest({"speech_s": s, "overlap": each}) for each in sorted((one, other))]
    clearer, covered = (RATES[c] for c in conditions if c)
    assert clearer.eer <= covered.eer


def test_what_was_not_measured_is_not_validated() -> None:
    without = {name: rate for name, rate in RATES.items() if name != measured.LOUD_MUSIC}
    assert nearest({"speech_s": 4.0, "overlap": 0.05}, without) is None
    assert nearest({}) is None


@given(st.integers(1, 1_000), st.integers(1, 100_000))
def test_where_no_error_was_seen_few_people_exclude_little(people: int, trials: int) -> None:
    rate = Rate(0.0, 0.0, 0.0, trials, 30 * trials, 0.0, 0.0)
    assert none_seen(rate)
    assert 0 < at_most(rate, people) <= 100
    assert at_most(rate, people) >= at_most(rate, people + 1)
    # what people who err in one of 3 / n would show: no error, once in twenty times
    assert (1 - at_most(rate, people) / 100) ** people <= 0.05


def test_the_built_in_rates_say_how_far_nothing_seen_goes() -> None:
    together = RATES[measured.TOGETHER]
    assert none_seen(together)
    assert together.high == pytest.approx(at_most(together, 31), abs=0.005)
    assert at_most(RATES[measured.CLEAN], 31) == RATES[measured.CLEAN].high


def test_every_condition_has_a_rate_and_words_of_its_own() -> None:
    assert set(RATES) == set(CONDITIONS)
    told = [words(condition) for condition in (*CONDITIONS, None)]
    assert len(set(told)) == len(told)
    for rate in RATES.values():
        assert 0 <= rate.low <= rate.eer <= rate.high
        assert rate.least_cllr <= rate.cllr
