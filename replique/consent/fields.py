"""A field of a written agreement, and the page on which slips are noted.

Nothing that was written is ever repeated in a problem: it may be private.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from replique.consent.locate import Path, line_of
from replique.errors import Problem

_SHOWN_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")


class _Nothing:
    """Says that there is no value: it was left out, or it was wrong."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
ENDLESS: Final = "none"
"""What `end` says when a paper says that it has no end."""
NOT_YET: Final = "not yet"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a string for translation that is looked up later, when it is shown."""
    return message


class Page:
    """A text being checked: on which line things stand in it, and what is wrong."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines
        self.problems: list[Problem] = []

    def line(self, path: Path) -> int:
        """Return the line of a value, from 1."""
        return line_of(self._lines, path)

    def wrong(self, path: Path, message: str, allowed: str = "") -> _Nothing:
        """Note what is wrong with a value."""
        self.problems.append(Problem(self.line(path), _written(path), message, allowed))
        return NOTHING


def _written(path: Path) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{shown_key(part)}" if text else shown_key(part)
    return text


def shown_key(key: str) -> str:
    """Return a key as it may be repeated: whatever does not look like one is not."""
    return key if _SHOWN_KEY.match(key) else "…"


def nearest(written: str, known: Sequence[str]) -> str:
    """Return the word that was probably meant, "" if none is near."""
    plain = re.sub(r"[\s-]+", "_", written.strip().casefold())[:80]
    if plain in known:
        return plain
    near = difflib.get_close_matches(plain, known, n=1, cutoff=0.6)
    return near[0] if near else ""


class Kind(Protocol):
    """What a field may hold."""

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401 - TOML is any tree
        """Return the value as a record has it, or NOTHING when it is wrong or unknown."""

    def allowed(self) -> str:
        """Return what may stand there, in words."""

    def schema(self) -> dict[str, Any]:
        """Return what may stand there, as JSON Schema."""


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One key of a table.

    into : the field of the record, where that has another name. needed: it must be
    there. surely: it must be known too. private: testimony. unknown_widens: leaving it
    out says that the paper sets no limit, so that "unknown" may not stand for it.
    """

    name: str
    kind: Kind
    about: str
    into: str = ""
    needed: bool = False
    private: bool = False
    unknown_widens: bool = False

    @property
    def target(self) -> str:
        """The field of the record."""
        return self.into or self.name
