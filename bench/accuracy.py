"""Hold what `bench/reuse.py` wrote to the truth of a split.

    python bench/accuracy.py SPLIT_DIR FOUND.tsv [--json FILE] [--hours H]

FOUND.tsv should come from `bench/reuse.py … --details FOUND.tsv`; without its column gain_db
the error of the level is left out. Prints recall by condition, at the default strength and
where wrong rows fall to 0.5 an hour; wrong rows, decoys apart; the errors of what is
measured, over the right rows at the default strength.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.scoring import (  # noqa: E402
    Judged,
    Laid,
    Row,
    by_condition,
    judge,
    read_rows,
    read_truth,
    recall,
)
from replique.errors import RepliqueError  # noqa: E402
from replique.media import Medium, Source, walk  # noqa: E402
from replique.recordings import Settings  # noqa: E402

EXTENT_S = 0.25
SPEED = 0.001
SEMITONES = 0.2
CLAIMED_SPEED = 0.0005
CLAIMED_SEMITONES = 0.05
"""A speed or a pitch this far from none is a claim that it was changed."""

Figures = dict[str, Any]


def figures(judged: Judged, *, default: float) -> Figures:
    """Return all figures, as JSON holds them. default : strength from which rows are reported."""
    truth = judged.truth
    limit = judged.limit()
    reported = judged.found(least=default)
    settings = {"default": reported, "half_an_hour": judged.found(above=limit)}
    conditions = {name: by_condition(truth, found) for name, found in settings.items()}
    pairs = [(judged.right[i], truth.laid[i]) for i in sorted(reported)]
    return {
        "placed": len(truth.laid),
        "decoys": len(truth.decoys),
        "hours": truth.hours,
        "default_strength": default,
        "strength_at_half_an_hour": limit if np.isfinite(limit) else None,
        "recall": {name: recall(truth, found, "") for name, found in settings.items()},
        "conditions": {
            condition: {
                "placed": placed,
                "default": conditions["default"][condition][0],
                "half_an_hour": conditions["half_an_hour"][condition][0],
            }
            for condition, (_, placed) in conditions["default"].items()
        },
        "wrong": _wrong(judged, default),
        "errors": errors(pairs),
    }


def errors(pairs: Sequence[tuple[Row, Laid]]) -> Figures:
    """Return how far rows are from where their takes were laid, and what is said of them."""
    if not pairs:
        return {"rows": 0}
    start = np.array([row.start_s - laid.start_s for row, laid in pairs])
    end = np.array([row.end_s - laid.end_s for row, laid in pairs])
    speed = np.array([row.speed / laid.rate - 1 for row, laid in pairs])
    pitch = np.array([row.pitch_semitones - laid.semitones for row, laid in pairs])
    sped = np.array([abs(row.speed - 1) > CLAIMED_SPEED for row, _ in pairs])
    pitched = np.array([abs(row.pitch_semitones) > CLAIMED_SEMITONES for row, _ in pairs])
    level = [row.gain_db - laid.snr_db for row, laid in pairs if row.gain_db is not None]
    within = (np.abs(start) <= EXTENT_S) & (np.abs(end) <= EXTENT_S)
    return {
        "rows": len(pairs),
        "start_median_s": float(np.median(np.abs(start))),
        "start_p90_s": float(np.percentile(np.abs(start), 90)),
        "extent_within": float(np.mean(within)),
        "speed_within": float(np.mean(np.abs(speed) <= SPEED)),
        "speed_claimed": _claimed(np.abs(speed), sped, SPEED),
        "pitch_within": float(np.mean(np.abs(pitch) <= SEMITONES)),
        "pitch_claimed": _claimed(np.abs(pitch), pitched, SEMITONES),
        "level_median_db": float(np.median(level)) if level else None,
        "level_median_absolute_db": float(np.median(np.abs(level))) if level else None,
        "level_p90_absolute_db": float(np.percentile(np.abs(level), 90)) if level else None,
    }


def _claimed(error: NDArray[np.float64], claimed: NDArray[np.bool_], limit: float) -> Figures:
    said = error[claimed]
    if not len(said):
        return {"rows": 0, "within": 0, "worst": None}
    return {"rows": len(said), "within": int(np.sum(said <= limit)), "worst": float(said.max())}


def _wrong(judged: Judged, default: float) -> Figures:
    decoys = sum(row.strength >= default for row in judged.decoys)
    others = sum(row.strength >= default for row in judged.others)
    wrong = (*judged.decoys, *judged.others)
    return {
        "rows": decoys + others,
        "decoys": decoys,
        "others": others,
        "per_hour": (decoys + others) / judged.truth.hours,
        "others_per_hour": others / judged.truth.hours,
        "all_rows": len(wrong),
        "strongest": max((row.strength for row in wrong), default=None),
        "repeated": judged.repeated,
    }


def hours_of(folder: Path) -> float:
    """Return how long the media in a folder are, as they say themselves, hours."""
    seconds = 0.0
    for source in walk([folder]):
        if isinstance(source, Source):
            with suppress(RepliqueError), Medium(source) as medium:  # a broken one
                seconds += max(track.duration_s or 0.0 for track in medium.tracks)
    return seconds / 3600


def told(made: Figures) -> str:
    """Return the figures as a person reads them."""
    lines = []
    limit = made["strength_at_half_an_hour"]
    half = "0.5 wrong rows an hour" + ("" if limit is None else f" (strength > {limit:.2f})")
    for name, title in (("default", "the default strength"), ("half_an_hour", half)):
        found, placed = made["recall"][name]
        share = found / max(1, placed)
        lines.append(f"recall at {title}: {found}/{placed} = {share:.3f}")
    lines.append(f"{'':24s} placed  default  at 0.5/h")
    for condition, counts in made["conditions"].items():
        placed = counts["placed"]
        shares = [counts[name] / placed for name in ("default", "half_an_hour")]
        lines.append(f"  {condition:22s} {placed:6d}  {shares[0]:7.2f}  {shares[1]:8.2f}")
    wrong = made["wrong"]
    lines.append(
        f"wrong rows at the default strength {made['default_strength']:g}: {wrong['rows']} = "
        f"{wrong['per_hour']:.2f} an hour; of these decoys {wrong['decoys']}, "
        f"others {wrong['others']}"
    )
    lines += _told_errors(made["errors"])
    return "\n".join(lines)


def _told_errors(error: Figures) -> list[str]:
    if not error["rows"]:
        return ["no right row at the default strength: nothing was measured"]
    lines = [
        f"over {error['rows']} right rows at the default strength:",
        f"  start: median error {1000 * error['start_median_s']:.1f} ms",
        f"  start: 90 % below {1000 * error['start_p90_s']:.0f} ms",
        f"  start and end within {EXTENT_S} s: {error['extent_within']:.3f}",
        f"  speed within {SPEED:.1%}: {error['speed_within']:.3f}",
        f"  … when one is claimed: {_told_claim(error['speed_claimed'])}",
        f"  pitch within {SEMITONES} semitone: {error['pitch_within']:.3f}",
        f"  … when one is claimed: {_told_claim(error['pitch_claimed'])}",
    ]
    if error["level_median_db"] is not None:
        lines.append(
            f"  level: median error {error['level_median_db']:+.1f} dB; absolute "
            f"{error['level_median_absolute_db']:.1f} dB, "
            f"90 % below {error['level_p90_absolute_db']:.1f} dB"
        )
    return lines


def _told_claim(claim: Figures) -> str:
    worst = "" if claim["worst"] is None else f", worst {claim['worst']:.4f}"
    return f"{claim['within']}/{claim['rows']}{worst}"


def main() -> int:
    """Judge a file of rows."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("split", type=Path, metavar="SPLIT_DIR")
    ask.add_argument("found", type=Path, metavar="FOUND.tsv")
    ask.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    ask.add_argument("--hours", type=float, help="of media, where hours.txt does not say")
    asked = ask.parse_args()
    if not (asked.split / "truth.tsv").exists():
        ask.error(f"{asked.split} has no truth.tsv")
    hours = asked.hours
    if hours is None and not (asked.split / "hours.txt").exists():
        hours = hours_of(asked.split / "media")
    judged = judge(read_truth(asked.split, hours=hours), read_rows(asked.found))
    made = figures(judged, default=Settings().least_strength)
    print(told(made))
    if asked.json is not None:
        asked.json.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
