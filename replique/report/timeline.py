"""Where takes and voices are heard in a medium, at a glance, person by person.

Takes are bars, voices are strokes with round ends beside them: what no take explains is full and
thick, what one explains, or is the enrolment itself, is hollow. Shapes and words tell them apart,
colour only helps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from replique.language import gettext as _
from replique.language import ngettext
from replique.report.contents import Medium
from replique.report.markup import Child, Html, element, join, visible
from replique.report.numbered import OfTake, OfVoice, of_voices
from replique.report.numerals import number, time_code

_WIDTH, _LANE, _TOP = 760, 16, 4
_LEFT = 62
_NAME = 18
_APART = 8
_NARROWEST = 4.0
_MOST_LANES = 12
_LONGEST_NAME = 60
MOST_PEOPLE = 24
"""People drawn, those most heard; the table has all."""


@dataclass(slots=True)
class _Row:
    """One person: lanes of takes by their subject, and what is heard of the voice."""

    performer: str
    lanes: dict[str, int] = field(default_factory=dict)
    takes: list[OfTake] = field(default_factory=list)
    voices: list[OfVoice] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Of all its lanes."""
        lanes = max(self.lanes.values(), default=-1) + 1
        return _NAME + _LANE * (lanes + bool(self.voices)) + _APART


def timeline(
    medium: Medium, here: Sequence[OfTake | OfVoice], people: Mapping[str, str] | None = None
) -> Html:
    """Draw a strip of one medium: for each person, lanes of takes and a lane of the voice.

    people : names by slug. It repeats what the tables below it say, so screen readers are given
    one sentence.
    """
    ends = [item.found.occurrence.end_s for item in here]
    length_s = max([medium.duration_s, *ends, 1e-3])
    drawn: list[Child] = []
    top = _TOP
    for row in rows(here)[:MOST_PEOPLE]:
        drawn.append(_person(row, (people or {}).get(row.performer, row.performer), top, length_s))
        top += row.height
    floor = top
    return element(
        "svg",
        element("line", x1=_LEFT, x2=_WIDTH, y1=floor, y2=floor, class_="tick"),
        *drawn,
        _ticks(length_s, floor),
        viewBox=f"0 0 {_WIDTH} {floor + 22}",
        role="img",
        aria_label=_said(here),
        class_="timeline",
    )


def rows(here: Sequence[OfTake | OfVoice]) -> list[_Row]:
    """Gather what is heard by person, who is most heard first."""
    found: dict[str, _Row] = {}
    for item in here:
        performer = (item.take if isinstance(item, OfTake) else item.voice).performer
        row = found.setdefault(performer, _Row(performer))
        if isinstance(item, OfTake):
            row.lanes.setdefault(item.take.sha256, min(len(row.lanes), _MOST_LANES - 1))
            row.takes.append(item)
        else:
            row.voices.append(item)
    return sorted(found.values(), key=lambda row: -(len(row.takes) + len(row.voices)))


def _said(here: Sequence[OfTake | OfVoice]) -> str:
    if of_voices(here):
        return ngettext(
            "Timeline of the medium with {count} occurrence of takes and voices; the tables below"
            " say where.",
            "Timeline of the medium with {count} occurrences of takes and voices; the tables below"
            " say where.",
            len(here),
        ).format(count=number(len(here)))
    return ngettext(
        "Timeline of the medium with {count} occurrence; the table below says where.",
        "Timeline of the medium with {count} occurrences; the table below says where.",
        len(here),
    ).format(count=number(len(here)))


def _person(row: _Row, who: str, top: int, length_s: float) -> Html:
    lanes = top + _NAME
    below = lanes + _LANE * (max(row.lanes.values(), default=-1) + 1)
    shown = visible(who)
    if len(shown) > _LONGEST_NAME:
        shown = shown[:_LONGEST_NAME] + "…"
    drawn: list[Child] = [element("text", shown, x=0, y=top + 12, class_="panel-title")]
    if row.takes:
        drawn.append(_kind(_("takes"), lanes))
        drawn += [_bar(item, lanes + _LANE * row.lanes[item.take.sha256], length_s)
                  for item in row.takes]  # fmt: skip
    if row.voices:
        drawn.append(_kind(_("voice"), below))
        middle = below + _LANE // 2 - 2
        drawn.append(element("line", x1=_LEFT, x2=_WIDTH, y1=middle, y2=middle, class_="lane"))
        drawn += [_stroke(item, below, length_s) for item in row.voices]
    return element("g", *drawn)


def _kind(said: str, y: int) -> Html:
    return element("text", said, x=_LEFT - 8, y=y + _LANE - 6, class_="axis end")


def _place(start_s: float, end_s: float, length_s: float) -> tuple[float, float]:
    """Return x and width of a stretch of the medium, wide enough to be seen."""
    scale = (_WIDTH - _LEFT) / length_s
    width = max(_NARROWEST, (end_s - start_s) * scale)
    return min(_LEFT + start_s * scale, _WIDTH - width), width


def _bar(item: OfTake, y: int, length_s: float) -> Html:
    occurrence = item.found.occurrence
    x, width = _place(occurrence.start_s, occurrence.end_s, length_s)
    return _link(
        item.identity,
        element(
            "rect",
            x=f"{x:.1f}",
            y=y,
            width=f"{width:.1f}",
            height=_LANE - 4,
            class_="bar",
        ),
    )


def _stroke(item: OfVoice, y: int, length_s: float) -> Html:
    """Draw a voice: its extent, and filled what nothing explains of it."""
    occurrence, explained = item.found.occurrence, item.explained
    extent = (occurrence.start_s, occurrence.end_s)
    if explained.state == "unexplained_voice":
        return _link(item.identity, _pill(*extent, y, length_s, "voice open"))
    if explained.state == "not_searched":
        return _link(item.identity, _pill(*extent, y, length_s, "voice unasked"))
    left = explained.left if explained.state == "partly" else ()
    return _link(
        item.identity,
        _pill(*extent, y, length_s, "voice told"),
        *(_pill(*each, y, length_s, "voice open") for each in left),
    )


def _pill(start_s: float, end_s: float, y: int, length_s: float, kind: str) -> Html:
    x, width = _place(start_s, end_s, length_s)
    thick = 10 if kind == "voice open" else 7
    return element(
        "rect",
        x=f"{x:.1f}",
        y=f"{y + _LANE / 2 - 2 - thick / 2:g}",
        width=f"{width:.1f}",
        height=thick,
        rx=f"{min(thick, width) / 2:.1f}",
        class_=kind,
    )


def _link(identity: str, *shapes: Html) -> Html:
    return element("a", *shapes, href=f"#{identity}", tabindex=-1)


def _ticks(length_s: float, y: float) -> Html:
    steps = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400)
    step = next((s for s in steps if length_s / s <= 8), 36_000)
    drawn = []
    for count in range(int(length_s / step) + 1):
        x = _LEFT + count * step / length_s * (_WIDTH - _LEFT)
        side = "middle" if _LEFT < x < _WIDTH - 24 else "start" if count == 0 else "end"
        drawn += [
            element("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=y, y2=y + 4, class_="tick"),
            element("text", time_code(count * step)[:-4], x=f"{x:.1f}", y=y + 16,
                    class_=f"axis {side}"),
        ]  # fmt: skip
    return join(*drawn)


def caption(here: Sequence[OfTake | OfVoice]) -> Html:
    """Say how the strip is read, with the shapes that are in it."""
    voices = of_voices(here)
    if not voices:
        return join(_("Each lane is a take, each bar an occurrence; a bar leads to it."))
    shapes = [("bar", _("a take, heard again"))] if len(voices) < len(here) else []
    states = {item.explained.state for item in voices}
    if states & {"unexplained_voice", "partly"}:
        shapes.append(("voice open", _("a voice that resembles, and no take explains it")))
    if states & {"by_take", "partly"}:
        shapes.append(("voice told", _("a voice that resembles, explained by a take there")))
    if "enrolled" in states:
        shapes.append(("voice told", _("a voice in a recording that it was enrolled with")))
    if states - {"unexplained_voice", "partly", "by_take", "enrolled"}:
        shapes.append(("voice unasked", _("a voice that resembles; takes were not searched for")))
    keys = [
        element("span", _swatch(kind), element("span", said), class_="key") for kind, said in shapes
    ]
    left = len(rows(here)) - MOST_PEOPLE
    more = (
        " "
        + ngettext(
            "{count} further person is in the tables only.",
            "{count} further people are in the tables only.",
            left,
        ).format(count=number(left))
        if left > 0
        else ""
    )
    return join(
        element("span", *keys, class_="keys-of"),
        _("Only people who enrolled their voice have a lane of it. Each shape leads to its"
          " occurrence.") + more,
    )  # fmt: skip


def _swatch(kind: str) -> Html:
    thick = {"bar": 10, "voice open": 10}.get(kind, 7)
    shape = element(
        "rect",
        x=1,
        y=f"{6 - thick / 2:g}",
        width=24,
        height=thick,
        rx=0 if kind == "bar" else f"{thick / 2:g}",
        class_=kind,
    )
    return element("svg", shape, viewBox="0 0 26 12", class_="timeline swatch", aria_hidden="true")
