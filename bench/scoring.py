"""What is right, what is wrong and what was missed: rows held to the truth of a split.

A split is a folder: `takes/`, `media/`, `truth.tsv` (which take lies where), and maybe
`decoys.tsv` (the same line in another take: no occurrence), `ignore.tsv` (pairs that
count neither way) and `hours.txt` (length of all media).

A row is right when its take was laid in its medium, and it begins within `NEAR_S` of the
place or shares more than half of the shorter of the two extents. What is right twice
counts once and is no error. Everything else is wrong, decoys included.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log2
from pathlib import Path

NEAR_S = 0.5
PER_HOUR = 0.5
"""Wrong rows in an hour of media at which recall is compared with the peers'."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A take laid in a medium.

    snr_db : its active level against the bed there.
    transform : dry, reverb, speed+4.17%, pitch-2st…; rate : how much faster it runs.
    """

    medium: str
    take: str
    start_s: float
    end_s: float
    snr_db: float
    transform: str
    rate: float

    @property
    def condition(self) -> str:
        """What was done to it and how loud it is."""
        return f"{self.transform} {self.snr_db:+.0f} dB"

    @property
    def semitones(self) -> float:
        """How much higher it sounds."""
        if self.transform.startswith("speed"):
            return 12 * log2(self.rate)
        if self.transform.startswith("pitch"):
            return float(self.transform.removeprefix("pitch").removesuffix("st"))
        return 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence as a file of rows tells it. gain_db : None when it does not say."""

    medium: str
    take: str
    start_s: float
    end_s: float
    strength: float
    speed: float = 1.0
    pitch_semitones: float = 0.0
    gain_db: float | None = None


@dataclass(frozen=True, slots=True)
class Decoy:
    """A line spoken anew; `take` says the same."""

    medium: str
    take: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a split. hours : of media."""

    laid: tuple[Laid, ...]
    decoys: tuple[Decoy, ...]
    ignored: frozenset[tuple[str, str]]
    hours: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows, judged.

    right : for each index into `Truth.laid` the strongest row that found it.
    decoys, others : wrong rows, the strongest first. repeated : right, but said before.
    """

    truth: Truth
    right: dict[int, Row]
    decoys: tuple[Row, ...]
    others: tuple[Row, ...]
    repeated: int

    def limit(self, per_hour: float = PER_HOUR) -> float:
        """Return the strength above which wrong rows are no more than so many an hour."""
        wrong = sorted((row.strength for row in (*self.decoys, *self.others)), reverse=True)
        allowed = per_hour * self.truth.hours
        return wrong[int(allowed)] if len(wrong) > allowed else -inf

    def found(self, *, above: float = -inf, least: float = -inf) -> frozenset[int]:
        """Return which of `Truth.laid` were found by rows above, or at least of, a strength."""
        return frozenset(
            index
            for index, row in self.right.items()
            if row.strength > above and row.strength >= least
        )


def read_truth(split: Path, *, hours: float | None = None) -> Truth:
    """Read what is known of a split. hours : of media, where hours.txt does not say.

    Raises OSError and ValueError: this is a script's, not a user's.
    """
    said = split / "hours.txt"
    if said.exists():
        hours = float(said.read_text())
    if hours is None:
        raise ValueError(f"{said} is missing, and hours are not given")
    laid = tuple(
        Laid(
            medium=each["media"],
            take=each["take"],
            start_s=float(each["start_s"]),
            end_s=float(each["end_s"]),
            snr_db=float(each["snr_db"]),
            transform=each["transform"],
            rate=float(each["rate"]),
        )
        for each in _table(split / "truth.tsv")
    )
    decoys = tuple(
        Decoy(each["media"], each["decoy_of"], float(each["start_s"]), float(each["end_s"]))
        for each in _table(split / "decoys.tsv", needed=False)
    )
    ignored = {(each["media"], each["take"]) for each in _table(split / "ignore.tsv", needed=False)}
    return Truth(laid, decoys, frozenset(ignored), hours)


def read_rows(path: Path) -> list[Row]:
    """Read what `bench/reuse.py` wrote."""
    return [
        Row(
            medium=each["media"],
            take=each["take"],
            start_s=float(each["start_s"]),
            end_s=float(each["end_s"]),
            strength=float(each["strength"]),
            speed=float(each.get("speed") or 1.0),
            pitch_semitones=float(each.get("pitch_semitones") or 0.0),
            gain_db=float(each["gain_db"]) if each.get("gain_db") else None,
        )
        for each in _table(path)
    ]


def judge(truth: Truth, rows: Iterable[Row]) -> Judged:
    """Hold rows to the truth."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, laid in enumerate(truth.laid):
        places[laid.medium, laid.take].append(index)
    right: dict[int, Row] = {}
    decoys: list[Row] = []
    others: list[Row] = []
    repeated = 0
    for row in sorted(rows, key=lambda row: -row.strength):
        pair = (row.medium, row.take)
        at = next((i for i in places.get(pair, ()) if _is_at(row, truth.laid[i])), None)
        if at is not None:
            repeated += at in right
            right.setdefault(at, row)
        elif pair not in truth.ignored:
            (decoys if any(_is_of(row, each) for each in truth.decoys) else others).append(row)
    return Judged(truth, right, tuple(decoys), tuple(others), repeated)


def recall(truth: Truth, found: frozenset[int], *transforms: str) -> tuple[int, int]:
    """Return how many were found, of how many, whose transform begins with one of these."""
    wanted = [i for i, laid in enumerate(truth.laid) if laid.transform.startswith(transforms)]
    return sum(i in found for i in wanted), len(wanted)


def by_condition(truth: Truth, found: frozenset[int]) -> dict[str, tuple[int, int]]:
    """Return, for each condition, how many were found of how many; dry first, loud first."""
    counts: dict[str, list[int]] = {}
    for i, laid in sorted(
        enumerate(truth.laid),
        key=lambda each: (each[1].transform != "dry", each[1].transform, -each[1].snr_db),
    ):
        count = counts.setdefault(laid.condition, [0, 0])
        count[0] += i in found
        count[1] += 1
    return {condition: (some, all_) for condition, (some, all_) in counts.items()}


def _is_at(row: Row, laid: Laid) -> bool:
    if row.start_s < 0 or abs(row.start_s - laid.start_s) <= NEAR_S:  # -1: anywhere in the file
        return True
    shared = min(row.end_s, laid.end_s) - max(row.start_s, laid.start_s)
    shorter = min(row.end_s - row.start_s, laid.end_s - laid.start_s)
    return shared > 0 and shared > 0.5 * shorter


def _is_of(row: Row, decoy: Decoy) -> bool:
    return (
        (row.medium, row.take) == (decoy.medium, decoy.take)
        and row.start_s < decoy.end_s
        and row.end_s > decoy.start_s
    )


def _table(path: Path, *, needed: bool = True) -> Sequence[dict[str, str]]:
    if not needed and not path.exists():
        return []
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
