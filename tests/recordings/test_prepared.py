"""A take made ready: what is refused, what is kept, and a file that cannot lie."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import IndexDamaged, TakeRefused, TakeSilent, TakeTooShort
from replique.probe import Samples
from replique.recordings.prepared import Prepared, prepare
from replique.recordings.segments import (
    LONGEST_S,
    MOST_FRAMES,
    Segment,
    active_frames,
    pieces,
)
from replique.recordings.spectra import BANDS, HOP, RATE
from replique.recordings.transformations import GRID
from tests.sounds import voice

HEAD = 36
"""Bytes before the body: magic, version, SHA-256."""


def _small() -> Prepared:
    random = np.random.default_rng(1)
    templates = [random.integers(-127, 127, (2, BANDS), np.int8) for _ in GRID]
    samples = random.integers(-32767, 32767, 101, np.int16)
    return Prepared(samples, (Segment(3, 99, tuple(templates)),))


SMALL = _small()
FILE = SMALL.to_bytes()


def _assert_same(one: Prepared, other: Prepared) -> None:
    assert np.array_equal(one.samples, other.samples)
    assert len(one.segments) == len(other.segments)
    for here, there in zip(one.segments, other.segments, strict=True):
        assert (here.start, here.stop) == (there.start, there.stop)
        assert len(here.templates) == len(there.templates) == len(GRID)
        for a, b in zip(here.templates, there.templates, strict=True):
            assert a.dtype == b.dtype == np.int8
            assert np.array_equal(a, b)


@pytest.mark.parametrize("seconds", [1.2, 2.0, 3.1, 8.0])
def test_a_file_gives_back_the_take(seconds: float) -> None:
    take = prepare(voice(seconds, 1))
    again = Prepared.from_bytes(take.to_bytes())
    _assert_same(again, take)
    assert again.to_bytes() == take.to_bytes()
    assert again.duration_s == pytest.approx(seconds, abs=0.001)


def test_a_file_may_be_read_from_memory_that_is_not_ours() -> None:
    _assert_same(Prepared.from_bytes(memoryview(bytearray(FILE))), SMALL)


def test_each_flipped_byte_is_noticed() -> None:
    for place in range(len(FILE)):
        for flip in (0x01, 0x80, 0xFF):
            flipped = bytearray(FILE)
            flipped[place] ^= flip
            with pytest.raises(IndexDamaged):
                Prepared.from_bytes(bytes(flipped))


def test_each_truncation_is_noticed() -> None:
    for length in range(len(FILE)):
        with pytest.raises(IndexDamaged):
            Prepared.from_bytes(FILE[:length])


@pytest.mark.parametrize("more", [b"\0", b"RPQ", FILE], ids=["a zero", "a magic", "another file"])
def test_what_is_appended_is_noticed(more: bytes) -> None:
    with pytest.raises(IndexDamaged):
        Prepared.from_bytes(FILE + more)


def _sealed(body: bytes) -> bytes:
    return FILE[:4] + hashlib.sha256(body).digest() + body


@given(place=st.integers(0, 52), value=st.integers(0, 255))
def test_lies_under_a_true_checksum_raise_nothing_else(place: int, value: int) -> None:
    body = bytearray(FILE[HEAD:])
    body[place] = value
    try:
        Prepared.from_bytes(_sealed(bytes(body)))
    except IndexDamaged:
        return


@settings(max_examples=60)
@given(body=st.binary(max_size=200))
def test_rubbish_under_a_true_checksum_raises_nothing_else(body: bytes) -> None:
    with pytest.raises(IndexDamaged):
        Prepared.from_bytes(_sealed(body[:11] if len(body) < 12 else b"\xff" * 12 + body))


def test_what_is_said_of_damage_says_what_to_do() -> None:
    with pytest.raises(IndexDamaged) as caught:
        Prepared.from_bytes(b"")
    assert str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(
    "take",
    [
        np.zeros(0, np.float32),
        np.zeros(1, np.float32),
        np.zeros(48_000, np.float32),
        np.full(48_000, 1e-6, np.float32),
        np.full(48_000, np.nan, np.float32),
        np.full(48_000, np.inf, np.float32),
    ],
    ids=["empty", "one zero", "zeros", "inaudible", "nothing but NaN", "nothing but infinity"],
)
def test_a_take_in_which_nothing_is_heard_is_refused(take: Samples) -> None:
    with pytest.raises(TakeSilent) as caught:
        prepare(take)
    assert caught.value.advice


@pytest.mark.parametrize(
    "take",
    [
        np.ones(1, np.float32),
        voice(0.1, 1),
        voice(0.6, 1),
        np.pad(voice(0.6, 1), (0, 160_000)),
        np.pad(np.ones(16, np.float32), (80_000, 80_000)),
    ],
    ids=["one sample", "0.1 s", "0.6 s", "0.6 s and much silence", "a click"],
)
def test_a_take_with_too_little_sound_is_refused(take: Samples) -> None:
    with pytest.raises(TakeTooShort) as caught:
        prepare(take)
    assert caught.value.advice


@given(
    take=st.lists(
        st.sampled_from([0.0, 1.0, -1.0, 1e-5, np.nan, np.inf, -np.inf, 3e38]), max_size=60
    )
)
def test_rubbish_is_refused_with_a_reason(take: list[float]) -> None:
    with pytest.raises(TakeRefused):
        prepare(np.array(take, np.float32))


def test_a_few_samples_that_are_no_numbers_are_heard_as_silence() -> None:
    clean = voice(2.0, 1)
    holes, zeros = clean.copy(), clean.copy()
    holes[5_000:5_010], zeros[5_000:5_010] = np.nan, 0
    _assert_same(prepare(holes), prepare(zeros))


@settings(max_examples=10)
@given(exponent=st.integers(-9, 9))
def test_how_loud_it_was_recorded_does_not_matter(exponent: int) -> None:
    _assert_same(prepare(voice(1.5, 1) * np.float32(2.0**exponent)), prepare(voice(1.5, 1)))


@settings(max_examples=30)
@given(
    runs=st.lists(st.tuples(st.floats(0.1, 6.0), st.floats(0.0, 3.0)), min_size=1, max_size=4),
    seed=st.integers(0, 99),
)
def test_pieces_lie_in_the_take_and_cover_what_sounds(
    runs: list[tuple[float, float]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    parts = []
    for sound_s, silence_s in runs:
        parts += [random.standard_normal(int(sound_s * RATE)), np.zeros(int(silence_s * RATE))]
    samples = np.concatenate(parts).astype(np.float32)
    cut = pieces(samples)
    covered = np.zeros(len(samples), bool)
    for start, stop in cut:
        assert 0 <= start < stop <= len(samples)
        assert stop - start <= LONGEST_S * RATE
        covered[start:stop] = True
    if all(sound_s >= 1.5 for sound_s, _ in runs):
        sounding = np.repeat(active_frames(samples), HOP)
        assert covered[: len(sounding)][sounding].all()


def test_templates_are_as_long_as_the_tempo_makes_them() -> None:
    for segment in prepare(voice(7.0, 1)).segments:
        for template, how in zip(segment.templates, GRID, strict=True):
            assert template.shape[1] == BANDS
            assert len(template) <= MOST_FRAMES
            expected = (segment.stop - segment.start) / HOP / how.tempo
            assert len(template) == pytest.approx(expected, abs=2)
            assert np.abs(template).max() > 10
