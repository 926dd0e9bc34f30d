"""Files that were written by hand, read so that the slips of all are told at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from replique.cli.terminal import shown
from replique.errors import AgreementRefused, Problem, Unreadable
from replique.language import gettext as _

STANDARD_INPUT = "-"
Record = TypeVar("Record")


def name(place: str) -> str:
    """Return what a file is called in an error."""
    return _("standard input") if place == STANDARD_INPUT else shown(place)


def content(place: str) -> bytes:
    """Return what a file holds, or just more than could ever be accepted of it."""
    from replique.consent.reading import LARGEST

    try:
        if place == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(place).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        raise Unreadable(
            _("{path} cannot be read.").format(path=shown(place)),
            advice=_("Check that it is a file, and that you may open it."),
        ) from None


def all_read(
    files: Iterable[tuple[str, bytes]], read: Callable[[str, bytes], Record]
) -> list[Record]:
    """Read every file, so that the slips of all are told at once."""
    records: list[Record] = []
    refused: list[AgreementRefused] = []
    for file, data in files:
        try:
            records.append(read(file, data))
        except AgreementRefused as error:
            refused.append(error)
    if refused:
        problems: list[Problem] = [each for error in refused for each in error.problems]
        raise AgreementRefused(
            "\n".join(str(each) for each in refused), advice=refused[0].advice, problems=problems
        )
    return records
