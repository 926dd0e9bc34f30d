"""What is asked of the voices probe, and the tables of what was reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bench.bars import Bar, Kept
from bench.voices_hardship import NAMES as HARDSHIPS

RATES, FOUND, COST = "voices", "voices-programmes", "voices-cost"

CONDITIONS = {
    "clean": ("clear, 5 s", 0.1, 0.10),
    "short": ("clear, 2.5 s", 0.8, 0.89),
    "music0": ("music as loud", 0.4, 0.45),
    "music-5": ("music 5 dB louder", 1.5, 2.23),
    "babble5": ("another talker 5 dB softer", 3.5, 6.25),
    "aac32": ("AAC at 32 kbit/s", 0.1, 0.07),
    "group": ("two to eight turns as one", None, None),
}
"""Names, the highest EER (%) that is allowed, and what a plain cosine reached at first."""
HALVES = {
    "half-music-5": "2.5 s under music 5 dB louder",
    "half-babble5": "2.5 s under another talker 5 dB softer",
}
CORPORA = {
    "ravdess": "RAVDESS, acted in eight emotions",
    "libri": "LibriSpeech, read",
    "asterisk": "asterisk, telephone announcers",
    "ktuberling": "ktuberling, a game for children",
    "fillets": "fillets-ng, dubbed",
    "hw": "Hedgewars, a character voice",
}


def _eer(condition: str, most: float) -> dict[str, Any]:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        rate = figures["conditions"].get(condition)
        return None if rate is None else (rate["eer"], interval(rate))

    return {"figure": figure, "holds": lambda value: value <= most, "source": RATES}


def _cllr_over_least(figures: Mapping[str, Any]) -> tuple[float, str] | None:
    rates = {c: r for c, r in figures["conditions"].items() if c in CONDITIONS}
    if not rates:
        return None
    name, worst = max(rates.items(), key=lambda each: each[1]["cllr"] - each[1]["least_cllr"])
    over = worst["cllr"] - worst["least_cllr"]
    return over, f"{over:.3f} at most ({CONDITIONS[name][0]})"


def _cllr_clean(figures: Mapping[str, Any]) -> tuple[float, str] | None:
    rate = figures["conditions"].get("clean")
    return None if rate is None else (rate["cllr"], f"{rate['cllr']:.3f}")


def _recall(setting: str) -> Callable[[Mapping[str, Any]], tuple[float, str] | None]:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        each, asked = figures[setting], figures["utterances"]
        share = each["found"] / asked
        shown = (
            f"{share:.2f} [{each['low']:.2f}, {each['high']:.2f}] ({each['found']}/{asked}; "
            f"{each['wrong']} wrong rows in {60 * figures['hours']:.0f} min)"
        )
        return share, shown

    return figure


def _ends(figures: Mapping[str, Any]) -> tuple[float, str] | None:
    every = figures["ends"]["all"]
    starts, stops = every["starts"] / every["rows"], every["stops"] / every["rows"]
    return min(starts, stops), f"starts {starts:.2f}, stops {stops:.2f} of {every['rows']} rows"


def _cost(name: str, form: str) -> Callable[[Mapping[str, Any]], tuple[float, str] | None]:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        value = figures.get(name)
        return None if value is None else (float(value), form.format(value))

    return figure


BARS = (
    *(
        Bar(f"EER, {said}", f"≤ {most} %", **_eer(condition, most))
        for condition, (said, most, _plain) in CONDITIONS.items()
        if most is not None
    ),
    Bar("Cllr, clear, 5 s", "≤ 0.05", _cllr_clean, lambda v: v <= 0.05, RATES),
    Bar("Cllr over the least, each condition", "≤ 0.03", _cllr_over_least,
        lambda v: v <= 0.03, RATES),
    Bar("utterances found at ≤ 1 wrong row/h", "≥ 0.90", _recall("one_an_hour"),
        lambda v: v >= 0.9, FOUND),
    Bar("… at the default strength", "", _recall("default"), lambda _: True, FOUND),
    Bar("ends of a row within 0.5 s", "≥ 0.90", _ends, lambda v: v >= 0.9, FOUND),
    Bar("clones shown as “resembles”, at ≤ 1 % of strangers", "≥ 0.70", lambda _: None,
        lambda v: v >= 0.7, RATES),
    Bar("speed, whole pipeline, one core", "≥ 20× real time",
        _cost("times_real_time_of_a_core", "{:.0f}×"), lambda v: v >= 20, COST),
    Bar("two processes on two cores", "≥ 1.8× one",
        _cost("two_processes", "{:.2f}×"), lambda v: v >= 1.8, COST),
    Bar("500 enrolled people cost more than one by", "≤ 10 %",
        _cost("many_costs_more", "{:+.1%}"), lambda v: v <= 0.1, COST),
    Bar("memory", "constant", lambda f: (1.0, f"{f['bytes'] / 1e9:.2f} GB"), lambda _: True, COST),
)  # fmt: skip


def interval(rate: Mapping[str, Any]) -> str:
    """Return an equal error rate with its interval."""
    return f"{rate['eer']:.2f} % [{rate['low']:.2f}, {rate['high']:.2f}]"


def conditions(kept: Kept) -> Iterable[Sequence[str]]:
    """Return a row for each condition of the split, then for each that was made."""
    figures = kept[RATES]["figures"]
    for name, (said, _most, _plain) in CONDITIONS.items():
        if name in figures["conditions"]:
            yield _row(said, figures["conditions"][name])
    for name, said in {**HALVES, **HARDSHIPS}.items():
        if name in figures["made"]:
            yield _row(said, figures["made"][name])


def corpora(kept: Kept) -> Iterable[Sequence[str]]:
    """Return a row for each corpus."""
    for name, rate in kept[RATES]["figures"]["corpora"].items():
        yield _row(f"{CORPORA.get(name, name)}: {rate['people']}", rate)


CONDITIONS_HEAD = (
    "", "trials of the person", "EER", "EER of a plain cosine", "Cllr", "least Cllr",
    "log10 LR of own turns: median, lowest 5 %", "of others: highest 1 %",
)  # fmt: skip


def _row(said: str, rate: Mapping[str, Any]) -> Sequence[str]:
    return (
        said,
        str(rate["targets"]),
        interval(rate),
        interval(rate["plain"]),
        f"{rate['cllr']:.3f}",
        f"{rate['least_cllr']:.3f}",
        f"{rate['own_median']:.1f}, {rate['own_5']:.1f}".replace("-", "−"),
        f"{rate['others_99']:.1f}".replace("-", "−"),
    )
