from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from replique.report import Contents, held
from replique.report.colour import LEVELS, paper_to_ink
from replique.report.listening import load
from replique.report.picture import picture
from replique.report.png import png

MakeContents = Callable[..., Contents]


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements={"max_value": 5})
)
@settings(max_examples=20)
def test_a_png_reads_back_as_it_was_drawn(indices: NDArray[np.uint8]) -> None:
    palette = np.arange(18, dtype=np.uint8).reshape(6, 3) * 9
    with av.open(io.BytesIO(png(indices, palette)), mode="r", format="png_pipe") as container:
        drawn = next(container.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_array_equal(drawn, palette[indices])


def _grey(colours: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return relative luminance (WCAG 2.2)."""
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def test_colours_fall_evenly_from_paper_to_ink() -> None:
    lightness = np.cbrt(_grey(paper_to_ink()))
    steps = -np.diff(lightness)
    assert len(paper_to_ink()) == LEVELS
    assert (steps > 0).all()
    assert steps.max() < 2.5 * steps.min()
    assert (_grey(paper_to_ink())[0] + 0.05) / (_grey(paper_to_ink())[-1] + 0.05) > 12


def test_colours_are_told_apart_without_red_or_green() -> None:
    blind = paper_to_ink().astype(float)
    blind[:, 0] = blind[:, 1] = (blind[:, 0] + blind[:, 1]) / 2
    assert (np.diff(_grey(blind.astype(np.uint8))) <= 0).all()


def _drawn(contents: Contents) -> ET.Element:
    found = contents.found[0]
    drawn = picture(found.occurrence, load(found), "o1")
    assert drawn is not None
    return ET.fromstring(drawn)  # noqa: S314 - made here a moment ago


def test_the_picture_marks_where_the_take_is(make_contents: MakeContents) -> None:
    drawn = _drawn(make_contents())
    marks = [e for e in drawn.iter("path") if e.get("class") == "mark"]
    assert len(marks) == 1
    assert len(list(drawn.iter("image"))) == 2
    assert len(list(drawn.iter("use"))) == 1


def test_the_picture_says_what_it_shows(make_contents: MakeContents) -> None:
    drawn = _drawn(make_contents())
    named = (drawn.get("aria-labelledby") or "").split()
    texts = {e.get("id"): e.text or "" for e in drawn.iter() if e.get("id") in named}
    assert set(texts) == {"o1-title", "o1-desc"}
    assert "from 0:00:01.000 to 0:00:07.000" in texts["o1-desc"]
    assert "outlined" in texts["o1-desc"]
    assert drawn.get("role") == "img"


def test_the_picture_says_when_nothing_is_marked(make_contents: MakeContents) -> None:
    contents = make_contents()
    silent = replace(contents.found[0], take_audio=held(np.zeros(32000, np.float32)))
    drawn = _drawn(replace(contents, found=(silent,)))
    assert "No area stands out" in (drawn.findtext("desc") or "")


def test_axes_are_text_that_can_be_read(make_contents: MakeContents) -> None:
    said = {element.text for element in _drawn(make_contents()).iter("text")}
    assert {"kHz", "0.5", "4", "0:00:03", "time in the medium"} <= said


@pytest.mark.usefixtures("french")
def test_axes_take_the_decimal_comma(make_contents: MakeContents) -> None:
    said = {element.text for element in _drawn(make_contents()).iter("text")}
    assert "0,5" in said
    assert "0.5" not in said


def test_without_both_sounds_there_is_no_picture(make_contents: MakeContents) -> None:
    found = make_contents().found[0]
    for half in (replace(found, medium_audio=None), replace(found, take_audio=None)):
        assert picture(half.occurrence, load(half), "o1") is None
