"""Decode one track: what can be decoded, in order, whatever lies between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from replique.probe import Samples

Frames = NDArray[np.generic]
"""Samples as PyAV lays them out: (channels, n), or interleaved (1, n * channels)."""

READ_ERRORS_IN_A_ROW = 200
"""A demuxer that fails so often without one packet in between has reached the end of
what is there. FFmpeg itself finds the next packet after most damage."""

LOUDEST = 8.0
"""Beyond 18 dB over full scale there is no sound, only a broken file."""


@dataclass(slots=True)
class Notes:
    """What was met while a track was decoded, for the record.

    skipped : packets that could not be decoded and were left out.
    not_finite : samples that were NaN or infinite and became silence.
    too_loud : samples that were cut to ±LOUDEST.
    silence_s : silence that was put where the time stamps say that nothing was.
    jumps : time stamps that went back, or too far ahead, and were not believed.
    read_to_end : False when reading stopped at damage.
    """

    skipped: int = 0
    not_finite: int = 0
    too_loud: int = 0
    silence_s: float = 0.0
    jumps: int = 0
    read_to_end: bool = True


def packets(
    container: InputContainer, stream: AudioStream, notes: Notes
) -> Iterator[Packet[AudioStream]]:
    """Yield the packets of one track, past places that cannot be read."""
    failures = 0
    while failures < READ_ERRORS_IN_A_ROW:
        try:
            for packet in container.demux(stream):
                failures = 0
                yield packet
            return
        except IndexError:
            # PyAV stumbles at the very end over tracks that appeared on the way (FLV).
            return
        except av.FFmpegError:
            failures += 1
            notes.skipped += 1
    notes.read_to_end = False


def frames(container: InputContainer, stream: AudioStream, notes: Notes) -> Iterator[AudioFrame]:
    """Yield the decoded frames of one track; a packet that cannot be decoded is counted."""
    for packet in chain(packets(container, stream, notes), [None]):
        if packet is not None and not packet.size:
            continue  # to a decoder it would be the end
        try:
            decoded = stream.codec_context.decode(packet)
        except (av.FFmpegError, ValueError, MemoryError):
            notes.skipped += 1
            continue
        for frame in decoded:
            if frame.samples:
                yield frame


_SCALE = {"u8": 1 / 128, "s16": 1 / 32768, "s32": 1 / 2147483648, "flt": 1.0, "dbl": 1.0}
_DTYPE = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "flt": np.float32, "dbl": np.float64}


class Converter:
    """Turn frames into arrays of one rate, one layout and one sample type.

    The first frame says which. A frame that differs, as they do where a broadcast goes
    from film to advertisement, is converted.
    """

    def __init__(self, first: AudioFrame) -> None:
        self.rate = first.sample_rate
        self.layout = first.layout.name
        self.channels = first.layout.nb_channels
        self._names = tuple(channel.name for channel in first.layout.channels)
        wanted = first.format.name.removesuffix("p")
        planar = first.format.is_planar
        # PyAV counts planes until a null pointer, and from eight channels on there is none
        # after the last: reading them would read memory that is not ours. Packed has one.
        if wanted not in _SCALE or (planar and self.channels >= 8):
            wanted, planar = ("flt" if wanted not in _SCALE else wanted), False
        self._sample = wanted
        self._planar = planar
        self._format = wanted + ("p" if planar else "")
        self._from: tuple[str, str, int] | None = None
        self._resampler: av.AudioResampler | None = None

    @property
    def channel_names(self) -> tuple[str, ...]:
        """FFmpeg's names of the channels: FL, FR, FC, LFE..."""
        return self._names

    def arrays(self, frame: AudioFrame, notes: Notes) -> list[Frames]:
        """Return the samples of a frame, as PyAV lays them out; usually one array.

        None when it differs so much that it cannot be converted: that is counted.
        """
        was = (frame.format.name, frame.layout.name, frame.sample_rate)
        if was == (self._format, self.layout, self.rate):
            return [frame.to_ndarray()]
        frame.pts = None  # the filter would fill gaps by itself
        try:
            if self._resampler is None or was != self._from:
                self._from = was
                self._resampler = av.AudioResampler(self._format, self.layout, self.rate)
            return [each.to_ndarray() for each in self._resampler.resample(frame)]
        except (av.FFmpegError, ValueError):
            self._resampler = None
            notes.skipped += 1
            return []

    def as_float(self, arrays: list[Frames], notes: Notes) -> Samples:
        """Return arrays, one after another, as float32 (channels, n), finite, within ±LOUDEST."""
        joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=1)
        if not self._planar and self.channels > 1:
            joined = joined.reshape(-1, self.channels).T
        scale = _SCALE[self._sample]
        if scale == 1.0:
            return _sane(joined, notes)
        sound = joined.astype(np.float32)
        if self._sample == "u8":
            sound -= np.float32(128)
        sound *= np.float32(scale)
        return sound


def _sane(sound: Frames, notes: Notes) -> Samples:
    """Make what a float file may hold finite and bounded, counting what was not."""
    if not (sound.max() <= LOUDEST and sound.min() >= -LOUDEST):  # also when either is NaN
        finite = np.isfinite(sound)
        notes.not_finite += int(finite.size - np.count_nonzero(finite))
        sound = np.where(finite, sound, 0.0)
        loud = np.abs(sound) > LOUDEST
        notes.too_loud += int(np.count_nonzero(loud))
        sound = np.clip(sound, -LOUDEST, LOUDEST)
    return np.ascontiguousarray(sound, dtype=np.float32)
