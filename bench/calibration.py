"""What a strength is worth: false alarms counted beside those that it promises.

    python bench/calibration.py SPLIT_DIR [--jobs N] [--results DIR]

The split's takes are played backwards, so that they are speech of the same people in the
same rooms and at the same levels, and in none of its media; its media are searched for them
with the probe of `replique scan`.  Whatever is found is a false alarm.  docs/strength.md
says how the lines in replique/recordings/strength.py follow from the counts.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from bench import results  # noqa: E402
from replique.media import Medium, Source, read_audio, walk  # noqa: E402
from replique.probe import HOUSE_RATE, Block, search  # noqa: E402
from replique.recordings import RecordingsProbe, Settings, prepare  # noqa: E402
from replique.recordings.strength import false_alarms  # noqa: E402

LEVELS = (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
WEAKEST = -2.0


@cache
def probe_for(takes: Path) -> RecordingsProbe:
    """Return a probe that looks for a folder's takes played backwards."""
    probe = RecordingsProbe(Settings(least_strength=WEAKEST))
    probe.learn(
        (str(number), prepare(np.ascontiguousarray(read_audio(source)[::-1])))
        for number, source in enumerate(sources(takes))
    )
    return probe


def sources(folder: Path) -> list[Source]:
    """Return what can be heard in a folder."""
    return [source for source in walk([folder]) if isinstance(source, Source)]


def false_strengths(split: Path, medium: Path) -> tuple[list[float], float]:
    """Return the strengths of the false alarms in a medium, and its length in seconds."""
    found, seconds = [], 0.0
    for source in walk([medium]):
        if not isinstance(source, Source):
            continue
        with Medium(source) as opened:
            for track in opened.tracks:
                lengths: list[float] = []
                blocks = counted(opened.blocks(track), lengths)
                found += [one.strength for one in search(probe_for(split / "takes"), blocks)]
                seconds += sum(lengths)
    return found, seconds


def counted(blocks: Iterable[Block], lengths: list[float]) -> Iterator[Block]:
    """Pass blocks on, noting their lengths in seconds."""
    for block in blocks:
        lengths.append(block.samples.shape[1] / HOUSE_RATE)
        yield block


def table(strengths: list[float], take_hours: float) -> list[dict[str, float]]:
    """Return, for each level, the false alarms found and those promised."""
    return [
        {
            "strength": level,
            "found": sum(strength >= level for strength in strengths),
            "promised": round(false_alarms(level, hours=take_hours), 2),
        }
        for level in LEVELS
    ]


def main() -> int:
    """Search, count, keep."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    ask.add_argument("--results", type=Path, default=results.FOLDER)
    asked = ask.parse_args()
    media = sorted(p for p in (asked.split / "media").iterdir() if p.is_file())
    strengths: list[float] = []
    seconds = 0.0
    with ProcessPoolExecutor(asked.jobs) as pool:
        for found, length in pool.map(false_strengths, [asked.split] * len(media), media):
            strengths += found
            seconds += length
    takes = len(sources(asked.split / "takes"))
    take_hours = takes * seconds / 3_600
    rows = table(strengths, take_hours)
    print(f"{takes} takes played backwards, {seconds / 3_600:.2f} h: {take_hours:.0f} take-hours")
    for row in rows:
        print(
            f"strength ≥ {row['strength']:4.1f}: {row['found']:3.0f} found,"
            f" {row['promised']:8.2f} promised"
        )
    results.keep(
        "calibration",
        {"take_hours": round(take_hours, 1), "levels": rows},
        script="bench/calibration.py SPLIT_DIR",
        material=f"{asked.split.resolve().name}, its takes played backwards",
        folder=asked.results,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
