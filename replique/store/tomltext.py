"""Write the little TOML that the store adds itself (TOML 1.0.0): values, tables, lists."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def table(name: str, values: Mapping[str, object], *, repeated: bool = False) -> str:
    """Return a table of simple values; what is None or "" is left out.

    repeated : one of an array of tables, [[name]].
    """
    heading = f"[[{_key(name)}]]" if repeated else f"[{_key(name)}]"
    return "\n".join([heading, *_lines(values)]) + "\n"


def document(values: Mapping[str, object]) -> str:
    """Return a document: simple values, then tables, then arrays of tables."""
    plain: dict[str, object] = {}
    tables: list[str] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            tables.append(table(name, value))
        elif _is_repeated(value):
            tables += [table(name, each, repeated=True) for each in value]  # type: ignore[attr-defined]  # a list, as was just seen
        else:
            plain[name] = value
    lines = _lines(plain)
    return "\n".join((["\n".join(lines) + "\n"] if lines else []) + tables)


def _is_repeated(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{_key(n)} = {_value(v)}" for n, v in values.items() if v is not None and v != ""]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case dt.datetime() | dt.date():
            return value.isoformat()
        case list() | tuple():
            return "[" + ", ".join(_value(each) for each in value) + "]"
        case Mapping():
            return "{" + ", ".join(f"{_key(n)} = {_value(v)}" for n, v in value.items()) + "}"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """Return a basic string. JSON escapes all that TOML wants escaped but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
