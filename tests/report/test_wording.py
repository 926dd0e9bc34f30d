from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.probe import Occurrence
from replique.report import Run, Track, wording

RUN = Run(datetime(2026, 1, 1, tzinfo=UTC), "0", "recordings", "1", "0" * 64, 1, 1, 10.0)
HERE = Occurrence("0" * 64, "mono", 10.0, 12.0, 1.0, 3.0, 1.0, 0.0, -8.0, 1, 3.0)
FORBIDDEN = ("match", "identified", "stolen", "theft", "guilty", "proves")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.0, "unchanged"),
        (1.0003, "unchanged"),
        (25 / 24, "4.17% faster, as film (24 pictures a second) is on PAL video (25)"),
        (24 / 25, "4.00% slower, as PAL video (25 pictures a second) is on film (24)"),
        (25 / 23.976, "4.27% faster, as NTSC film (23.976 pictures a second) is on PAL video (25)"),
        (0.9, "10.00% slower"),
        (1.02, "2.00% faster"),
    ],
)
def test_speed(value: float, expected: str) -> None:
    assert wording.speed(value) == expected


def test_a_pitch_that_speed_brings_is_told_from_one_that_it_does_not() -> None:
    both = replace(HERE, speed=25 / 24, pitch_semitones=0.7067)
    kept = replace(HERE, speed=25 / 24)
    alone = replace(HERE, pitch_semitones=-2.0)
    assert wording.pitch(HERE) == "unchanged"
    assert wording.pitch(both) == "0.71 semitones higher, as the change of speed brings"
    assert "keeps pitch" in wording.pitch(kept)
    assert wording.pitch(alone) == "2.00 semitones lower, apart from the speed"


def test_delay_is_where_the_take_would_begin() -> None:
    assert "0:00:09.000" in wording.delay(HERE)
    early = replace(HERE, start_s=0.5)
    assert "0.5\u202fs before the medium begins" in wording.delay(early)
    assert "0:00:09.500" in wording.delay(replace(HERE, speed=2.0))


def test_level_and_polarity() -> None:
    assert wording.level(-8.2) == "8\u202fdB under everything else heard there"
    assert wording.level(5.0) == "5\u202fdB above everything else heard there"
    assert wording.level(0.2) == "as loud as everything else heard there"
    assert [wording.polarity(sign) for sign in (1, -1, 0)] == [
        "as in the take",
        "inverted",
        "could not be measured",
    ]


def test_strength_three_is_a_thousandth_of_a_false_alarm_in_a_thousand_hours() -> None:
    assert wording.hours_per_false_alarm(3.0) == pytest.approx(1e6)
    assert wording.false_alarms_expected(3.0, 1, 1000.0) == pytest.approx(0.001)
    assert "one false alarm in 1,000,000 hours" in wording.strength_meaning(3.0, RUN)[0]


def test_many_takes_make_a_strength_weaker_and_the_report_says_so() -> None:
    said = wording.strength_meaning(3.0, replace(RUN, takes_searched=300))
    assert "300 takes were searched for here" in said[1]
    assert "3,300 hours" in said[1]
    assert "more than 330 searches" in said[2]


def test_a_weak_occurrence_is_called_doubtful() -> None:
    said = wording.strength_meaning(0.0, replace(RUN, takes_searched=300))
    assert "may well be one of them" in said[-1]
    assert "about 3 such false alarms" in said[-1]


def test_a_strength_beyond_what_was_checked_is_called_extrapolated() -> None:
    checked = replace(RUN, strength_checked_to=4.0)
    assert "extrapolated" in wording.strength_meaning(4.1, checked)[-1]
    assert "extrapolated" not in " ".join(wording.strength_meaning(4.0, checked))


def test_no_figure_is_larger_than_could_be_borne_out() -> None:
    huge = wording.strength_meaning(80.0, RUN)
    assert huge[0].startswith("At this strength, fewer than one false alarm in 1,000,000 h")
    assert "no larger figure" in huge[0]


@given(st.floats(-5, 60), st.integers(0, 20_000), st.floats(0, 1e5))
def test_strength_is_always_told_without_a_verdict(value: float, takes: int, hours: float) -> None:
    run = replace(RUN, takes_searched=takes, hours_searched=hours, strength_checked_to=4.0)
    said = " ".join(wording.strength_meaning(value, run))
    assert "false alarm" in said
    assert "{" not in said
    assert not any(word in said.lower() for word in FORBIDDEN)


@given(st.floats(-3, 8), st.floats(0.01, 3))
def test_a_higher_strength_never_promises_more_false_alarms(value: float, more: float) -> None:
    stronger = wording.false_alarms_expected(value + more, 5, 9.0)
    weaker = wording.false_alarms_expected(value, 5, 9.0)
    assert stronger <= weaker
    if value < wording.STRONGEST_TOLD:
        assert stronger < weaker


def test_tracks_are_counted_from_one_and_keep_hostile_titles_harmless() -> None:
    told = wording.track(Track(1, "fra", "VF \u202e", "aac", "5.1"), 1)
    assert told == "track 2, language: fra, VF ‹U+202E›, aac, 5.1"
    assert wording.track(None, 0) == "track 1"


def test_an_unknown_view_or_kind_is_told_as_it_is() -> None:
    assert wording.view("left\n") == "left‹U+000A›"
    assert wording.kind("rushes") == "rushes"
