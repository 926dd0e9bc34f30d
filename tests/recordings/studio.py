"""What is done to a take before it is heard again, and where: all synthesised, at HOUSE_RATE."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
import soxr
from av.audio.stream import AudioStream
from scipy.signal import butter, fftconvolve, sosfilt

from replique.probe import HOUSE_RATE, Block, Occurrence, Samples, Subject, search
from replique.recordings import RecordingsProbe, Settings

pytest.importorskip("espeakng_loader")

from demo import music
from demo.voices import RATE as DEMO_RATE
from demo.voices import Voice

ACTRESS = Voice("fr+f3", 150, 58, 75)
ACTOR = Voice("en-gb-x-rp+m3", 150, 38, 60)
STRANGER = Voice("en-us+f5", 158, 55, 70)
OLD_MAN = Voice("en+m5", 140, 45, 60)
SCOT = Voice("en-gb-scotland+m7", 160, 45, 60)
LINE = "Who is holding the lamp up there tonight?"
OTHER_LINE = "Nobody leaves before the captain does."
SPEECH = (
    "We had been at sea for eleven days when the fog came down. Nobody spoke at first. "
    "The cook said it was a judgement, and the boy laughed at him. Then the bell began, "
    "very far away, and slowly, and it was not ours."
)
ANEW = tuple(
    Voice(ACTOR.name, words_a_minute, pitch, 75)
    for words_a_minute in (120, 138, 145, 155, 170)
    for pitch in (30, 38, 44)
)
"""The actor on other days: how fast, how high."""
LONGER_LINES = tuple(f"{LINE} {word}" for word in ("Tell me.", "Answer.", "No.", "Listen, then."))

_SAID = (
    (LINE, ACTOR),
    (OTHER_LINE, STRANGER),
    (SPEECH, ACTRESS),
    (SPEECH, SCOT),
    *((line, voice) for line in (LINE, OTHER_LINE) for voice in (ACTRESS, SCOT)),
    *((LINE, voice) for voice in ANEW),
    *((line, voice) for line in LONGER_LINES for voice in (ACTOR, STRANGER, OLD_MAN)),
)
_SAY = """
import pickle, sys
from demo.voices import speak
pickle.dump([speak(*each) for each in pickle.load(sys.stdin.buffer)], sys.stdout.buffer)
"""


def _single(sound: object) -> Samples:
    return np.asarray(sound, np.float32)


@cache
def _spoken() -> dict[tuple[str, Voice], Samples]:
    """Say every line in a process of its own: what a synthesiser says hangs on what it said."""
    done = subprocess.run(
        [sys.executable, "-c", _SAY],
        input=pickle.dumps(_SAID),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    return dict(zip(_SAID, pickle.loads(done.stdout), strict=True))  # noqa: S301 — our own


@cache
def said(line: str, voice: Voice) -> Samples:
    """Return one of the lines above, float32 (n,), peak 0.5; the same in each run."""
    return _single(soxr.resample(_spoken()[line, voice], DEMO_RATE, HOUSE_RATE))


@cache
def bed(seconds: float, piece: music.Piece = music.DRIVING) -> Samples:
    """Return music, float32 (n,)."""
    both = music.play(piece, seconds)
    return _single(soxr.resample(both.mean(axis=0), DEMO_RATE, HOUSE_RATE))


def power(sound: Samples) -> float:
    """Return the mean power of what is within 40 dB of the loudest 20 ms."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    each = (frames.astype(np.float64) ** 2).mean(axis=1)
    return float(each[each > each.max() * 1e-4].mean())


def planted(under: Samples, take: Samples, at_s: float, level_db: float) -> Samples:
    """Return the bed with a take in it, `level_db` above what is heard there."""
    first = round(at_s * HOUSE_RATE)
    out = under.copy()
    here = out[first : first + len(take)]
    rest = float((here.astype(np.float64) ** 2).mean())
    gain = np.sqrt(rest / power(take) * 10 ** (level_db / 10))
    here += np.float32(gain) * take[: len(here)]
    return out


def faster(take: Samples, ratio: float) -> Samples:
    """Play a take faster, as a tape would."""
    return _single(soxr.resample(take, HOUSE_RATE * ratio, HOUSE_RATE))


def stretched(take: Samples, tempo: float) -> Samples:
    """Say a take faster at its own pitch: WSOLA (Verhelst & Roelands 1993)."""
    size, hop, reach = 640, 320, 160
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    count = int((len(take) / tempo - size) / hop)
    padded = np.pad(take, (reach, size + 2 * reach))
    out = np.zeros((count - 1) * hop + size, np.float32)
    last = 0
    for k in range(count):
        wanted = padded[last + hop : last + hop + size]
        centre = round(k * hop * tempo) + reach
        if k == 0:
            at = centre
        else:
            around = padded[centre - reach : centre + reach + size]
            at = centre - reach + int(np.correlate(around, wanted, "valid").argmax())
        out[k * hop : k * hop + size] += window * padded[at : at + size]
        last = at
    return out


def shifted(take: Samples, semitones: float) -> Samples:
    """Say a take higher at its own tempo: stretch it, then play it faster."""
    ratio = 2 ** (semitones / 12)
    return faster(stretched(take, 1 / ratio), ratio)


def telephone(take: Samples) -> Samples:
    """Hear a take through a telephone's band."""
    return _single(sosfilt(butter(4, (300, 3_400), "band", fs=HOUSE_RATE, output="sos"), take))


def in_a_room(take: Samples, *, decay_s: float = 0.6, direct: float = 1.0) -> Samples:
    """Hear a take from across a room of `decay_s` (RT60), the room as loud as `direct`."""
    random = np.random.default_rng(5)
    time = np.arange(round(decay_s * HOUSE_RATE)) / HOUSE_RATE
    tail = random.standard_normal(len(time)) * 10.0 ** (-3 * time / decay_s)
    tail /= np.sqrt((tail**2).sum())
    tail[0] = direct
    return _single(fftconvolve(take, tail))


def key(number: int) -> str:
    """Return a key for a subject."""
    return f"{number:064x}"


def heard_in(medium: Samples, *takes: Samples, least: float | None = None) -> list[Occurrence]:
    """Search a mono track for takes, whose keys are key(0), key(1), …; in the order of time."""
    probe = RecordingsProbe() if least is None else RecordingsProbe(Settings(least_strength=least))
    probe.learn([Subject(key(i), take) for i, take in enumerate(takes)])
    occurrences = search(probe, [Block(0, ("mono",), medium[np.newaxis])])
    return sorted(occurrences, key=lambda o: (o.start_s, o.subject))


def silence(seconds: float) -> Samples:
    """Return nothing to hear, float32 (n,)."""
    return np.zeros(round(seconds * HOUSE_RATE), np.float32)


def noise(seconds: float, *, level: float = 0.1, seed: int = 1) -> Samples:
    """Return white noise, float32 (n,)."""
    random = np.random.default_rng(seed)
    return _single(level * random.standard_normal(round(seconds * HOUSE_RATE)))


def coded(sound: Samples, codec: str, container: str, bit_rate: int, rate: int) -> Samples:
    """Return what is left of a sound after a codec, at the place where it was."""
    layout = "mono"
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = cast("AudioStream", output.add_stream(codec, rate=rate, layout=layout))
        stream.bit_rate = bit_rate
        given = np.clip(soxr.resample(sound, HOUSE_RATE, rate), -1, 1)
        resampler = av.AudioResampler(stream.format.name, layout, rate, stream.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(
            (given * 32767).astype(np.int16)[np.newaxis], format="s16", layout=layout
        )
        frame.sample_rate, frame.pts = rate, 0  # or the encoder does not say when it began
        for ready in (*resampler.resample(frame), *resampler.resample(None)):
            output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as written:
        back = av.AudioResampler("fltp", layout, HOUSE_RATE)
        frames = list(written.decode(audio=0))
        heard = [r.to_ndarray()[0] for f in (*frames, None) for r in back.resample(f)]
    early = max(0.0, -(frames[0].time or 0.0))  # what an encoder puts before the beginning
    return _single(np.concatenate(heard)[round(early * HOUSE_RATE) :])
