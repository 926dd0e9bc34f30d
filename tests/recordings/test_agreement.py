"""The picture of agreement: what is the same is marked, what is not stays clear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.probe import HOUSE_RATE, Samples
from replique.recordings.agreement import BANDS, FLOOR_DB, HOP, agreement, semitones


def _voice(seed: int, duration_s: float = 2.0, rate: float = 1.0, pitch: float = 1.0) -> Samples:
    """Return syllables of a gliding harmonic tone, as (n,); played `rate` times faster."""
    rng = np.random.default_rng(seed)
    syllables = round(duration_s * 4)
    notes = rng.uniform(110, 240, syllables + 1)
    loud = rng.uniform(0.1, 1.0, syllables)
    t = np.arange(round(duration_s / rate * HOUSE_RATE)) / HOUSE_RATE * rate
    place = np.clip(t * 4, 0, syllables - 1e-6)
    tone = np.interp(place, np.arange(syllables + 1), notes) * pitch
    phase = 2 * np.pi * np.cumsum(tone) / HOUSE_RATE
    shape = rng.uniform(0.1, 1, (12, syllables))
    wave = sum(shape[k][place.astype(int)] * np.sin((k + 1) * phase) / (k + 1) for k in range(12))
    swells = np.sin(np.pi * (place % 1)) ** 2
    return np.asarray(0.2 * wave * loud[place.astype(int)] * swells, np.float32)


def _noise(seed: int, seconds: float, level: float) -> Samples:
    rng = np.random.default_rng(seed)
    return np.asarray(level * rng.standard_normal(round(seconds * HOUSE_RATE)), np.float32)


def _laid(take: Samples, offset_s: float, seconds: float = 6.0, seed: int = 9) -> Samples:
    excerpt = _noise(seed, seconds, 0.003)
    first = round(offset_s * HOUSE_RATE)
    excerpt[first : first + len(take)] += take
    return excerpt


def test_a_take_in_its_place_agrees_with_itself() -> None:
    take = _voice(1)
    seen = agreement(take, _laid(take, 2.0), offset_s=2.0)
    assert seen.agrees.sum() > 0.7 * seen.salient.sum() > 100


def test_the_grid_has_the_shape_and_the_units_it_says() -> None:
    take = _voice(1)
    seen = agreement(take, _laid(take, 2.0), offset_s=2.0)
    shape = (BANDS, int(np.ceil(6.0 * HOUSE_RATE / HOP)))
    for grid in (seen.medium_db, seen.take_db, seen.salient, seen.agrees):
        assert grid.shape == shape
    assert seen.times_s[1] - seen.times_s[0] == HOP / HOUSE_RATE
    assert np.all(np.diff(seen.frequencies_hz) > 0)
    assert seen.medium_db.max() == 0.0
    assert seen.medium_db.min() >= -FLOOR_DB


@pytest.mark.parametrize(("speed", "pitch"), [(25 / 24, 1.0), (0.92, 1.0), (1.0, 1.06)])
def test_measured_speed_and_pitch_bring_the_take_into_its_place(speed: float, pitch: float) -> None:
    excerpt = _laid(_voice(2, rate=speed, pitch=pitch), 2.0)
    heard = 12 * np.log2(pitch)
    told = agreement(_voice(2), excerpt, offset_s=2.0, speed=speed, pitch_semitones=heard)
    untold = agreement(_voice(2), excerpt, offset_s=2.0)
    assert told.agrees.sum() > 1.3 * untold.agrees.sum()
    assert told.agrees.sum() > 0.6 * told.salient.sum()


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_another_voice_hardly_agrees(seed: int) -> None:
    excerpt = _laid(_voice(seed + 5000), 1.87, seed=seed)  # not on the same beat
    seen = agreement(_voice(seed), excerpt, offset_s=2.0)
    assert seen.agrees.sum() < 0.2 * seen.salient.sum()


@given(shift=st.integers(-40, 40))
@settings(max_examples=15, deadline=None)
def test_marks_move_with_the_take(shift: int) -> None:
    take = _voice(3)
    here = agreement(take, _laid(take, 2.0, seed=1), offset_s=2.0)
    offset_s = 2.0 + shift * HOP / HOUSE_RATE
    there = agreement(take, _laid(take, offset_s, seed=1), offset_s=offset_s)
    np.testing.assert_array_equal(np.roll(here.salient, shift, axis=1), there.salient)


def test_nothing_agrees_outside_the_extent() -> None:
    take = _voice(1)
    seen = agreement(take, _laid(take, 2.0), offset_s=2.0, heard_s=(2.5, 3.0))
    columns = seen.agrees.any(axis=0)
    assert columns.any()
    assert seen.times_s[columns].min() >= 2.5
    assert seen.times_s[columns].max() <= 3.0


def test_cells_agree_only_where_the_take_is_salient() -> None:
    seen = agreement(_voice(1), _laid(_voice(1), 2.0), offset_s=2.0)
    assert not (seen.agrees & ~seen.salient).any()


@pytest.mark.parametrize("level", [0.01, 1.0, 30.0])
def test_the_level_of_either_changes_no_mark(level: float) -> None:
    take, excerpt = _voice(1), _laid(_voice(1), 2.0)
    plain = agreement(take, excerpt, offset_s=2.0)
    scaled = agreement(take * np.float32(level), excerpt, offset_s=2.0)
    assert (plain.agrees != scaled.agrees).mean() < 1e-3


@pytest.mark.parametrize(
    ("take", "excerpt"),
    [
        (np.zeros(0, np.float32), _noise(1, 1.0, 0.1)),
        (_noise(1, 1.0, 0.1), np.zeros(0, np.float32)),
        (np.zeros(16000, np.float32), np.zeros(16000, np.float32)),
        (_noise(1, 1.0, 0.1), np.zeros(16000, np.float32)),
        (np.zeros(1, np.float32), np.zeros(1, np.float32)),
    ],
    ids=["no-take", "no-excerpt", "both-silent", "silent-excerpt", "one-sample"],
)
def test_nothing_to_see_marks_nothing(take: Samples, excerpt: Samples) -> None:
    seen = agreement(take, excerpt, offset_s=0.0)
    assert not seen.agrees.any()
    assert np.isfinite(seen.medium_db).all()


def test_a_take_that_begins_before_the_excerpt_is_cut() -> None:
    take = _voice(1, 4.0)
    seen = agreement(take, take[HOUSE_RATE:], offset_s=-1.0)
    assert seen.agrees.sum() > 0.7 * seen.salient.sum() > 100


def test_damaged_samples_do_not_spread() -> None:
    take = _voice(1)
    take[1000] = np.nan
    seen = agreement(take, _laid(_voice(1), 2.0), offset_s=2.0)
    assert np.isfinite(seen.take_db).all()
    assert seen.agrees.sum() > 0.5 * seen.salient.sum()


def test_speed_brings_its_own_pitch() -> None:
    assert semitones(2.0) == 12.0
    assert semitones(25 / 24) == pytest.approx(0.7067, abs=1e-4)
