"""A medium: the tracks of a file, and their sound in blocks.

The way of one recording: container (opening.py) -> packets, frames (frames.py) -> their place
in time (timeline.py) -> views (views.py) -> HOUSE_RATE, blocks (sound.py).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Self

from av.container import InputContainer

from replique.errors import Damaged, MediaError, NoAudio, UsageError
from replique.language import gettext as _
from replique.media.frames import Notes
from replique.media.length import stated_s, xing_s
from replique.media.opening import Feed, open_container, why_not
from replique.media.sound import Views, in_blocks, pieces, searched
from replique.media.source import Source, unreadable
from replique.media.track import Track, describe, only_track
from replique.probe import HOUSE_RATE, Block

SHORTER_S = 2.0
SHORTER = 0.01
"""A track that ends this much before its own header says was cut off: two seconds, or one
part in a hundred of it, whichever is more."""


class Medium:
    """An open medium; a context manager.

    Raises, when it is entered: Unreadable, NotMedia, NoAudio, Damaged, and what the archive
    that holds it has to say.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes: dict[int, Notes] = {}
        self._feed: Feed | None = None
        self._tracks: tuple[Track, ...] = ()
        self._stated: tuple[float | None, ...] = ()
        self._xing: tuple[float | None, ...] = ()

    def __enter__(self) -> Self:
        file = self.source.open()
        self._feed = Feed(file, self.source.name)
        try:
            with self.container() as container:
                indices = range(len(container.streams.audio))
                if not indices:
                    self._nothing_to_hear(container, self._feed)
                self._tracks = tuple(describe(container, index) for index in indices)
                self._stated = tuple(stated_s(container, index, file) for index in indices)
                self._xing = tuple(xing_s(container, track.rate, file) for track in self._tracks)
        except OSError as error:
            file.close()
            raise unreadable(self.source.path, error) from error
        except BaseException:
            file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._feed is not None:
            self._feed.file.close()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The audio tracks, in the order of the file: language versions, commentaries..."""
        return self._tracks

    @property
    def stated_s(self) -> tuple[float | None, ...]:
        """How long the header says that each track is; None where that would be a guess."""
        return tuple(
            stated if stated is not None else xing
            for stated, xing in zip(self._stated, self._xing, strict=True)
        )

    def blocks(self, track: Track | int = 0, *, block_s: float = 10.0) -> Generator[Block]:
        """Yield the sound of a track at HOUSE_RATE, in order and without a gap.

        track : a Track, or its index.
        block_s : seconds in a block, > 0; the last is shorter. Samples do not depend on it.

        Index 0 is the start of the container's presentation: a track that begins later
        begins with silence. Memory is constant, whatever the length. What was skipped or
        mended on the way is in `notes[track.index]`. Silence gives zeros; NaN gives zeros.

        Raises Damaged after the last block that could be decoded, when the file does not
        go on to its end; Encrypted; Unreadable; Changed when the file changed meanwhile.
        """
        index = track if isinstance(track, int) else track.index
        size = round(block_s * HOUSE_RATE) if math.isfinite(block_s) else 0
        if not 0 <= index < len(self._tracks) or size < 1:
            raise UsageError(
                _("{path} has no track {number}, or a block of {seconds} s is none.").format(
                    path=self.source.locator, number=index, seconds=block_s
                )
            )
        notes = self.notes[index] = Notes()
        start = 0
        with contextlib.closing(self._sound(index, notes)) as sound:
            for views, samples in in_blocks(sound, size):
                yield Block(start, views, samples)
                start += samples.shape[1]
        if self._feed is not None and self._feed.trouble is not None:
            raise unreadable(self.source.path, self._feed.trouble)
        self.source.check_unchanged()
        if self._is_cut(index, notes, start / HOUSE_RATE):
            raise self._damaged(start / HOUSE_RATE)

    @contextlib.contextmanager
    def container(self) -> Iterator[InputContainer]:
        """Give the container, read anew from its beginning; for this package alone."""
        if self._feed is None or self._feed.file.closed:
            raise UsageError(_("{path} is not open.").format(path=self.source.locator))
        container = open_container(self._feed, self.source.locator)
        try:
            yield container
        finally:
            container.close()

    def _sound(self, index: int, notes: Notes) -> Generator[Views]:
        with self.container() as container:
            stream = only_track(container, index, self.source.locator)
            yield from searched(pieces(container, stream, notes))

    def _is_cut(self, index: int, notes: Notes, read_s: float) -> bool:
        stated = self._stated[index]
        return (
            not notes.read_to_end
            or (stated is not None and read_s < stated - max(SHORTER_S, SHORTER * stated))
            or (read_s == 0 and notes.skipped > 0)
            or (self._feed is not None and bool(getattr(self._feed.file, "damaged", False)))
        )

    def _damaged(self, read_s: float) -> MediaError:
        return Damaged(
            _("{path} is damaged: only {seconds:.1f} s of it could be read.").format(
                path=self.source.locator, seconds=read_s
            ),
            advice=_("Copy or download it again; what was found before the damage is kept."),
        )

    def _nothing_to_hear(self, container: InputContainer, feed: Feed) -> None:
        path = self.source.locator
        if len(container.streams):
            raise NoAudio(_("{path} has no sound.").format(path=path))
        raise why_not(feed, path)
