from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from replique.report.outline import loops, patches, path

Mask = NDArray[np.bool_]
MASKS = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def _area(loop: list[tuple[int, int]]) -> float:
    """Return the signed area by the shoelace formula; holes count against."""
    ends = zip(loop, loop[1:] + loop[:1], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in ends) / 2


def _filled(mask: Mask) -> Mask:
    """Fill the outlines again, cell by cell, counting the edges to the left of each."""
    again = np.zeros_like(mask)
    for loop in loops(mask):
        for (x0, y0), (x1, y1) in zip(loop, loop[1:] + loop[:1], strict=True):
            if x0 == x1:
                again[min(y0, y1) : max(y0, y1), x0:] ^= True
    return again


@given(MASKS)
def test_outlines_hold_exactly_the_marked_cells(mask: Mask) -> None:
    assert sum(_area(loop) for loop in loops(mask)) == mask.sum()
    np.testing.assert_array_equal(_filled(mask), mask)


@given(MASKS)
def test_outlines_turn_at_every_corner(mask: Mask) -> None:
    for loop in loops(mask):
        assert len(loop) >= 4
        for before, here, after in zip(
            loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True
        ):
            assert (before[0] == here[0]) != (here[0] == after[0])


def test_one_cell_is_a_square() -> None:
    assert path(np.array([[False, True]])) == "M1 0h1v1h-1z"


def test_nothing_marked_draws_nothing() -> None:
    assert path(np.zeros((5, 5), bool)) == ""


def test_two_cells_that_touch_at_a_corner_are_two_squares() -> None:
    assert len(loops(np.eye(2, dtype=bool))) == 2


@given(MASKS)
def test_a_path_is_only_what_svg_reads(mask: Mask) -> None:
    assert re.fullmatch(r"(M\d+ \d+([hv]-?\d+)+z)*", path(mask))


def test_specks_are_left_out_and_gaps_of_a_cell_closed() -> None:
    mask = np.zeros((20, 20), bool)
    mask[2:8, 2:8] = True
    mask[4, 4] = False
    mask[15, 15] = True
    eased = patches(mask)
    assert eased[4, 4]
    assert not eased[15, 15]
    assert eased.sum() == 36


def test_a_patch_at_the_rim_stays_whole() -> None:
    mask = np.zeros((10, 10), bool)
    mask[:4, :4] = True
    np.testing.assert_array_equal(patches(mask), mask)
