"""Hold what bench/voices.py found in programmes to the truth.

    python bench/voices_scoring.py SPLIT_DIR FOUND.tsv [--results FOLDER]

An enrolled person's utterance of 2 s or more is found when that person's rows cover half of it;
a row is wrong when less than half of it lies on that person's speech, 0.5 s of slack on each side.
Both as score_voices.py counts them.  The ends of a row are held to those of the utterances that
it touches; the truth's utterances are files, with up to a second of silence at their edges.
Programmes without truth are not counted.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import results  # noqa: E402
from replique.voices.settings import Settings  # noqa: E402

LEAST_S = 2.0
SLACK_S = 0.5
ENDS_S = 0.5
TOUCHES_S = 0.3
ROUNDS = 1_000

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Where one person speaks, seconds. key : programme and person."""

    key: Key
    start_s: float
    end_s: float
    score: float = 0.0

    def shared(self, other: Span, slack_s: float = 0.0) -> float:
        """Return how long both last, seconds."""
        low = max(self.start_s, other.start_s - slack_s)
        return max(0.0, min(self.end_s, other.end_s + slack_s) - low)


def read_truth(file: Path) -> tuple[list[Span], dict[str, float]]:
    """Return enrolled people's utterances, and how long each programme lasts, seconds."""
    spans: list[Span] = []
    lasts: dict[str, float] = defaultdict(float)
    for row in _rows(file):
        programme = Path(row["programme"]).stem
        start_s, end_s = float(row["start_s"]), float(row["end_s"])
        lasts[programme] = max(lasts[programme], end_s)
        if row["enrolled"] == "1":
            spans.append(Span((programme, row["speaker"]), start_s, end_s))
    return spans, lasts


def read_found(file: Path) -> list[Span]:
    """Return rows, the highest score first."""
    rows = [
        Span((Path(r["programme"]).stem, r["speaker"]), *(float(r[c]) for c in _FIGURES))
        for r in _rows(file)
    ]
    return sorted(rows, key=lambda row: -row.score)


_FIGURES = ("start_s", "end_s", "score")


def judged(truth: Sequence[Span], found: Sequence[Span], hours: float) -> dict[str, Any]:
    """Return the figures."""
    of: Mapping[Key, list[Span]] = defaultdict(list)
    for span in truth:
        of[span.key].append(span)
    right: list[Span] = []
    wrong: list[Span] = []
    for row in found:
        over = sum(row.shared(each, SLACK_S) for each in of[row.key])
        good = row.end_s > row.start_s and over >= 0.5 * (row.end_s - row.start_s)
        (right if good else wrong).append(row)
    asked = [span for span in truth if span.end_s - span.start_s >= LEAST_S]
    allowed = int(hours)
    limit = wrong[allowed].score if len(wrong) > allowed else -np.inf
    default = Settings().least_strength
    told = [row for row in right if row.score >= default]
    people: dict[str, int] = defaultdict(int)
    for row in wrong:
        if row.score >= default:
            people[row.key[1]] += 1
    return {
        "hours": round(hours, 3),
        "utterances": len(asked),
        "people": len({span.key[1] for span in asked}),
        "default": _recall(asked, told) | {"wrong": sum(people.values())},
        "all": _recall(asked, right) | {"wrong": len(wrong)},
        "one_an_hour": _recall(asked, [r for r in right if r.score > limit])
        | {"wrong": sum(row.score > limit for row in wrong)},
        "wrong_by_person": dict(sorted(people.items(), key=lambda each: -each[1])),
        "ends": _ends(of, told),
    }


def _recall(asked: Sequence[Span], rows: Sequence[Span]) -> dict[str, Any]:
    of: Mapping[Key, list[Span]] = defaultdict(list)
    for row in rows:
        of[row.key].append(row)
    hits = np.array([_covered(each, of[each.key]) for each in asked], bool)
    people = np.array([each.key[1] for each in asked])
    low, high = _interval(people, hits)
    return {"found": int(hits.sum()), "low": low, "high": high}


def _covered(span: Span, rows: Iterable[Span]) -> bool:
    covered, at = 0.0, span.start_s
    for row in sorted(rows, key=lambda each: each.start_s):
        low, high = max(at, row.start_s), min(span.end_s, row.end_s)
        if high > low:
            covered, at = covered + high - low, high
    return covered >= 0.5 * (span.end_s - span.start_s)


def _interval(people: np.ndarray[Any, Any], hits: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return a 95 % interval of the share of hits, by a bootstrap over people."""
    if not len(hits):
        return 0.0, 1.0
    names = np.unique(people)
    sums = np.array([hits[people == name].sum() for name in names])
    counts = np.array([(people == name).sum() for name in names])
    drawn = np.random.default_rng(1).integers(0, len(names), (ROUNDS, len(names)))
    shares = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


def _ends(of: Mapping[Key, Sequence[Span]], rows: Sequence[Span]) -> dict[str, Any]:
    """Return how many ends of right rows lie near the truth's, by corpus too."""
    near: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows:
        touched = [each for each in of[row.key] if row.shared(each) > TOUCHES_S]
        if touched:
            start = abs(row.start_s - min(each.start_s for each in touched)) <= ENDS_S
            stop = abs(row.end_s - max(each.end_s for each in touched)) <= ENDS_S
            near[row.key[1].split("_")[0]].append((start, stop))
    every = [each for some in near.values() for each in some]
    return {name: _counted(some) for name, some in (("all", every), *sorted(near.items()))}


def _counted(near: Sequence[tuple[bool, bool]]) -> dict[str, int]:
    return {
        "rows": len(near),
        "starts": sum(start for start, _stop in near),
        "stops": sum(stop for _start, stop in near),
    }


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened, delimiter="\t"))


def main() -> int:
    """Judge and tell."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("found", type=Path, metavar="FOUND.tsv")
    ask.add_argument("--results", type=Path, metavar="FOLDER")
    said = ask.parse_args()
    truth, lasts = read_truth(said.split / "truth.tsv")
    hours = sum(lasts.values()) / 3600
    found = [row for row in read_found(said.found) if row.key[0] in lasts]
    figures = judged(truth, found, hours)
    for name in ("default", "all", "one_an_hour"):
        each = figures[name]
        share = each["found"] / figures["utterances"]
        print(
            f"{name}: {each['found']}/{figures['utterances']} = {share:.3f} "
            f"[{each['low']:.3f}, {each['high']:.3f}], {each['wrong']} wrong rows in {hours:.2f} h"
        )
    print("wrong rows by person:", figures["wrong_by_person"])
    for name, each in figures["ends"].items():
        starts, stops = each["starts"] / each["rows"], each["stops"] / each["rows"]
        print(f"ends, {name}: {each['rows']} rows, starts {starts:.3f}, stops {stops:.3f}")
    if said.results is not None:
        results.keep(
            "voices-programmes",
            figures,
            script="bench/voices.py --programmes, then bench/voices_scoring.py",
            material=said.split.resolve().name,
            folder=said.results,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
