"""The description of the API, OpenAPI 3.1, made from the table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from replique import __version__
from replique.web.api.table import STRING, Endpoint, record

ERROR = record(error=record(code=STRING, message=STRING, advice=STRING))
ABOUT = """What programs may ask of the desk. An occurrence is a measurement, not an accusation; \
a finding says what papers say, not what the law does.

A program sends a token, `Authorization: Bearer rpq_…`, which a person made under Settings, \
Tokens. It may do what that person may do, within the scopes of the token, and no more. \
A list comes a page at a time: `next` is what to send as `after`. A token may ask 300 times a \
minute."""
_WRONG = {
    "400": "What was sent is not as it must be.",
    "401": "No token, or one that is not known.",
    "403": "It belongs to others, or the token has not the scope.",
    "404": "It is not there.",
    "429": "Asked too often: Retry-After says how many seconds to wait.",
}


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(f"/api/v1{each.path}", {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Réplique",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made under Settings, Tokens; shown once.",
                }
            },
            "schemas": {"Error": ERROR},
        },
    }


def _operation(each: Endpoint) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.about,
        "description": f"Needs the scope `{each.scope}`.",
        "responses": {
            str(each.status): {"description": "Done.", "content": _json(each.answer)},
            **{
                status: {
                    "description": said,
                    "content": _json({"$ref": "#/components/schemas/Error"}),
                }
                for status, said in _WRONG.items()
                if status != "404" or each.missing
            },
        },
    }
    if each.params:
        told["parameters"] = [
            {"name": one.name, "in": one.where, "required": one.where == "path",
             "description": one.about, "schema": one.schema} for one in each.params
        ]  # fmt: skip
    if each.body is not None:
        told["requestBody"] = {"required": True, "content": _json(each.body)}
    return told


def _json(schema: Any) -> dict[str, Any]:  # noqa: ANN401 — a schema
    return {"application/json": {"schema": schema}}
