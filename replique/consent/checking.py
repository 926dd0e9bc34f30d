"""A tree of TOML held against the tables of an agreement: what is known, what is wrong."""

from __future__ import annotations

import dataclasses
from typing import Any

from replique.consent.fields import NOTHING, Field, Page, nearest, shown_key
from replique.consent.kinds import Choice, Date
from replique.consent.locate import Path
from replique.consent.shapes import Inner, Shape
from replique.consent.tables import SCHEMAS
from replique.consent.vocabulary import UNKNOWN
from replique.language import gettext as _

MOST_GUESSED = 200
"""Slips after which no more guesses are made at what was meant: this is no agreement."""


@dataclasses.dataclass(slots=True)
class Node:
    """A table that was read. values: of its keys, those that are known and right.

    said : every key that is there, right or wrong, or "unknown". spelled: keys that were
    written by another name, "performer" for "performers".
    """

    path: Path
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    said: frozenset[str] = frozenset()
    spelled: dict[str, str] = dataclasses.field(default_factory=dict)
    one: dict[str, Node] = dataclasses.field(default_factory=dict)
    many: dict[str, list[Node]] = dataclasses.field(default_factory=dict)


def checked(tree: Any, shape: Shape, path: Path, page: Page) -> Node:  # noqa: ANN401 - TOML
    """Return what a table says; what is wrong with it is noted on the page."""
    node = Node(path)
    if not isinstance(tree, dict):
        page.wrong(path, _("This must be a table, begun by a line such as [name]."))
        return node
    tree = _one_performer(tree, node, shape, page)
    node.said = frozenset(tree)
    for key in tree:
        if key not in shape.keys:
            page.wrong((*path, key), _stranger(key, shape, page))
    for field in shape.fields:
        _read_field(field, tree, node, page)
    for inner in shape.one:
        if inner.name in tree:
            node.one[inner.name] = checked(tree[inner.name], inner.shape, (*path, inner.name), page)
    for inner in shape.many:
        if inner.name in tree:
            node.many[inner.name] = _listed(tree[inner.name], inner, (*path, inner.name), page)
    return node


def _one_performer(tree: dict[str, Any], node: Node, shape: Shape, page: Page) -> dict[str, Any]:
    """Return the tree with `performer = "x"` read as `performers = ["x"]`."""
    if "performers" not in shape.keys or "performer" not in tree:
        return tree
    if "performers" in tree:
        page.wrong(
            (*node.path, "performer"), _("Say either performer or performers, and not both.")
        )
    node.spelled["performers"] = "performer"
    return {("performers" if key == "performer" else key): tree[key] for key in tree}


def _listed(value: Any, inner: Inner, path: Path, page: Page) -> list[Node]:  # noqa: ANN401
    if not isinstance(value, list):
        return [checked(value, inner.shape, path, page)]
    return [checked(one, inner.shape, (*path, index), page) for index, one in enumerate(value)]


def _read_field(field: Field, tree: dict[str, Any], node: Node, page: Page) -> None:
    path = (*node.path, node.spelled.get(field.name, field.name))
    if field.name not in tree:
        if field.needed:
            page.wrong(
                node.path,
                _("“{key}” is missing.").format(key=field.name),
                field.kind.allowed(),
            )
        return
    value = tree[field.name]
    if _is_unknown(value, field):
        if field.needed:
            page.wrong(path, _("This must be known."), field.kind.allowed())
        elif field.unknown_widens:
            page.wrong(
                path,
                _(
                    "This cannot be unknown: leaving it out says that there is none, or no limit. "
                    "Write what you are sure of, and what limits most."
                ),
                field.kind.allowed(),
            )
        return
    slips = len(page.problems)
    read = field.kind.read(value, path, page)
    if read is not NOTHING:
        node.values[field.name] = read
    elif field.needed and len(page.problems) == slips:
        page.wrong(path, _("This must not be empty."), field.kind.allowed())


def _is_unknown(value: object, field: Field) -> bool:
    """Whether it says that it is not known; some lists of words have that word themselves."""
    if isinstance(field.kind, Choice) and UNKNOWN in field.kind.words:
        return False
    if isinstance(field.kind, Date) and field.kind.open:
        return False
    return value in (UNKNOWN, [UNKNOWN])


def _stranger(key: str, shape: Shape, page: Page) -> str:
    if len(page.problems) > MOST_GUESSED:
        return _("There is no such key here.")
    near = nearest(key, shape.keys)
    if near:
        return _("There is no such key here. Did you mean “{key}”?").format(key=near)
    home = _home(key)
    if home:
        return _("“{key}” belongs in the table {table}, not here.").format(
            key=shown_key(key), table=home
        )
    return _("There is no such key here.")


def _home(key: str) -> str:
    """Return the table that has such a key, as it is written, "" if there is none."""
    found: list[str] = []
    for shape in SCHEMAS.values():
        _seek(key, shape, "", found)
    return min(found, key=lambda table: "grant" not in table) if found else ""


def _seek(key: str, shape: Shape, above: str, found: list[str]) -> None:
    for inner in (*shape.one, *shape.many):
        name = f"{above}{inner.name}"
        if key in inner.shape.keys:
            found.append(f"[[{name}]]" if inner in shape.many else f"[{name}]")
        _seek(key, inner.shape, f"{name}.", found)
