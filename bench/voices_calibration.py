"""Fit the calibration of voices on a split, and measure it on other people than it was fitted on.

    python bench/voices_calibration.py SPLIT_DIR [--kept HEARD.pickle] [--rounds N]
        [--results FOLDER]

SPLIT_DIR holds enrol/, segments/ and trials.tsv, as score_voices.py reads them, and, for babble,
cohort/ with other people's speech.  The people are dealt into eight folds; each person's trials,
as the one enrolled and as the one who speaks, are judged by a calibration fitted without him,
three times over with other folds.  Prints, for each condition of the split, for those that are
made of its clear turns (bench/voices_hardship.py), and for each corpus (what stands before the
first "_" of a name): equal error rate, Cllr and the least Cllr that a monotonous recalibration
would give, with 95 % intervals by a bootstrap over people; plain cosine beside it; and the
constants of replique/voices/calibrated.py, fitted on everybody.

--kept keeps what was heard, so that a second run takes seconds.  --results keeps the figures
for bench/README.md.
"""

from __future__ import annotations

import argparse
import csv
import pickle
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench import results  # noqa: E402
from bench.voices import enrolled, sounds  # noqa: E402
from bench.voices_hardship import hardships  # noqa: E402
from replique.media import read_audio  # noqa: E402
from replique.models import Ears, Library  # noqa: E402
from replique.probe import HOUSE_RATE  # noqa: E402
from replique.store.home import Home  # noqa: E402
from replique.voices.calibration import Conditions, variables  # noqa: E402
from replique.voices.comparison import Panel  # noqa: E402
from replique.voices.hearing import Heard, pool  # noqa: E402
from replique.voices.reference import Reference  # noqa: E402
from replique.voices.settings import Settings  # noqa: E402
from replique.voices.trials import Trials  # noqa: E402
from replique.voices.whole import hear_whole  # noqa: E402

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Turn = tuple[Heard, Conditions]

GROUPS = 60
"""Groups of turns for each person, two to eight turns each: what a part or a cluster is."""
GROUP = "group"
CLEAN = "clean"
HALVED = ("music-5", "babble5")
HALF = 5 * HOUSE_RATE // 2
NOT_GROUPED = ("babble5",)


@dataclass(slots=True)
class Split:
    """What was heard of a split.

    people : names. trials : turns against people. cosine : (turns, people), plain. own : which
    turns are the split's: calibrations are fitted on these.
    """

    people: list[str]
    trials: Trials
    cosine: Array
    own: Mask


def hear_split(split: Path, ears: Ears) -> tuple[dict[str, Reference], dict[str, Turn]]:
    """Return references by person, and what was heard of each segment, by its name.

    What was made of a segment bears its name, a "+" and what was done to it.
    """
    conditions = {Path(r["segment"]).stem: r["condition"] for r in asked(split)}
    others = (
        [read_audio(each) for each in sounds(split / "cohort")]
        if (split / "cohort").is_dir()
        else []
    )
    random = np.random.default_rng(7)
    heard = {}
    for source in sounds(split / "segments"):
        name, samples = source.path.stem, read_audio(source)
        heard[name] = hear_whole(ears, samples)
        if conditions.get(name) == CLEAN:
            for what, changed in hardships(samples, others, random):
                heard[f"{name}+{what}"] = hear_whole(ears, changed)
        if conditions.get(name) in HALVED:
            heard[f"{name}+half-{conditions[name]}"] = hear_whole(ears, samples[:HALF])
    return enrolled(split / "enrol", ears), heard


def asked(split: Path) -> list[dict[str, str]]:
    """Return the rows of trials.tsv."""
    with (split / "trials.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def compared(split: Path, references: Mapping[str, Reference], heard: Mapping[str, Turn]) -> Split:
    """Compare every segment, groups of them, and what was made of them with everybody."""
    rows = asked(split)
    conditions = {Path(r["segment"]).stem: r["condition"] for r in rows}
    who = {Path(r["segment"]).stem: Path(r["enrol"]).stem for r in rows if r["target"] == "1"}
    people = sorted(references)
    turns = [(heard[s], people.index(who[s]), conditions[s]) for s in sorted(who)]
    turns += _groups(sorted(who), heard, who, conditions, people)
    own = len(turns)
    for name in sorted(heard):
        segment, made, what = name.partition("+")
        if made and segment in who:
            turns.append((heard[name], people.index(who[segment]), what))
    panel = Panel([references[p] for p in people])
    mean = np.stack([references[p].mean for p in people])
    x, cosine = [], []
    for (each, under), _speaker, _condition in turns:
        likeness = panel.compare(each)
        x.append(variables(likeness.general, likeness.clearest, under))
        cosine.append(mean @ each.whole)
    covered = np.array([under.covered for (_h, under), _s, _c in turns])
    trials = Trials(
        x=np.stack(x),
        covered=np.repeat(covered[:, None], len(people), axis=1),
        speaker=np.array([t[1] for t in turns]),
        condition=np.array([t[2] for t in turns]),
    )
    return Split(people, trials, np.stack(cosine).astype(np.float64), np.arange(len(turns)) < own)


def _groups(
    segments: list[str],
    heard: Mapping[str, Turn],
    who: dict[str, str],
    conditions: dict[str, str],
    people: list[str],
) -> list[tuple[Turn, int, str]]:
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
                out.append((_grouped([heard[s] for s in chosen]), index, GROUP))
    return out


def _grouped(turns: list[Turn]) -> Turn:
    weights = [max(under.speech_s, 0.3) * (1 - under.overlap) for _heard, under in turns]
    together = pool([replace(h, short=h.short[:0]) for h, _under in turns], weights)
    overlap = np.average([under.overlap for _h, under in turns], weights=weights)
    speech_s = sum(under.speech_s for _h, under in turns)
    return together, Conditions(speech_s, float(overlap), together.agreement)


def measured(split: Split, rounds: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Return figures by condition, by what was made of clear turns, and by corpus."""
    low, high = Settings().calibration.range.log10
    trials = split.trials
    ratios = [trials.judged_apart(low, high, seed=seed, known=split.own) for seed in range(3)]
    everybody = np.ones(len(split.people), bool)

    def figures(rows: Mask) -> dict[str, Any]:
        rate = trials.rate(ratios, rows, everybody, rounds=rounds)
        plain = trials.rate([split.cosine], rows, everybody, rounds=rounds)
        found = [r[rows][trials.same[rows]] for r in ratios]
        other = [r[rows][~trials.same[rows]] for r in ratios]
        return {
            **asdict(rate),
            "plain": {name: asdict(plain)[name] for name in ("eer", "low", "high")},
            "own_median": float(np.median(found)),
            "own_5": float(np.percentile(found, 5)),
            "others_99": float(np.percentile(other, 99)),
        }

    out: dict[str, dict[str, dict[str, Any]]] = {"conditions": {}, "made": {}, "corpora": {}}
    for condition in dict.fromkeys(trials.condition.tolist()):
        rows = trials.condition == condition
        kind = "conditions" if split.own[rows].all() else "made"
        out[kind][condition] = figures(rows)
        _say(condition, out[kind][condition])
    corpora = np.array([name.split("_")[0] for name in split.people])
    for corpus in dict.fromkeys(corpora.tolist()):
        rows = (corpora == corpus)[trials.speaker] & split.own & (trials.condition != GROUP)
        people = int((corpora == corpus).sum())
        out["corpora"][corpus] = {"people": people, **figures(rows)}
        _say(corpus, out["corpora"][corpus])
    return out


def _say(name: str, f: Mapping[str, Any]) -> None:
    plain = f["plain"]
    print(
        f"{name} | {f['targets']} | {f['eer']:.2f} [{f['low']:.2f}, {f['high']:.2f}] | "
        f"{plain['eer']:.2f} [{plain['low']:.2f}, {plain['high']:.2f}] | "
        f"{f['cllr']:.3f} | {f['least_cllr']:.3f} | {f['own_median']:.2f} {f['own_5']:.2f} "
        f"{f['others_99']:.2f}",
        flush=True,
    )


def main() -> int:
    """Hear, fit, measure, tell."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("--kept", type=Path, metavar="HEARD.pickle")
    ask.add_argument("--rounds", type=int, default=200, help="of the bootstrap")
    ask.add_argument("--results", type=Path, metavar="FOLDER")
    said = ask.parse_args()
    if said.kept is not None and said.kept.exists():
        kept = pickle.loads(said.kept.read_bytes())  # noqa: S301  # our own, of a run before
    else:
        ears = Ears(Library(Home.default().path / "models"))
        kept = hear_split(said.split, ears)
        if said.kept is not None:
            said.kept.write_bytes(pickle.dumps(kept))
    split = compared(said.split, *kept)
    print(
        "condition | n | EER % | EER % cosine | Cllr | least Cllr | own: median, 5 %; others 99 %"
    )
    figures = measured(split, said.rounds)
    if said.results is not None:
        results.keep(
            "voices",
            {"people": len(split.people), **figures},
            script="bench/voices_calibration.py",
            material=said.split.resolve().name,
            folder=said.results,
        )
    own = split.own
    trials = split.trials
    weights, floor = Trials(
        trials.x[own], trials.covered[own], trials.speaker[own], trials.condition[own]
    ).fitted()
    print("weights", *(f"{w:.9g}" for w in weights))
    print("floor", *(f"{f:.9g}" for f in floor))
    return 0


if __name__ == "__main__":
    sys.exit(main())
