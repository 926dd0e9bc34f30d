"""The recordings that a person gives to be enrolled, read from whatever holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from replique.errors import MediaError, ReferenceRefused, TakeRefused
from replique.language import gettext as _
from replique.media import Refused, read_audio, sha256, walk
from replique.media.source import readable
from replique.probe import HOUSE_RATE, Samples
from replique.store import voice_files

MOST_S = 3600.0
"""Seconds of recordings at most: more adds nothing, and all is held in memory."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording. locator : for messages. name : that is kept. sound : float32 (n,), 16 kHz.

    sha256 : of the file that it was read from.
    """

    locator: str
    name: str
    sha256: str
    sound: Samples = field(repr=False)


def recordings(
    paths: Iterable[str | os.PathLike[str]], progress: Callable[[str], None] | None
) -> list[Recording]:
    """Read all recordings under some paths. Raises ReferenceRefused, MediaError."""
    heard: list[Recording] = []
    left_s = MOST_S
    for found in walk(paths):
        if isinstance(found, Refused):
            raise _named(found.locator, found.error)
        if progress is not None:
            progress(found.locator)
        try:
            sound = read_audio(found, limit_s=left_s)
            content = sha256(found)
        except TakeRefused:
            raise ReferenceRefused(
                _("With {name}, the recordings last longer than an hour.").format(
                    name=found.locator
                ),
                advice=_("Choose the best of them: a minute or two of each manner is plenty."),
            ) from None
        except MediaError as error:
            raise _named(found.locator, error) from error
        left_s -= len(sound) / HOUSE_RATE
        name = readable(PurePath(found.members[-1] if found.members else found.path).name)
        heard.append(Recording(found.locator, name, content, voice_files.as_kept(sound)))
    if not heard:
        raise ReferenceRefused(
            _("No recording was found there."),
            advice=_("Name sound files, or folders that hold them."),
        )
    return heard


def _named(locator: str, error: MediaError) -> MediaError:
    """Return an error that names the file, when its message does not."""
    if locator in str(error):
        return error
    return type(error)(
        _("{name}: {reason}").format(name=locator, reason=error), advice=error.advice
    )
