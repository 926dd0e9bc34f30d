"""A medium: the tracks of a file, and their sound in blocks.

The way of one recording: container (opening.py) -> packets, frames (frames.py) -> their place
in time (timeline.py) -> views (views.py) -> HOUSE_RATE, blocks (sound.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from replique.errors import Damaged, Encrypted, NoAudio, NotMedia, UsageError
from replique.language import gettext as _
from replique.media.frames import Notes
from replique.media.opening import open_container
from replique.media.sound import in_blocks, pieces, searched
from replique.media.source import Source, readable
from replique.probe import HOUSE_RATE, Block, Samples

LOCKED_TAGS = frozenset(["drms", "enca", "aavd"])
"""What Apple, MPEG and Audible write where the name of a codec should be."""
SHORTER_S = 2.0
"""A track that ends this much before its own header says was cut off."""


@dataclass(frozen=True, slots=True)
class Track:
    """One audio track.

    index : its place among the audio tracks, from 0.
    language : as the file says it ("fra", "en-GB"), or "".
    title, codec, layout : as the file says; layout in FFmpeg's words: "stereo", "5.1(side)".
    rate : Hz, before it is brought to HOUSE_RATE.
    duration_s : what the header says; None when it does not, or cannot know.
    """

    index: int
    language: str
    title: str
    codec: str
    channels: int
    layout: str
    rate: int
    duration_s: float | None


class Medium:
    """An open medium; a context manager.

    Raises, when it is entered: Unreadable, NotMedia, NoAudio, Damaged, Encrypted.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes: dict[int, Notes] = {}
        self._file: BinaryIO | None = None
        self._tracks: tuple[Track, ...] = ()

    def __enter__(self) -> Medium:
        self._file = self.source.open()
        try:
            with self._container() as container:
                self._tracks = tuple(
                    describe(stream, index) for index, stream in enumerate(container.streams.audio)
                )
                if not self._tracks:
                    raise self._nothing_to_hear(container)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The audio tracks, in the order of the file: language versions, commentaries..."""
        return self._tracks

    def blocks(self, track: Track | int = 0, *, block_s: float = 10.0) -> Iterator[Block]:
        """Yield the sound of a track at HOUSE_RATE, in order and without a gap.

        block_s : seconds in a block, > 0; the last is shorter. Samples do not depend on it.

        Memory is constant, whatever the length. What was skipped or mended on the way is in
        `notes[track.index]`. Silence gives zeros; NaN gives zeros.

        Raises Damaged after the last block that could be decoded, when the file does not
        go on to its end; Encrypted; Changed when the file changed meanwhile.
        """
        index = track if isinstance(track, int) else track.index
        size = round(block_s * HOUSE_RATE)
        if not 0 <= index < len(self._tracks) or size < 1:
            raise UsageError(
                _("{path} has no track {number}, or a block of {seconds} s is none.").format(
                    path=self.source.locator, number=index, seconds=block_s
                )
            )
        notes = self.notes[index] = Notes()
        start = 0
        for views, samples in in_blocks(self._sound(index, notes), size):
            yield Block(start, views, samples)
            start += samples.shape[1]
        self._judge_the_end(index, notes, start / HOUSE_RATE)
        self.source.check_unchanged()

    @contextlib.contextmanager
    def _container(self) -> Iterator[InputContainer]:
        if self._file is None or self._file.closed:
            raise UsageError(_("This medium is not open."))
        self._file.seek(0)
        container = open_container(self._file, name=self.source.name, locator=self.source.locator)
        try:
            yield container
        finally:
            container.close()

    def _sound(self, index: int, notes: Notes) -> Iterator[tuple[tuple[str, ...], Samples]]:
        with self._container() as container:
            stream = only_track(container, index, self.source.locator)
            yield from searched(pieces(container, stream, notes))

    def _judge_the_end(self, index: int, notes: Notes, read_s: float) -> None:
        stated = self._tracks[index].duration_s
        cut = stated is not None and read_s < stated - max(SHORTER_S, 0.01 * stated)
        if notes.read_to_end and not cut and (read_s > 0 or not notes.skipped):
            return
        raise Damaged(
            _("{path} is damaged: only the first {seconds:.1f} s could be read.").format(
                path=self.source.locator, seconds=read_s
            ),
            advice=_("Copy or download it again; what was found before the damage is kept."),
        )

    def _nothing_to_hear(self, container: InputContainer) -> NoAudio | NotMedia:
        if len(container.streams):
            return NoAudio(
                _("{path} has no sound: pictures only.").format(path=self.source.locator)
            )
        return NotMedia(
            _("{path} is neither sound nor film that can be decoded.").format(
                path=self.source.locator
            )
        )


def describe(stream: AudioStream, index: int) -> Track:
    """Return what the file says of one of its audio tracks."""
    context = stream.codec_context
    said = stream.metadata
    duration_s = None
    if stream.duration is not None and stream.time_base:
        duration_s = float(stream.duration * stream.time_base)
    return Track(
        index=index,
        language=readable(said.get("language", "")).replace("und", ""),
        title=readable(said.get("title") or said.get("handler_name") or ""),
        codec=context.name if context else "",
        channels=context.channels if context else 0,
        layout=context.layout.name if context else "",
        rate=context.sample_rate if context else 0,
        duration_s=duration_s,
    )


def only_track(container: InputContainer, index: int, locator: str) -> AudioStream:
    """Return an audio track, ready to decode, all others put aside.

    Raises Encrypted, and Damaged when no decoder can take it.
    """
    stream = container.streams.audio[index]
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    context = stream.codec_context
    if context is None:
        raise NotMedia(
            _("{path}: no decoder knows the sound of track {number}.").format(
                path=locator, number=index + 1
            ),
            advice=_("Convert it to WAV or FLAC and search that."),
        )
    if context.codec_tag in LOCKED_TAGS or "enc_key_id" in stream.metadata:
        raise Encrypted(
            _("{path} is locked by a rights system.").format(path=locator),
            advice=_("Search a copy that is not locked."),
        )
    context.thread_count = 1  # one process for each core does more than threads for one file
    return stream
