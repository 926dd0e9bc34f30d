"""The three ways a place is supported; hits on a line; what a strength is."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.probe import Samples
from replique.recordings import coherent, lines, strength, support
from replique.recordings.prepared import Prepared
from replique.recordings.segments import Segment
from replique.recordings.spectra import RATE
from replique.recordings.transformations import GRID
from replique.recordings.verification import Hit, Kind
from tests.recordings.studio import in_a_room, stretched
from tests.sounds import voice

START = 2 * RATE
TAKE_16K = voice(3.0, 4)


def _halved(samples: Samples) -> Samples:
    return np.asarray(soxr.resample(samples, 16_000, RATE), np.float32)


TAKE = _halved(TAKE_16K)


def _in_noise(sound: Samples, *, level: float = 0.03, late: int = 0) -> coherent.Flattened:
    medium = level * np.random.default_rng(1).standard_normal(9 * RATE).astype(np.float32)
    medium[START + late : START + late + len(sound)] += sound
    return coherent.Flattened(medium)


NOTHING = np.zeros(0, np.float32)


def _against(medium: coherent.Flattened, *, tempo: float = 1.0) -> coherent.Correlations:
    step = coherent.HOP / tempo
    return coherent.correlations(medium, coherent.Blocks.of(TAKE), start=START, step=step)


@pytest.mark.parametrize("late", [-200, 0, 77])
@pytest.mark.parametrize("sign", [1, -1])
def test_one_lag_holds_where_a_copy_is(late: int, sign: int) -> None:
    found = support.straight(_against(_in_noise(np.float32(sign) * TAKE, late=late)))
    assert (found.lag, found.sign) == (late, sign)
    assert strength.of_straight(found.ratio) > 3
    windows = support.pieced(_against(_in_noise(TAKE, late=late)), drift=0.0)
    assert support.agreeing(windows, support.Straight(found.ratio, late, sign)) > 0.9


def test_no_lag_holds_where_nothing_is() -> None:
    found = support.straight(_against(_in_noise(NOTHING)))
    assert strength.of_straight(found.ratio) < 0


def test_no_lag_holds_where_another_speaks() -> None:
    found = support.straight(_against(_in_noise(_halved(voice(3.0, 5)))))
    assert strength.of_straight(found.ratio) < strength.DEFAULT_LEAST


@pytest.mark.parametrize("tempo", [1.0417, 0.92])
def test_pieces_stand_out_where_time_was_stretched(tempo: float) -> None:
    medium = _in_noise(_halved(stretched(TAKE_16K, tempo)))
    drift = coherent.HOP * (1 - 1 / tempo)
    windows = support.pieced(_against(medium, tempo=tempo), drift=drift)
    assert windows.share > 0.3
    assert len(windows.lags) == len(windows.heights) == len(windows.weights)
    assert 0 <= windows.share <= 1


def test_no_pieces_stand_out_where_nothing_is() -> None:
    windows = support.pieced(_against(_in_noise(NOTHING)), drift=0.0)
    assert windows.share < 0.1


@pytest.mark.parametrize("drift", [0.0, 25.6, -55.0])
def test_pieces_shorter_than_a_window_are_measured(drift: float) -> None:
    short = coherent.Blocks.of(TAKE[: coherent.BLOCK])
    found = coherent.correlations(_in_noise(TAKE), short, start=START)
    windows = support.pieced(found, drift=drift)
    assert len(windows.lags) == 1
    assert np.isfinite(windows.heights).all()


def test_a_room_is_agreed_on_where_one_is() -> None:
    heard = _halved(in_a_room(TAKE_16K, decay_s=1.0, direct=0.2))
    chunks = support.RoomChunks(TAKE)
    there = support.reverberant(chunks, _in_noise(heard, level=0.01), START)
    absent = support.reverberant(chunks, _in_noise(NOTHING), START)
    stranger = support.reverberant(chunks, _in_noise(_halved(voice(3.0, 5))), START)
    assert there.agreement > 1.5 * max(absent.agreement, stranger.agreement)
    assert abs(there.lag) < 0.1 * RATE


def test_a_room_is_not_asked_of_a_piece_too_short_to_halve() -> None:
    found = support.reverberant(support.RoomChunks(TAKE[:1_000]), _in_noise(TAKE), START)
    assert found.agreement == 0.0


# strength


@given(alarms=st.floats(1e-9, 1e6))
def test_strength_and_false_alarms_are_two_ways_to_say_one_thing(alarms: float) -> None:
    level = strength.strength_for(alarms)
    assert strength.false_alarms(level) == pytest.approx(alarms, rel=1e-9)


@given(level=st.floats(-3, 12), hours=st.floats(0.1, 1e5), takes=st.integers(1, 10_000))
def test_false_alarms_grow_with_hours_and_takes(level: float, hours: float, takes: int) -> None:
    one = strength.false_alarms(level, hours=hours)
    assert strength.false_alarms(level, hours=hours, takes=takes) == pytest.approx(takes * one)
    assert strength.false_alarms(level, hours=2 * hours) == pytest.approx(2 * one)
    assert strength.false_alarms(level + 1, hours=hours) == pytest.approx(one / 10)


@given(a=st.floats(-50, 500), b=st.floats(-50, 500))
def test_more_support_is_never_worth_less(a: float, b: float) -> None:
    low, high = sorted((a, b))
    for of in (strength.of_straight, strength.of_pieced, strength.of_reverberant):
        assert of(low) <= of(high) <= strength.HIGHEST


_STRENGTHS = st.lists(st.floats(-5, 12), min_size=1, max_size=6)


@given(
    strengths=_STRENGTHS, more=st.floats(0, 5), which=st.integers(0, 5), another=st.floats(-5, 12)
)
def test_joined_strength_never_falls(
    strengths: list[float], more: float, which: int, another: float
) -> None:
    together = strength.joined(strengths)
    assert max(strengths) <= together + 1e-9
    assert together <= strength.HIGHEST
    assert strength.joined([*strengths, another]) >= together - 1e-9
    raised = strengths.copy()
    raised[which % len(raised)] += more
    assert strength.joined(raised) >= together - 1e-9
    assert strength.joined(strengths[::-1]) == pytest.approx(together)


# lines


def _take(segments: int) -> Prepared:
    places = [Segment(2 * RATE * i, 2 * RATE * i + 3 * RATE, ()) for i in range(segments)]
    return Prepared(np.zeros(2 * RATE * (segments + 1), np.int16), tuple(places))


def _hit(segment: int, start: float, worth: float, how: int = 0, share: float = 1.0) -> Hit:
    return Hit(0, segment, GRID[how], start, 8.0, worth, Kind.STRAIGHT, 20.0, share, 0.0)


_HITS = st.lists(
    st.builds(
        _hit,
        segment=st.integers(0, 4),
        start=st.integers(0, 40 * RATE).map(float),
        worth=st.floats(-4, 12),
        how=st.integers(0, len(GRID) - 1),
        share=st.floats(0, 1),
    ),
    max_size=14,
    unique_by=lambda h: (h.segment, h.start),
)


@given(hits=_HITS, least=st.floats(-1, 5))
@settings(max_examples=150)
def test_lines_share_no_hit_and_reach_what_was_asked(hits: list[Hit], least: float) -> None:
    joined = lines.join(hits, _take(5), least=least)
    used = [h for line in joined for h in line.hits]
    assert len(used) == len({id(h) for h in used})
    assert {id(h) for h in used} <= {id(h) for h in hits}
    for line in joined:
        segments = [h.segment for h in line.hits]
        assert len(segments) == len(set(segments))
        assert line.strength >= least
        assert line.strength >= line.leader.strength
        for hit in line.hits:
            expected = lines.expected_start(line.leader, _take(5), hit.segment)
            assert abs(hit.start - expected) < 0.8 * RATE


@given(hits=_HITS)
def test_the_order_of_hits_does_not_matter(hits: list[Hit]) -> None:
    assert lines.join(hits, _take(5), least=0.0) == lines.join(hits[::-1], _take(5), least=0.0)


def test_hits_on_a_line_are_one_line() -> None:
    hits = [_hit(i, RATE * (7 + 2 * i), 4.0 - i) for i in range(4)]
    (line,) = lines.join(hits, _take(5), least=1.0)
    assert len(line.hits) == 4
    assert line.strength > 4.0


def test_the_same_piece_at_two_places_is_two_lines() -> None:
    hits = [_hit(0, 7.0 * RATE, 4.0), _hit(0, 20.0 * RATE, 3.0)]
    assert len(lines.join(hits, _take(1), least=1.0)) == 2


def test_weak_hits_on_a_line_are_strong_together() -> None:
    hits = [_hit(i, RATE * (7.0 + 2 * i), 0.6) for i in range(3)]
    assert lines.join(hits[:1], _take(3), least=1.0) == []
    assert len(lines.join(hits, _take(3), least=1.0)) == 1


def test_what_is_heard_at_the_same_time_is_explained_by_the_stronger() -> None:
    hits = [_hit(0, 7.0 * RATE, 8.0), _hit(0, 7.5 * RATE, 2.0, how=3)]
    (line,) = lines.join(hits, _take(1), least=1.0)
    assert line.hits == (hits[0],)
