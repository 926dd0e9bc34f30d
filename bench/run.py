"""`make bench`: measure every claim that can be measured here, and write bench/README.md.

    python bench/run.py [--split SPLIT_DIR] [--only accuracy,cost,fuzz,…] [--cases few,all,…]
    python bench/run.py --render

The split is --split, or what REPLIQUE_BENCH_SPLIT names, or ../shared/bench/reuse-dev where
it is at hand. Without one, accuracy is not measured, and cost is measured on synthetic
voices and music. What is not measured this time keeps its figures; what is written by hand
in bench/README.md stays.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import cost, rendering, results  # noqa: E402
from bench.accuracy import figures, hours_of, told  # noqa: E402
from bench.scoring import judge, read_rows, read_truth  # noqa: E402
from replique.recordings import Settings  # noqa: E402

PAGE = ROOT / "bench" / "README.md"
FUZZ_LINES = 4
VOICES = ROOT.parent / "shared" / "bench" / "voices-dev"
BESIDE = ROOT.parent / "shared" / "bench" / "reuse-dev"


def accuracy(asked: argparse.Namespace) -> None:
    """Search the split and hold what is found to its truth."""
    split: Path | None = asked.split
    if split is None or not (split / "truth.tsv").exists():
        print("accuracy: no split is at hand; its figures stay as they are", flush=True)
        return
    rows = asked.results / "rows"
    rows.mkdir(parents=True, exist_ok=True)
    found = rows / "reuse-details.tsv"
    _script("reuse.py", split, rows / "reuse.tsv", "--details", found)
    hours = None if (split / "hours.txt").exists() else hours_of(split / "media")
    judged = judge(read_truth(split, hours=hours), read_rows(found))
    made = figures(judged, default=Settings().least_strength)
    print(told(made), flush=True)
    results.keep(
        "accuracy",
        made,
        script="bench/reuse.py, then bench/accuracy.py",
        material=split.resolve().name,
        folder=asked.results,
    )


def costs(asked: argparse.Namespace) -> None:
    """Measure what a search costs."""
    split = [] if asked.split is None else [asked.split]
    more = ["--more", *asked.more] if asked.more else []
    options = ["--only", asked.cases, "--crowd", str(asked.crowd), "--limit-s", str(asked.limit_s)]
    _script("cost.py", *split, *options, "--results", asked.results, *more)


def fuzz(asked: argparse.Namespace) -> None:
    """Break files and read them."""
    said = _script("fuzz_media.py", "--seconds", str(asked.fuzz_s), heard=True)
    print(said, end="", flush=True)
    counts = {"seconds": asked.fuzz_s, **fuzzed(said)}
    results.keep(
        "fuzz",
        counts,
        script=f"bench/fuzz_media.py --seconds {asked.fuzz_s}",
        material="small broken files of every kind",
        folder=asked.results,
    )


def consent(asked: argparse.Namespace) -> None:
    """Measure how quickly uses are asked of agreements."""
    _script("consent.py", "--results", asked.results)


def ledger(asked: argparse.Namespace) -> None:
    """Measure what the ledger costs."""
    _script("ledger.py", "--results", asked.results)


def desk(asked: argparse.Namespace) -> None:
    """Measure the desk: pages, fifty people at once, hearing, kill -9."""
    _script("desk.py", "--results", asked.results)


def voices(asked: argparse.Namespace) -> None:
    """Measure voices: error rates, programmes, cost."""
    split: Path = asked.voices
    if not (split / "trials.tsv").exists():
        print("voices: no split is at hand; their figures stay as they are", flush=True)
        return
    rows = asked.results / "rows"
    rows.mkdir(parents=True, exist_ok=True)
    keep = ("--results", asked.results)
    _script("voices_calibration.py", split, *keep)
    _script("voices.py", split, "--programmes", rows / "voices.tsv")
    _script("voices_scoring.py", split, rows / "voices.tsv", *keep)
    _script("voices_cost.py", split, *keep)


def fuzzed(said: str) -> dict[str, int]:
    """Return the counts that bench/fuzz_media.py prints."""
    lines = re.findall(
        r"^(executions|crashes|hangs|foreign exceptions)(?: over \d+ s)? +(\d+)",
        said,
        re.MULTILINE,
    )
    if len(lines) != FUZZ_LINES:
        raise RuntimeError("bench/fuzz_media.py did not come to its end")
    return {name: int(count) for name, count in lines}


STEPS: dict[str, Callable[[argparse.Namespace], None]] = {
    "accuracy": accuracy,
    "cost": costs,
    "fuzz": fuzz,
    "ledger": ledger,
    "consent": consent,
    "desk": desk,
    "voices": voices,
}


def _script(name: str, *words: str | Path, heard: bool = False) -> str:
    """Run one of the scripts beside this one; return what it printed when it is to be heard.

    Raises CalledProcessError, but for one that is heard: its own words say how it ended.
    """
    print(f"\n$ python bench/{name} {' '.join(map(str, words))}", flush=True)
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / name), *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE if heard else None,
        text=True,
        check=not heard,
    )
    return ran.stdout or ""


def main() -> int:
    """Measure, then write the page; 1 when something could not be measured."""
    asked = _asked()
    failed = []
    for step in () if asked.render else asked.only:
        try:
            STEPS[step](asked)
        except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as error:
            failed.append(f"{step}: {error}")
    page = asked.page.read_text(encoding="utf-8")
    asked.page.write_text(rendering.render(page, results.all_kept(asked.results)), encoding="utf-8")
    for each in failed:
        print(each, file=sys.stderr)
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    named = os.environ.get("REPLIQUE_BENCH_SPLIT")
    default = Path(named) if named else BESIDE if BESIDE.is_dir() else None
    ask.add_argument("--split", type=Path, default=default, metavar="SPLIT_DIR")
    ask.add_argument("--voices", type=Path, default=VOICES, metavar="SPLIT_DIR")
    ask.add_argument("--only", type=lambda text: text.split(","), default=tuple(STEPS))
    ask.add_argument("--cases", default=",".join(cost.CASES), help="of cost.py; %(default)s")
    ask.add_argument("--render", action="store_true", help="measure nothing, write the page")
    ask.add_argument("--crowd", type=int, default=10_000, help="takes; %(default)s")
    ask.add_argument("--more", type=Path, nargs="*", default=[], help="see cost.py")
    ask.add_argument("--limit-s", type=float, default=5400.0, help="see cost.py")
    ask.add_argument("--fuzz-s", type=int, default=300, help="seconds of fuzzing; %(default)s")
    ask.add_argument("--results", type=Path, default=results.FOLDER)
    ask.add_argument("--page", type=Path, default=PAGE)
    asked = ask.parse_args()
    unknown = set(asked.only) - set(STEPS)
    if unknown:
        ask.error(f"no step {', '.join(sorted(unknown))}; one of {', '.join(STEPS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
