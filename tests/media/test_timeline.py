"""Time stamps are believed, within bounds."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from replique.media.frames import Notes
from replique.media.timeline import ALL_GAPS_S, GAP_S, LONGEST_GAP_S, Timeline

RATE = 48_000


def timeline(notes: Notes, start_us: int | None = 0, base: Fraction | None = None) -> Timeline:
    stream = SimpleNamespace(time_base=base or Fraction(1, RATE))
    return Timeline(
        cast("Any", SimpleNamespace(start_time=start_us)), cast("Any", stream), RATE, notes
    )


def frame(pts: int | None) -> Any:
    return SimpleNamespace(pts=pts)


@given(
    stamps=st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), max_size=40),
    start_us=st.one_of(st.none(), st.integers(-(2**62), 2**62)),
    base=st.fractions(Fraction(1, 10**9), 10),
)
def test_whatever_the_stamps_silence_is_bounded_and_never_negative(
    stamps: list[int | None], start_us: int | None, base: Fraction
) -> None:
    notes = Notes()
    line = timeline(notes, start_us, base)
    silence = []
    for stamp in stamps:
        silence.append(line.silence_before(frame(stamp)))
        line.advance(1024)
    assert min(silence, default=0) >= 0
    assert max(silence, default=0) <= LONGEST_GAP_S * RATE
    assert sum(silence) <= ALL_GAPS_S * RATE
    assert abs(notes.silence_s - sum(silence) / RATE) < 1e-6


@given(
    lengths=st.lists(st.integers(1, 5000), min_size=1, max_size=60),
    jitter=st.randoms(use_true_random=False),
)
def test_rounding_of_stamps_makes_no_silence(lengths: list[int], jitter: Any) -> None:
    notes = Notes()
    line, at = timeline(notes), 0
    most = int(GAP_S * RATE)
    for length in lengths:
        assert line.silence_before(frame(at + jitter.randint(-most, most))) == 0
        line.advance(length)
        at += length
    assert notes == Notes()


def test_a_gap_is_as_long_as_the_stamps_say() -> None:
    notes = Notes()
    line = timeline(notes)
    line.advance(RATE)
    assert line.silence_before(frame(3 * RATE)) == 2 * RATE
    line.advance(RATE)
    assert line.silence_before(frame(4 * RATE)) == 0
    assert (notes.silence_s, notes.jumps) == (2.0, 0)


def test_stamps_that_start_anew_go_on_from_here() -> None:
    notes = Notes()
    line = timeline(notes)
    line.advance(100 * RATE)
    assert line.silence_before(frame(0)) == 0
    line.advance(RATE)
    assert line.silence_before(frame(2 * RATE)) == RATE
    assert notes.jumps == 1


def test_an_overlap_drops_nothing_and_the_next_gap_takes_it_up() -> None:
    notes = Notes()
    line = timeline(notes)
    line.advance(RATE)
    assert line.silence_before(frame(RATE // 2)) == 0
    line.advance(RATE)
    assert line.silence_before(frame(3 * RATE)) == RATE
    assert notes.jumps == 0


def test_the_start_of_the_container_is_zero() -> None:
    assert timeline(Notes(), start_us=5_000_000).silence_before(frame(6 * RATE)) == RATE


def test_without_a_start_the_first_stamp_is_zero() -> None:
    assert timeline(Notes(), start_us=None).silence_before(frame(6 * RATE)) == 0
