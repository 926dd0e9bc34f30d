from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.cli.edl import MOST_EVENTS, RATES, Event, Rate, edl, frames, timecode
from replique.errors import UsageError

CODE = re.compile(r"\d\d:\d\d:\d\d:\d\d")


def number(code: str, rate: Rate) -> int:
    """Return the frame of a time code: the inverse, written from SMPTE ST 12-1."""
    hours, minutes, seconds, ff = (int(part) for part in code.split(":"))
    total = 60 * hours + minutes
    counted = ((total * 60) + seconds) * rate.label + ff
    return counted - 2 * (total - total // 10) if rate.drop else counted


@given(st.integers(0, 24 * 3600 * 24 - 1), st.sampled_from(sorted(RATES)))
def test_a_time_code_gives_its_frame_back(frame: int, name: str) -> None:
    code = timecode(frame, RATES[name])
    assert CODE.fullmatch(code)
    assert number(code, RATES[name]) == frame


@given(st.floats(0, 80_000), st.sampled_from(sorted(RATES)))
def test_a_moment_is_told_within_half_a_frame(moment: float, name: str) -> None:
    rate = RATES[name]
    assert abs(float(frames(moment, rate) / rate.exact) - moment) <= 0.5 / float(rate.exact) + 1e-9


@pytest.mark.parametrize(
    ("name", "seconds", "code"),
    [
        ("25", 0.0, "00:00:00:00"),
        ("25", 3661.48, "01:01:01:12"),
        ("24", 1.0, "00:00:01:00"),
        ("30", 59.99, "00:01:00:00"),
        ("29.97df", 60.06, "00:01:00:02"),  # numbers 00 and 01 do not exist there
        ("29.97df", 600.0, "00:10:00:00"),  # but every tenth minute has them
        ("29.97", 3600.0, "00:59:56:12"),  # counted without dropping, an hour falls short
    ],
)
def test_known_time_codes(name: str, seconds: float, code: str) -> None:
    assert timecode(frames(seconds, RATES[name]), RATES[name]) == code


def test_an_event_is_written_as_cmx_3600_has_it() -> None:
    events = [
        Event(10.0, 11.5, "film.mkv", ("COMMENT: TAKE a.wav",)),
        Event(70.0, 70.001, "film.mkv"),
    ]
    assert list(edl(events, title="REPLIQUE", rate=RATES["25"])) == [
        "TITLE: REPLIQUE",
        "FCM: NON-DROP FRAME",
        "",
        "001  AX       A     C        00:00:10:00 00:00:11:13 01:00:00:00 01:00:01:13",
        "* FROM CLIP NAME: film.mkv",
        "* COMMENT: TAKE a.wav",
        "",
        "002  AX       A     C        00:01:10:00 00:01:10:01 01:00:01:13 01:00:01:14",
        "* FROM CLIP NAME: film.mkv",
    ]


@given(
    st.lists(st.tuples(st.floats(0, 9000), st.floats(0.001, 600)), max_size=30),
    st.sampled_from(sorted(RATES)),
)
def test_both_sides_of_an_event_last_as_long_and_the_record_side_has_no_gap(
    spans: list[tuple[float, float]], name: str
) -> None:
    rate = RATES[name]
    events = [Event(start, start + length, "clip") for start, length in spans]
    lines = [line for line in edl(events, title="T", rate=rate) if line[:3].isdigit()]
    assert len(lines) == len(events)
    before = number("01:00:00:00", rate)
    for line in lines:
        source_in, source_out, record_in, record_out = (
            number(code, rate) for code in CODE.findall(line)
        )
        assert source_out - source_in == record_out - record_in >= 1
        assert record_in == before
        before = record_out


def test_too_many_events_are_refused_with_a_way_out() -> None:
    events = [Event(0.0, 1.0, "a")] * (MOST_EVENTS + 1)
    with pytest.raises(UsageError) as refused:
        list(edl(events, title="T", rate=RATES["25"]))
    assert "--take" in refused.value.advice
