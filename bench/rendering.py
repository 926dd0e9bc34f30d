"""bench/README.md from what was kept: tables between markers; all else is written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bench import desk_bars, voices_bars
from bench.bars import (
    ACCURACY,
    CONSENT,
    COST,
    LEDGER,
    PEERS,
    PEERS_ALIKE,
    PEERS_HEAD,
    Bar,
    Kept,
    share,
)

PART = re.compile(r"<!-- made by bench/run\.py: (?P<name>[a-z]+) -->\n.*?<!-- end -->", re.DOTALL)
SYNTHETIC = "synthetic-"
BUSY = 0.2
NOT_MEASURED = "not measured"


def render(page: str, kept: Kept) -> str:
    """Return a page with the parts between markers made anew; the rest stays as it is.

    A part of which nothing was kept stays as it is too.
    """
    made = {
        "accuracy": accuracy(kept),
        "conditions": conditions(kept),
        "peers": peers(kept),
        "cost": cost(kept),
        "fuzz": fuzz(kept),
        "ledger": ledger(kept),
        "consent": consent(kept),
        "desk": desk(kept),
        "deskpages": desk_pages(kept),
        "voices": voices(kept),
        "voicesconditions": voices_table(kept, voices_bars.conditions),
        "voicescorpora": voices_table(kept, voices_bars.corpora),
    }

    def replace(part: re.Match[str]) -> str:
        text = made.get(part["name"], "")
        if not text:
            return part[0]
        return f"<!-- made by bench/run.py: {part['name']} -->\n{text}\n<!-- end -->"

    return PART.sub(replace, page)


def accuracy(kept: Kept) -> str:
    """Return the bars of accuracy, with what was reached."""
    if "accuracy" not in kept:
        return ""
    head = ("", "best peer", "trial", "must reach", "reached", "met")
    rows = [(bar.what, bar.peer, bar.trial, bar.must, *_reached(bar, kept)) for bar in ACCURACY]
    level = kept["accuracy"]["figures"]["errors"].get("level_median_absolute_db")
    more = "" if level is None else f" Level under the bed: median absolute error {level:.1f} dB."
    return f"{table(head, rows)}\n\n{_made_by(kept['accuracy'])}{more}"


def conditions(kept: Kept) -> str:
    """Return recall by condition."""
    if "accuracy" not in kept:
        return ""
    figures = kept["accuracy"]["figures"]
    rows = [
        (
            condition,
            str(counts["placed"]),
            f"{counts['default'] / counts['placed']:.2f}",
            f"{counts['half_an_hour'] / counts['placed']:.2f}",
        )
        for condition, counts in figures["conditions"].items()
    ]
    by_default, placed = figures["recall"]["default"]
    at_half = figures["recall"]["half_an_hour"][0]
    rows.append(("**all**", str(placed), f"{by_default / placed:.3f}", f"{at_half / placed:.3f}"))
    head = ("condition", "placed", "recall at the default strength", "at ≤ 0.5 wrong rows/h")
    return f"{table(head, rows)}\n\n{_made_by(kept['accuracy'])}"


def peers(kept: Kept) -> str:
    """Return the peers' figures, and ours on the same split beside them."""
    rows: list[Sequence[str]] = [*PEERS]
    if "accuracy" in kept:
        figures = kept["accuracy"]["figures"]
        found, placed = figures["recall"]["half_an_hour"]
        ours = [f"**{found / placed:.2f}**"]
        for begins in PEERS_ALIKE:
            some, all_ = share(figures["conditions"], *begins)
            ours.append(f"{some / all_:.2f}".lstrip("0") if all_ else "")
        rows.append(("**Réplique**", *ours))
    return table(PEERS_HEAD, rows)


def cost(kept: Kept) -> str:
    """Return the bars of cost, with what was reached."""
    rows = []
    sources: dict[str, Mapping[str, Any]] = {}
    for bar in COST:
        name = bar.source if bar.source in kept else SYNTHETIC + bar.source
        if name in kept:
            sources[name] = kept[name]
        script = f"`{kept[name]['script']}`" if name in kept else ""
        rows.append((bar.what, bar.must, *_reached(bar, kept), script))
    if not sources:
        return ""
    lines = [table(("one core, all transformations", "must reach", "reached", "met", ""), rows)]
    lines += _places(sources.values())
    lines += _remarks(kept)
    return "\n\n".join(lines)


def fuzz(kept: Kept) -> str:
    """Return what came of breaking files."""
    if "fuzz" not in kept:
        return ""
    rows = [(name, str(value)) for name, value in kept["fuzz"]["figures"].items()]
    return f"{table(('', ''), rows)}\n\n{_made_by(kept['fuzz'])}"


def consent(kept: Kept) -> str:
    """Return the bars of asking agreements, with what was reached."""
    if "consent" not in kept:
        return ""
    figures = kept["consent"]["figures"]
    rows = [(bar.what, bar.must, *_reached(bar, kept)) for bar in CONSENT]
    asked = f"{figures['uses']:,} uses, {figures['agreements']:,} agreements, one core"
    return f"{table((asked, 'must reach', 'reached', 'met'), rows)}\n\n{_made_by(kept['consent'])}"


def voices(kept: Kept) -> str:
    """Return the bars of voices, with what was reached."""
    names = (voices_bars.RATES, voices_bars.FOUND, voices_bars.COST)
    sources = [kept[name] for name in names if name in kept]
    if not sources:
        return ""
    rows = [(bar.what, bar.must, *_reached(bar, kept)) for bar in voices_bars.BARS]
    made = ", ".join(f"`{record['script']}`" for record in sources)
    lines = [table(("", "must reach", "reached", "met"), rows), f"Made by {made}."]
    lines += _places(sources)
    if _busy(kept.get(voices_bars.COST, {})):
        lines.append(
            "Something waited for a core during more than a fifth of the time in which the cost "
            "was measured. On a quiet machine it is less."
        )
    return "\n\n".join(lines)


def voices_table(kept: Kept, rows: Callable[[Kept], Iterable[Sequence[str]]]) -> str:
    """Return error rates of voices, a row for each of something."""
    if voices_bars.RATES not in kept:
        return ""
    made = _made_by(kept[voices_bars.RATES])
    return f"{table(voices_bars.CONDITIONS_HEAD, rows(kept))}\n\n{made}"


def desk(kept: Kept) -> str:
    """Return the bars of the desk, with what was reached."""
    sources = [kept[name] for name in desk_bars.NAMES if name in kept]
    if not sources:
        return ""
    rows = [(bar.what, bar.must, *_reached(bar, kept)) for bar in desk_bars.BARS]
    made = ", ".join(f"`{record['script']}`" for record in sources)
    lines = [table(("", "must reach", "reached", "met"), rows), f"Made by {made}."]
    lines += _places(sources)
    busy = [name for name in desk_bars.NAMES if _busy(kept.get(name, {}))]
    if busy:
        lines.append(
            "Something waited for a core during more than a fifth of the time of: "
            f"{', '.join(busy)}; fifty people and a scan on two cores are meant to."
        )
    return "\n\n".join(lines)


def desk_pages(kept: Kept) -> str:
    """Return each page of the desk, the slowest first."""
    if desk_bars.PAGES not in kept:
        return ""
    made = _made_by(kept[desk_bars.PAGES])
    return f"{table(desk_bars.PAGES_HEAD, desk_bars.pages(kept))}\n\n{made}"


def ledger(kept: Kept) -> str:
    """Return the bars of the ledger, with what was reached."""
    if "ledger" not in kept:
        return ""
    entries = kept["ledger"]["figures"]["entries"]
    rows = [(bar.what, bar.must, *_reached(bar, kept)) for bar in LEDGER]
    head = (f"a ledger of {entries:,} entries, one core", "must reach", "reached", "met")
    return f"{table(head, rows)}\n\n{_made_by(kept['ledger'])}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _reached(bar: Bar, kept: Kept) -> tuple[str, str]:
    """Return what was reached, and whether it clears the bar; of the synthetic one only what."""
    if bar.source in kept:
        figure = bar.figure(kept[bar.source]["figures"])
        if figure is not None:
            asked = bar.must[:1] not in {"", "("}
            return figure[1], ("yes" if bar.holds(figure[0]) else "**no**") if asked else ""
    elif SYNTHETIC + bar.source in kept:
        figure = bar.figure(kept[SYNTHETIC + bar.source]["figures"])
        if figure is not None:
            return f"{figure[1]} (synthetic)", NOT_MEASURED
    return "", NOT_MEASURED


def _remarks(kept: Kept) -> list[str]:
    """Return what must be known to read the figures."""
    said = []
    for name, what in (("cost-all", "All takes"), ("cost-crowd", "10,000 takes")):
        figures = kept.get(name, {}).get("figures", {})
        if figures.get("stopped_at_the_limit"):
            said.append(
                f"{what}: stopped at the time limit; the figures are of the media that were "
                "finished by then, over the whole time, so that the true speed is higher."
            )
    crowd = kept.get("cost-crowd", {}).get("figures")
    if crowd:
        hours = crowd["takes_s"] / 3600
        said.append(
            f"10,000 takes: {crowd['takes']} takes, {hours:.1f} h; rows of takes that are in no "
            f"medium: {crowd['rows_of_others']}."
        )
    busy = [name for name, each in kept.items() if name.startswith("cost-") and _busy(each)]
    if busy:
        said.append(
            "Something waited for a core during more than a fifth of the time of: "
            f"{', '.join(busy)}. On a quiet machine these are faster."
        )
    return said


def _busy(record: Mapping[str, Any]) -> bool:
    return bool((record.get("waiting") or 0.0) > BUSY)


def _made_by(record: Mapping[str, Any]) -> str:
    return f"Made by `{record['script']}`. {_place(record)}"


def _place(record: Mapping[str, Any]) -> str:
    machine = record["machine"]
    cores = machine["cores"]
    return (
        f"Measured on {record['measured']}, version {record['version']}, on "
        f"{record['material']}: {machine['processor']}, {cores} core{'s' * (cores != 1)}, "
        f"{machine['memory_gb']:g} GB, {machine['system']}, Python {machine['python']}."
    )


def _places(records: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(_place(record) for record in records))
