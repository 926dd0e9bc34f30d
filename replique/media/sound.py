"""From decoded frames to what is searched: views of a track at HOUSE_RATE.

All is done in pieces of about a second whose bounds depend on the file alone, so that the
size of the blocks that are asked for changes no sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from replique.errors import Damaged
from replique.language import gettext as _
from replique.media.frames import Converter, Frames, Notes, frames
from replique.media.timeline import Timeline
from replique.media.views import PhaseWatch, mix, mixtures
from replique.probe import HOUSE_RATE, Samples

PIECE_S = 1.0
ANCHOR_FRAMES = 24
"""Time stamps that agree on where a jump landed: each alone is rounded."""
RATES = (1_000, 6_200_000)
"""Hz. Slower is no sound, and would become hours of it; faster than any DSD is a lie."""
RESAMPLER = "HQ"
"""soxr's: flat to 7.3 kHz at HOUSE_RATE, 20 bits of noise floor, and as fast as the lesser ones."""

Piece = tuple[Converter, Samples]
Views = dict[str, Samples]


def pieces(container: InputContainer, stream: AudioStream, notes: Notes) -> Iterator[Piece]:
    """Yield a track's channels at its own rate, float32 (channels, n), gaps filled."""
    decoded = frames(container, stream, notes)
    first = next(decoded, None)
    if first is not None:
        convert = _converter(first)
        timeline = Timeline(container, stream, convert.rate, notes)
        for channels in _placed(chain([first], decoded), convert, timeline, notes):
            yield convert, channels


def pieces_from(
    container: InputContainer, stream: AudioStream, notes: Notes
) -> tuple[Converter, int, Iterator[Samples]] | None:
    """Return what `pieces` yields from where the container stands after a jump.

    Also returns the index of the first sample, at the track's own rate. None when nothing
    can be decoded there, or nothing says where it is.
    """
    decoded = frames(container, stream, notes)
    ahead = list(islice(decoded, ANCHOR_FRAMES))
    if not ahead:
        return None
    convert = _converter(ahead[0])
    timeline = Timeline(container, stream, convert.rate, notes)
    start = timeline.begin_at(ahead)
    if start is None:
        return None
    return convert, start, _placed(chain(ahead, decoded), convert, timeline, notes)


def _converter(first: AudioFrame) -> Converter:
    convert = Converter(first)
    check_rate(convert.rate)
    return convert


def _placed(
    decoded: Iterator[AudioFrame], convert: Converter, timeline: Timeline, notes: Notes
) -> Iterator[Samples]:
    enough = round(PIECE_S * convert.rate)
    waiting: list[Frames] = []
    held = 0
    for frame in decoded:
        silence = timeline.silence_before(frame)
        if waiting and (silence or held >= enough):
            yield convert.as_float(waiting, notes)
            waiting, held = [], 0
        for begin in range(0, silence, enough):
            yield np.zeros((convert.channels, min(enough, silence - begin)), np.float32)
        for array in convert.arrays(frame, notes):
            waiting.append(array)
            held += array.size // convert.channels
            timeline.advance(array.size // convert.channels)
    if waiting:
        yield convert.as_float(waiting, notes)


def check_rate(rate: int) -> None:
    """Raise Damaged for a sample rate that no recording has."""
    if not RATES[0] <= rate <= RATES[1]:
        raise Damaged(
            _("It claims {rate} samples a second, which no recording has.").format(rate=rate),
            advice=_("Copy or download it again."),
        )


class _Resampler:
    """Bring views to HOUSE_RATE, each in one stream."""

    def __init__(self, rate: int, names: list[str]) -> None:
        self._streams = {
            name: None
            if rate == HOUSE_RATE
            else soxr.ResampleStream(rate, HOUSE_RATE, 1, dtype="float32", quality=RESAMPLER)
            for name in names
        }

    def push(self, views: Views, *, last: bool = False) -> Views:
        """Take the next samples of each view; return what became ready."""
        ready = {}
        for name, samples in views.items():
            stream = self._streams[name]
            ready[name] = samples if stream is None else stream.resample_chunk(samples, last=last)
        return ready


def searched(decoded: Iterator[Piece]) -> Iterator[Views]:
    """Yield the views of a track at HOUSE_RATE, name to float32 (n,), in pieces.

    Stereo is held back until it is known whether its side is a view too (views.py).
    """
    first = next(decoded, None)
    if first is None:
        return
    convert = first[0]
    weights = mixtures(convert.channel_names)
    resampler = _Resampler(convert.rate, list(weights))
    watch = PhaseWatch(convert.rate) if "side" in weights else None
    held: list[Views] = []
    for _convert, channels in chain([first], decoded):
        views = {name: mix(channels, each) for name, each in weights.items()}
        ready = resampler.push(views)
        if watch is None:
            yield ready
            continue
        held.append(ready)
        if watch.push(views["mid"], views["side"]):
            weights = _decided(weights, watch)
            yield from _only(held, weights)
            held, watch = [], None
    if watch is not None:
        weights = _decided(weights, watch)
    none = np.zeros(0, np.float32)
    held.append(resampler.push(dict.fromkeys(weights, none), last=True))
    yield from _only(held, weights)


def _decided(weights: Views, watch: PhaseWatch) -> Views:
    return weights if watch.out_of_phase else {"mid": weights["mid"]}


def _only(held: list[Views], weights: Views) -> Iterator[Views]:
    for views in held:
        yield {name: views[name] for name in weights}


def in_blocks(sound: Iterator[Views], size: int) -> Iterator[tuple[tuple[str, ...], Samples]]:
    """Cut views into blocks, float32 (views, size); the last is shorter."""
    names: tuple[str, ...] = ()
    waiting: list[Samples] = []
    held = 0
    for views in sound:
        names = tuple(views)
        piece = np.stack(list(views.values()))
        while held + piece.shape[1] >= size:
            head, piece = piece[:, : size - held], piece[:, size - held :]
            yield names, np.concatenate([*waiting, head], axis=1)
            waiting, held = [], 0
        if piece.shape[1]:
            waiting.append(piece)
            held += piece.shape[1]
    if held:
        yield names, np.concatenate(waiting, axis=1)
