"""Single stretches of sound: what a report lets people hear, and a whole take."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator

import av
import numpy as np
import soxr

from replique.errors import Damaged, NotFound, TakeRefused, UsageError
from replique.language import gettext as _
from replique.media.frames import Notes
from replique.media.medium import Medium
from replique.media.sound import RESAMPLER, pieces_from
from replique.media.source import Source
from replique.media.track import only_track
from replique.media.views import mix, mixtures
from replique.probe import HOUSE_RATE, Samples

LONGEST_TAKE_S = 4 * 3600.0
"""A whole take is held in memory: 4 h are 0.9 GB. A longer recording is a medium."""

LONGEST_EXCERPT_S = 3600.0

SEEKS_EXACTLY = frozenset(
    ["mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "wav", "w64", "flac", "aiff", "caf", "mp3", "ogg"]
)
"""Containers where a jump lands at a known time (tests/media/test_excerpt.py measures it).
Elsewhere time is counted from the beginning, which costs a second for ten minutes."""

PREROLL_S = 1.0
"""Decoded before the stretch and dropped: Opus wants 80 ms, MP3 and AAC a few frames."""
MARGIN_S = 0.05
"""On both sides of the stretch, for the resampler's filter."""
NEAR_S = 10.0
"""So close to the beginning a jump gains nothing."""


def excerpt(source: Source, track_index: int, view: str, start_s: float, end_s: float) -> Samples:
    """Return a stretch of one view of a track, float32 (n,) at HOUSE_RATE.

    start_s, end_s : seconds on the same axis as `Medium.blocks`, at most an hour apart;
        shorter at the end of the track, empty beyond it.

    Raises what `Medium` raises, and NotFound when the track has no such view.
    """
    if not (math.isfinite(start_s) and end_s - start_s <= LONGEST_EXCERPT_S):
        raise UsageError(
            _("An excerpt is at most {seconds:g} s long.").format(seconds=LONGEST_EXCERPT_S)
        )
    first, last = round(max(0.0, start_s) * HOUSE_RATE), round(max(0.0, end_s) * HOUSE_RATE)
    with Medium(source) as medium:
        found = _by_jump(medium, track_index, view, first, last)
        if found is not None and len(found) == last - first:
            return found
        # Either the end of the track, or its time stamps start anew on the way, as they
        # do where two Ogg files were joined: only the way from the beginning tells.
        return _from_the_beginning(medium, track_index, view, first, last)


def _from_the_beginning(medium: Medium, index: int, view: str, first: int, last: int) -> Samples:
    found = [np.zeros(0, np.float32)]
    with contextlib.suppress(Damaged), contextlib.closing(medium.blocks(index)) as blocks:
        for block in blocks:
            if view not in block.views:
                raise _no_such_view(medium, view, block.views)
            row = block.samples[block.views.index(view)]
            found.append(row[max(0, first - block.start) : max(0, last - block.start)])
            if block.start + len(row) >= last:
                break
    return np.concatenate(found)


def _by_jump(medium: Medium, index: int, view: str, first: int, last: int) -> Samples | None:
    """Return the stretch by jumping there; None when that cannot be done exactly."""
    if first < NEAR_S * HOUSE_RATE or not 0 <= index < len(medium.tracks):
        return None
    with medium.container() as container:
        if container.format.name not in SEEKS_EXACTLY:
            return None
        stream = only_track(container, index, medium.source.locator)
        try:
            begin_s = first / HOUSE_RATE - PREROLL_S + (container.start_time or 0) / 1_000_000
            container.seek(int(begin_s / (stream.time_base or 1)), stream=stream)
        except (av.FFmpegError, OverflowError):
            return None
        landed = pieces_from(container, stream, Notes())
        if landed is None:
            return None
        convert, start, sound = landed
        # Output samples must fall where they fall when the whole is resampled: that is so
        # when the input begins at a multiple of `step`.
        step = convert.rate // math.gcd(convert.rate, HOUSE_RATE)
        ratio = convert.rate / HOUSE_RATE
        begin = int((first / HOUSE_RATE - MARGIN_S) * convert.rate) // step * step
        end = math.ceil((last / HOUSE_RATE + MARGIN_S) * convert.rate)
        if not 0 <= start <= begin:
            return None
        weights = mixtures(convert.channel_names)
        if view not in weights:
            raise _no_such_view(medium, view, tuple(weights))
        mixed = [mix(channels, weights[view]) for channels in _up_to(sound, end - start)]
        whole = np.concatenate(mixed)[begin - start : end - start]
    at_house_rate = (
        whole
        if convert.rate == HOUSE_RATE
        else soxr.resample(whole, convert.rate, HOUSE_RATE, quality=RESAMPLER)
    )
    skip = first - round(begin / ratio)
    return np.ascontiguousarray(at_house_rate[skip : skip + last - first], dtype=np.float32)


def _up_to(sound: Iterator[Samples], samples: int) -> Iterator[Samples]:
    held = 0
    for channels in sound:
        yield channels
        held += channels.shape[1]
        if held >= samples:
            return


def _no_such_view(medium: Medium, view: str, views: tuple[str, ...]) -> NotFound:
    return NotFound(
        _("{path} has no view {view}; it has: {views}.").format(
            path=medium.source.locator, view=view, views=", ".join(views)
        )
    )


def read_audio(
    source: Source | str | os.PathLike[str], *, limit_s: float = LONGEST_TAKE_S
) -> Samples:
    """Return a whole take: its first audio track, mono, float32 (n,) at HOUSE_RATE.

    source : a Source, or the path of a file.

    Raises what `Medium` raises, and TakeRefused when it is longer than `limit_s`.
    """
    if not isinstance(source, Source):
        source = Source.of(source)
    found: list[Samples] = []
    with Medium(source) as medium:
        for block in medium.blocks(0):
            if block.start + block.samples.shape[1] > limit_s * HOUSE_RATE:
                raise TakeRefused(
                    _("{path} lasts more than {hours:g} h: too long for a take.").format(
                        path=source.locator, hours=limit_s / 3600
                    ),
                    advice=_("Cut the part that is yours, or scan it as a medium."),
                )
            # A side only appears when the mid has lost what it carries (views.py).
            row = block.views.index("side") if "side" in block.views else 0
            found.append(block.samples[row].copy())
    return np.concatenate(found) if found else np.zeros(0, np.float32)
