"""What is asked of the desk, and the tables of what was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.bars import Bar, Kept

PAGES, LOAD, HEARING, FAULTS = "desk-pages", "desk-load", "desk-hearing", "desk-faults"
NAMES = (PAGES, LOAD, HEARING, FAULTS)
PAGES_HEAD = ("page", "median, ms", "p95, ms", "most, ms", "queries", "bytes")

LEVEL = 0.34

Figure = Callable[[Mapping[str, Any]], tuple[float, str] | None]


def _of(name: str, unit: str = "") -> Figure:
    """Return a figure as it was kept."""

    def figure(figures: Mapping[str, Any]) -> tuple[float, str] | None:
        value = figures.get(name)
        return None if value is None else (float(value), f"{value:g}{unit}")

    return figure


def _slowest(figures: Mapping[str, Any]) -> tuple[float, str]:
    worst = max(figures["pages"], key=lambda each: each["p95_ms"])
    return worst["p95_ms"], f"{worst['p95_ms']:g} ms at most ({worst['page']})"


def _first_view(figures: Mapping[str, Any]) -> tuple[float, str]:
    page, size = max(figures["first_view_bytes"].items(), key=lambda each: int(each[1]))
    return float(size), f"{size / 1000:.0f} kB at most ({page})"


def _count(name: str, of: str) -> Figure:
    def figure(figures: Mapping[str, Any]) -> tuple[float, str]:
        wrong = figures[name]
        count = wrong if isinstance(wrong, int) else len(wrong)
        return float(count), f"{count} of {figures[of]}"

    return figure


def _most(value: float) -> Callable[[float], bool]:
    return lambda reached: reached <= value


BARS = (
    Bar("each page, p95", "≤ 150 ms", _slowest, _most(150), PAGES),
    Bar("… its queries", "≤ 15", _of("most_queries"), _most(15), PAGES),
    Bar("first view, without media", "≤ 100 kB", _first_view, _most(100_000), PAGES),
    Bar("50 people at once, a scan at work, p95", "≤ 300 ms", _of("p95_ms", " ms"), _most(300),
        LOAD),
    Bar("… errors", "none", _count("errors", "requests"), _most(0), LOAD),
    Bar("… judgements lost or doubled", "none", _count("lost_or_doubled", "judgements"), _most(0),
        LOAD),
    Bar("from the key to the sound, at most", "≤ 300 ms", _of("start_max_ms", " ms"), _most(300),
        HEARING),
    Bar("a switch between two sounds is off by", "≤ 5 ms", _of("switch_error_ms", " ms"), _most(5),
        HEARING),
    Bar("… least level through it, of 0.354", "≥ 0.34", _of("least_level"),
        lambda value: value >= LEVEL, HEARING),
    Bar("kill -9: lost, doubled, or a page that did not come back", "none",
        _count("wrong", "kills"), _most(0), FAULTS),
)  # fmt: skip


def pages(kept: Kept) -> list[Sequence[str]]:
    """Return a row for each page, the slowest first."""
    rows = sorted(kept[PAGES]["figures"]["pages"], key=lambda each: -each["p95_ms"])
    return [
        (f"`{each['page']}`", f"{each['p50_ms']:g}", f"{each['p95_ms']:g}", f"{each['max_ms']:g}",
         str(each["queries"]), str(each["bytes"]))
        for each in rows
    ]  # fmt: skip
