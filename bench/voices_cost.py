"""What a search for voices costs: time, memory, people, processes.

    python bench/voices_cost.py SPLIT_DIR [--programmes N] [--results FOLDER]

SPLIT_DIR holds enrol/ and programmes/.  Each search is a process of its own, held to one core,
which loads the models, then searches the same programmes for one person, for 500 (the split's
own, and others made of theirs by chance), and for one again beside a second process on a second
core.  Time counts from when the models are loaded; decoding is part of it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # as in the workers of a scan

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import results  # noqa: E402
from bench.footprint import Footprint  # noqa: E402
from bench.voices import enrolled, sounds  # noqa: E402
from replique.media import Medium  # noqa: E402
from replique.models import Ears, Library  # noqa: E402
from replique.probe import search  # noqa: E402
from replique.store.home import Home  # noqa: E402
from replique.voices import Reference, VoicesProbe  # noqa: E402

MANY = 500


def crowd(references: dict[str, Reference], count: int) -> dict[str, Reference]:
    """Return so many people: the first of a split, and others turned at random out of them."""
    random = np.random.default_rng(0)
    out = dict(list(references.items())[:count])
    models = list(references.values())
    while len(out) < count:
        model = models[len(out) % len(models)]
        turned, _r = np.linalg.qr(random.standard_normal((len(model.mean), len(model.mean))))
        turn = turned.astype(np.float32)
        out[f"other{len(out)}"] = Reference(
            model.models, model.speech_s, model.mean @ turn, model.middle @ turn,
            model.short @ turn, model.windows @ turn,
        )  # fmt: skip
    return out


def work(split: Path, people: int, programmes: int) -> dict[str, float]:
    """Search, and return what it took."""
    ears = Ears(Library(Home.default().path / "models"))
    ears.load()
    probe = VoicesProbe(ears)
    probe.learn(crowd(enrolled(split / "enrol", ears), people).items())
    heard_s = 0.0
    began, cpu = time.perf_counter(), time.process_time()
    with Footprint() as footprint:
        for source in list(sounds(split / "programmes"))[:programmes]:
            with Medium(source) as medium:
                for _found in search(probe, medium.blocks(medium.tracks[0])):
                    pass
                heard_s += medium.tracks[0].duration_s or 0.0
    return {
        "heard_s": heard_s,
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - cpu,
        "bytes": footprint.bytes,
    }


def started(split: Path, people: int, programmes: int, core: int) -> subprocess.Popen[str]:
    """Start a search on one core."""
    command = [sys.executable, str(Path(__file__)), str(split), "--worker", str(people)]
    command += ["--programmes", str(programmes), "--core", str(core)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # our own


def ended(*running: subprocess.Popen[str]) -> list[dict[str, float]]:
    """Wait for searches, and return what each took."""
    said = [each.communicate()[0] for each in running]
    if any(each.returncode for each in running):
        raise RuntimeError("a search failed")
    return [json.loads(each) for each in said]


def measured(split: Path, programmes: int) -> dict[str, float]:
    """Return the figures."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0, 1]
    first, second = cores[0], cores[-1]
    (one,) = ended(started(split, 1, programmes, first))
    (many,) = ended(started(split, MANY, programmes, first))
    figures = {
        "times_real_time": one["heard_s"] / one["wall_s"],
        "times_real_time_of_a_core": one["heard_s"] / one["cpu_s"],
        "people": MANY,
        "many_times_real_time_of_a_core": many["heard_s"] / many["cpu_s"],
        "many_costs_more": many["cpu_s"] / one["cpu_s"] - 1,
        "bytes": max(one["bytes"], many["bytes"]),
        "heard_s": one["heard_s"],
    }
    if first != second:
        two = ended(*(started(split, 1, programmes, core) for core in (first, second)))
        figures["two_processes"] = 2 * one["wall_s"] / max(each["wall_s"] for each in two)
        figures["two_processes_of_cores"] = 2 * one["cpu_s"] / max(each["cpu_s"] for each in two)
    return figures


def main() -> int:
    """Measure and tell."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("--programmes", type=int, default=1, help="how many; default: %(default)s")
    ask.add_argument("--results", type=Path, metavar="FOLDER")
    ask.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    ask.add_argument("--core", type=int, default=0, help=argparse.SUPPRESS)
    said = ask.parse_args()
    if said.worker is not None:
        with contextlib.suppress(AttributeError, OSError):  # not on every system
            os.sched_setaffinity(0, {said.core})
        print(json.dumps(work(said.split, said.worker, said.programmes)))
        return 0
    waiting = results.Waiting()
    figures = measured(said.split, said.programmes)
    print(json.dumps(figures, indent=1))
    if said.results is not None:
        results.keep(
            "voices-cost",
            figures,
            script=f"bench/voices_cost.py --programmes {said.programmes}",
            material=said.split.resolve().name,
            folder=said.results,
            waiting=waiting.share(),
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
