"""What a search costs, with the program run as a person runs it, held to one core.

    python bench/cost.py [SPLIT_DIR] [--only few,all,two,crowd,start,decoding]
                         [--crowd 10000] [--more SPEECH ...] [--limit-s 5400] [--results DIR]

few       30 takes, about 1 min of audio, against the media
all       all takes of the split, with peak memory
two       the same with two processes on two cores
crowd     10,000 takes: the split's own among others that are nowhere in its media, made of
          its own speech or of --more (bench/crowd.py); with what is found of its own
start     `replique --help`, and a scan of a medium of 2 s to its end: medians of 5
decoding  opening and decoding the media, and nothing else

Without a split, one is made of synthetic voices and music (bench/programme.py). "Times real
time" is the sound searched over the time of the whole command, its start included. `two` and
`crowd` are compared with `all`, measured now or kept from before. A case that reaches
--limit-s is stopped as by Ctrl-C, and what it finished by then is what is counted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from math import log
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import crowd, programme, results  # noqa: E402
from bench.commands import Program, Ran, cores_here, median_s, on_cores  # noqa: E402
from bench.scoring import Row, Truth, judge, read_truth  # noqa: E402
from replique.errors import RepliqueError  # noqa: E402
from replique.media import Medium, Source, walk  # noqa: E402
from replique.probe import HOUSE_RATE  # noqa: E402
from replique.recordings import Settings  # noqa: E402

CASES = ("decoding", "start", "few", "all", "two", "crowd")
FEW = 30
FEW_S = 2.0
"""30 takes of about 2 s are about a minute."""
TIMES = 5
SYNTHETIC = "synthetic voices in synthetic music"

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """What the cases share. lengths : of the split's takes, seconds, by name."""

    split: Path
    scratch: Path
    lengths: dict[str, float]
    truth: Truth | None
    limit_s: float
    crowd: int
    times: int
    more: tuple[Path, ...]
    kept: Path
    material: str
    prefix: str

    @property
    def rows_alone(self) -> Path:
        """Where the rows of `all` wait for `crowd`: they tell a split's truth, and stay here."""
        return self.kept / "rows" / f"{self.prefix}cost-all.json"

    @property
    def media(self) -> Path:
        """The folder that is searched."""
        return self.split / "media"

    def home(self, name: str) -> Program:
        """Return the program with an empty home, its store made and its code warm."""
        home = self.scratch / f"home-{name}"
        shutil.rmtree(home, ignore_errors=True)
        program = Program(home)
        program.run("performer", "add", "The split", cores=None)
        return program


def few(bench: Bench) -> Figures:
    """Thirty short takes."""
    names = sorted(bench.lengths, key=lambda name: (abs(bench.lengths[name] - FEW_S), name))[:FEW]
    program = bench.home("few")
    program.run("take", "add", "the-split", *(bench.split / "takes" / name for name in names))
    ran = program.run("scan", bench.media, "--jobs", "1", "--json", limit_s=bench.limit_s)
    audio_s = sum(bench.lengths[name] for name in names)
    return {"takes": len(names), "takes_s": round(audio_s, 1), **_speed(ran)}


def whole(bench: Bench) -> Figures:
    """All takes of the split, on one core."""
    program, registering_s = _registered(bench, "all", bench.split / "takes")
    ran = program.run(
        "scan", bench.media, "--jobs", "1", "--json", watch=True, limit_s=bench.limit_s
    )
    rows = _rows(program)
    bench.rows_alone.parent.mkdir(parents=True, exist_ok=True)
    bench.rows_alone.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
    return {
        "takes": len(bench.lengths),
        "takes_s": round(sum(bench.lengths.values()), 1),
        "registering_s": registering_s,
        **_speed(ran),
        "memory_gb": round(ran.memory_bytes / 1e9, 3),
        "found": _found(bench, rows, _finished(ran)),
        "stopped_at_the_limit": ran.stopped,
    }


def two(bench: Bench) -> Figures:
    """All takes of the split, two processes on two cores against one on one."""
    one = _of(bench, "all")
    if cores_here() < 2:
        return {"skipped": "this machine has one core"}
    program, _ = _registered(bench, "two", bench.split / "takes")
    ran = program.run("scan", bench.media, "--jobs", "2", "--json", cores=2, limit_s=bench.limit_s)
    speed = _speed(ran)
    return {**speed, "against_one": speed["times_real_time"] / one["times_real_time"]}


def many(bench: Bench) -> Figures:
    """The split's takes among thousands of others."""
    alone = _of(bench, "all")
    others = bench.scratch / "crowd"
    count = max(1, bench.crowd - len(bench.lengths))
    speech = bench.more or (bench.split / "takes",)
    others_s = crowd.make(others, count, speech, list(bench.lengths.values()))
    program, registering_s = _registered(bench, "crowd", bench.split / "takes", others)
    ran = program.run(
        "scan", bench.media, "--jobs", "1", "--json", watch=True, limit_s=bench.limit_s
    )
    finished = _finished(ran)
    rows = _rows(program)
    own = [row for row in rows if row.take in bench.lengths]
    speed = _speed(ran)
    before = [Row(**each) for each in json.loads(bench.rows_alone.read_text(encoding="utf-8"))]
    more_takes = (count + len(bench.lengths)) / len(bench.lengths)
    more_cost = alone["times_real_time"] / speed["times_real_time"] if finished else None
    return {
        "takes": count + len(bench.lengths),
        "takes_s": round(others_s + sum(bench.lengths.values()), 1),
        "registering_s": registering_s,
        **speed,
        "memory_gb": round(ran.memory_bytes / 1e9, 3),
        "stopped_at_the_limit": ran.stopped,
        "media_finished": len(finished),
        "found": _found(bench, own, finished),
        "found_alone": _found(bench, before, finished),
        "rows_of_others": len(rows) - len(own),
        "takes_times": more_takes,
        "cost_times": more_cost,
        "growth_exponent": log(more_cost) / log(more_takes) if more_cost else None,
    }


def start(bench: Bench) -> Figures:
    """How long until `replique --help` has spoken, and until a short scan is over."""
    program = bench.home("start")
    names = sorted(bench.lengths)[:FEW]
    program.run("take", "add", "the-split", *(bench.split / "takes" / name for name in names))
    helped = [program.run("--help") for _ in range(bench.times + 1)][1:]
    scans = []
    for index in range(bench.times + 1):
        medium = bench.scratch / f"start{index}.wav"
        _short(medium, index)
        scans.append(program.run("scan", medium, "--jobs", "1", "--quiet"))
    return {"help_s": round(median_s(helped), 3), "scan_s": round(median_s(scans[1:]), 3)}


def decoding(bench: Bench) -> Figures:
    """Open and decode, and nothing else."""
    heard: dict[str, tuple[float, float]] = {}
    with on_cores(1):
        for source in walk([bench.media]):
            if isinstance(source, Source):
                began = time.perf_counter()
                samples = _decode(source)
                wall_s = time.perf_counter() - began
                suffix = source.path.suffix
                before = heard.get(suffix, (0.0, 0.0))
                heard[suffix] = (before[0] + samples / HOUSE_RATE, before[1] + wall_s)
    by_format = {suffix: round(sound_s / wall_s) for suffix, (sound_s, wall_s) in heard.items()}
    sound_s, wall_s = (sum(each[place] for each in heard.values()) for place in (0, 1))
    return {
        "heard_s": round(sound_s, 1),
        "wall_s": round(wall_s, 2),
        "times_real_time": round(sound_s / wall_s, 1),
        "by_format": by_format,
    }


def _decode(source: Source) -> int:
    """Return how many samples were decoded, over all tracks, as far as it can be read."""
    samples = 0
    with suppress(RepliqueError), Medium(source) as medium:
        for track in medium.tracks:
            for block in medium.blocks(track):
                samples += block.samples.shape[1]
    return samples


RUN: dict[str, Callable[[Bench], Figures]] = {
    "few": few,
    "all": whole,
    "two": two,
    "crowd": many,
    "start": start,
    "decoding": decoding,
}


def _registered(bench: Bench, name: str, *folders: Path) -> tuple[Program, float]:
    program = bench.home(name)
    ran = program.run("take", "add", "the-split", *folders, "--json")
    return program, round(ran.wall_s, 1)


def _speed(ran: Ran) -> Figures:
    """Return how fast a scan was. Of one that was stopped, only finished media count."""
    events = ran.events()
    if ran.stopped:
        heard_s = sum(e["duration_s"] or 0.0 for e in events if e.get("event") == "medium")
    else:
        heard_s = next(e["decoded_s"] for e in reversed(events) if e.get("event") == "summary")
    return {
        "heard_s": heard_s,
        "wall_s": round(ran.wall_s, 2),
        "times_real_time": round(heard_s / ran.wall_s, 2),
    }


def _finished(ran: Ran) -> frozenset[str]:
    return frozenset(
        Path(event["medium"]).name for event in ran.events() if event.get("event") == "medium"
    )


def _rows(program: Program) -> list[Row]:
    said = json.loads(program.run("occurrences", "--json", cores=None).out)
    return [
        Row(
            Path(each["medium"]).name,
            Path(each["take_path"]).name,
            each["start_s"],
            each["end_s"],
            each["strength"],
        )
        for each in said["occurrences"]
    ]


def _found(bench: Bench, rows: Sequence[Row], media: frozenset[str]) -> Figures | None:
    """Return what is found at the default setting in some media; None without a truth."""
    if bench.truth is None:
        return None
    laid = tuple(each for each in bench.truth.laid if each.medium in media)
    judged = judge(replace(bench.truth, laid=laid), [row for row in rows if row.medium in media])
    return {
        "found": len(judged.found(least=Settings().least_strength)),
        "placed": len(laid),
        "wrong": len(judged.decoys) + len(judged.others),
    }


def _of(bench: Bench, case: str) -> Figures:
    """Return the figures of another case, kept from before."""
    kept = results.all_kept(bench.kept).get(f"{bench.prefix}cost-{case}")
    here = results.machine()["processor"]
    if (
        kept is None
        or not bench.rows_alone.exists()
        or (kept["material"], kept["machine"]["processor"]) != (bench.material, here)
    ):
        raise RuntimeError(f"Measure it here first: python bench/cost.py --only {case}")
    figures: Figures = kept["figures"]
    if not figures["times_real_time"]:
        raise RuntimeError(f"{case} did not finish one medium: give it a higher --limit-s")
    return figures


def _short(path: Path, seed: int) -> None:
    """Write two seconds of noise that no scan has seen."""
    noise = np.random.default_rng(seed).normal(0, 3000, 32_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(noise.tobytes())


def _lengths(folder: Path) -> dict[str, float]:
    """Return the lengths of takes by name, seconds."""
    lengths = {}
    for source in walk([folder]):
        if isinstance(source, Source):
            with suppress(RepliqueError), Medium(source) as take:
                lengths[source.path.name] = take.tracks[0].duration_s or FEW_S
    return lengths


def main() -> int:
    """Measure the cases asked for, keep and print their figures."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="replique-cost-") as scratch:
        bench = _bench(asked, Path(scratch))
        _warm(bench)
        for case in (case for case in CASES if case in asked.only):
            waiting = results.Waiting()
            figures = RUN[case](bench)
            results.keep(
                f"{bench.prefix}cost-{case}",
                figures,
                script=f"bench/cost.py --only {case}",
                material=bench.material,
                folder=asked.results,
                waiting=waiting.share(),
            )
            print(f"{case:9s}", json.dumps(figures), flush=True)
    return 0


def _bench(asked: argparse.Namespace, scratch: Path) -> Bench:
    split, material = asked.split, asked.material
    if split is None:
        split, material = scratch / "split", SYNTHETIC
        print("No split is given: making one of synthetic voices and music", flush=True)
        programme.make(split)
    truth = None
    if (split / "truth.tsv").exists():
        truth = read_truth(split, hours=None if (split / "hours.txt").exists() else 1.0)
    return Bench(
        split=split.resolve(),
        scratch=scratch,
        lengths=_lengths(split / "takes"),
        truth=truth,
        limit_s=asked.limit_s,
        crowd=asked.crowd,
        times=asked.times,
        more=tuple(asked.more),
        kept=asked.results,
        material=material or split.resolve().name,
        prefix="synthetic-" if asked.split is None else "",
    )


def _warm(bench: Bench) -> None:
    """Let compilers and caches do once what they do once."""
    program = bench.home("warm")
    longest = max(bench.lengths, key=bench.lengths.__getitem__)
    program.run("take", "add", "the-split", bench.split / "takes" / longest)
    medium = bench.scratch / "warm.wav"
    _short(medium, bench.times + 1)
    program.run("scan", medium, "--jobs", "1", "--quiet", cores=None)


def _asked() -> argparse.Namespace:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, nargs="?", metavar="SPLIT_DIR")
    ask.add_argument("--only", type=lambda text: text.split(","), default=CASES)
    ask.add_argument("--crowd", type=int, default=10_000, help="takes in all; %(default)s")
    ask.add_argument("--more", type=Path, nargs="*", default=[], help="speech to cut takes from")
    ask.add_argument("--times", type=int, default=TIMES, help="of which a median is taken")
    ask.add_argument("--limit-s", type=float, default=5400.0, help="for each scan; %(default)s")
    ask.add_argument("--results", type=Path, default=results.FOLDER, help="where figures are kept")
    ask.add_argument("--material", help="how the figures call the split; its folder's name")
    asked = ask.parse_args()
    unknown = set(asked.only) - set(CASES)
    if unknown:
        ask.error(f"no case {', '.join(sorted(unknown))}; one of {', '.join(CASES)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
