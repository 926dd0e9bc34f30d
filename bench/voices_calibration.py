"""Fit the calibration of voices on a split, and measure it on other people than it was fitted on.

    python bench/voices_calibration.py SPLIT_DIR [--kept HEARD.pickle] [--rounds N]

SPLIT_DIR holds enrol/, segments/ and trials.tsv, as score_voices.py reads them.  The people are
dealt into eight folds; each person's trials, as the one enrolled and as the one who speaks, are
judged by a calibration fitted without him, three times over with other folds.  Prints, for each
condition and for each corpus (what stands before the first "_" of a name): equal error rate,
Cllr and the least Cllr that a monotonous recalibration would give, with 95 % intervals by a
bootstrap over people; plain cosine beside it; and the constants of replique/voices/calibrated.py,
fitted on everybody.

--kept keeps what was heard, so that a second run takes seconds.
"""

from __future__ import annotations

import argparse
import csv
import pickle
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.voices import enrolled, sounds  # noqa: E402
from replique.media import read_audio  # noqa: E402
from replique.models import Ears, Library  # noqa: E402
from replique.store.home import Home  # noqa: E402
from replique.voices.calibration import Conditions, cllr, fit, log_ratio, variables  # noqa: E402
from replique.voices.comparison import Panel  # noqa: E402
from replique.voices.hearing import Heard, pool  # noqa: E402
from replique.voices.reference import Reference  # noqa: E402
from replique.voices.settings import Settings  # noqa: E402
from replique.voices.whole import hear_whole  # noqa: E402

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS = 8
GROUPS = 60
"""Groups of turns for each person, two to eight turns each: what a part or a cluster is."""
NOT_GROUPED = ("babble5",)


@dataclass(slots=True)
class Trials:
    """Turns (rows) against enrolled people (columns).

    x : (turns, people, 6). covered, cosine, same : (turns, people). speaker : (turns,) index of
    who speaks. condition : (turns,). people : names.
    """

    x: Array
    covered: Array
    cosine: Array
    same: Mask
    speaker: NDArray[np.int64]
    condition: NDArray[np.str_]
    people: list[str]


def hear_split(
    split: Path, ears: Ears
) -> tuple[dict[str, Reference], dict[str, tuple[Heard, Conditions]]]:
    """Return references by person, and what was heard of each segment."""
    heard = {}
    for source in sounds(split / "segments"):
        heard[source.path.stem] = hear_whole(ears, read_audio(source))
    return enrolled(split / "enrol", ears), heard


def trials(
    split: Path,
    references: dict[str, Reference],
    heard: dict[str, tuple[Heard, Conditions]],
) -> Trials:
    """Compare every segment, and groups of them, with everybody."""
    with (split / "trials.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    conditions = {Path(r["segment"]).stem: r["condition"] for r in rows}
    who = {Path(r["segment"]).stem: Path(r["enrol"]).stem for r in rows if r["target"] == "1"}
    people = sorted(references)
    turns = [(heard[s], people.index(who[s]), conditions[s]) for s in sorted(who)]
    turns += _groups(sorted(who), heard, who, conditions, people)
    panel = Panel([references[p] for p in people])
    mean = np.stack([references[p].mean for p in people])
    x, cosine = [], []
    for (each, under), _speaker, _condition in turns:
        likeness = panel.compare(each)
        x.append(variables(likeness.general, likeness.clearest, under))
        cosine.append(mean @ each.whole)
    speaker = np.array([t[1] for t in turns])
    covered = np.array([under.covered for (_h, under), _s, _c in turns])
    return Trials(
        x=np.stack(x),
        covered=np.repeat(covered[:, None], len(people), axis=1),
        cosine=np.stack(cosine).astype(np.float64),
        same=speaker[:, None] == np.arange(len(people)),
        speaker=speaker,
        condition=np.array([t[2] for t in turns]),
        people=people,
    )


def _groups(
    segments: list[str],
    heard: dict[str, tuple[Heard, Conditions]],
    who: dict[str, str],
    conditions: dict[str, str],
    people: list[str],
) -> list[tuple[tuple[Heard, Conditions], int, str]]:
    random = np.random.default_rng(5)
    out = []
    for index, person in enumerate(people):
        own = [s for s in segments if who[s] == person and conditions[s] not in NOT_GROUPED]
        for _round in range(GROUPS):
            count = min(int(random.integers(2, 9)), len(own))
            chosen = [own[i] for i in random.choice(len(own), count, replace=False)]
            # One line is heard once: the same words in two conditions are not two turns.
            chosen = list({s.split("_")[0]: s for s in chosen}.values())
            if len(chosen) > 1:
                out.append((_grouped([heard[s] for s in chosen]), index, "group"))
    return out


def _grouped(turns: list[tuple[Heard, Conditions]]) -> tuple[Heard, Conditions]:
    weights = [max(under.speech_s, 0.3) * (1 - under.overlap) for _heard, under in turns]
    together = pool([replace(h, short=h.short[:0]) for h, _under in turns], weights)
    overlap = np.average([under.overlap for _h, under in turns], weights=weights)
    speech_s = sum(under.speech_s for _h, under in turns)
    return together, Conditions(speech_s, float(overlap), together.agreement)


def judged_apart(t: Trials, seed: int) -> Array:
    """Return log10 likelihood ratios, each by a calibration that knows neither of the two."""
    fold = np.random.default_rng(seed).permutation(len(t.people)) % FOLDS
    out = np.zeros(t.same.shape)
    for k in range(FOLDS):
        apart = (fold[t.speaker] != k)[:, None] & (fold != k)[None, :]
        weights, floor = fit(t.x[apart], t.covered[apart], t.same[apart])
        mine = fold == k
        out[:, mine] = log_ratio(t.x[:, mine], t.covered[:, mine], weights, floor) / np.log(10)
    return np.clip(out, *Settings().calibration.range.log10)


def eer(same: Array, other: Array) -> float:
    """Return the equal error rate, %, as score_voices.py counts it."""
    same, other = np.sort(same), np.sort(other)
    at = np.unique(np.concatenate([same, other]))
    false = 1 - np.searchsorted(other, at) / len(other)
    missed = np.searchsorted(same, at) / len(same)
    nearest = int(np.argmin(np.abs(false - missed)))
    return float(50 * (false[nearest] + missed[nearest]))


def least_cllr(same: Array, other: Array) -> float:
    """Return Cllr after the best monotonous recalibration (pool adjacent violators)."""
    scores = np.concatenate([same, other])
    truth = np.concatenate([np.ones(len(same)), np.zeros(len(other))])
    weight = np.concatenate(
        [np.full(len(same), 1 / len(same)), np.full(len(other), 1 / len(other))]
    )
    order = np.lexsort((-truth, scores))
    p = np.clip(isotonic_regression(truth[order], weights=weight[order]).x, 1e-9, 1 - 1e-9)
    ratio = np.log10(p / (1 - p))
    mine = truth[order] == 1
    return cllr(ratio[mine], ratio[~mine])


def told(t: Trials, ratios: list[Array], rows: Mask, columns: Mask, rounds: int) -> str:
    """Return a line of a table: what was measured, with intervals."""

    def measure(weights: NDArray[np.int64]) -> tuple[float, float, float, float]:
        picked = np.flatnonzero(rows & (weights[t.speaker] > 0))
        people = np.repeat(np.arange(len(t.people)), weights * columns)
        turns = np.repeat(picked, weights[t.speaker[picked]])
        same = t.same[np.ix_(turns, people)]
        # Somebody drawn twice is no stranger to himself.
        parts = [(r[np.ix_(turns, people)][same], r[np.ix_(turns, people)][~same]) for r in ratios]
        plain = t.cosine[np.ix_(turns, people)]
        return (
            float(np.mean([eer(a, b) for a, b in parts])),
            eer(plain[same], plain[~same]),
            float(np.mean([cllr(a, b) for a, b in parts])),
            float(np.mean([least_cllr(a, b) for a, b in parts])),
        )

    once = measure(np.ones(len(t.people), np.int64))
    random = np.random.default_rng(1)
    drawn = []
    for _round in range(rounds):
        weights = np.bincount(
            random.integers(0, len(t.people), len(t.people)), minlength=len(t.people)
        )
        if (weights[t.speaker[rows]] > 0).any():
            drawn.append(measure(weights))
    spread = np.percentile(np.array(drawn), [2.5, 97.5], axis=0) if drawn else np.zeros((2, 4))
    figures = [
        f"{value:.{digits}f} [{spread[0][i]:.{digits}f}, {spread[1][i]:.{digits}f}]"
        for i, (value, digits) in enumerate(zip(once, (2, 2, 3, 3), strict=True))
    ]
    count = int((rows[:, None] & columns & t.same).sum())
    return " | ".join([str(count), *figures])


def main() -> int:
    """Hear, fit, measure, tell."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("--kept", type=Path, metavar="HEARD.pickle")
    ask.add_argument("--rounds", type=int, default=200, help="of the bootstrap")
    asked = ask.parse_args()
    if asked.kept is not None and asked.kept.exists():
        kept = pickle.loads(asked.kept.read_bytes())  # noqa: S301  # our own, of a run before
    else:
        ears = Ears(Library(Home.default().path / "models"))
        kept = hear_split(asked.split, ears)
        if asked.kept is not None:
            asked.kept.write_bytes(pickle.dumps(kept))
    t = trials(asked.split, *kept)
    ratios = [judged_apart(t, seed) for seed in range(3)]
    everybody = np.ones(len(t.people), bool)
    print("condition | n | EER % | EER % cosine | Cllr | least Cllr")
    for condition in dict.fromkeys(t.condition.tolist()):
        rows = t.condition == condition
        print(condition, told(t, ratios, rows, everybody, asked.rounds), sep=" | ", flush=True)
    corpora = [name.split("_")[0] for name in t.people]
    for corpus in dict.fromkeys(corpora):
        mine = np.array([c == corpus for c in corpora])
        rows = mine[t.speaker] & (t.condition != "group")
        print(corpus, told(t, ratios, rows, everybody, asked.rounds), sep=" | ", flush=True)
    weights, floor = fit(t.x.reshape(-1, 6), t.covered.ravel(), t.same.ravel())
    print("weights", *(f"{w:.9g}" for w in weights))
    print("floor", *(f"{f:.9g}" for f in floor))
    return 0


if __name__ == "__main__":
    sys.exit(main())
