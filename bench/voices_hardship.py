"""What a turn can go through besides what a split holds: made of its clear turns, always alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfiltfilt

from replique.probe import HOUSE_RATE, Samples

TALKERS = 6
"""Voices in a babble."""
FILM_TO_PAL = 25 / 24
TWO_SEMITONES = 2 ** (2 / 12)
ROOM_S = 0.8
"""Reverberation time, 60 dB."""

NAMES = {
    "babble-5": "babble of six others, 5 dB softer",
    "babble0": "babble of six others, as loud",
    "noise5": "pink noise 5 dB softer",
    "room": "a room: 0.8 s, as much echo as direct sound",
    "phone": "a telephone: 300–3400 Hz, 8 kHz, μ-law",
    "narrow": "8 kHz",
    "pal": "25/24 faster, as film on television",
    "high": "two semitones higher and faster",
    "low": "two semitones lower and slower",
}


def hardships(
    clean: Samples, others: Sequence[Samples], random: np.random.Generator
) -> Iterator[tuple[str, Samples]]:
    """Yield a clear turn, float32 (n,), as it is after each.

    others : speech of people who are not enrolled; without it there is no babble.
    """
    if len(others) >= TALKERS:
        chosen = random.choice(len(others), TALKERS, replace=False)
        babble = np.sum([_level(np.resize(others[i], len(clean))) for i in chosen], axis=0)
        yield "babble-5", _mixed(clean, babble, -5.0)
        yield "babble0", _mixed(clean, babble, 0.0)
    yield "noise5", _mixed(clean, _pink(len(clean), random), -5.0)
    yield "room", _mixed(clean, _echo(clean, random), 0.0)
    yield "phone", _telephone(clean)
    yield "narrow", _narrow(clean)
    yield "pal", _played(clean, FILM_TO_PAL)
    yield "high", _played(clean, TWO_SEMITONES)
    yield "low", _played(clean, 1 / TWO_SEMITONES)


def _level(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    power = float(np.square(samples, dtype=np.float64).mean())
    return np.asarray(samples / np.sqrt(max(power, 1e-12)), np.float64)


def _mixed(speech: Samples, other: NDArray[np.floating], level_db: float) -> Samples:
    out = _level(speech) + 10 ** (level_db / 20) * _level(other)
    return np.asarray(0.9 * out / max(1e-9, float(np.abs(out).max())), np.float32)


def _pink(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.asarray(np.fft.irfft(spectrum, count))


def _echo(clean: Samples, random: np.random.Generator) -> NDArray[np.float64]:
    time = np.arange(round(ROOM_S * HOUSE_RATE)) / HOUSE_RATE
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / ROOM_S)
    tail[: HOUSE_RATE // 200] = 0  # the first 5 ms are the direct sound's
    return np.asarray(fftconvolve(clean.astype(np.float64), tail)[: len(clean)])


def _narrow(clean: Samples) -> Samples:
    low = soxr.resample(clean, HOUSE_RATE, HOUSE_RATE // 2)
    return np.asarray(soxr.resample(low, HOUSE_RATE // 2, HOUSE_RATE)[: len(clean)], np.float32)


def _telephone(clean: Samples) -> Samples:
    band = butter(4, [300.0, 3_400.0], "bandpass", fs=HOUSE_RATE, output="sos")
    heard = _narrow(np.asarray(sosfiltfilt(band, clean), np.float32))
    heard = heard / max(1e-9, float(np.abs(heard).max()))
    squeezed = np.sign(heard) * np.log1p(255 * np.abs(heard)) / np.log(256)
    steps = np.round(127 * squeezed) / 127
    return np.asarray(np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255, np.float32)


def _played(clean: Samples, speed: float) -> Samples:
    """Return it played at another speed: pitch and everything else move with it."""
    out = soxr.resample(clean, HOUSE_RATE * speed, HOUSE_RATE)
    return np.asarray(out, np.float32)
