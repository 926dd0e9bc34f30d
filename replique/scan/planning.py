"""What there is to do, in pieces that several workers can share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from replique.media import Refused, count_portions, files
from replique.scan.results import Unit

PORTION_BYTES = 64 << 20
"""An archive is cut where each portion keeps a worker busy for some ten seconds:
much longer than it takes to read the list of members again."""
MOST_PORTIONS = 16
"""Each portion reads the whole list of members: more would read it more than search."""


def plan(
    paths: Iterable[str | os.PathLike[str]], *, stop: Callable[[], bool] = lambda: False
) -> list[Unit | Refused]:
    """Return what workers are given, largest first, and what is refused outright.

    paths : files and folders; each file is planned once, however often it is named.
    stop : asked often; once true, what was found so far is returned.

    A large zip or Parquet file is split in portions, since its members can be reached
    in any order.  A tar, and one long film, are read front to back by one worker: they
    are handed out first so that the others have something to do meanwhile, but one file
    that is longer than all the rest together sets the time that a scan takes.
    """
    planned: dict[Path, list[Unit]] = {}
    refused: list[Unit | Refused] = []
    for found in files(paths):
        if stop():
            break
        if isinstance(found, Refused):
            refused.append(found)
            continue
        path = Path(found).absolute()
        if path not in planned:
            planned[path] = _portions(path)
    units = [unit for portions in planned.values() for unit in portions]
    units.sort(key=lambda unit: -unit.size)
    return [*refused, *units]


def _portions(path: Path) -> list[Unit]:
    try:
        size = path.stat().st_size
    except OSError:
        return [Unit(path)]  # the worker meets the same error, and says so
    count = 1
    if size > 2 * PORTION_BYTES:
        count = min(MOST_PORTIONS, size // PORTION_BYTES, count_portions(path))
    return [Unit(path, (k, count), size // count) for k in range(count)]
