"""Sounds where they lie: the content that was searched, and the kept copy of a take."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from replique.errors import MediaError, NotFound
from replique.media import Source, fingerprint, read_audio, reopen
from replique.media.source import open_regular
from replique.probe import Samples
from replique.store import MediumRecord, TakeRecord


def unchanged(
    medium: MediumRecord, stack: ExitStack, hashed: Callable[[Source], str], gone: MediaError
) -> Source:
    """Return the first of its places at which this very content still lies; `stack` closes it.

    hashed : takes the SHA-256 of a source. gone : raised where nothing else was in the way.
    """
    trouble = gone
    for place in medium.locations:
        with ExitStack() as attempt:
            try:
                source = attempt.enter_context(reopen(place.path, place.members))
                same = hashed(source) == medium.sha256
            except MediaError as error:
                trouble = error
                continue
            except NotFound:
                continue
            if same:
                stack.push(attempt.pop_all())
                return source
    raise trouble


def whole_take(take: TakeRecord) -> Samples:
    """Return the sound of a take, float32 (n,) at HOUSE_RATE. Raises MediaError."""
    kept = Path(take.path)
    opener = partial(open_regular, kept)
    # the kept copy is named by its hash; the name it had helps to decode it
    return read_audio(Source(take.title, kept, (take.file_name,), fingerprint(kept), opener))
