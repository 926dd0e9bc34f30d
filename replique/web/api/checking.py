"""What a program sent, held against the schemas of the table: little of JSON Schema, strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from replique.errors import UsageError
from replique.language import gettext as _
from replique.web.api.table import Endpoint, Schema

LARGEST = 1 << 20


def sent(request: HttpRequest, endpoint: Endpoint) -> dict[str, Any]:
    """Return the parameters and the body, by name. Raises UsageError."""
    told: dict[str, Any] = {}
    known = {each.name: each for each in endpoint.params if each.where == "query"}
    for name in request.GET:
        param = known.get(name)
        values = request.GET.getlist(name)
        if param is None or len(values) != 1:
            raise _wrong(name)
        told[name] = _checked(name, _as(param.schema, values[0]), param.schema)
    if endpoint.body is not None:
        told |= _checked("", _json(request), endpoint.body)
    return told


def _as(schema: Schema, text: str) -> object:
    """Return what stands in an address as the schema has it."""
    try:
        if schema["type"] == "integer":
            return int(text) if text.strip() == text and text.isascii() else text
        if schema["type"] == "number":
            return float(text)
    except ValueError:
        pass
    return text


def _json(request: HttpRequest) -> object:
    if request.content_type != "application/json":
        raise UsageError(
            _("The body is not JSON."), advice=_("Send it as Content-Type: application/json.")
        )
    try:
        told: object = json.loads(request.body[: LARGEST + 1].decode("utf-8"))
    except (ValueError, RecursionError):
        raise UsageError(_("The body cannot be read as JSON.")) from None
    return told


def _checked(name: str, value: Any, schema: Schema) -> Any:  # noqa: ANN401 — JSON is any tree
    if not _right(value, schema):
        raise _wrong(name)
    if isinstance(value, list):
        return [_checked(name, each, schema["items"]) for each in value]
    if isinstance(value, Mapping):
        inner = schema["properties"]
        return {key: _checked(key, each, inner[key]) for key, each in value.items()}
    return value


def _right(value: Any, schema: Schema) -> bool:  # noqa: ANN401 — JSON is any tree
    match schema["type"]:
        case "string":
            return isinstance(value, str) and _right_text(value, schema)
        case "integer":
            number = isinstance(value, int) and not isinstance(value, bool)
            return number and schema["minimum"] <= value <= schema["maximum"]
        case "number":
            number = isinstance(value, float | int) and not isinstance(value, bool)
            return number and schema["minimum"] <= value <= schema["maximum"]
        case "array":
            return isinstance(value, list) and (
                schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1000)
            )
        case _:
            return isinstance(value, Mapping) and (
                set(schema.get("required", ())) <= set(value) <= set(schema["properties"])
            )


def _right_text(value: str, schema: Schema) -> bool:
    return (
        schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", LARGEST)
        and value in schema.get("enum", [value])
        and re.match(schema.get("pattern", ""), value) is not None
        and not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value)
    )


def _wrong(name: str) -> UsageError:
    return UsageError(
        _("{name} is not as it must be.").format(name=name[:60] or _("The body")),
        advice=_("The description of the API says what may stand there: /api/v1/openapi.json"),
    )
