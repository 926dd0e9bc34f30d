"""What is done to a take before it is heard again, and how files are written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import soxr
from av.audio.stream import AudioStream
from scipy.signal import fftconvolve

from demo.voices import RATE, Sound


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written: FFmpeg's names, bits a second, samples a second."""

    container: str
    codec: str
    bit_rate: int
    rate: int = RATE
    layout: str = "stereo"


FORMATS = {
    ".wav": Format("wav", "pcm_s16le", 0, layout="mono"),
    ".mp3": Format("mp3", "libmp3lame", 128_000),
    ".m4a": Format("ipod", "aac", 96_000),
    ".webm": Format("webm", "libopus", 24_000, rate=48_000),
}


def faster(take: Sound, ratio: float) -> Sound:
    """Play a take faster, as a tape would: pitch rises with speed."""
    return np.asarray(soxr.resample(take, RATE * ratio, RATE), np.float32)


def in_a_room(take: Sound, *, seed: int = 7, decay_s: float = 0.6) -> Sound:
    """Hear a take from across a room: a direct sound, walls, and a tail of `decay_s` (RT60)."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(decay_s * RATE)) / RATE
    tail = rng.standard_normal(len(t)) * 10.0 ** (-3 * t / decay_s)
    tail *= 0.7 / np.sqrt((tail**2).sum())  # the room 3 dB under the direct sound
    tail[0] = 1.0
    for arrival_s, gain in ((0.0047, 0.5), (0.0089, -0.4), (0.0131, 0.3), (0.0178, 0.25)):
        tail[round(arrival_s * RATE)] += gain
    return np.asarray(fftconvolve(take, tail), np.float32)


def loudness_db(sound: Sound) -> float:
    """Return the level of the parts that sound, in dB: within 30 dB of the loudest 20 ms."""
    size = RATE // 50
    rows = sound[..., : sound.shape[-1] // size * size].reshape(-1, size)
    power = (rows.astype(np.float64) ** 2).mean(axis=1)
    sounding = power[power > power.max() * 1e-3]
    return float(10 * np.log10(sounding.mean()))


def lay(bed: Sound, take: Sound, at_s: float, level_db: float) -> None:
    """Lay a mono sound into a stereo bed, `level_db` above what is heard there.

    bed : float32 (2, n), changed in place.
    """
    first = round(at_s * RATE)
    here = bed[:, first : first + len(take)]
    gain = 10 ** ((loudness_db(here.mean(axis=0)) + level_db - loudness_db(take)) / 20)
    here += np.float32(gain) * take


def write(sound: Sound, path: Path) -> None:
    """Write float32 (n,) or (2, n) at RATE to a file, in the format of its suffix."""
    form = FORMATS[path.suffix]
    channels = np.atleast_2d(sound) * min(1.0, 0.95 / float(np.abs(sound).max()))
    layout = "mono" if len(channels) == 1 else "stereo"
    exactly = {"fflags": "+bitexact"}  # the same bytes each time
    with av.open(path, "w", format=form.container, options=exactly) as container:
        stream = cast(
            "AudioStream", container.add_stream(form.codec, rate=form.rate, layout=form.layout)
        )
        if form.bit_rate:
            stream.bit_rate = form.bit_rate
        resampler = av.AudioResampler(stream.format, stream.layout, form.rate, stream.frame_size)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(channels, np.float32), format="fltp", layout=layout
        )
        frame.rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = 0  # from here the encoder tells players what delay to leave out
        for ready in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
