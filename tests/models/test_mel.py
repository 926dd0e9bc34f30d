"""The filter bank: what Kaldi would compute, frame by frame."""

from __future__ import annotations

import numpy as np
import pytest

from replique.models import mel

RATE = 16_000


def _tone(
    frequency: float, seconds: float = 1.0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * frequency * time)).astype(np.float32)


@pytest.mark.parametrize("count", [0, 1, 399, 400, 559, 560, 16_000])
def test_frames_are_counted_as_they_come(count: int) -> None:
    assert mel.log_mel(np.zeros(count, np.float32)).shape == (mel.count(count), mel.BANDS)


@pytest.mark.parametrize("frequency", [200, 500, 1_000, 2_000, 4_000, 7_000])
def test_a_tone_is_loudest_where_it_lies(frequency: int) -> None:
    low, high = 1127 * np.log1p(20 / 700), 1127 * np.log1p(8_000 / 700)
    band = (1127 * np.log1p(frequency / 700) - low) / (high - low) * 81 - 1
    found = mel.log_mel(_tone(frequency)).mean(axis=0).argmax()
    assert abs(found - band) <= 1


def test_silence_is_the_floor() -> None:
    assert np.allclose(mel.log_mel(np.zeros(1_000, np.float32)), np.log(np.finfo(np.float32).eps))


def test_frames_do_not_depend_on_where_the_sound_is_cut() -> None:
    sound = np.random.default_rng(0).standard_normal(32_000).astype(np.float32)
    whole, part = mel.log_mel(sound), mel.log_mel(sound[100 * mel.HOP :])
    assert np.allclose(whole[100:], part, atol=1e-4)


def test_louder_by_a_factor_is_higher_by_its_square() -> None:
    tone = _tone(900) + 0.01 * _tone(3_000)
    gain = mel.log_mel(2 * tone) - mel.log_mel(tone)
    assert np.allclose(gain[:, 20:40], np.log(4), atol=1e-3)


def test_its_input_is_left_alone() -> None:
    sound = _tone(300)
    before = sound.copy()
    sound.flags.writeable = False
    mel.log_mel(sound)
    assert np.array_equal(sound, before)
