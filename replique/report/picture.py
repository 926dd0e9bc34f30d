"""What is seen: spectrograms of the medium and of the take on one time axis."""

from __future__ import annotations

import base64

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from replique.language import gettext as _
from replique.language import ngettext
from replique.probe import HOUSE_RATE, Occurrence
from replique.recordings.agreement import FLOOR_DB, HOP, Agreement, agreement
from replique.report.colour import LEVELS, paper_to_ink
from replique.report.listening import Sounds, Window
from replique.report.markup import Html, element, join
from replique.report.numerals import number, time_code
from replique.report.outline import patches, path
from replique.report.png import png

_SHOWN_DB = 48.0
"""Range from paper to ink."""
_TILT_DB = 4.0
"""Per octave above 200 Hz."""
_LEFT, _WIDTH, _PANEL = 50, 700, 138
_TOPS = (34, 34 + _PANEL + 30)
_HEIGHT = _TOPS[1] + _PANEL + 40
_TICKS_HZ = (500, 1000, 2000, 4000)


def picture(occurrence: Occurrence, sounds: Sounds, identity: str) -> Html | None:
    """Draw an occurrence as one SVG figure; None without both sounds.

    identity : prefix of the ids in the drawing, unique in the page.
    """
    if sounds.medium is None or sounds.raw_take is None:
        return None
    window = sounds.window
    heard_s = (window.heard_s[0] - window.from_s, window.heard_s[1] - window.from_s)
    seen = agreement(
        sounds.raw_take,
        sounds.medium,
        offset_s=sounds.raw_offset_s,
        speed=occurrence.speed,
        pitch_semitones=occurrence.pitch_semitones,
        heard_s=heard_s,
    )
    marked = patches(seen.agrees)
    shown_s = len(sounds.medium) / HOUSE_RATE
    return element(
        "svg",
        element("title", _("Spectrograms of the medium and of the take"), id=f"{identity}-title"),
        element("desc", describe(seen, marked, window), id=f"{identity}-desc"),
        _panel(_("Medium"), _tilted(seen.medium_db, seen), _TOPS[0], shown_s),
        _panel(_("Take, on the medium’s time"), _tilted(seen.take_db, seen), _TOPS[1], shown_s),
        _extent(heard_s, shown_s),
        _marks(marked, shown_s, identity),
        _frequency_axis(seen.frequencies_hz),
        _time_axis(window.from_s, shown_s),
        element("line", class_="playhead", x1=_LEFT, x2=_LEFT, y1=_TOPS[0], y2=_bottom()),
        viewBox=f"0 0 {_LEFT + _WIDTH + 22} {_HEIGHT}",
        role="img",
        aria_labelledby=f"{identity}-title {identity}-desc",
        class_="spectrograms",
        data_left=_LEFT,
        data_width=_WIDTH,
    )


def describe(seen: Agreement, marked: NDArray[np.bool_], window: Window) -> str:
    """Say what the picture shows to who does not see it."""
    count = int(label(marked)[1])
    shown = _(
        "Above, the medium from {start} to {end}; below, the take on the same time axis."
    ).format(start=time_code(window.from_s), end=time_code(window.to_s))
    if count == 0:
        return shown + " " + _("No area stands out where the two rise and fall together.")
    rows, columns = np.nonzero(marked)
    times = window.from_s + seen.times_s[columns]
    low, high = (seen.frequencies_hz[row] / 1000 for row in (rows.min(), rows.max()))
    return (
        shown
        + " "
        + ngettext(
            "{count} area is outlined in both, where the take stands out and the medium rises"
            " and falls with it: from {start} to {end}, between {low} and {high} kHz.",
            "{count} areas are outlined in both, where the take stands out and the medium rises"
            " and falls with it: from {start} to {end}, between {low} and {high} kHz.",
            count,
        ).format(
            count=number(count),
            start=time_code(float(times.min())),
            end=time_code(float(times.max())),
            low=number(low, 1),
            high=number(high, 1),
        )
    )


def _bottom() -> int:
    return _TOPS[1] + _PANEL


def _tilted(level_db: NDArray[np.float32], seen: Agreement) -> NDArray[np.float32]:
    """Raise high bands, which are weak in speech and music, so that the eye sees them too."""
    octaves = np.log2(np.maximum(seen.frequencies_hz, 200.0) / 200.0)
    raised = level_db + (_TILT_DB * octaves[:, np.newaxis]) * (level_db > -FLOOR_DB)
    return np.asarray(raised - raised.max(initial=-FLOOR_DB), np.float32)


def _panel(title: str, level_db: NDArray[np.float32], top: int, shown_s: float) -> Html:
    place = np.clip((level_db + _SHOWN_DB) / _SHOWN_DB, 0.0, 1.0)
    indices = np.round(place[::-1] * (LEVELS - 1)).astype(np.uint8)
    encoded = base64.b64encode(png(indices, paper_to_ink())).decode("ascii")
    width = _drawn_width(level_db.shape[1], shown_s)
    return join(
        element("text", title, x=_LEFT, y=top - 7, class_="panel-title"),
        element(
            "svg",
            element(
                "image",
                href=f"data:image/png;base64,{encoded}",
                x=round(-width / level_db.shape[1] / 2, 3),  # columns are centred on instants
                width=round(width, 2),
                height=_PANEL,
                preserveAspectRatio="none",
                class_="level",
            ),
            x=_LEFT,
            y=top,
            width=_WIDTH,
            height=_PANEL,
        ),
        element("rect", x=_LEFT, y=top, width=_WIDTH, height=_PANEL, class_="frame"),
    )


def _drawn_width(columns: int, shown_s: float) -> float:
    """Return how wide all columns are; the last may reach past the end of the sound."""
    return columns * HOP / HOUSE_RATE / shown_s * _WIDTH


def _marks(marked: NDArray[np.bool_], shown_s: float, identity: str) -> Html:
    outline = path(marked[::-1])
    if not outline:
        return Html("")
    across = _drawn_width(marked.shape[1], shown_s) / marked.shape[1]
    up = _PANEL / marked.shape[0]
    both = join(
        element("path", d=outline, class_="casing"), element("path", d=outline, class_="mark")
    )
    # columns are centred on their instants: half a column to the left
    place = f"translate({_LEFT} {_TOPS[0]}) scale({across:.4f} {up:.4f}) translate(-.5 0)"
    return element(
        "g",
        element("g", both, id=f"{identity}-marks", transform=place),
        element("use", href=f"#{identity}-marks", transform=f"translate(0 {_TOPS[1] - _TOPS[0]})"),
        class_="marks",
    )


def _extent(heard_s: tuple[float, float], shown_s: float) -> Html:
    """Draw the occurrence's extent as a bracket over both panels."""
    first, last = (_LEFT + at / shown_s * _WIDTH for at in heard_s)
    last = min(last, _LEFT + _WIDTH)
    top = 12
    return join(
        element("path", d=f"M{first:.1f} {top + 5}v-5H{last:.1f}v5", class_="extent"),
        *(
            element("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=_TOPS[0], y2=_bottom(), class_="edge")
            for x in (first, last)
        ),
    )


def _frequency_axis(frequencies_hz: NDArray[np.float64]) -> Html:
    drawn = []
    for top in _TOPS:
        for tick in _TICKS_HZ:
            row = float(np.interp(tick, frequencies_hz, np.arange(len(frequencies_hz))))
            y = top + _PANEL * (1.0 - (row + 0.5) / len(frequencies_hz))
            decimals = 0 if tick >= 1000 else len(f"{tick / 1000:g}") - 2
            said = number(tick / 1000, decimals)
            drawn += [
                element(
                    "line", x1=_LEFT - 4, x2=_LEFT, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="tick"
                ),
                element("text", said, x=_LEFT - 7, y=f"{y + 3.5:.1f}", class_="axis end"),
            ]
        drawn.append(element("text", "kHz", x=_LEFT - 7, y=top - 7, class_="axis end"))
    return join(*drawn)


def _time_axis(from_s: float, shown_s: float) -> Html:
    step = next((s for s in (0.5, 1.0, 2.0, 5.0, 10.0) if shown_s / s <= 9), 10.0)
    drawn = []
    tick = np.ceil(from_s / step) * step
    while tick <= from_s + shown_s:
        x = _LEFT + (tick - from_s) / shown_s * _WIDTH
        drawn += [
            element("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=_bottom(), y2=_bottom() + 4,
                    class_="tick"),
            element("text", _short_time(float(tick), step), x=f"{x:.1f}", y=_bottom() + 16,
                    class_="axis middle"),
        ]  # fmt: skip
        tick += step
    said = _("time in the medium")
    drawn.append(element("text", said, x=_LEFT + _WIDTH, y=_bottom() + 33, class_="axis end"))
    return join(*drawn)


def _short_time(seconds: float, step: float) -> str:
    """Write a time code without the thousandths that a tick does not have."""
    code = time_code(seconds)
    return code[:-2] if step < 1 else code[:-4]
