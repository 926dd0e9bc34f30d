"""Sound for tests, synthesised: nobody's voice, nobody's music."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def _at_peak(sound: NDArray[np.float64], peak: float) -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = (peak * sound / np.abs(sound).max()).astype(np.float32)
    return scaled


def voice(seconds: float, seed: int, rate: int = 16_000) -> NDArray[np.float32]:
    """Return something like speech, nobody's: a buzz that glides, vowels, pauses, hisses.

    float32 (n,), peak 0.5. Another seed says something else in another voice.
    """
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    syllables = max(2, round(4 * seconds))
    at = np.linspace(0, seconds, syllables)
    pitch = np.interp(time, at, random.uniform(95, 240, syllables))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formants = [np.interp(time, at, random.uniform(*band, syllables))
                for band in ((300, 900), (900, 2300), (2300, 3400))]  # fmt: skip
    sound = np.zeros(len(time))
    for harmonic in range(1, 40):
        frequency = harmonic * pitch
        gain = sum(np.exp(-(((frequency - formant) / 150) ** 2)) for formant in formants)
        sound += (gain + 0.01) * np.where(frequency < rate / 2.2, np.sin(harmonic * phase), 0)
    loud = np.interp(time, at, random.uniform(0, 1, syllables) ** 2)
    hiss = np.interp(time, at, random.uniform(0, 0.25, syllables) ** 2)
    sound = sound * loud + hiss * random.standard_normal(len(time))
    return _at_peak(sound, 0.5)


def music(seconds: float, seed: int, rate: int = 16_000) -> NDArray[np.float32]:
    """Return chords that change, over a little noise: float32 (n,), peak 0.3."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.01 * random.standard_normal(len(time))
    for start in np.arange(0, seconds, 0.5):
        here = (time >= start) & (time < start + 0.5)
        fade = np.exp(-4 * (time[here] - start))
        for note in random.integers(40, 76, 3):
            sound[here] += fade * np.sin(2 * np.pi * 440 * 2 ** ((note - 69) / 12) * time[here])
    return _at_peak(sound, 0.3)


def write_wav(path: Path, samples: NDArray[np.float32], rate: int = 16_000) -> Path:
    """Write mono 16-bit sound."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path
