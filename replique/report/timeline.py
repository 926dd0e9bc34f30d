"""Where the occurrences lie in a medium, at a glance."""

from __future__ import annotations

from replique.language import gettext as _
from replique.language import ngettext
from replique.report.contents import Medium
from replique.report.markup import Html, element, join
from replique.report.numbered import Numbered
from replique.report.numerals import number, time_code

_WIDTH, _LANE, _TOP = 760, 16, 4
_NARROWEST = 4.0
_MOST_LANES = 12


def timeline(medium: Medium, here: list[Numbered]) -> Html:
    """Draw a strip of one medium: a lane for each take, a bar for each occurrence.

    It repeats what the table below it says, so screen readers are given one sentence.
    """
    ends = [item.found.occurrence.end_s for item in here]
    length_s = max([medium.duration_s, *ends, 1e-3])
    lanes: dict[str, int] = {}
    for item in here:
        subject = item.found.occurrence.subject
        lanes.setdefault(subject, min(len(lanes), _MOST_LANES - 1))
    floor = _TOP + _LANE * (max(lanes.values(), default=0) + 1)
    bars = [_bar(item, lanes[item.found.occurrence.subject], length_s) for item in here]
    said = ngettext(
        "Timeline of the medium with {count} occurrence; the table below says where.",
        "Timeline of the medium with {count} occurrences; the table below says where.",
        len(here),
    ).format(count=number(len(here)))
    return element(
        "svg",
        element("line", x1=0, x2=_WIDTH, y1=floor + 3, y2=floor + 3, class_="tick"),
        *bars,
        _ticks(length_s, floor + 3),
        viewBox=f"0 0 {_WIDTH} {floor + 24}",
        role="img",
        aria_label=said,
        class_="timeline",
    )


def _bar(item: Numbered, lane: int, length_s: float) -> Html:
    occurrence = item.found.occurrence
    x = occurrence.start_s / length_s * _WIDTH
    width = max(_NARROWEST, (occurrence.end_s - occurrence.start_s) / length_s * _WIDTH)
    x = min(x, _WIDTH - width)
    return element(
        "a",
        element(
            "rect",
            x=f"{x:.1f}",
            y=_TOP + _LANE * lane,
            width=f"{width:.1f}",
            height=_LANE - 4,
            rx=1.5,
            class_="bar",
        ),
        href=f"#{item.identity}",
        tabindex=-1,
    )


def _ticks(length_s: float, y: float) -> Html:
    steps = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400)
    step = next((s for s in steps if length_s / s <= 8), 36_000)
    drawn = []
    for count in range(int(length_s / step) + 1):
        x = count * step / length_s * _WIDTH
        side = "middle" if 0 < x < _WIDTH - 24 else "start" if x == 0 else "end"
        drawn += [
            element("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=y, y2=y + 4, class_="tick"),
            element("text", time_code(count * step)[:-4], x=f"{x:.1f}", y=y + 16,
                    class_=f"axis {side}"),
        ]  # fmt: skip
    return join(*drawn)


def caption() -> str:
    """Say how the strip is read."""
    return _("Each lane is a take, each bar an occurrence; a bar leads to it.")
