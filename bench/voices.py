"""Search a split for voices, and write what score_voices.py reads.

    python bench/voices.py SPLIT_DIR --trials OUT.tsv
    python bench/voices.py SPLIT_DIR --programmes OUT.tsv [--least-strength S]

SPLIT_DIR holds enrol/ (a file, or a folder of files, for each person) and, for --trials,
trials.tsv and segments/, for --programmes, programmes/; truth.tsv is not looked at.  Files may be
of any kind and rate that can be searched; one that cannot be read is named, and what was asked of
it gets no row.  The models are those of REPLIQUE_HOME, the calibration is the built-in one.

The score of a row of a programme is its log10 likelihood ratio, told beyond the validated range
(`how["unbounded"]`): it puts rows in order; what a person is shown ends at 3.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # as in the workers of a scan

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.footprint import Footprint  # noqa: E402
from replique.errors import RepliqueError  # noqa: E402
from replique.media import Medium, Source, read_audio, walk  # noqa: E402
from replique.models import Ears, Library  # noqa: E402
from replique.probe import HOUSE_RATE, Occurrence, Samples, search  # noqa: E402
from replique.store.home import Home  # noqa: E402
from replique.voices import Reference, Settings, VoicesProbe  # noqa: E402
from replique.voices.comparison import Panel  # noqa: E402
from replique.voices.contested import uncontested  # noqa: E402
from replique.voices.reference import prepare  # noqa: E402
from replique.voices.whole import hear_whole  # noqa: E402


def sounds(folder: Path) -> Iterator[Source]:
    """Yield the readable files of a folder, in order."""
    for found in walk([folder]):
        if isinstance(found, Source):
            yield found


def heard(folder: Path) -> Iterator[tuple[Source, Samples]]:
    """Yield what can be read of a folder, and name what cannot."""
    for source in sounds(folder):
        try:
            yield source, read_audio(source)
        except RepliqueError as error:
            print(f"left out {source.path.name}: {error}", file=sys.stderr)


def enrolled(folder: Path, ears: Ears) -> dict[str, Reference]:
    """Return a reference of each person, by the bare name of the file or folder."""
    speech: dict[str, list[Samples]] = {}
    for source, samples in heard(folder):
        person = Path(source.path.relative_to(folder).parts[0]).stem
        speech.setdefault(person, []).append(samples)
    return {
        person: prepare(ears, mine, speech_s=sum(map(len, mine)) / HOUSE_RATE)
        for person, mine in sorted(speech.items())
    }


def trials(split: Path, out: Path, ears: Ears, references: dict[str, Reference]) -> float:
    """Write log10 likelihood ratios of all trials; return the seconds of sound heard."""
    names, panel = list(references), Panel(list(references.values()))
    calibration = Settings().calibration
    heard_s = 0.0
    ratios: dict[str, dict[str, float]] = {}
    for source, samples in heard(split / "segments"):
        heard_s += len(samples) / HOUSE_RATE
        turn, conditions = hear_whole(ears, samples)
        likeness = panel.compare(turn)
        found = calibration.log10(likeness.general, likeness.clearest, conditions)
        ratios[source.path.stem] = dict(zip(names, found.tolist(), strict=True))
    with (split / "trials.tsv").open(encoding="utf-8") as asked:
        rows = [
            (t["enrol"], t["segment"], ratios.get(_bare(t["segment"]), {}).get(_bare(t["enrol"])))
            for t in csv.DictReader(asked, delimiter="\t")
        ]
    known = [(a, b, f"{x:.5f}") for a, b, x in rows if x is not None]
    if len(known) < len(rows):
        print(f"{len(rows) - len(known)} trials have no file that can be read", file=sys.stderr)
    _write(out, ("enrol", "segment", "log10"), known)
    return heard_s


def _bare(name: str) -> str:
    return Path(name).stem


def programmes(
    split: Path, out: Path, ears: Ears, references: dict[str, Reference], least: float
) -> float:
    """Write what is found in the programmes; return the seconds of sound searched."""
    probe = VoicesProbe(ears, Settings(least_strength=least))
    probe.learn(references.items())
    rows: list[tuple[str, ...]] = []
    heard_s = 0.0
    for source in sounds(split / "programmes"):
        found: list[Occurrence] = []
        try:
            with Medium(source) as medium:
                for track in medium.tracks[:1]:
                    found += search(probe, medium.blocks(track))
                    heard_s += track.duration_s or 0.0
        except RepliqueError as error:  # what was found before it is kept
            print(f"{source.path.name}: {error}", file=sys.stderr)
        for each in uncontested(found):
            score = each.how["unbounded"]
            figures = (f"{each.start_s:.3f}", f"{each.end_s:.3f}", f"{score:.4f}")
            rows.append((source.path.name, each.subject, *figures))
    _write(out, ("programme", "speaker", "start_s", "end_s", "score"), rows)
    return heard_s


def _write(path: Path, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in (tuple(columns), *rows):
            file.write("\t".join(row) + "\n")


def main() -> int:
    """Search, write, and say what it cost."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    what = ask.add_mutually_exclusive_group(required=True)
    what.add_argument("--trials", type=Path, metavar="OUT.tsv")
    what.add_argument("--programmes", type=Path, metavar="OUT.tsv")
    ask.add_argument("--least-strength", type=float, default=-1.0, help="default: %(default)s")
    asked = ask.parse_args()
    ears = Ears(Library(Home.default().path / "models"))
    ears.load()
    references = enrolled(asked.split / "enrol", ears)
    began, cpu = time.perf_counter(), time.process_time()
    with Footprint() as footprint:
        if asked.trials is not None:
            heard_s = trials(asked.split, asked.trials, ears, references)
        else:
            heard_s = programmes(
                asked.split, asked.programmes, ears, references, asked.least_strength
            )
    spent, busy = time.perf_counter() - began, time.process_time() - cpu
    print(f"sound heard          {heard_s / 3600:.3f} h")
    print(f"wall time            {spent:.1f} s")
    print(f"one core was busy    {busy:.1f} s")
    print(f"times real time      {heard_s / busy:.1f} of one core")
    print(f"memory, at most      {footprint.bytes / 1e9:.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
