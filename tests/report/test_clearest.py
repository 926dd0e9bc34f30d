from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.probe import HOUSE_RATE, Samples
from replique.report.clearest import MOST_S, clearest


def _noise(seconds: float, level: float = 0.1) -> Samples:
    drawn = np.random.default_rng(1).standard_normal(round(seconds * HOUSE_RATE))
    return (level * drawn).astype(np.float32)


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * HOUSE_RATE), np.float32)


def test_the_stretch_with_most_speech_is_taken() -> None:
    sound = np.concatenate([_silence(8), _noise(2), _silence(8), _noise(10), _silence(8)])
    found = clearest([sound])
    assert found is not None
    assert len(found) == MOST_S * HOUSE_RATE
    assert float(np.mean(np.abs(found) > 1e-6)) > 0.97


def test_the_recording_with_most_speech_is_taken() -> None:
    halves = np.concatenate([_noise(4), _silence(6)])
    found = clearest([halves, _noise(9.0)])
    assert found is not None
    assert len(found) == 9 * HOUSE_RATE


@pytest.mark.parametrize("sounds", [[], [_silence(0)], [_silence(3)], [_silence(0.001)]])
def test_silence_has_no_clear_stretch(sounds: list[Samples]) -> None:
    assert clearest(sounds) is None


def test_what_is_no_number_is_no_sound() -> None:
    sound = _noise(2.0)
    sound[:100] = np.nan
    found = clearest([sound])
    assert found is not None
    assert np.isfinite(found).all()


@given(st.lists(st.floats(0.02, 12.0), min_size=1, max_size=3), st.floats(0.5, 10.0))
def test_it_is_never_longer_than_asked_and_is_what_was_recorded(
    lengths: list[float], most_s: float
) -> None:
    sounds = [_noise(length) for length in lengths]
    found = clearest(sounds, most_s)
    assert found is not None
    assert len(found) <= round(most_s * HOUSE_RATE)
    assert any(found.tobytes() in sound.tobytes() for sound in sounds)
