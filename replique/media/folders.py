"""Files and folders: which regular files lie under the paths that were named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from replique.errors import Unreadable
from replique.language import gettext as _
from replique.media.sniff import is_clutter
from replique.media.source import Refused, readable, unreadable

PathLike = str | os.PathLike[str]


def files(paths: Iterable[PathLike]) -> Iterator[Path | Refused]:
    """Yield the regular files that were named, and those in the folders that were named.

    Folders are followed in the order of their names, through symbolic links, each real
    folder once: links in a circle end. Pipes, sockets and devices are never opened; in a
    folder they are passed over, by name they are refused. Nothing is opened here.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _under(Path(path), seen)


def _under(path: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Refused]:
    waiting = [(path, True)]
    while waiting:
        path, named = waiting.pop()
        try:
            found = path.stat()
            if stat.S_ISREG(found.st_mode):
                yield path
            elif stat.S_ISDIR(found.st_mode):
                if (found.st_dev, found.st_ino) in seen:
                    continue
                seen.add((found.st_dev, found.st_ino))
                below = sorted(p for p in path.iterdir() if not is_clutter(p.name))
                waiting.extend((each, False) for each in reversed(below))
            elif named:
                yield _special(path)
        except (OSError, ValueError) as error:
            yield Refused(readable(str(path)), unreadable(path, error))


def _special(path: Path) -> Refused:
    shown = readable(str(path))
    return Refused(
        shown,
        Unreadable(
            _("{path} is not a file but a pipe, a device or a folder.").format(path=shown),
            advice=_("Name a file, a folder or an archive."),
        ),
    )
