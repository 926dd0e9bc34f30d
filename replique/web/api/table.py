"""One table of what programs may ask: the addresses and the OpenAPI document are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Schema = Mapping[str, Any]
NO_NUL = r"^[^\x00]*$"
"""A character that no database keeps."""
Answering = Callable[[HttpRequest, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter. where : path or query."""

    name: str
    schema: Schema
    about: str
    where: str = "query"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address and method.

    path : as OpenAPI writes it, "/occurrences/{number}". act : of the table of permissions.
    scope : that a token must have. body : schema of what is sent. answer : of what comes back.
    may_miss : what is sent names something that may not be there.
    """

    method: str
    path: str
    name: str
    act: str
    scope: str
    about: str
    answering: Answering
    answer: Schema
    params: tuple[Param, ...] = ()
    body: Schema | None = None
    status: int = 200
    may_miss: bool = False

    @property
    def missing(self) -> bool:
        """Whether its address, or what is sent, names something that may not be there."""
        return self.may_miss or "{" in self.path


def text(longest: int, about: str = "", *, least: int = 0) -> Schema:
    """Return the schema of a text."""
    told: dict[str, Any] = {"type": "string", "maxLength": longest, "pattern": NO_NUL}
    if least:
        told["minLength"] = least
    return {**told, "description": about} if about else told


def one_of(*words: str) -> Schema:
    """Return the schema of one word of some."""
    return {"type": "string", "enum": list(words)}


def whole(least: int = 1, most: int = 2**53 - 1) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def record(**fields: Schema) -> Schema:
    """Return the schema of an object that has just these fields."""
    return {"type": "object", "properties": fields, "required": list(fields),
            "additionalProperties": False}  # fmt: skip


def listed(each: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": each}


def page_of(name: str, each: Schema) -> Schema:
    """Return the schema of a page: the rows, and where the next begins."""
    return record(**{name: listed(each), "next": {"type": ["string", "null"]}})


STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
WHEN: Schema = {"type": ["string", "null"], "format": "date-time"}
STRINGS: Schema = listed(STRING)
OBJECT: Schema = {"type": "object"}
