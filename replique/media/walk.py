"""Find what may be searched: files, folders, the members of archives, archives in archives.

What is certainly no medium (text, pictures, programs; by content, not by name) is passed
over and only counted, so that a folder of films is not a list of complaints about its
posters and subtitles. What a person would expect to hear, and cannot be heard, is refused
with its reason, here or when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from replique.errors import MediaError
from replique.media.folders import PathLike, files
from replique.media.limits import LIMITS, Limits
from replique.media.sniff import HEAD, Kind, has_media_extension, sniff
from replique.media.source import Refused, Source, open_regular, readable, unreadable


@dataclass(slots=True)
class Tally:
    """What a walk passed over in silence.

    not_media : files and members that are neither sound nor film.
    """

    not_media: int = 0


def walk(
    paths: Iterable[PathLike],
    *,
    limits: Limits = LIMITS,
    portion: tuple[int, int] = (0, 1),
    tally: Tally | None = None,
) -> Iterator[Source | Refused]:
    """Yield what may be searched under some paths, and what is refused."""
    tally = Tally() if tally is None else tally
    for found in files(paths):
        if isinstance(found, Refused):
            yield found
        else:
            yield from _file(found, limits, portion, tally)


def _file(
    path: Path, limits: Limits, portion: tuple[int, int], tally: Tally
) -> Iterator[Source | Refused]:
    try:
        source = Source.of(path)
        with open_regular(path) as file:
            head = file.read(HEAD)
    except MediaError as error:
        yield Refused(readable(str(path)), error)
        return
    except OSError as error:
        yield Refused(readable(str(path)), unreadable(path, error))
        return
    if portion[0] != 0:
        return
    kind = sniff(head)
    if kind is Kind.MEDIUM or has_media_extension(path.name):
        yield source
    else:
        tally.not_media += 1
