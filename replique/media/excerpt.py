"""Single stretches of sound: what a report lets people hear, and a whole take."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from replique.errors import NotFound, TakeRefused
from replique.language import gettext as _
from replique.media.medium import Medium
from replique.media.source import Source
from replique.probe import HOUSE_RATE, Samples

LONGEST_TAKE_S = 4 * 3600.0
"""A whole take is held in memory: 4 h are 0.9 GB. A longer recording is a medium."""


def excerpt(source: Source, track_index: int, view: str, start_s: float, end_s: float) -> Samples:
    """Return a stretch of one view of a track, float32 (n,) at HOUSE_RATE.

    start_s, end_s : seconds on the same axis as `Medium.blocks`; shorter at the end of the
        track, empty beyond it.

    Raises what `Medium` raises, and NotFound when the track has no such view.
    """
    first, last = max(0, round(start_s * HOUSE_RATE)), max(0, round(end_s * HOUSE_RATE))
    found = []
    with Medium(source) as medium:
        for block in medium.blocks(track_index):
            if view not in block.views:
                raise NotFound(
                    _("{path} has no view {view}; it has: {views}.").format(
                        path=source.locator, view=view, views=", ".join(block.views)
                    )
                )
            row = block.samples[block.views.index(view)]
            found.append(row[max(0, first - block.start) : max(0, last - block.start)])
            if block.start + len(row) >= last:
                break
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def read_audio(
    source: Source | str | os.PathLike[str], *, limit_s: float = LONGEST_TAKE_S
) -> Samples:
    """Return a whole take: its first audio track, mono, float32 (n,) at HOUSE_RATE.

    source : a Source, or the path of a file.

    Raises what `Medium` raises, and TakeRefused when it is longer than `limit_s`.
    """
    if not isinstance(source, Source):
        source = Source.of(Path(source))
    found: list[Samples] = []
    with Medium(source) as medium:
        for block in medium.blocks(0):
            if block.start > limit_s * HOUSE_RATE:
                raise TakeRefused(
                    _("{path} lasts more than {hours:g} h: too long for a take.").format(
                        path=source.locator, hours=limit_s / 3600
                    ),
                    advice=_("Cut the part that is yours, or scan it as a medium."),
                )
            row = block.views.index("side") if "side" in block.views else 0
            found.append(block.samples[row])
    return np.concatenate(found) if found else np.zeros(0, np.float32)
