"""Who speaks when: cut where the speaker changes, the same however the sound arrives."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.voices.activity import CORE, HOP, Core, Watch
from replique.voices.turns import Cutter, Turn
from tests.voices.keen import RATE, Array, KeenEars, coloured, silence

FRAMES = CORE // HOP


def _cores(*spans: tuple[int, float, float], total_s: float = 20.0) -> list[Core]:
    """Return cores in which speaker k (0…2) speaks from … to …, seconds."""
    count = int(-(-total_s * RATE // CORE))
    active = np.zeros((count * FRAMES, 3), np.float32)
    for k, start, stop in spans:
        active[round(start * 50) : round(stop * 50), k] = 1.0
    together = active * (active.sum(axis=1, keepdims=True) > 1)
    speech = active.max(axis=1)
    out = []
    for i in range(count):
        part = slice(i * FRAMES, (i + 1) * FRAMES)
        out.append(Core(i * CORE, speech[part], active[part], together[part], (0, 1, 2)))
    return out


def _cut(cores: Iterable[Core]) -> list[Turn]:
    cutter = Cutter()
    return [t for core in cores for t in cutter.push(core)] + cutter.end()


def _seconds(turn: Turn) -> tuple[int, float, float]:
    return (turn.number, turn.start / RATE, turn.stop / RATE)


def test_a_change_of_speaker_without_a_pause_is_a_cut() -> None:
    turns = _cut(_cores((0, 1.0, 4.0), (1, 4.0, 7.0)))
    assert [_seconds(t) for t in turns] == [(0, 1.0, 4.0), (1, 4.0, 7.0)]


def test_a_breath_is_no_cut_and_a_silence_is() -> None:
    turns = _cut(_cores((0, 1.0, 2.0), (0, 2.3, 3.0), (0, 4.0, 5.5)))
    assert [_seconds(t) for t in turns] == [(0, 1.0, 3.0), (0, 4.0, 5.5)]


def test_a_turn_goes_on_over_the_edge_of_a_core() -> None:
    assert [_seconds(t) for t in _cut(_cores((2, 3.0, 7.5)))] == [(2, 3.0, 7.5)]


def test_what_is_too_short_is_not_judged() -> None:
    assert _cut(_cores((0, 1.0, 1.4))) == []


def test_two_at_once_are_two_turns_that_know_it() -> None:
    both = _cut(_cores((0, 1.0, 5.0), (1, 3.0, 6.0)))
    assert [_seconds(t) for t in both] == [(0, 1.0, 5.0), (1, 3.0, 6.0)]
    assert [t.overlap for t in both] == [pytest.approx(0.5), pytest.approx(2 / 3)]


@given(st.floats(6.0, 60.0))
def test_a_long_turn_is_cut_into_pieces_without_loss(length: float) -> None:
    turns = _cut(_cores((0, 1.0, 1.0 + length), total_s=65.0))
    assert max(t.stop - t.start for t in turns) <= 6.1 * RATE
    assert all(a.stop == b.start for a, b in pairwise(turns))
    assert turns[0].start == RATE
    assert turns[-1].stop == pytest.approx((1.0 + length) * RATE, abs=HOP)


def test_no_turn_begins_before_what_is_settled() -> None:
    cutter = Cutter()
    settled = 0
    for core in _cores((0, 1.0, 30.0), (1, 12.0, 13.0), total_s=40.0):
        for turn in cutter.push(core):
            assert turn.start >= settled
        assert cutter.settled >= settled
        settled = cutter.settled
    assert settled >= 30 * RATE


def _watched(samples: Array, sizes: list[int]) -> list[Core]:
    watch, out, start = Watch(KeenEars()), [], 0
    for size in (*sizes, len(samples)):
        out += watch.push(samples[start : start + size])
        start += size
    return out + watch.end()


@settings(max_examples=20)
@given(st.lists(st.integers(1, 120_000), max_size=12))
def test_cores_do_not_depend_on_the_size_of_blocks(sizes: list[int]) -> None:
    samples = np.concatenate([silence(2.2), coloured(9.1, 300, 900), silence(1.0)])
    for one, other in zip(_watched(samples, []), _watched(samples, sizes), strict=True):
        assert one.start == other.start
        assert one.numbers == other.numbers
        assert np.array_equal(one.speech, other.speech)
        assert np.array_equal(one.active, other.active)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 1.0, 4.99, 5.0, 5.01, 7.5, 12.0])
def test_cores_cover_a_track_of_any_length(seconds: float) -> None:
    cores = _watched(silence(seconds), [])
    assert [c.start for c in cores] == list(range(0, round(seconds * RATE), CORE))


def test_one_speaker_keeps_his_number() -> None:
    cores = _watched(np.concatenate([silence(1.0), coloured(19.0, 300, 900)]), [])
    assert len({core.numbers[0] for core in cores}) == 1
