"""Find what may be searched: files, folders, the members of archives, archives in archives.

What is certainly no medium (text, pictures, programs; by content, not by name) is passed
over and only counted, so that a folder of films is not a list of complaints about its
posters and subtitles. What a person would expect to hear, and cannot be heard, is refused
with its reason, here or when it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from replique.errors import MediaError, NotFound, NotMedia
from replique.language import gettext as _
from replique.media.folders import PathLike, files
from replique.media.limits import LIMITS, Budget, Limits
from replique.media.opening import sounds
from replique.media.parquets import parquet_count, parquet_entries
from replique.media.place import Content, Entries, Place, Tally
from replique.media.sniff import ARCHIVES, COMPRESSED, HEAD, Kind, has_media_extension, sniff
from replique.media.source import Refused, Source, open_regular, readable, unreadable
from replique.media.tars import compressed_entries, tar_entries
from replique.media.zips import zip_count, zip_entries


def walk(
    paths: Iterable[PathLike],
    *,
    limits: Limits = LIMITS,
    portion: tuple[int, int] = (0, 1),
    tally: Tally | None = None,
) -> Iterator[Source | Refused]:
    """Yield what may be searched under some paths, and what is refused, with its reason.

    portion : (k, n), 0 <= k < n. Of each random-access archive (zip, Parquet) only every
        n-th member (of Parquet: row group) from the k-th on; anything else only for k = 0.
        The portions of all k together are the whole, each member once.
    tally : counts what was passed over in silence.

    A member of an archive can be opened only until the walk goes on.
    """
    tally = Tally() if tally is None else tally
    for found in files(paths):
        if isinstance(found, Refused):
            yield found
        else:
            yield from _file(found, limits, portion, tally, None)


@contextmanager
def reopen(
    path: PathLike, members: tuple[str, ...], *, limits: Limits = LIMITS
) -> Iterator[Source]:
    """Give the source that a walk found before, open while the context lasts.

    path, members : as the source had them.

    Raises NotFound when there is no such member any more, or the error it is refused with.
    """
    if not members:
        yield Source.of(path)
        return
    found = _file(Path(path), limits, (0, 1), Tally(), members)
    try:
        refused = None
        for each in found:
            if isinstance(each, Source) and each.members == members:
                yield each
                return
            if isinstance(each, Refused):
                refused = each.error
        raise refused or NotFound(
            _("{member} is not in {path} any more.").format(
                member=members[-1], path=readable(str(path))
            )
        )
    finally:
        found.close()


def is_random_access(path: PathLike) -> bool:
    """Say whether a file is an archive whose members cores can share (`portion`)."""
    try:
        with open_regular(path) as file:
            return sniff(file.read(HEAD)) in {Kind.ZIP, Kind.PARQUET}
    except (MediaError, OSError):
        return False


def count_portions(path: PathLike) -> int:
    """Return into how many portions a file can be split: 1 when it cannot be shared."""
    try:
        with open_regular(path) as file:
            kind = sniff(file.read(HEAD))
            if kind is Kind.ZIP:
                return max(1, zip_count(file))
            return parquet_count(file) if kind is Kind.PARQUET else 1
    except (MediaError, OSError):
        return 1


class _File:
    """A file on disk, as what stands at a place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self.open() as file:
            self.head = file.read(HEAD)

    def open(self) -> BinaryIO:
        return open_regular(self._path)


def _file(
    path: Path,
    limits: Limits,
    portion: tuple[int, int],
    tally: Tally,
    only: tuple[str, ...] | None,
) -> Generator[Source | Refused]:
    try:
        source = Source.of(path)
        content = _File(path)
    except MediaError as error:
        yield Refused(readable(str(path)), error)
        return
    except OSError as error:
        yield Refused(readable(str(path)), unreadable(path, error))
        return
    budget = Budget(limits, source.fingerprint[0])
    yield from _at(
        Place(
            path=path,
            fingerprint=source.fingerprint,
            locator=source.locator,
            limits=limits,
            budget=budget,
            tally=tally,
            portion=portion,
            only=only,
        ),
        content,
    )


_OPENERS: dict[Kind, Callable[[Content, Place], Entries]] = {
    Kind.ZIP: zip_entries,
    Kind.TAR: tar_entries,
    Kind.PARQUET: parquet_entries,
    **{kind: partial(compressed_entries, kind) for kind in COMPRESSED},
}


def _at(place: Place, content: Content) -> Iterator[Source | Refused]:
    """Yield what may be searched in what stands at a place."""
    kind = sniff(content.head)
    if place.portion[0] and kind not in {Kind.ZIP, Kind.PARQUET}:
        return
    if kind in ARCHIVES:
        yield from _archive(kind, place, content)
    elif kind is Kind.CLOSED_ARCHIVE:
        yield place.refused(
            NotMedia(
                _("{path} is an archive of a kind that cannot be opened here.").format(
                    path=place.locator
                ),
                advice=_("Unpack it yourself, and search the folder."),
            )
        )
    elif kind is Kind.MEDIUM or has_media_extension(place.locator) or _heard(kind, content):
        yield place.source(content)
    else:
        place.tally.not_media += 1


def _archive(kind: Kind, place: Place, content: Content) -> Iterator[Source | Refused]:
    try:
        place = place.deeper()
        for found in _OPENERS[kind](content, place):
            if isinstance(found, Refused):
                yield found
            else:
                yield from _at(*found)
    except MediaError as error:
        yield place.refused(error)
    except OSError as error:
        yield place.refused(unreadable(place.locator, error))


def _heard(kind: Kind, content: Content) -> bool:
    """Say whether something without a known beginning is sound after all: ask FFmpeg."""
    if kind is not Kind.UNKNOWN:
        return False
    try:
        with content.open() as file:
            return sounds(file)
    except (MediaError, OSError):
        return False
