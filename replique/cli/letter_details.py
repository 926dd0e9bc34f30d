"""What a letter needs and the records do not hold, from a file: docs/letters.md lists it.

A file and not options: an address, an account and a grievance have no place in the
history of a shell. What is wrong is told by line and field, and never repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from replique.cli.terminal import shown
from replique.consent.locate import line_of, lines
from replique.consent.syntax import Slip, decoded, parsed
from replique.errors import UsageError
from replique.gathering.letters import LONGEST_WAIT_DAYS, Details
from replique.language import gettext as _

LARGEST_BYTES = 64 * 1024


def read_details(file: Path) -> Details:
    """Read a file of details. Raises UsageError, naming line and field."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            _("{path} could not be read: {reason}").format(
                path=shown(file), reason=error.strerror or ""
            ),
            advice=_("Give the file that holds the details of the letter."),
        ) from None
    try:
        text = decoded(content, LARGEST_BYTES)
        tree = parsed(text)
    except Slip as slip:
        raise _wrong(file, slip.problem.line, "", slip.problem.message) from None
    return _Page(file, text).details(tree)


class _Page:
    """The file and its lines, for what is wrong in it."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._noted = lines(text)

    def details(self, tree: Mapping[str, Any]) -> Details:
        """Return what the file says. Raises UsageError."""
        plain = {key: value for key, value in tree.items() if key not in _TABLES}
        found = self._fields((), plain, {**_FIELDS, **dict.fromkeys(_TABLES, TEXT)})
        for key, fields in _TABLES.items():
            if key not in tree:
                continue
            if not isinstance(tree[key], dict):
                raise self._wrong((key,), _("This is a table: [{name}].").format(name=key))
            found[key] = self._fields((key,), tree[key], fields)
        return Details(**found)

    def _fields(
        self, way: tuple[str, ...], tree: Mapping[str, Any], fields: Mapping[str, _Kind]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in tree.items():
            if key not in fields:
                raise self._wrong(
                    (*way, key),
                    _("There is no such field here."),
                    _("One of: {names}.").format(names=", ".join(fields)),
                )
            read, what_it_is = fields[key]
            found[key] = read(value)
            if found[key] is None:
                raise self._wrong((*way, key), what_it_is())
        return found

    def _wrong(self, way: tuple[str, ...], what: str, advice: str = "") -> UsageError:
        where = shown(".".join(way))[:60]
        return _wrong(self._file, line_of(self._noted, way), where, what, advice)


def _wrong(file: Path, line: int, where: str, what: str, advice: str = "") -> UsageError:
    place = f", {where}" if where else ""
    return UsageError(
        _("{file}, line {line}{place}: {what}").format(
            file=shown(file.name), line=line, place=place, what=what
        ),
        advice=advice or _("docs/letters.md shows a whole file."),
    )


_Kind = tuple[Callable[[object], object | None], Callable[[], str]]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(value)


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None


def _days(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 1 <= value <= LONGEST_WAIT_DAYS else None


TEXT: _Kind = (_text, lambda: _("This is a text between quotes."))
TEXTS: _Kind = (_texts, lambda: _('This is a list of texts: ["one line", "another"].'))
DAY: _Kind = (_day, lambda: _("This is a day without quotes: 2026-11-23."))
DAYS: _Kind = (
    _days,
    lambda: _("This is a number of days, 1 to {most}.").format(most=LONGEST_WAIT_DAYS),
)
_FIELDS: Mapping[str, _Kind] = {
    "place": TEXT,
    "date": DAY,
    "reference": TEXT,
    "answer_within_days": DAYS,
    "pay_to": TEXT,
    "note": TEXT,
    "enclosures": TEXTS,
}
_TABLES: Mapping[str, Mapping[str, _Kind]] = {
    "sender": {"name": TEXT, "address": TEXTS, "email": TEXT, "represented_by": TEXT},
    "to": {"name": TEXT, "attention": TEXT, "address": TEXTS},
}
