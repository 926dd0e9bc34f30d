"""The desk: how quick its pages are, fifty people at once, hearing, and kill -9.

    python bench/desk.py                      # all of it
    python bench/desk.py --only pages         # every page of a large desk, on SQLite
    python bench/desk.py --only load          # fifty people at once, on PostgreSQL, during a scan
    python bench/desk.py --only hearing       # from the key to the sound, in chromium
    python bench/desk.py --only faults        # kill -9, two hundred times

Ends with 1 when a bar is missed. Figures are kept in bench/results.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import desk_running, results  # noqa: E402

MAKE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.desk_settings"
from pathlib import Path
from bench.desk_home import make
make(Path(sys.argv[1]), committee=sys.argv[2] == "committee")
"""


def made(place: Path, database: str = "", *, committee: bool = False) -> dict[str, Any]:
    """Make a large desk in a process of its own; return what is where."""
    from bench.desk_home import FACTS

    if not (place / FACTS).exists():
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-c", MAKE, str(place), "committee" if committee else "laptop"],
            env=desk_running.environment(place, database, committee=committee), check=True,
        )  # fmt: skip
    told: dict[str, Any] = json.loads((place / FACTS).read_text(encoding="utf-8"))
    return told


def pages(asked: argparse.Namespace, place: Path) -> tuple[dict[str, Any], list[str]]:
    """Measure every page."""
    from bench import desk_pages

    home = asked.home or place / "pages"
    facts = made(home)
    _django(home)
    figures = desk_pages.measure(home, facts, asked.times)
    print(desk_pages.told(figures), flush=True)
    return figures, desk_pages.missed(figures)


def load(asked: argparse.Namespace, place: Path) -> tuple[dict[str, Any], list[str]]:
    """Let fifty people in at once."""
    from bench import desk_load

    with desk_running.postgres() as server:
        home, database = place / "load", server.create("load")
        facts = made(home, database, committee=True)
        figures = desk_load.measure(
            home, database, facts, seconds=asked.seconds, people=asked.people
        )
    print(desk_load.told(figures), flush=True)
    return figures, desk_load.missed(figures)


def hearing(asked: argparse.Namespace, place: Path) -> tuple[dict[str, Any], list[str]]:
    """Measure from the key to the sound."""
    from bench import desk_hearing

    home = asked.home or place / "pages"
    facts = made(home)
    figures = desk_hearing.measure(home, facts)
    print(desk_hearing.told(figures), flush=True)
    return figures, desk_hearing.missed(figures)


def faults(asked: argparse.Namespace, place: Path) -> tuple[dict[str, Any], list[str]]:
    """Kill what runs, in the middle of what it does."""
    from bench import desk_faults

    figures = desk_faults.measure(place / "faults", kills=asked.kills, seed=asked.seed)
    print(desk_faults.told(figures), flush=True)
    return figures, desk_faults.missed(figures)


STEPS: dict[str, Callable[[argparse.Namespace, Path], tuple[dict[str, Any], list[str]]]] = {
    "pages": pages,
    "load": load,
    "hearing": hearing,
    "faults": faults,
}
MATERIAL = {
    "pages": "50,000 occurrences, 20,000 judgements, 5,000 findings in one case, SQLite",
    "load": "the same on PostgreSQL, a scan at work",
    "hearing": "occurrences of 4 s in a film of 2 min, chromium without a screen",
    "faults": "a small desk, SQLite and PostgreSQL in turn",
}


def _django(home: Path) -> None:
    """Set Django up with the desk's settings, to read the table of addresses."""
    os.environ["REPLIQUE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", desk_running.COUNTED)
    import django

    django.setup()


def main() -> int:
    """Measure, print, keep; 1 when a bar is missed."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("--only", type=lambda text: text.split(","), default=list(STEPS))
    ask.add_argument("--home", type=Path, help="a large desk that is there already, or is to be")
    ask.add_argument("--times", type=int, default=40, help="each page; %(default)s")
    ask.add_argument("--seconds", type=float, default=120.0, help="of load; %(default)s")
    ask.add_argument("--people", type=int, default=50, help="at once; %(default)s")
    ask.add_argument("--kills", type=int, default=200, help="%(default)s")
    ask.add_argument("--seed", type=int, default=5, help="of the kills; %(default)s")
    ask.add_argument("--results", type=Path, default=results.FOLDER)
    asked = ask.parse_args()
    place = Path(tempfile.mkdtemp(prefix="replique-bench-desk-"))
    wrong = []
    try:
        for name in asked.only:
            waiting = results.Waiting()
            figures, missed = STEPS[name](asked, place)
            wrong += [f"{name}: {each}" for each in missed]
            results.keep(f"desk-{name}", {**figures, "missed": missed},
                         script=f"bench/desk.py --only {name}", material=MATERIAL[name],
                         folder=asked.results, waiting=waiting.share())  # fmt: skip
    finally:
        shutil.rmtree(place, ignore_errors=True)
    for each in wrong:
        print(f"MISSED {each}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
