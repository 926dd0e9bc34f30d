"""From likenesses to likelihood ratios, references and rows: properties first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import ReferenceDamaged
from replique.probe import Occurrence
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibration import Conditions, cllr, fit, variables
from replique.voices.comparison import Panel
from replique.voices.contested import uncontested
from replique.voices.hearing import Heard, pool
from replique.voices.reference import Reference

_SHARES = st.floats(0, 1)
_SECONDS = st.floats(0, 100)


def _unit(
    random: np.random.Generator, rows: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    out = random.standard_normal((rows, 192)).astype(np.float32)
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True))


def _reference(seed: int, windows: int = 5) -> Reference:
    rows = _unit(np.random.default_rng(seed), windows + 3)
    return Reference("ab" * 32, 20.0, rows[0], rows[1], rows[2], rows[3:])


def _heard(seed: int, short: int = 4) -> Heard:
    rows = _unit(np.random.default_rng(seed), short + 2)
    return Heard(rows[0], rows[1] * np.float32(0.8), rows[2:])


# --- the likelihood ratio


@given(_SECONDS, _SHARES, _SHARES)
def test_more_alike_is_never_less_support(speech: float, overlap: float, agree: float) -> None:
    conditions = Conditions(speech, overlap, agree)
    likeness = np.linspace(-1, 1, 50)
    ratios = CALIBRATION.log10(likeness, np.zeros(50), conditions)
    assert (np.diff(ratios) >= 0).all()


@given(st.floats(-1, 1), st.floats(0, 2), _SECONDS, _SHARES, _SHARES)
def test_it_stays_within_what_was_validated(
    likeness: float, clearer: float, speech: float, overlap: float, agree: float
) -> None:
    low, high = CALIBRATION.range.log10
    ratio = CALIBRATION.log10(
        np.array([likeness]), np.array([clearer]), Conditions(speech, overlap, agree)
    )
    assert low <= ratio[0] <= high


def test_under_another_voice_absence_says_little() -> None:
    raw = replace(CALIBRATION, range=replace(CALIBRATION.range, log10=(-99.0, 99.0)))
    none = np.array([-0.2])
    alone = raw.log10(none, np.zeros(1), Conditions(4.0, 0.0, 0.7))[0]
    covered = raw.log10(none, np.zeros(1), Conditions(4.0, 0.5, 0.7))[0]
    assert alone < covered < -1


def test_the_clearest_second_counts_only_under_another_voice() -> None:
    likeness, clearer = np.array([0.4]), np.array([0.2])
    for overlap, counts in ((0.0, False), (0.03, False), (0.4, True)):
        conditions = Conditions(4.0, overlap, 0.7)
        gain = (
            CALIBRATION.log10(likeness, clearer, conditions)
            - CALIBRATION.log10(likeness, 0 * clearer, conditions)
        )[0]
        assert (gain > 0.1) == counts


@pytest.mark.parametrize("seed", range(3))
def test_what_is_fitted_is_calibrated(seed: int) -> None:
    random = np.random.default_rng(seed)
    same = np.arange(6_000) % 10 == 0
    likeness = np.where(same, 0.7, 0.1) + 0.12 * random.standard_normal(len(same))
    x = np.stack(
        [variables(np.array(v), np.array(0.0), Conditions(4.0, 0.0, 0.8)) for v in likeness]
    )
    x += np.r_[0, 0, 1e-3 * random.standard_normal(4)]
    weights, floor = fit(x, np.zeros(len(same)), same)
    ratios = np.logaddexp(x @ weights - np.logaddexp(0, floor[0]), -np.logaddexp(0, -floor[0]))
    truth = (0.6 / 0.12**2) * (likeness - 0.4)
    middle = np.abs(truth) < 3
    assert np.abs(ratios - truth)[middle].max() < 1.0
    assert cllr(ratios[same] / np.log(10), ratios[~same] / np.log(10)) < 0.06


def test_cllr_knows_the_ends() -> None:
    assert cllr(np.array([9.0]), np.array([-9.0])) < 1e-6
    assert cllr(np.zeros(5), np.zeros(5)) == pytest.approx(1.0)
    assert cllr(np.array([-3.0]), np.array([3.0])) > 5


# --- comparing with many


@given(st.integers(1, 12), st.integers(0, 50))
def test_who_else_is_enrolled_changes_nothing(count: int, seed: int) -> None:
    references = [_reference(1000 + seed + i, windows=1 + i % 4) for i in range(count)]
    heard = _heard(seed)
    together = Panel(references).compare(heard)
    for i, reference in enumerate(references):
        alone = Panel([reference]).compare(heard)
        assert alone.general[0] == together.general[i]
        assert alone.clearest[0] == together.clearest[i]


def test_the_nearest_windows_are_the_nearest() -> None:
    reference, heard = _reference(3), _heard(4)
    cosines = np.sort(reference.windows.astype(float) @ heard.whole)[::-1]
    direction = heard.middle / np.linalg.norm(heard.middle)
    means = reference.mean @ direction + reference.middle @ direction
    right = (reference.mean @ heard.whole + cosines[:2].mean() + means) / 4
    assert Panel([reference]).compare(heard).general[0] == pytest.approx(right, abs=1e-6)


def test_equal_windows_count_as_two() -> None:
    reference = _reference(3, windows=1)
    twice = replace(reference, windows=np.repeat(reference.windows, 2, axis=0))
    heard = _heard(4)
    assert Panel([twice]).compare(heard).general == Panel([reference]).compare(heard).general


def test_nobody_enrolled_is_no_one_found() -> None:
    assert Panel([]).compare(_heard(1)).general.shape == (0,)


# --- several turns as one


def test_one_turn_pooled_is_itself() -> None:
    heard = _heard(5)
    again = pool([heard], [3.0])
    assert np.allclose(again.whole, heard.whole, atol=1e-6)
    assert again.agreement == pytest.approx(heard.agreement, abs=1e-6)


def test_turns_that_disagree_agree_less() -> None:
    same, other = _heard(5), _heard(6)
    assert pool([same, other], [1, 1]).agreement < 0.8 * pool([same, same], [1, 1]).agreement


# --- the reference file


def test_a_reference_comes_back_as_it_was() -> None:
    reference = _reference(7)
    again = Reference.from_bytes(reference.to_bytes())
    assert again.to_bytes() == reference.to_bytes()
    assert np.array_equal(again.windows, reference.windows)
    assert again.models == reference.models


@given(st.integers(0, 4_000), st.integers(1, 255))
def test_every_flipped_byte_is_noticed(place: int, by: int) -> None:
    data = bytearray(_reference(7, windows=2).to_bytes())
    data[place % len(data)] ^= by
    with pytest.raises(ReferenceDamaged):
        Reference.from_bytes(bytes(data))


@given(st.integers(0, 3_900))
def test_every_truncation_is_noticed(length: int) -> None:
    data = _reference(7, windows=2).to_bytes()
    with pytest.raises(ReferenceDamaged):
        Reference.from_bytes(data[: min(length, len(data) - 1)])


# --- two enrolled people in one place


def _row(subject: str, start: float, end: float, strength: float) -> Occurrence:
    return Occurrence(subject, "mono", start, end, 0.0, 20.0, 1.0, 0.0, 0.0, 0, strength)


def test_of_two_in_one_place_the_better_supported_is_told() -> None:
    rows = [_row("a", 0, 4, 2.0), _row("b", 0.2, 4.1, 3.0), _row("a", 10, 12, 1.0)]
    assert uncontested(rows) == [rows[1], rows[2]]


def test_neighbours_do_not_contest() -> None:
    rows = [_row("a", 0, 4, 2.0), _row("b", 3.8, 8, 3.0)]
    assert uncontested(rows) == rows


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    rows = [_row("abc"[i % 3], i, i + 3, 1.0 + i / 10) for i in range(6)]
    assert uncontested([rows[i] for i in order]) == uncontested(rows)
