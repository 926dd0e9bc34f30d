"""One value of a record as JSON-LD, and back: texts, numbers, days, words of our vocabulary.

`write` gives JSON; `read` takes what `expansion` made of it, and raises `Mismatch` with
the name of what it does not understand, never with a text that was written there.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from replique.consent.dates import When, when
from replique.consent.exchange.expansion import Literal, Value
from replique.consent.exchange.terms import (
    ANY,
    BASE,
    GROUPS,
    NOTHING,
    XSD,
    compact,
    value,
)
from replique.consent.vocabulary import ANY as ANY_WORD
from replique.errors import AgreementRefused
from replique.language import gettext as _

_DAYS = {len("2024"): "gYear", len("2024-03"): "gYearMonth", len("2024-03-05"): "date"}
_NUMBERS = frozenset(XSD + name for name in ("decimal", "integer", "double", "float"))


class Mismatch(Exception):
    """A value that is not understood. what: an IRI, or the short name of a key."""

    def __init__(self, what: str = "") -> None:
        super().__init__(what)
        self.what = what


class Codec(Protocol):
    """How a value is written and read."""

    def write(self, held: Any) -> Any:  # noqa: ANN401 - JSON is any tree
        """Return JSON."""

    def read(self, values: Sequence[Value]) -> Any:  # noqa: ANN401
        """Return the value of a record."""


def _literal(values: Sequence[Value]) -> Literal:
    if len(values) != 1 or not isinstance(values[0], Literal):
        raise Mismatch
    return values[0]


def _text(found: Value) -> str:
    if not isinstance(found, Literal) or not isinstance(found.value, str):
        raise Mismatch
    return found.value


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A text."""

    def write(self, held: str) -> str:
        """Return it."""
        return held

    def read(self, values: Sequence[Value]) -> str:
        """Return it."""
        return _text(_literal(values))


@dataclasses.dataclass(frozen=True, slots=True)
class Texts:
    """Texts in their order: a list of JSON-LD."""

    def write(self, held: Sequence[str]) -> list[str]:
        """Return them."""
        return list(held)

    def read(self, values: Sequence[Value]) -> tuple[str, ...]:
        """Return them."""
        return tuple(_text(each) for each in values)


@dataclasses.dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def write(self, held: bool) -> bool:  # noqa: FBT001 - the value itself
        """Return it."""
        return held

    def read(self, values: Sequence[Value]) -> bool:
        """Return it, also where it was written as a text."""
        found = _literal(values)
        if isinstance(found.value, bool):
            return found.value
        if found.datatype == XSD + "boolean" and found.value in {"true", "false", "1", "0"}:
            return found.value in {"true", "1"}
        raise Mismatch


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal number. whole: without a fraction."""

    whole: bool = False

    def write(self, held: float) -> dict[str, str] | int:
        """Return it as xsd:decimal, or as a plain integer."""
        if self.whole:
            return int(held)
        if not math.isfinite(held):
            raise AgreementRefused(
                _("A number in this agreement is not finite; it cannot be written."),
                advice=_("Correct the amount or the count in the agreement."),
            )
        text = format(Decimal(repr(held)), "f")
        return {"@type": "xsd:decimal", "@value": text}

    def read(self, values: Sequence[Value]) -> Any:  # noqa: ANN401 - int or float
        """Return it."""
        found = _literal(values)
        if isinstance(found.value, bool) or (
            isinstance(found.value, str) and found.datatype not in _NUMBERS
        ):
            raise Mismatch
        try:
            number = float(Decimal(str(found.value)))
        except (InvalidOperation, OverflowError, ValueError):
            raise Mismatch from None
        if not math.isfinite(number) or (self.whole and number != int(number)):
            raise Mismatch
        return int(number) if self.whole else number


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """A day, a month, a year or a moment, no more exactly than the paper says."""

    def write(self, held: When) -> dict[str, str]:
        """Return it with the datatype that its precision has."""
        kind = _DAYS.get(len(held.written), "dateTime")
        return {"@type": f"xsd:{kind}", "@value": held.written}

    def read(self, values: Sequence[Value]) -> When:
        """Return it."""
        found = when(_text(_literal(values)))
        if found is None:
            raise Mismatch
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word of a list of the vocabulary."""

    group: str

    def write(self, held: str) -> str:
        """Return its compact IRI."""
        return compact(self.group, held)

    def read(self, values: Sequence[Value]) -> str:
        """Return the word."""
        if len(values) != 1:
            raise Mismatch
        return _word(self.group, values[0])


def _word(group: str, found: Value) -> str:
    if isinstance(found, Literal):
        raise Mismatch
    word = value(group, found.id)
    if word is None:
        raise Mismatch(found.id)
    return word


@dataclasses.dataclass(frozen=True, slots=True)
class Words:
    """Several words of a list of the vocabulary, or `any`."""

    group: str

    def write(self, held: frozenset[str]) -> list[str]:
        """Return their compact IRIs, sorted."""
        if not held:
            return ["replique:nothing"]
        return sorted(compact(self.group, each) for each in held)

    def read(self, values: Sequence[Value]) -> frozenset[str]:
        """Return the words."""
        if not values:
            raise Mismatch
        found = [each for each in values if isinstance(each, Literal) or each.id != NOTHING]
        return frozenset(_word(self.group, each) for each in found)


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """Names as the paper has them, or `any`; words of a group where it has them."""

    group: str = ""

    def write(self, held: frozenset[str]) -> list[Any]:
        """Return texts, and IRIs for what the vocabulary has."""
        if not held:
            return [{"@id": "replique:nothing"}]
        return [self._one(each) for each in sorted(held)]

    def _one(self, name: str) -> str | dict[str, str]:
        if name == ANY_WORD:
            return {"@id": "replique:any"}
        if self.group and name in GROUPS[self.group]:
            return {"@id": compact(self.group, name)}
        return name

    def read(self, values: Sequence[Value]) -> frozenset[str]:
        """Return the names."""
        if not values:
            raise Mismatch
        return frozenset(
            self._name(each) for each in values if isinstance(each, Literal) or each.id != NOTHING
        )

    def _name(self, found: Value) -> str:
        if isinstance(found, Literal):
            return _text(found)
        if found.id == ANY:
            return ANY_WORD
        if self.group:
            return _word(self.group, found)
        raise Mismatch(found.id or BASE)
