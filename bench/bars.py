"""What is asked of Réplique, what others reach, and how a figure is held to its bar.

The bars, and the figures of the peers and of the trial, were set and measured by those who
made the split "reuse-dev", before this program was written; they were not measured again
here. Each peer indexed the programmes and was asked with the takes, in the best of its
settings for short clips.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Kept = Mapping[str, Mapping[str, Any]]
"""Measurements by name, as bench/results.py keeps them."""

PEERS_HEAD = (
    "system", "recall at ≤ 0.5 wrong/h", "dry 0 dB", "−5", "−10", "−15", "reverb",
    "25/24 faster", "pitch ±",
)  # fmt: skip
PEERS = (
    ("audfprint, density 100, 4 shifts", "0.60", ".96", ".91", ".45", ".41", ".43", "0", "0"),
    ("audiolocate 0.1.1", "0.51", "", "", "", "", "", "0", "0"),
    ("Olaf, 2 points a print", "0.33", "", "", "", "", "", "0", "0"),
    ("Olaf, defaults", "0.22", "", "", "", "", "", "", ""),
    ("audfprint, defaults", "0.17", "", "", "", "", "", "", ""),
    ("Panako, minimum 1 s", "0.08", "", "", "", "", "", "", ""),
    ("Chromaprint with a sliding matcher", "0.07", "", "", "", "", "", "", ""),
    ("the trial before this program, one speed", "0.67", "1.0", "1.0", ".95", ".73", ".50",
     "0", "0"),
)  # fmt: skip
PEERS_ALIKE = (
    ("dry +0 dB",), ("dry -5 dB",), ("dry -10 dB",), ("dry -15 dB",), ("reverb",),
    ("speed+4.17%",), ("pitch",),
)  # fmt: skip
"""Which of our conditions stand in the peers' columns, by how they begin."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something asked.

    what, peer, trial, must : as they are shown.
    figure : finds the value, and how it is shown, in what was kept; None when it is not there.
    holds : tells whether a value clears the bar.
    source : which measurement it comes from.
    """

    what: str
    must: str
    figure: Callable[[Mapping[str, Any]], tuple[float, str] | None]
    holds: Callable[[float], bool]
    source: str
    peer: str = ""
    trial: str = ""


def share(
    conditions: Mapping[str, Mapping[str, int]],
    *begins: str,
    least_db: float = -100,
    most_db: float = 100,
    setting: str = "half_an_hour",
) -> tuple[int, int]:
    """Return how many were found of how many, over some conditions."""
    found = placed = 0
    for condition, counts in conditions.items():
        level = re.search(r"([+-]\d+) dB$", condition)
        if condition.startswith(begins) and level and least_db <= int(level[1]) <= most_db:
            found += counts[setting]
            placed += counts["placed"]
    return found, placed


def _recall(
    least: float, *begins: str, least_db: float = -100, most_db: float = 100
) -> dict[str, Any]:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        found, placed = share(figures["conditions"], *begins, least_db=least_db, most_db=most_db)
        return (found / placed, f"{found / placed:.3f} ({found}/{placed})") if placed else None

    return {"figure": figure, "holds": lambda value: value >= least, "source": "accuracy"}


def _at(source: str, way: str, form: str, holds: Callable[[float], bool]) -> dict[str, Any]:
    """Return a figure that lies at a way such as "errors.start_median_s"."""

    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        value: Any = figures
        for name in way.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return None if value is None else (float(value), form.format(value))

    return {"figure": figure, "holds": holds, "source": source}


def _claims(name: str) -> dict[str, Any]:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        claim = figures["errors"].get(name)
        if not claim or not claim["rows"]:
            return None
        within = claim["within"] / claim["rows"]
        return within, f"{claim['within']} of {claim['rows']} claims; worst {claim['worst']:.4f}"

    return {"figure": figure, "holds": lambda value: value == 1.0, "source": "accuracy"}


def _points_lost(figures: Mapping[str, Any]) -> tuple[float, str] | None:
    among, alone = figures.get("found"), figures.get("found_alone")
    if not among or not alone or not alone["placed"]:
        return None
    lost = 100 * (alone["found"] - among["found"]) / alone["placed"]
    shown = f"{lost:.1f} ({among['found']} against {alone['found']} of {alone['placed']})"
    return lost, shown


ACCURACY = (
    Bar("recall, all, at ≤ 0.5 wrong rows/h", "≥ 0.93", peer="0.60", trial="0.67",
        **_recall(0.93, "")),
    Bar("dry +5 … −10 dB", "≥ .98", peer=".83", trial=".99", **_recall(0.98, "dry", least_db=-10)),
    Bar("dry −15 dB", "≥ .85", peer=".41", trial=".73", **_recall(0.85, "dry", most_db=-15)),
    Bar("dialogue chain, phone band", "≥ .95", peer=".96", trial=".88",
        **_recall(0.95, "dialogue", "phone")),
    Bar("reverb", "≥ .85", peer=".43", trial=".50", **_recall(0.85, "reverb")),
    Bar("speed 25/24 and 24/25", "≥ .95", peer="0", trial="0 (.7 with the two ratios given)",
        **_recall(0.95, "speed")),
    Bar("stretch with pitch kept, +4 % and −8 %", "≥ .85", peer=".67", trial=".54",
        **_recall(0.85, "stretch")),
    Bar("pitch ±, time kept", "≥ .80", peer="0", trial="0", **_recall(0.80, "pitch")),
    Bar("wrong rows at the default setting, decoys included", "≤ 0.1/h", peer="11/h",
        **_at("accuracy", "wrong.per_hour", "{:.2g}/h", lambda value: value <= 0.1)),
    Bar("start in the medium, median error", "≤ 20 ms", trial="≈ 10 ms",
        **_at("accuracy", "errors.start_median_s", "{:.4f} s", lambda value: value <= 0.02)),
    Bar("start and end within 0.25 s", "≥ .90",
        **_at("accuracy", "errors.extent_within", "{:.3f}", lambda value: value >= 0.9)),
    Bar("speed, when one is claimed", "within 0.1 %", **_claims("speed_claimed")),
    Bar("pitch, when one is claimed", "within 0.2 semitone", **_claims("pitch_claimed")),
)  # fmt: skip

COST = (
    Bar("30 takes (1 min of audio)", "≥ 150× real time",
        **_at("cost-few", "times_real_time", "{:.0f}×", lambda value: value >= 150)),
    Bar("decoding alone", "(460–580× when the bars were set)",
        **_at("cost-decoding", "times_real_time", "{:.0f}×", lambda value: value > 0)),
    Bar("all takes of the split (299 in reuse-dev)", "≥ 20× real time",
        **_at("cost-all", "times_real_time", "{:.1f}×", lambda value: value >= 20)),
    Bar("… its memory, all processes together", "≤ 1 GB",
        **_at("cost-all", "memory_gb", "{:.2f} GB", lambda value: value <= 1)),
    Bar("10,000 takes (about 10 h)", "≥ 5× real time",
        **_at("cost-crowd", "times_real_time", "{:.2f}×", lambda value: value >= 5)),
    Bar("… points of recall lost among them", "≤ 3", figure=_points_lost,
        holds=lambda value: value <= 3, source="cost-crowd"),
    Bar("… cost against takes: exponent", "< 1",
        **_at("cost-crowd", "growth_exponent", "{:.2f}", lambda value: value < 1)),
    Bar("… their memory", "", **_at("cost-crowd", "memory_gb", "{:.1f} GB", lambda _: True)),
    Bar("… registering them", "", **_at("cost-crowd", "registering_s", "{:.0f} s", lambda _: True)),
    Bar("two processes on two cores", "≥ 1.8× one",
        **_at("cost-two", "against_one", "{:.2f}×", lambda value: value >= 1.8)),
    Bar("start of `replique --help`", "≤ 0.3 s",
        **_at("cost-start", "help_s", "{:.2f} s", lambda value: value <= 0.3)),
    Bar("a scan of 2 s of sound, to its end", "≤ 2 s, its start, warm",
        **_at("cost-start", "scan_s", "{:.2f} s", lambda value: value <= 2)),
)  # fmt: skip

LEDGER = (
    Bar("an entry added, median", "≤ 1 ms",
        **_at("ledger", "append_ms", "{:.2f} ms", lambda value: value <= 1)),
    Bar("… in a transaction of its own", "",
        **_at("ledger", "append_alone_ms", "{:.2f} ms", lambda _: True)),
    Bar("an entry proved, median", "≤ 5 ms",
        **_at("ledger", "proof_ms", "{:.2f} ms", lambda value: value <= 5)),
    Bar("all of it verified", "≤ 60 s",
        **_at("ledger", "verifying_s", "{:.0f} s", lambda value: value <= 60)),
    Bar("… an export, by the stand-alone verifier", "",
        **_at("ledger", "verifier_alone_s", "{:.0f} s", lambda _: True)),
    Bar("its size, an entry", "",
        **_at("ledger", "bytes_an_entry", "{:.0f} bytes", lambda _: True)),
)  # fmt: skip

CONSENT = (
    Bar("asked of all of them", "≤ 5 s",
        **_at("consent", "seconds", "{:.1f} s", lambda value: value <= 5)),
    Bar("… the whole answer, with every step", "",
        **_at("consent", "full_answer_ms", "{:.0f} ms a use", lambda _: True)),
    Bar("… a sample of them, asked both ways, has the same verdict", "yes",
        **_at("consent", "same", "{}", bool)),
)  # fmt: skip
