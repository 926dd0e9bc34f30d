"""Fields of a form that are named as the text names them: "grant[1].scope.territories".

What is sent becomes a tree of values, the tree becomes TOML, and `consent.reading` reads it: one
grammar, whoever writes.  What it finds wrong is told at the field of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from replique.consent.fields import ENDLESS
from replique.consent.vocabulary import UNKNOWN
from replique.errors import AgreementRefused

_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d{1,3})\])?\Z")
_PLACEHOLDER = re.compile(r"<[^<>]*>\Z")
MOST_REPEATED = 40
LONGEST = 20_000
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field.

    name : its path. kind : text, long, day, number, whole, list (with commas), choice, many,
    yes. choices : codes with their words. none : a box that says "known to be none" of a many.
    """

    name: str
    text: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    needed: bool = False
    none: str = ""


@dataclass(slots=True)
class Shown:
    """A field with what stands in it, for the template."""

    asked: Asked
    values: list[str]
    problem: str = ""

    @property
    def id(self) -> str:
        """What labels point to."""
        return re.sub(r"[^a-z0-9]+", "-", self.asked.name).strip("-")

    @property
    def value(self) -> str:
        """What stands in a field of one value."""
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are asked together. more : repeated things, each with its own fields."""

    heading: str
    fields: tuple[Shown, ...]
    lead: str = ""
    folded: bool = False
    add: str = ""
    add_text: str = ""
    key: str = field(default="")


def show(
    asked: Iterable[Asked], tree: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[Shown, ...]:
    """Return fields with what a tree says and what is wrong with it."""
    return tuple(Shown(each, _in_words(get(tree, each.name)), _wrong(each, problems))
                 for each in asked)  # fmt: skip


def _wrong(asked: Asked, problems: Mapping[str, str]) -> str:
    exact = problems.get(asked.name)
    inner = (said for name, said in problems.items() if name.startswith(f"{asked.name}["))
    return exact or next(inner, "")


def _in_words(value: object) -> list[str]:
    match value:
        case None:
            return []
        case bool():
            return ["yes" if value else "no"]
        case list():
            return [str(each) for each in value if not _PLACEHOLDER.match(str(each))] or (
                [] if value else [ENDLESS]
            )
        case float():
            return [f"{value:g}"]
        case _:
            text = str(value)
            return [] if text == UNKNOWN or _PLACEHOLDER.match(text) else [text]


def fill(tree: Tree, asked: Iterable[Asked], sent: QueryDict) -> Tree:
    """Write what was sent into a tree; what was left open is taken out of it."""
    for each in asked:
        put(tree, each.name, _read(each, sent.getlist(each.name)))
    return tree


def _read(asked: Asked, sent: Sequence[str]) -> object | None:  # noqa: PLR0911 — one a kind
    values = [each.replace("\0", "").strip()[:LONGEST] for each in sent]
    values = [each for each in values if each]
    if not values:
        return None
    match asked.kind:
        case "many":
            known = [code for code, _said in asked.choices if code in values]
            return known or ([] if ENDLESS in values and asked.none else None)
        case "list":
            return [part for each in values for part in _parts(each)] or None
        case "yes":
            return {"yes": True, "no": False}.get(values[0])
        case "choice":
            return values[0]
        case "number" | "whole":
            return _number(values[0])
        case _:
            return values[0]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(text: str) -> object:
    plain = text.replace(",", ".").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    for made in (int, float):
        try:
            return made(plain)
        except ValueError:
            continue
    return text


def get(tree: Mapping[str, Any], name: str) -> object | None:
    """Return what stands at a path; None for nothing."""
    at: Any = tree
    for key, number in _steps(name):
        if not isinstance(at, Mapping) or key not in at:
            return None
        at = at[key]
        if number is not None:
            if not isinstance(at, list) or number > len(at):
                return None
            at = at[number - 1]
    return at  # type: ignore[no-any-return] # of any kind


def put(tree: Tree, name: str, value: object | None) -> None:
    """Write a value at a path; None takes it out."""
    *way, (last, _row) = _steps(name)
    at: Any = tree
    for key, number in way:
        if number is None:
            at = at.setdefault(key, {})
        else:
            rows = at.setdefault(key, [])
            while len(rows) < number:
                rows.append({})
            at = rows[number - 1]
    if value is None:
        at.pop(last, None)
    else:
        at[last] = value


def _steps(name: str) -> list[tuple[str, int | None]]:
    found = []
    for part in name.split("."):
        step = _STEP.match(part)
        if step is None:
            raise ValueError(name)
        found.append((step[1], int(step[2]) if step[2] else None))
    return found


def pruned(value: Any) -> Any:  # noqa: ANN401 — a tree
    """Return a tree without tables in which nothing stands, and without placeholders."""
    match value:
        case dict():
            kept = {key: pruned(each) for key, each in value.items()}
            return {key: each for key, each in kept.items() if each not in ({}, None, "")}
        case list():
            rows = [pruned(each) for each in value]
            kept_rows = [each for each in rows if each not in ({}, "")]
            # an empty list says that there is none: one of placeholders says nothing
            return None if rows and not kept_rows else kept_rows
        case str() if _PLACEHOLDER.match(value):
            return ""
        case _:
            return value


def count(sent: QueryDict, key: str) -> int:
    """Return how many of a repeated thing a form holds."""
    said = sent.get(f"count-{key}", "")
    return min(int(said), MOST_REPEATED) if said.isascii() and said.isdigit() else 0


def problems_of(error: AgreementRefused) -> dict[str, str]:
    """Return what is wrong by field; what belongs to none is under ""."""
    told: dict[str, str] = {}
    for each in error.problems:
        said = f"{each.message} {each.allowed}".strip()
        told.setdefault(each.field, said)
    return told
