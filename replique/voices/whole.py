"""A whole recording judged as one turn: what trials and calibration are made of."""

from __future__ import annotations

import numpy as np

from replique.models import Ears
from replique.probe import HOUSE_RATE, Samples
from replique.voices.activity import HOP, Watch
from replique.voices.calibration import Conditions
from replique.voices.hearing import COVERED, Heard, hear
from replique.voices.turns import SURELY


def hear_whole(ears: Ears, samples: Samples) -> tuple[Heard, Conditions]:
    """Embed a recording, float32 (n,), as a turn would be, and say under which conditions."""
    watch = Watch(ears)
    cores = [*watch.push(samples), *watch.end()]
    frames = max(1, len(samples) // HOP)
    if not cores:
        heard = hear(ears, samples, short=False)
        return heard, Conditions(0.0, 0.0, heard.agreement)
    speech = np.concatenate([core.speech for core in cores])[:frames]
    overlap = np.concatenate([core.overlap.sum(axis=1) / 2 for core in cores])[:frames]
    shared = float(overlap.mean())
    heard = hear(ears, samples, short=shared > COVERED)
    return heard, Conditions(
        speech_s=float((speech > SURELY).sum()) * HOP / HOUSE_RATE,
        overlap=shared,
        agreement=heard.agreement,
    )
