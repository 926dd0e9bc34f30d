from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.probe import HOUSE_RATE, Samples
from replique.report.stretch import warp

CHANGES = [(1.0, 0.0), (25 / 24, 0.7067), (25 / 24, 0.0), (0.92, 0.0), (1.0, 1.0), (1.0, -2.0)]
AT_S = (0.4, 1.3, 2.9, 3.6)


def _tone(hertz: float) -> Samples:
    t = np.arange(4 * HOUSE_RATE) / HOUSE_RATE
    return (0.3 * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def _bursts() -> Samples:
    rng = np.random.default_rng(0)
    samples = np.zeros(4 * HOUSE_RATE, np.float32)
    for at_s in AT_S:
        first = round((at_s - 0.05) * HOUSE_RATE)
        samples[first : first + 1600] = rng.standard_normal(1600) * np.hanning(1600)
    return samples


@pytest.mark.parametrize(("speed", "pitch"), CHANGES)
def test_pitch_and_length_are_those_asked_for(speed: float, pitch: float) -> None:
    warped = warp(_tone(440.0), speed=speed, pitch_semitones=pitch)
    spectrum = np.abs(np.fft.rfft(warped * np.hanning(len(warped)), 1 << 18))
    heard = float(np.argmax(spectrum)) * HOUSE_RATE / (1 << 18)
    assert heard == pytest.approx(440.0 * 2 ** (pitch / 12), rel=0.002)
    assert len(warped) == pytest.approx(4 * HOUSE_RATE / speed, abs=2)
    assert float(warped.std()) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


@pytest.mark.parametrize(("speed", "pitch"), CHANGES)
def test_every_instant_is_within_5_ms_of_its_place(speed: float, pitch: float) -> None:
    warped = warp(_bursts(), speed=speed, pitch_semitones=pitch)
    for at_s in AT_S:
        centre = round(at_s / speed * HOUSE_RATE)
        around = warped[centre - 2000 : centre + 2000].astype(np.float64) ** 2
        heard = float(np.arange(len(around)) @ around / around.sum()) - 2000
        assert abs(heard) / HOUSE_RATE < 0.005


def test_nothing_changes_where_nothing_is_measured() -> None:
    take = _bursts()
    np.testing.assert_array_equal(warp(take, speed=1.0, pitch_semitones=0.0), take)


@given(
    n=st.integers(0, 3000),
    speed=st.floats(0.5, 2.0),
    pitch=st.floats(-12, 12),
)
@settings(max_examples=25)
def test_any_length_speed_and_pitch_gives_finite_sound(n: int, speed: float, pitch: float) -> None:
    warped = warp(np.ones(n, np.float32), speed=speed, pitch_semitones=pitch)
    assert np.isfinite(warped).all()
    assert warped.dtype == np.float32
    assert abs(len(warped) - n / speed) <= 4
