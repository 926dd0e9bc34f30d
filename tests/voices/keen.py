"""Ears for tests, without models: whoever is loud speaks, and a voice is its colour.

They keep to what the real ones promise (the same sound, the same numbers) and cost nothing,
so that everything around the models is tested everywhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from replique.models import Ears, Library, pyannet
from replique.models.ears import SPEECH_FRAME, SpeechState

Array = NDArray[np.float32]
RATE = 16_000
LOUD = 0.01
_DIRECTIONS = np.random.default_rng(4).standard_normal((80, 192)).astype(np.float32)


class KeenEars(Ears):
    """Ears that need no models."""

    def __init__(self, library: Library | None = None) -> None:
        super().__init__(library or Library(Path("nowhere")))

    def speech(self, samples: Array, state: SpeechState) -> Array:
        """Loud is speech."""
        levels = np.abs(samples.reshape(-1, SPEECH_FRAME)).max(axis=1, initial=0.0)
        state.context = samples[-len(state.context) :].copy()
        return np.asarray(np.where(levels > LOUD, 0.99, 0.01), np.float32)

    def speakers(self, samples: Array) -> Array:
        """Loud is the first speaker."""
        rows = pyannet.rows(len(samples))
        at = pyannet.FIRST + pyannet.STEP * np.arange(rows)
        around = np.lib.stride_tricks.sliding_window_view(np.abs(samples), 161).max(axis=1)
        loud = around[np.clip(at - 80, 0, len(around) - 1)] > LOUD
        out = np.zeros((rows, len(pyannet.SETS)), np.float32)
        out[np.arange(rows), loud.astype(int)] = 1.0
        return out

    def embed(self, features: Array) -> Array:
        """Return the colour of the loud frames."""
        out = np.empty((len(features), 192), np.float32)
        for i, each in enumerate(features):
            level = each.mean(axis=1)
            loud = each[level >= np.median(level)]
            colour = loud.mean(axis=0) - loud.mean()
            row = colour @ _DIRECTIONS
            out[i] = row / max(float(np.linalg.norm(row)), 1e-9)
        return out


def coloured(seconds: float, low: float, high: float, seed: int = 0) -> Array:
    """Return noise of a band, in syllables: a voice to the ears above; float32 (n,)."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE)
    sections = butter(4, [low, high], "bandpass", fs=RATE, output="sos")
    sound = sosfilt(sections, random.standard_normal(count))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(count) / RATE)
    return np.asarray(0.3 * syllables * sound / np.abs(sound).max(), np.float32)


def silence(seconds: float) -> Array:
    """Return nothing, float32 (n,)."""
    return np.zeros(round(seconds * RATE), np.float32)
