"""Music that belongs to nobody: pads, bass, bells and drums, made from sines and noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from demo.voices import RATE, Sound

Wave = NDArray[np.float64]

_TABLE = 4096
Chord = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of music.

    chords : MIDI notes, one chord a bar of four beats, repeated.
    melody : steps of the chord's own scale, one an eighth note, None to rest.
    drums : how loud the drums are, 0…1.
    """

    beats_a_minute: float
    chords: tuple[Chord, ...]
    melody: tuple[int | None, ...]
    drums: float
    seed: int


CALM = Piece(
    beats_a_minute=72,
    chords=((57, 64, 67, 72), (53, 60, 64, 69), (48, 55, 64, 67), (55, 62, 65, 71)),
    melody=(0, None, 2, None, 3, None, 2, 1, None, None, 3, None, 2, None, None, None),
    drums=0.25,
    seed=1,
)
DRIVING = Piece(
    beats_a_minute=112,
    chords=((50, 57, 62, 65), (46, 53, 58, 65), (53, 57, 60, 65), (48, 55, 60, 64)),
    melody=(0, 1, 2, 3, 2, 1, 0, 1, None, 2, 3, 2, None, 1, 0, None),
    drums=1.0,
    seed=2,
)
WATCHFUL = Piece(
    beats_a_minute=88,
    chords=((52, 59, 62, 67), (52, 57, 60, 67), (48, 55, 59, 64), (51, 57, 59, 66)),
    melody=(3, None, None, 2, None, None, 0, None, None, 1, None, None, None, 2, None, None),
    drums=0.5,
    seed=3,
)


def play(piece: Piece, seconds: float) -> Sound:
    """Return a stereo piece, float32 (2, n) at RATE, peaking at 0.7, fading out."""
    rng = np.random.default_rng(piece.seed)
    length = round(seconds * RATE)
    mix = np.zeros((2, length + 4 * RATE))
    beat_s = 60 / piece.beats_a_minute
    for bar in range(int(seconds / (4 * beat_s)) + 1):
        at_s = bar * 4 * beat_s
        chord = piece.chords[bar % len(piece.chords)]
        _pad(mix, at_s, 4 * beat_s, chord, rng)
        _bass(mix, at_s, beat_s, chord[0] - 12)
        if bar % 8 >= 2:
            half = piece.melody[8 * (bar % 2) :][:8]
            _bells(mix, at_s, beat_s, [None if d is None else chord[d] + 12 for d in half])
        if bar >= 2:
            _drums(mix, at_s, beat_s, piece.drums * rng.uniform(0.9, 1.1))
    dry = mix[:, :length]
    fade = np.minimum(1.0, np.arange(length)[::-1] / (2.0 * RATE))
    mixed = (dry + 0.25 * fftconvolve(dry, _hall(rng), axes=1)[:, :length]) * fade
    return np.asarray(0.7 * mixed / np.abs(mixed).max(), np.float32)


def _hertz(note: float) -> float:
    return float(440.0 * 2.0 ** ((note - 69) / 12))


def _seconds(length_s: float) -> Wave:
    return np.asarray(np.arange(round(length_s * RATE)) / RATE)


def _add(mix: Wave, at_s: float, wave: Wave, *, gain: float, pan: float = 0.5) -> None:
    first = round(at_s * RATE)
    here = mix[:, first : first + len(wave)]
    here += gain * np.array([[1 - pan], [pan]]) * wave[: here.shape[1]]


def _pad(mix: Wave, at_s: float, length_s: float, chord: Chord, rng: np.random.Generator) -> None:
    """Add soft, detuned strings that swell into the next bar."""
    t = _seconds(length_s + 1.2)
    partials = np.arange(1, 9)[:, np.newaxis]
    angles = 2 * np.pi * partials * np.arange(_TABLE) / _TABLE + rng.uniform(0, 6, (8, 1))
    strings = (np.sin(angles) / partials**1.6).sum(axis=0)
    swell = np.minimum(1, t / 0.8) * np.minimum(1, (t[-1] - t) / 1.2)
    for note in chord:
        for pan in (0.1, 0.9):
            turns = _hertz(note + rng.normal(0, 0.04)) * t + rng.uniform()
            string = swell * strings[(turns * _TABLE).astype(int) % _TABLE]
            _add(mix, at_s, string, gain=0.06, pan=pan)


def _bass(mix: Wave, at_s: float, beat_s: float, note: int) -> None:
    t = _seconds(0.9 * beat_s)
    turn = 2 * np.pi * _hertz(note) * t
    pluck = np.exp(-3 * t) * (np.sin(turn) + 0.5 * np.sin(2 * turn) + 0.25 * np.sin(3 * turn))
    pluck *= np.minimum(1, (t[-1] - t) / 0.02)
    for beat, gain in ((0, 1.0), (1.5, 0.7), (2.5, 0.8)):
        _add(mix, at_s + beat * beat_s, pluck, gain=0.44 * gain)


def _bells(mix: Wave, at_s: float, beat_s: float, notes: list[int | None]) -> None:
    """Add a melody of struck metal: partials off the harmonic series, an eighth note each."""
    t = _seconds(1.6)
    for step, note in enumerate(notes):
        if note is not None:
            turn = 2 * np.pi * _hertz(note) * t
            strike = np.exp(-4 * t) * np.sin(turn) + 0.4 * np.exp(-7 * t) * np.sin(2.76 * turn)
            _add(mix, at_s + step * beat_s / 2, strike, gain=0.1, pan=0.35 + 0.3 * (step % 2))


def _drums(mix: Wave, at_s: float, beat_s: float, gain: float) -> None:
    t = _seconds(0.25)
    hiss = np.random.default_rng(0).standard_normal(len(t))
    hiss = sosfilt(butter(2, 2500, "highpass", fs=RATE, output="sos"), hiss)
    kick = np.exp(-14 * t) * np.sin(2 * np.pi * (48 * t + 4.5 * (1 - np.exp(-28 * t))))
    snare = 0.5 * np.exp(-18 * t) * hiss + 0.4 * np.exp(-25 * t) * np.sin(2 * np.pi * 190 * t)
    hat = np.exp(-60 * t) * hiss
    for beat in (0, 2):
        _add(mix, at_s + beat * beat_s, kick, gain=gain)
        _add(mix, at_s + (beat + 1) * beat_s, snare, gain=0.5 * gain)
    for eighth in range(8):
        loud = (0.1 + 0.08 * (eighth % 2)) * gain
        _add(mix, at_s + eighth * beat_s / 2, hat, gain=loud, pan=0.6)


def _hall(rng: np.random.Generator) -> Wave:
    t = _seconds(1.6)
    tail = rng.standard_normal((2, len(t))) * np.exp(-4.3 * t)
    return np.asarray(tail / np.sqrt((tail**2).sum(axis=1, keepdims=True)))
