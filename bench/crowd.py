"""Thousands of takes like those of a split, none of which is in its media.

They are made of other speech, or of the split's own takes: pieces of a second or so, from
anywhere, each played backwards and at a speed of its own, joined up to the length of one of
the split's takes. They sound like speech to a search, and nothing like the media's speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soxr

from replique.errors import RepliqueError
from replique.media import Source, read_audio, walk
from replique.probe import HOUSE_RATE, Samples

PIECE_S = (0.4, 1.6)
SPEED = (0.8, 1.25)
EDGE_S = 0.01
FRAME = 4096


def make(folder: Path, count: int, speech: Sequence[Path], like: Sequence[float]) -> float:
    """Write so many takes into a folder; return their length in all, seconds.

    speech : files or folders of sound to cut from. like : lengths to draw from, seconds.
    """
    folder.mkdir(parents=True)
    sounds = listen(speech)
    rng = np.random.default_rng(1)
    total_s = 0.0
    for index in range(count):
        sound = take(sounds, float(rng.choice(np.asarray(like))), rng)
        write(sound, folder / f"crowd{index:05d}.flac")
        total_s += len(sound) / HOUSE_RATE
    return total_s


def listen(paths: Sequence[Path]) -> list[Samples]:
    """Return all sound under some paths that is long enough to cut from, at full level."""
    sounds: list[Samples] = []
    for source in walk(paths):
        if not isinstance(source, Source):
            continue
        try:
            sound = read_audio(source)
        except RepliqueError:  # a text beside the recordings
            continue
        peak = float(np.abs(sound).max(initial=0.0))
        if len(sound) > PIECE_S[1] * SPEED[1] * HOUSE_RATE and peak > 0.001:
            sounds.append(np.asarray(0.5 * sound / peak, np.float32))
    if not sounds:
        raise ValueError(f"no speech in {', '.join(map(str, paths))}")
    return sounds


def take(sounds: Sequence[Samples], length_s: float, rng: np.random.Generator) -> Samples:
    """Return one take, float32 (n,) at HOUSE_RATE, of about a length."""
    wanted = round(length_s * HOUSE_RATE)
    edge = np.linspace(0, 1, round(EDGE_S * HOUSE_RATE), dtype=np.float32)
    pieces: list[Samples] = []
    while sum(map(len, pieces)) < wanted:
        sound = sounds[int(rng.integers(len(sounds)))]
        size = round(rng.uniform(*PIECE_S) * HOUSE_RATE)
        first = int(rng.integers(len(sound) - size))
        backwards = np.ascontiguousarray(sound[first : first + size][::-1])
        played = soxr.resample(backwards, HOUSE_RATE * rng.uniform(*SPEED), HOUSE_RATE)
        if float(np.abs(played).max()) < 0.02:  # a pause
            continue
        played[: len(edge)] *= edge
        played[-len(edge) :] *= edge[::-1]
        pieces.append(played)
    return np.concatenate(pieces)[:wanted]


def write(sound: Samples, path: Path) -> None:
    """Write float32 (n,) at HOUSE_RATE as a 16-bit FLAC."""
    with av.open(path, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=HOUSE_RATE, layout="mono")
        stream.format = av.AudioFormat("s16")
        whole = np.round(sound.clip(-1, 1) * 32767).astype(np.int16)[np.newaxis]
        for first in range(0, whole.shape[1], FRAME):
            part = np.ascontiguousarray(whole[:, first : first + FRAME])
            frame = av.AudioFrame.from_ndarray(part, "s16", "mono")
            frame.sample_rate, frame.time_base = HOUSE_RATE, Fraction(1, HOUSE_RATE)
            frame.pts = first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
