"""Search a split as `replique scan` would, and write what is found as score_reuse.py reads it.

    python bench/reuse.py SPLIT_DIR OUT.tsv [--jobs N] [--least-strength S]

SPLIT_DIR holds takes/ and media/; nothing else of it is looked at. The takes are registered
in a fresh home, which is removed at the end: the records of whoever runs this are left
alone. Registering and searching go through replique.store, as they do for the program's
own commands.

OUT.tsv has the columns media, take, start_s, end_s, strength, speed, pitch_semitones; media
and takes are bare file names. Rows weaker than the default setting reports are written too,
down to --least-strength, so that a scorer can see below it; how many are above is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.footprint import Footprint  # noqa: E402
from replique import store  # noqa: E402
from replique.errors import RepliqueError  # noqa: E402
from replique.recordings import Settings  # noqa: E402
from replique.scan import Progress  # noqa: E402

COLUMNS = ("media", "take", "start_s", "end_s", "strength", "speed", "pitch_semitones")
MORE_COLUMNS = (*COLUMNS, "gain_db", "polarity", "track", "view", "take_start_s", "take_end_s")
BELOW = -1.0
"""Strength down to which rows are written unless said otherwise: enough to see half a wrong
row an hour on a split of some hours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search of a split gave and cost.

    rows : under MORE_COLUMNS, as text. refused : files that could not be takes, and why;
    unread : media that could not be searched, or not to their end, and why.
    heard_s : sound searched, seconds. registering_s, searching_s : on the clock.
    memory_bytes : at most, of all processes together.
    """

    rows: list[tuple[str, ...]]
    takes: int
    refused: list[str]
    unread: list[str]
    heard_s: float
    registering_s: float
    searching_s: float
    memory_bytes: int

    def at_least(self, strength: float) -> int:
        """Return how many rows have at least a strength."""
        at = MORE_COLUMNS.index("strength")
        return sum(float(row[at]) >= strength for row in self.rows)


@contextmanager
def fresh_home() -> Iterator[store.Home]:
    """Give an empty store in a folder of its own, and remove it."""
    before = {name: os.environ.pop(name, None) for name in ("DATABASE_URL", "REPLIQUE_HOME")}
    with tempfile.TemporaryDirectory(prefix="replique-bench-") as folder:
        os.environ["REPLIQUE_HOME"] = folder  # for all that asks the environment
        try:
            yield store.open(folder)
        finally:
            store.close()
            del os.environ["REPLIQUE_HOME"]
            os.environ.update({name: value for name, value in before.items() if value is not None})


def search(split: Path, *, jobs: int | None, least_strength: float) -> Outcome:
    """Register the takes of a split in a fresh home and search its media for them."""
    with fresh_home() as home:
        began = time.perf_counter()
        store.add_performer("The split", "split")
        answers = list(store.add_takes(home, "split", [split / "takes"], kind="session"))
        refused = [
            f"{each.locator}: {each.error}"
            for each in answers
            if each.error is not None and each.error.code != "already-there"
        ]
        registered = time.perf_counter()
        with Footprint() as footprint:
            done = store.scan(
                home,
                [split / "media"],
                jobs=jobs,
                settings=Settings(least_strength=least_strength),
                progress=_tell,
            )
        searched = time.perf_counter()
        return Outcome(
            rows=sorted(_rows(home, _names(split / "takes"))),
            takes=done.takes,
            refused=refused,
            unread=[
                f"{each.locator}: {each.error_message}"
                for each in store.media()
                if each.state != "ok"
            ],
            heard_s=done.summary.decoded_s,
            registering_s=registered - began,
            searching_s=searched - registered,
            memory_bytes=footprint.bytes,
        )


def write(path: Path, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Write the first columns of rows, with a header."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        for row in (tuple(columns), *rows):
            file.write("\t".join(row[: len(columns)]) + "\n")


def _names(folder: Path) -> dict[str, list[str]]:
    """Return the names of files by content: two may hold the same sound."""
    names: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                names[hashlib.file_digest(file, "sha256").hexdigest()].append(path.name)
    return names


def _rows(home: store.Home, names: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    for each in store.occurrences(home, voice=False):
        if each.take is None:
            continue
        found = each.found
        figures = (
            f"{found.start_s:.4f}",
            f"{found.end_s:.4f}",
            f"{found.strength:.4f}",
            f"{found.speed:.6f}",
            f"{found.pitch_semitones:.4f}",
            f"{found.gain_db:.2f}",
            str(found.polarity),
            str(each.track),
            found.view,
            f"{found.take_start_s:.4f}",
            f"{found.take_end_s:.4f}",
        )
        media = {(place.members or (place.path.name,))[-1] for place in each.medium.locations}
        for medium in sorted(media):
            for take in names.get(each.take.sha256, [each.take.file_name]):
                yield (_bare(medium), _bare(take), *figures)


def _bare(name: str) -> str:
    """Return a file name that fits a cell."""
    return Path(name).name.translate(str.maketrans("\t\r\n", "   "))


def _tell(progress: Progress) -> None:
    if progress.ended is not None:
        print(
            f"  {progress.ended.locator}: {len(progress.ended.found)} rows; "
            f"{progress.media} media, {progress.rate:.1f}× real time so far",
            file=sys.stderr,
            flush=True,
        )


def main() -> int:
    """Search, write, and say what it cost."""
    asked = _asked()
    try:
        done = search(asked.split, jobs=asked.jobs, least_strength=asked.least_strength)
    except RepliqueError as error:
        print(error, error.advice, sep="\n", file=sys.stderr)
        return error.exit_status
    write(asked.out, COLUMNS, done.rows)
    if asked.details is not None:
        write(asked.details, MORE_COLUMNS, done.rows)
    default = Settings().least_strength
    print(f"takes                {done.takes} registered in {done.registering_s:.1f} s")
    print(f"sound searched       {done.heard_s / 3600:.3f} h")
    print(f"wall time            {done.searching_s:.1f} s")
    print(f"times real time      {done.heard_s / max(done.searching_s, 1e-9):.1f}")
    print(f"memory, at most      {done.memory_bytes / 1e9:.2f} GB, all processes together")
    print(f"rows                 {len(done.rows)} of strength {asked.least_strength:g} or more")
    print(f"rows reported        {done.at_least(default)} of strength {default:g} or more:")
    print("                     what the default setting reports")
    for what, lines in (("not registered", done.refused), ("not searched", done.unread)):
        if lines:
            print(f"{what:20s} {len(lines)}", *lines, sep="\n    ")
    return 0


def _asked() -> argparse.Namespace:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("out", type=Path, metavar="OUT.tsv")
    ask.add_argument("--jobs", type=int, help="worker processes; one for each core unless said")
    ask.add_argument("--least-strength", type=float, default=BELOW, help="default: %(default)s")
    ask.add_argument(
        "--details", type=Path, metavar="MORE.tsv", help="with level, polarity, view and extent"
    )
    asked = ask.parse_args()
    for folder in ("takes", "media"):
        if not (asked.split / folder).is_dir():
            ask.error(f"{asked.split / folder} is no folder")
    if not asked.out.absolute().parent.is_dir():
        ask.error(f"there is no folder {asked.out.parent}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
