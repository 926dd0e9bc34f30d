"""The JSON Schemas of written agreements, uses and performers (JSON Schema 2020-12).

TOML has dates of its own, which JSON has not: here they are strings. What holds between
fields, such as names told apart, is not in a schema; `reading` checks it.
"""

from __future__ import annotations

from typing import Any

from replique.consent.fields import Field
from replique.consent.kinds import Choice
from replique.consent.shapes import Inner, Shape
from replique.consent.tables import AGREEMENT, SCHEMAS
from replique.consent.vocabulary import UNKNOWN

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a key of tables.SCHEMAS, such as "replique-use/1"."""
    shape = SCHEMAS[name]
    tables: dict[str, Any] = {}
    made = _object(shape, tables)
    made["properties"] = {"schema": {"const": name}, **made["properties"]}
    made["required"] = ["schema", *made.get("required", [])]
    if shape is AGREEMENT:
        made["properties"]["performer"] = made["properties"]["performers"]
        made["required"].remove("performers")
        made["oneOf"] = [{"required": ["performers"]}, {"required": ["performer"]}]
    return {
        "$schema": DIALECT,
        "$id": f"urn:{name.replace('/', ':')}",
        "title": name,
        **made,
        "$defs": tables,
    }


def _object(shape: Shape, tables: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a table; those in it are put among `tables`."""
    properties = {each.name: _property(each) for each in shape.fields}
    properties |= {each.name: _table(each, tables) for each in shape.one}
    properties |= {each.name: _list(each, tables) for each in shape.many}
    made: dict[str, Any] = {
        "description": shape.about,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    needed = [each.name for each in shape.fields if each.needed]
    if needed:
        made["required"] = needed
    return made


def _table(inner: Inner, tables: dict[str, Any]) -> dict[str, Any]:
    name = inner.shape.name
    if name not in tables:
        tables[name] = {}
        tables[name] = _object(inner.shape, tables)
    return {"$ref": f"#/$defs/{name}"}


def _list(inner: Inner, tables: dict[str, Any]) -> dict[str, Any]:
    one = _table(inner, tables)
    return {"anyOf": [{"type": "array", "items": one}, one]}


def _property(field: Field) -> dict[str, Any]:
    value = field.kind.schema()
    if not (field.needed or field.unknown_widens or _has_unknown(field)):
        value = {"anyOf": [value, {"const": UNKNOWN}]}
    return {"description": field.about, **value}


def _has_unknown(field: Field) -> bool:
    return isinstance(field.kind, Choice) and UNKNOWN in field.kind.words
