"""Records to TOML: what `reading` reads back as the same records.

With testimony=False, what is private is left out: circumstances keep their marker and
date, states their status.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from replique.consent.dates import When
from replique.consent.fields import ENDLESS, NOT_YET
from replique.consent.records import Agreement, Life, Use
from replique.consent.shapes import Inner, Shape
from replique.consent.tables import SCHEMAS, TERM
from replique.consent.vocabulary import UNKNOWN

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\f": "\\f", "\r": "\\r"}
_LARGEST_WHOLE = 2**53
DATED = frozenset({"signature", "state"})
"""Tables that must say that their day is not known, where it is not."""


def agreement(record: Agreement, *, testimony: bool = True) -> str:
    """Return an agreement as TOML."""
    return _document(record, "replique-agreement/1", testimony=testimony)


def use(record: Use) -> str:
    """Return a use as TOML."""
    return _document(record, "replique-use/1", testimony=True)


def life(record: Life) -> str:
    """Return the dates of a performer as TOML."""
    return _document(record, "replique-performer/1", testimony=True)


def _document(record: object, schema: str, *, testimony: bool) -> str:
    lines = [f"schema = {_text(schema)}"]
    lines += _table(record, SCHEMAS[schema], "", testimony=testimony)
    return "\n".join(lines) + "\n"


def _table(record: object, shape: Shape, name: str, *, testimony: bool) -> Iterator[str]:
    """Yield the keys of a table, then the tables in it."""
    usual = {each.name: _default(each) for each in dataclasses.fields(shape.record)}
    for field in shape.fields:
        if field.target in usual and (testimony or not field.private):
            value = getattr(record, field.target)
            if value != usual[field.target]:
                yield f"{field.name} = {_value(value)}"
            elif field.name == "on" and shape.name in DATED:
                yield f"{field.name} = {_text(UNKNOWN)}"
    if shape is TERM and getattr(record, "endless", False):
        yield f"end = {_text(ENDLESS)}"
    for inner in shape.one:
        value = getattr(record, inner.target)
        if value != usual[inner.target]:
            yield from ("", f"[{name}{inner.name}]")
            yield from _table(value, inner.shape, f"{name}{inner.name}.", testimony=testimony)
    for inner, value in _in_lists(record, shape):
        yield from ("", f"[[{name}{inner.name}]]")
        yield from _table(value, inner.shape, f"{name}{inner.name}.", testimony=testimony)


def _in_lists(record: object, shape: Shape) -> Iterator[tuple[Inner, object]]:
    """Yield what lists of tables hold, in their order: rules of three kinds are one list."""
    for target in dict.fromkeys(inner.target for inner in shape.many):
        inners = [each for each in shape.many if each.target == target]
        for value in getattr(record, target):
            kind = getattr(value, "kind", None) if len(inners) > 1 else inners[0].name
            yield next(each for each in inners if each.name == kind), value


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default


def _value(value: object) -> str:
    match value:
        case frozenset():
            return f"[{', '.join(_text(each) for each in sorted(value))}]"
        case tuple():
            return f"[{', '.join(_text(each) for each in value)}]"
        case Mapping():
            pairs = (f"{key} = {_one(value[key])}" for key in sorted(value))
            return f"{{ {', '.join(pairs)} }}"
        case _:
            return _one(value)


def _one(value: object) -> str:
    match value:
        case None:
            return _text(NOT_YET)  # only an event that is known not to have happened
        case bool():
            return "true" if value else "false"
        case float():
            whole = value.is_integer() and abs(value) < _LARGEST_WHOLE
            return str(int(value)) if whole else repr(value)
        case When():
            return value.written if _DAY.match(value.written) else _text(value.written)
        case _:
            return str(value) if isinstance(value, int) else _text(str(value))


def _text(text: str) -> str:
    """Return a basic string of TOML, over several lines where the text has several."""
    if "\n" not in text:
        return f'"{_escaped(text)}"'
    return f'"""\n{_escaped(text)}"""'


def _escaped(text: str) -> str:
    return "".join(
        _ESCAPES.get(each) or (each if each in "\t\n" or _printed(each) else f"\\u{ord(each):04x}")
        for each in text
    )


def _printed(character: str) -> bool:
    """Whether TOML lets a character stand as it is: no control character, nor DEL."""
    return ord(character) >= 0x20 and ord(character) != 0x7F
