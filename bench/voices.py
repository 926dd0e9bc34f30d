"""Search a split for voices, and write what score_voices.py reads.

    python bench/voices.py SPLIT_DIR --trials OUT.tsv
    python bench/voices.py SPLIT_DIR --programmes OUT.tsv [--least-strength S]

SPLIT_DIR holds enrol/ (one file a person) and, for --trials, trials.tsv and segments/, for
--programmes, programmes/; truth.tsv is not looked at.  The models are those of REPLIQUE_HOME.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.footprint import Footprint  # noqa: E402
from replique.media import Medium, Source, read_audio, walk  # noqa: E402
from replique.models import Ears, Library  # noqa: E402
from replique.probe import HOUSE_RATE, search  # noqa: E402
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


def enrolled(folder: Path, ears: Ears) -> dict[str, Reference]:
    """Return a reference of each file, by its bare name."""
    out = {}
    for source in sounds(folder):
        samples = read_audio(source)
        out[source.path.stem] = prepare(ears, [samples], speech_s=len(samples) / HOUSE_RATE)
    return dict(sorted(out.items()))


def trials(split: Path, out: Path, ears: Ears, references: dict[str, Reference]) -> float:
    """Write log10 likelihood ratios of all trials; return the seconds of sound heard."""
    names, panel = list(references), Panel(list(references.values()))
    calibration = Settings().calibration
    heard_s = 0.0
    ratios: dict[str, dict[str, float]] = {}
    for source in sounds(split / "segments"):
        samples = read_audio(source)
        heard_s += len(samples) / HOUSE_RATE
        heard, conditions = hear_whole(ears, samples)
        likeness = panel.compare(heard)
        found = calibration.log10(likeness.general, likeness.clearest, conditions)
        ratios[source.path.stem] = dict(zip(names, found.tolist(), strict=True))
    with (split / "trials.tsv").open(encoding="utf-8") as asked:
        rows = [
            (t["enrol"], t["segment"], ratios[Path(t["segment"]).stem][Path(t["enrol"]).stem])
            for t in csv.DictReader(asked, delimiter="\t")
        ]
    _write(out, ("enrol", "segment", "log10"), [(a, b, f"{x:.5f}") for a, b, x in rows])
    return heard_s


def programmes(
    split: Path, out: Path, ears: Ears, references: dict[str, Reference], least: float
) -> float:
    """Write what is found in the programmes; return the seconds of sound searched."""
    probe = VoicesProbe(ears, Settings(least_strength=least))
    probe.learn(references.items())
    rows: list[tuple[str, ...]] = []
    heard_s = 0.0
    for source in sounds(split / "programmes"):
        with Medium(source) as medium:
            track = medium.tracks[0]
            found = list(search(probe, medium.blocks(track)))
            heard_s += track.duration_s or 0.0
        for each in uncontested(found):
            figures = (f"{each.start_s:.3f}", f"{each.end_s:.3f}", f"{each.strength:.4f}")
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
