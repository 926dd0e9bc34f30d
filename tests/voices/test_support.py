"""Words for likelihood ratios: one table, upwards, and no claim of who spoke."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.language import choose
from replique.voices.calibrated import CALIBRATION
from replique.voices.support import BOUNDS, Band, band, caution, propositions


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(1e-3, "none"), (1.0, "none"), (1.9, "none"), (5.0, "weak"), (50, "moderate"),
     (500, "moderately-strong"), (5_000, "strong"), (20_000, "very-strong")],
)  # fmt: skip
def test_the_bands_are_those_of_the_guideline(ratio: float, said: str) -> None:
    import math

    assert band(math.log10(ratio)) == said


@given(st.floats(-9, 9), st.floats(0, 9))
def test_more_is_never_a_weaker_word(low: float, more: float) -> None:
    order = list(Band)
    assert order.index(band(low)) <= order.index(band(low + more))


def test_bounds_go_up() -> None:
    assert all(a[0] < b[0] for a, b in itertools.pairwise(BOUNDS))


def test_no_word_reaches_beyond_what_was_validated() -> None:
    assert band(CALIBRATION.range.log10[1]) == Band.STRONG


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_says_who_spoke(language: str) -> None:
    choose(language)
    for text in (*propositions(), caution()):
        assert not re.search(r"\bmatch|identif(y|ied)|\d ?%|AI-generated", text)
