"""Takes changed in ways that the split does not hold, and parts of takes: what is found?

    python bench/changes.py SPLIT_DIR [--takes 24]

Takes of the split that are nowhere in its media (by truth.tsv) are changed, laid into one of
its media every 24 s at +5 and −5 dB, and searched for, all at 8 kHz and without a codec: a
test of the changes, not of the path.  For each change it prints how many are found at the
default strength, how many claimed speeds are within 1 %, and the false rows.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

import av.filter  # noqa: E402
import numpy as np  # noqa: E402
import soxr  # noqa: E402

from replique.media import Source, read_audio, walk  # noqa: E402
from replique.probe import HOUSE_RATE, Block, Samples, Subject, search  # noqa: E402
from replique.recordings import RecordingsProbe, Settings  # noqa: E402

EVERY_S = 24
LEVELS_DB = (5.0, -5.0)
NEAR_SPEED = 0.01

Change = Callable[[Samples], Samples]


def faster(sound: Samples, speed: float) -> Samples:
    """Play faster, higher with it."""
    resampled = soxr.resample(sound, HOUSE_RATE * 1000.0, HOUSE_RATE * 1000.0 / speed)
    return np.asarray(resampled, np.float32)


def pieced(sound: Samples, tempo: float) -> Samples:
    """Play faster at the same pitch, by FFmpeg's WSOLA."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=HOUSE_RATE, format="flt", layout="mono", time_base=Fraction(1, HOUSE_RATE)
    )
    stretch = graph.add("atempo", str(tempo))
    sink = graph.add("abuffersink")
    source.link_to(stretch)
    stretch.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound[None], format="flt", layout="mono")
    frame.sample_rate, frame.pts = HOUSE_RATE, 0
    graph.push(frame)
    graph.push(None)
    out = []
    while True:
        try:
            out.append(np.asarray(graph.pull().to_ndarray(), np.float32).ravel())
        except (av.error.EOFError, av.error.BlockingIOError):
            return np.concatenate(out)


def vocoded(sound: Samples, tempo: float, *, size: int = 2048, hop: int = 256) -> Samples:
    """Play faster at the same pitch, by a phase vocoder (Flanagan & Golden 1966)."""
    window = np.hanning(size + 1)[:-1]
    padded = np.concatenate([np.zeros(size), sound, np.zeros(2 * size)])
    frames = int((len(sound) + size) / (hop * tempo))
    advance = 2 * np.pi * np.arange(size // 2 + 1) * hop / size
    out, weight = np.zeros(frames * hop + 2 * size), np.zeros(frames * hop + 2 * size)
    phase = np.zeros(0)
    for k in range(frames):
        at = int(k * hop * tempo)
        now, then = (np.fft.rfft(padded[i : i + size] * window) for i in (at, at + hop))
        phase = phase if len(phase) else np.angle(now)
        out[k * hop : k * hop + size] += np.fft.irfft(abs(now) * np.exp(1j * phase)) * window
        weight[k * hop : k * hop + size] += window**2
        turned = np.angle(then) - np.angle(now) - advance
        phase = phase + advance + (turned + np.pi) % (2 * np.pi) - np.pi
    first = int(size / tempo)
    made = (out / np.maximum(weight, 0.1))[first : first + int(len(sound) / tempo)]
    return np.asarray(made, np.float32)


def vocoded_pitch(sound: Samples, semitones: float) -> Samples:
    """Sound higher in the same time, by a phase vocoder."""
    ratio = 2 ** (semitones / 12)
    return faster(vocoded(sound, 1 / ratio), ratio)


def part(sound: Samples, seconds: float) -> Samples:
    """Return the loudest part of so many seconds."""
    length = min(len(sound), int(seconds * HOUSE_RATE))
    energy = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    low = int((energy[length:] - energy[:-length]).argmax())
    return sound[low : low + length]


CHANGES: dict[str, tuple[Change, float]] = {
    "unchanged": (lambda sound: sound, 1.0),
    **{f"speed × {s}": (partial(faster, speed=s), s) for s in (0.95, 0.97, 0.999, 1.005, 1.02)},
    **{f"speed × {s}": (partial(faster, speed=s), s) for s in (1.06, 1.1)},
    **{f"WSOLA × {t}": (partial(pieced, tempo=t), t) for t in (0.9, 0.95, 1.05, 1.1)},
    **{f"phase vocoder × {t}": (partial(vocoded, tempo=t), t) for t in (0.92, 1.05)},
    **{
        f"phase vocoder {s:+} semitones": (partial(vocoded_pitch, semitones=s), 1.0)
        for s in (1.0, 1.5)
    },
    **{f"a part of {s} s": (partial(part, seconds=s), 1.0) for s in (0.6, 0.8, 1.0, 1.2, 1.5, 2.0)},
}


def laid(bed: Samples, sounds: list[Samples], level_db: float) -> tuple[Samples, list[float]]:
    """Lay sounds into a bed; return it and where they begin, seconds."""
    mixed, starts = bed.copy(), []
    for number, sound in enumerate(sounds):
        start = int((5 + EVERY_S * number) * HOUSE_RATE)
        there = mixed[start : start + len(sound)]
        loud = np.sort(np.convolve(sound**2, np.ones(800) / 800, "same"))[len(sound) // 3 :].mean()
        gain = np.sqrt((there**2).mean() * 10 ** (level_db / 10) / max(float(loud), 1e-12))
        mixed[start : start + len(sound)] += np.float32(gain) * sound[: len(there)]
        starts.append(start / HOUSE_RATE)
    return mixed, starts


def judged(
    takes: list[Samples], change: Change, speed: float, bed: Samples, level_db: float
) -> str:
    """Return what is found of changed takes, in a line."""
    changed = [change(take) for take in takes]
    mixed, starts = laid(bed, changed, level_db)
    probe = RecordingsProbe(Settings())
    probe.learn(Subject(str(number), take) for number, take in enumerate(takes))
    rows = list(search(probe, [Block(0, ("mono",), mixed[None])]))
    found, near, wrong = set(), 0, 0
    for row in rows:
        number = int(row.subject)
        end = starts[number] + len(changed[number]) / HOUSE_RATE
        if row.start_s < end and row.end_s > starts[number]:
            if number not in found:
                near += abs(row.speed / speed - 1) <= NEAR_SPEED
            found.add(number)
        else:
            wrong += 1
    return f"{len(found)}/{len(takes)}, speed near in {near}, {wrong} wrong"


def main() -> int:
    """Change, lay, search, print."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("--takes", type=int, default=24)
    asked = ask.parse_args()
    with (asked.split / "truth.tsv").open(encoding="utf-8") as lines:
        named = {row["take"] for row in csv.DictReader(lines, delimiter="\t")}
    with (asked.split / "ignore.tsv").open(encoding="utf-8") as lines:
        named |= {row["take"] for row in csv.DictReader(lines, delimiter="\t")}
    free = [
        read_audio(source)
        for source in walk([asked.split / "takes"])
        if isinstance(source, Source) and source.path.name not in named
    ][: asked.takes]
    beds = [read_audio(s) for s in walk([asked.split / "media"]) if isinstance(s, Source)][:4]
    for index, (name, (change, speed)) in enumerate(CHANGES.items()):
        bed = beds[index % len(beds)]
        told = [judged(free, change, speed, bed, level_db) for level_db in LEVELS_DB]
        print(f"{name:32s} +5 dB: {told[0]:44s} −5 dB: {told[1]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
