"""Charts drawn by the server, as SVG that the style sheet colours. Beside each stands a table
that says the same, so that screen readers are told the table alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from replique.report.numerals import month_of, number
from replique.store.overview import Tally

TONES = ("fine", "out", "open")
"""Uses that a permission covers; that none covers, or where something is owed; undecided."""
WIDTH, HIGH, FOOT, GAP = 720, 180, 42, 0.25
BAR_WIDTH, BAR_HIGH = 320, 14
MOST_COLUMNS = 60


def tones(verdicts: Mapping[str, int]) -> tuple[int, int, int]:
    """Return how many uses have each tone."""
    fine = verdicts.get("covered", 0)
    open_ = verdicts.get("undetermined", 0) + verdicts.get("", 0)
    return fine, sum(verdicts.values()) - fine - open_, open_


def bar(tally: Tally, most: int) -> SafeString:
    """Draw one name's uses: parts of a bar, as long as they are many."""
    left, parts = 0.0, []
    for tone, count in zip(TONES, tones(tally.verdicts), strict=True):
        wide = BAR_WIDTH * count / max(most, 1)
        if count:
            parts.append((tone, f"{left:.1f}", f"{max(wide, 1.5):.1f}", BAR_HIGH))
        left += wide
    return format_html(
        '<svg class="bar" viewBox="0 0 {} {}" preserveAspectRatio="none"'
        ' aria-hidden="true">{}</svg>',
        BAR_WIDTH, BAR_HIGH,
        format_html_join(
            "", '<rect class="{}" x="{}" y="0" width="{}" height="{}"/>', parts
        ),
    )  # fmt: skip


def columns(tallies: Sequence[Tally], leads: Callable[[str], str] | None = None) -> SafeString:
    """Draw uses over time: one column a month, or a year where there are many months.

    leads : gives the address of the uses that a column counts. The table beside says the same to
    the keyboard; a column leads there for who points at it.
    """
    shown = over_time(tallies)
    most = max((each.count for each in shown), default=0) or 1
    step = WIDTH / max(len(shown), 1)
    wide = min(step * (1 - GAP), 44)
    every = max(1, -(-len(shown) // 9))
    drawn = []
    year = ""
    for place, each in enumerate(shown):
        low = float(HIGH)
        bars = []
        at = place * step + (step - wide) / 2
        for tone, count in zip(TONES, tones(each.verdicts), strict=True):
            tall = (HIGH - 18) * count / most
            low -= tall
            if count:
                bars.append(
                    format_html(
                        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
                        tone, f"{at:.1f}", f"{low:.1f}", f"{wide:.1f}", f"{tall:.1f}",
                    )
                )  # fmt: skip
        column = format_html_join("", "{}", ((each_bar,) for each_bar in bars))
        if leads is not None and bars:
            column = format_html('<a href="{}" tabindex="-1">{}</a>', leads(each.name), column)
        drawn.append(column)
        middle = f"{at + wide / 2:.1f}"
        if each.count and each.count == most:
            drawn.append(_text(middle, f"{low - 5:.1f}", number(each.count)))
        if place % every == 0:
            first, _, rest = each.name.partition("-")
            drawn.append(_text(middle, str(HIGH + 18), month_of(each.name) if rest else first))
            if rest and first != year:  # a year is said once, below its first month
                drawn.append(_text(middle, str(HIGH + 34), first))
            year = first
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" aria-hidden="true">'
        '<line x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        WIDTH, HIGH + FOOT, WIDTH, HIGH, HIGH, format_html_join("", "{}", ((e,) for e in drawn)),
    )  # fmt: skip


def _text(x: str, y: str, said: str) -> SafeString:
    return format_html('<text x="{}" y="{}">{}</text>', x, y, said)


def over_time(tallies: Sequence[Tally]) -> list[Tally]:
    """Return the months that are known with the empty ones between; years where they are many."""
    known = {each.name: each for each in tallies if len(each.name) == 7}
    by_year = any(len(each.name) == 4 for each in tallies)
    months = _between(min(known), max(known)) if known else []
    if len(months) <= MOST_COLUMNS and not by_year:
        return [known.get(name, Tally(name, {})) for name in months]
    years: dict[str, dict[str, int]] = {}
    for each in tallies:
        if len(each.name) >= 4:
            of_year = years.setdefault(each.name[:4], {})
            for verdict, count in each.verdicts.items():
                of_year[verdict] = of_year.get(verdict, 0) + count
    return [Tally(name, years[name]) for name in sorted(years)][-MOST_COLUMNS:]


def _between(first: str, last: str) -> list[str]:
    try:
        start, end = (int(name[:4]) * 12 + int(name[5:]) - 1 for name in (first, last))
    except ValueError:
        return sorted({first, last})
    end = min(end, start + 12 * 400)
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)]
