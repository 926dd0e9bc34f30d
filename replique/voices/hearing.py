"""What is kept of a turn: embeddings of the whole and of short windows of it.

Short windows are embedded each on its own, with its own mean taken off: where another voice or
music covers most of a turn, some second of it is often clear (bench/README.md, "voices").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.models import Ears, mel
from replique.probe import Samples

Array = NDArray[np.float32]

LEAST_FRAMES = 40
"""Frames of 10 ms below which the encoder is not asked: a longer window is made by repeating."""
COVERED = 0.03
"""Overlap from which short windows of a turn are heard too; below it they count for nothing
(`calibration.Conditions.covered`)."""
MIDDLE = 150
SHORT = 100
LONG = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """Embeddings of unit length; d is what the encoder gives, 192 for the built-in one.

    whole : float32 (d,). middle : float32 (d,), the mean of windows of 1.5 s, not of unit
        length: the more they agree, the longer it is. short : float32 (n, d), windows of
        1 s, or none where nobody speaks over it.
    """

    whole: Array
    middle: Array
    short: Array

    @property
    def direction(self) -> Array:
        """Where the voice lies, float32 (d,), unit length: what turns are clustered by."""
        both = self.whole + self.middle / max(self.agreement, 1e-9)
        return np.asarray(both / max(float(np.linalg.norm(both)), 1e-9), np.float32)

    @property
    def agreement(self) -> float:
        """0…1, how much its windows agree."""
        return float(np.linalg.norm(self.middle))


def pool(heard: Sequence[Heard], weights: Sequence[float]) -> Heard:
    """Return several turns as one. weights : positive, how much each counts."""
    share = np.array(weights, np.float32) / np.float32(sum(weights))
    whole = np.stack([h.whole for h in heard]).T @ share
    return Heard(
        whole=np.asarray(whole / max(float(np.linalg.norm(whole)), 1e-9), np.float32),
        middle=np.asarray(np.stack([h.middle for h in heard]).T @ share, np.float32),
        short=np.concatenate([h.short for h in heard]),
    )


def hear(ears: Ears, samples: Samples, *, short: bool) -> Heard:
    """Embed a turn, float32 (n,)."""
    features = _features(samples)
    windows = embedded(ears, features, MIDDLE)
    return Heard(
        whole=ears.embed(features[None])[0],
        middle=windows.mean(axis=0),
        short=embedded(ears, features, SHORT) if short else windows[:0],
    )


def _features(samples: Samples) -> Array:
    features = mel.log_mel(samples)
    if not len(features):
        features = mel.log_mel(np.resize(samples, mel.WINDOW))
    if len(features) < LEAST_FRAMES:
        features = np.resize(features, (LEAST_FRAMES, features.shape[1]))
    return features


def embedded(ears: Ears, features: Array, length: int) -> Array:
    """Embed windows of `length` frames, half of it apart, float32 (n, d)."""
    if len(features) <= length:
        return ears.embed(features[None])
    starts = range(0, len(features) - length + 1, length // 2)
    return ears.embed(np.stack([features[i : i + length] for i in starts]))
