"""The audio tracks of a container: what is said of each, and one made ready to decode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from replique.errors import Encrypted, NotMedia
from replique.language import gettext as _
from replique.media.length import duration_s
from replique.media.source import readable

LOCKED_TAGS = frozenset(["drms", "enca", "aavd"])
"""What Apple, MPEG and Audible write where the name of a codec should be."""
LOCKED_WEBM = "enc_key_id"
"""What FFmpeg notes of an encrypted WebM track."""


@dataclass(frozen=True, slots=True)
class Track:
    """One audio track.

    index : its place among the audio tracks, from 0.
    language : as the file says it ("fra", "en-GB"), or "".
    title, codec, layout : as the file says; layout in FFmpeg's words: "stereo", "5.1(side)".
    rate : Hz, before it is brought to HOUSE_RATE.
    duration_s : about how long it is; None when the file does not say.
    """

    index: int
    language: str
    title: str
    codec: str
    channels: int
    layout: str
    rate: int
    duration_s: float | None


def describe(container: InputContainer, index: int) -> Track:
    """Return what the file says of one of its audio tracks."""
    stream = container.streams.audio[index]
    context = decoder(stream)
    said = stream.metadata
    language = readable(said.get("language", ""))
    length_s = duration_s(stream)
    if length_s is None and container.duration is not None and container.duration > 0:
        length_s = container.duration / 1_000_000
    return Track(
        index=index,
        language="" if language == "und" else language,
        title=readable(said.get("title", "")),
        codec="" if context is None else context.name,
        channels=0 if context is None else context.layout.nb_channels,
        layout="" if context is None else readable(context.layout.name),
        rate=0 if context is None else context.sample_rate,
        duration_s=length_s,
    )


def decoder(stream: AudioStream) -> AudioCodecContext | None:
    """Return the decoder of a track; None when there is none for its codec."""
    return cast("AudioCodecContext | None", stream.codec_context)


def only_track(container: InputContainer, index: int, locator: str) -> AudioStream:
    """Return an audio track, ready to decode, all others put aside.

    Raises Encrypted, and NotMedia when no decoder can take it.
    """
    stream = container.streams.audio[index]
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    context = decoder(stream)
    if context is None:
        raise NotMedia(
            _("{path}: no decoder knows the sound of track {number}.").format(
                path=locator, number=index + 1
            ),
            advice=_("Convert it to WAV or FLAC and search that."),
        )
    if context.codec_tag in LOCKED_TAGS or LOCKED_WEBM in stream.metadata:
        raise Encrypted(
            _("{path} is locked by a rights system.").format(path=locator),
            advice=_("Search a copy that is not locked."),
        )
    context.thread_count = 1  # one process for each core does more than threads for one file
    return stream
