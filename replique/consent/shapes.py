"""What a table of a written agreement is, and the kinds of field that several share."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from replique.consent.fields import Field
from replique.consent.kinds import LONGEST_TEXT, Date, Number, Text

COUNTED = ("day", "line", "word", "thousand_words", "session", "use", "month", "year")
"""Units of which a paper may set a most, and a use may tell how many."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """A table: what record it makes, its keys, and the tables in it.

    one, many : tables in it, `[term]` and `[[grant]]`. fixed: fields of the record that
    the name of the table says.
    """

    name: str
    record: type
    about: str
    fields: tuple[Field, ...]
    one: tuple[Inner, ...] = ()
    many: tuple[Inner, ...] = ()
    fixed: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that may stand in it."""
        inner = (*self.one, *self.many)
        return (*(each.name for each in self.fields), *(each.name for each in inner))


@dataclasses.dataclass(frozen=True, slots=True)
class Inner:
    """A table in a table. into: the field of the record, where it has another name."""

    name: str
    shape: Shape
    into: str = ""

    @property
    def target(self) -> str:
        """The field of the record."""
        return self.into or self.name


WORDS = Text(LONGEST_TEXT)
CLAUSE = Field("clause", Text(), "Where in the paper this stands: “§4”, “rider, line 3”.")
SIZE = Number(most=1e12)
COUNT = Number(most=100_000, whole=True)
DAY = Date(open=True)
"""A day that a paper sets: one that nobody knows is not the same as none."""
