"""What is right and what is wrong, on truths small enough to be seen through."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import accuracy, scoring
from bench.scoring import Decoy, Laid, Row, Truth

LAID = Laid("a.mp3", "t.flac", 10.0, 12.0, -5.0, "dry", 1.0)
RIGHT = Row("a.mp3", "t.flac", 10.01, 12.02, 8.0, gain_db=-4.0)


def truth(*laid: Laid, hours: float = 2.0) -> Truth:
    decoys = (Decoy("a.mp3", "t.flac", 50.0, 52.0),)
    return Truth(laid, decoys, frozenset({("b.mp3", "t.flac")}), hours)


@pytest.mark.parametrize(
    ("start_s", "end_s", "right"),
    [
        (10.4, 10.45, True),  # begins near enough, however long
        (9.4, 11.5, True),  # begins too early, but shares most
        (11.1, 30.0, False),  # shares less than half of the shorter
        (10.9, 12.0, True),
        (12.0, 14.0, False),
        (-1.0, -1.0, True),  # "somewhere in this file"
        (11.0, 11.0, False),  # no extent, and begins too late
    ],
)
def test_a_row_is_right_when_it_is_there(start_s: float, end_s: float, *, right: bool) -> None:
    judged = scoring.judge(truth(LAID), [replace(RIGHT, start_s=start_s, end_s=end_s)])
    assert bool(judged.right) is right
    assert len(judged.others) == (not right)


def test_decoys_are_wrong_and_told_apart() -> None:
    rows = [replace(RIGHT, start_s=50.5, end_s=52.0), replace(RIGHT, start_s=80.0, end_s=82.0)]
    judged = scoring.judge(truth(LAID), rows)
    assert (len(judged.decoys), len(judged.others)) == (1, 1)


def test_what_is_to_be_ignored_counts_neither_way() -> None:
    judged = scoring.judge(truth(LAID), [replace(RIGHT, medium="b.mp3")])
    assert (judged.right, judged.decoys, judged.others) == ({}, (), ())


def test_said_twice_counts_once_and_is_no_error() -> None:
    judged = scoring.judge(truth(LAID), [replace(RIGHT, strength=3.0), RIGHT])
    assert judged.right == {0: RIGHT}  # the strongest
    assert (judged.repeated, judged.others) == (1, ())


def test_wrong_rows_an_hour_set_the_limit() -> None:
    wrong = [replace(RIGHT, take="other", strength=s) for s in (1.0, 4.0, 3.0)]
    judged = scoring.judge(truth(LAID, hours=2.0), wrong)
    assert judged.limit(0.5) == 3.0  # one may be above it in two hours
    assert judged.limit(1.0) == 1.0
    assert judged.limit(1.5) == -inf
    assert scoring.judge(truth(LAID), []).limit() == -inf


@given(
    st.lists(st.tuples(st.booleans(), st.floats(-3, 12)), max_size=30),
    st.floats(0, 3),
    st.floats(0.1, 10),
)
def test_above_the_limit_no_more_are_wrong_than_allowed(
    told: list[tuple[bool, float]], per_hour: float, hours: float
) -> None:
    laid = [replace(LAID, take=str(i)) for i in range(len(told))]
    rows = [
        replace(RIGHT, take=str(i), strength=s, medium="a.mp3" if right else "z.mp3")
        for i, (right, s) in enumerate(told)
    ]
    judged = scoring.judge(truth(*laid, hours=hours), rows)
    limit = judged.limit(per_hour)
    above = [s for right, s in told if not right and s > limit]
    assert len(above) <= per_hour * hours
    found = judged.found(above=limit)
    assert found == {i for i, (right, s) in enumerate(told) if right and s > limit}


def test_recall_is_told_by_condition_dry_and_loud_first() -> None:
    laid = (
        LAID,
        replace(LAID, take="loud", snr_db=5.0),
        replace(LAID, take="room", transform="reverb"),
    )
    by = scoring.by_condition(truth(*laid), frozenset({0}))
    assert list(by.items()) == [
        ("dry +5 dB", (0, 1)),
        ("dry -5 dB", (1, 1)),
        ("reverb -5 dB", (0, 1)),
    ]
    assert scoring.recall(truth(*laid), frozenset({0}), "dry") == (1, 2)
    assert scoring.recall(truth(*laid), frozenset({0}), "") == (1, 3)


@pytest.mark.parametrize(
    ("transform", "rate", "semitones"),
    [("dry", 1.0, 0.0), ("speed+4.17%", 25 / 24, 0.7067), ("pitch-2st", 1.0, -2.0),
     ("pitch+1st", 1.0, 1.0), ("stretch-8%", 0.92, 0.0)],
)  # fmt: skip
def test_only_speed_and_pitch_change_the_pitch(
    transform: str, rate: float, semitones: float
) -> None:
    laid = replace(LAID, transform=transform, rate=rate)
    assert laid.semitones == pytest.approx(semitones, abs=1e-4)


def test_a_split_without_decoys_or_hours_is_read(tmp_path: Path) -> None:
    (tmp_path / "truth.tsv").write_text(
        "media\tstart_s\tend_s\ttake\tsnr_db\ttransform\trate\ttake_s\n"
        "a.mp3\t10\t12\tt.flac\t-5\tdry\t1\t2\n"
    )
    assert scoring.read_truth(tmp_path, hours=3.0) == Truth((LAID,), (), frozenset(), 3.0)
    with pytest.raises(ValueError, match=r"hours\.txt"):
        scoring.read_truth(tmp_path)
    (tmp_path / "hours.txt").write_text("0.25\n")
    assert scoring.read_truth(tmp_path).hours == 0.25


def test_errors_are_measured_against_where_it_was_laid() -> None:
    fast = replace(LAID, transform="speed+4.17%", rate=25 / 24)
    pairs = [
        (RIGHT, LAID),
        (replace(RIGHT, end_s=12.5, speed=1.0417, pitch_semitones=0.7), fast),
        (replace(RIGHT, start_s=10.03, speed=1.03, pitch_semitones=1.0), fast),
    ]
    made = accuracy.errors(pairs)
    assert made["start_median_s"] == pytest.approx(0.01)
    assert made["extent_within"] == pytest.approx(2 / 3)
    assert made["speed_claimed"]["rows"] == 2
    assert made["speed_claimed"]["within"] == 1
    assert made["pitch_claimed"]["within"] == 1
    assert made["level_median_db"] == pytest.approx(1.0)
    assert accuracy.errors([]) == {"rows": 0}


def test_figures_tell_the_default_from_half_a_wrong_row_an_hour() -> None:
    rows = [
        replace(RIGHT, strength=0.5),  # weaker than what is reported
        replace(RIGHT, take="stranger", strength=2.0),
        replace(RIGHT, start_s=50.0, end_s=52.0, strength=-0.5),
    ]
    made = accuracy.figures(scoring.judge(truth(LAID), rows), default=1.0)
    assert made["recall"] == {"default": (0, 1), "half_an_hour": (1, 1)}
    assert made["strength_at_half_an_hour"] == -0.5
    assert made["wrong"]["rows"] == 1
    assert made["wrong"]["per_hour"] == 0.5
    assert made["wrong"]["decoys"] == 0
    assert "recall at the default strength: 0/1" in accuracy.told(made)
