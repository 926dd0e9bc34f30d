"""Write docs/schemas/*.json, and the tables of fields in docs/agreements.md.

Both are made from replique/consent/tables.py. `make docs` does it; the tests in
tests/consent/test_schema.py fail when they are not true.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from replique.consent.schema import json_schema
from replique.consent.shapes import Shape
from replique.consent.tables import SCHEMAS
from replique.language import choose

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "agreements.md"
BLOCK = re.compile(r"<!-- fields: (?P<name>[a-z]+) -->\n.*?<!-- end -->", re.DOTALL)


def schemas() -> dict[Path, str]:
    """Return each schema's file, and what must stand in it."""
    return {
        DOCS / "schemas" / f"{name.replace('/', '-')}.json": json.dumps(
            json_schema(name), indent=1, ensure_ascii=False
        )
        + "\n"
        for name in SCHEMAS
    }


def shapes() -> dict[str, Shape]:
    """Return every table by its name."""
    found: dict[str, Shape] = {}

    def visit(shape: Shape) -> None:
        found.setdefault(shape.name, shape)
        for inner in (*shape.one, *shape.many):
            visit(inner.shape)

    for shape in SCHEMAS.values():
        visit(shape)
    return found


def renewed(page: str) -> str:
    """Return the page with each table made anew."""
    known = shapes()

    def block(found: re.Match[str]) -> str:
        lines = "\n".join(_table(known[found["name"]]))
        return f"<!-- fields: {found['name']} -->\n{lines}\n<!-- end -->"

    return BLOCK.sub(block, page)


def _table(shape: Shape) -> Iterator[str]:
    yield from (shape.about, "", "| key | what may stand there | what it says |", "|---|---|---|")
    for each in shape.fields:
        marks = [
            *(["**needed**"] if each.needed else []),
            *(["private"] if each.private else []),
        ]
        note = f" ({', '.join(marks)})" if marks else ""
        yield f"| `{each.name}` | {_cell(each.kind.allowed())} | {_cell(each.about)}{note} |"
    for inner in shape.one:
        yield f"| `[{inner.name}]` | a table | {_cell(inner.shape.about)} |"
    for inner in shape.many:
        yield f"| `[[{inner.name}]]` | tables | {_cell(inner.shape.about)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    choose("en")
    for path, text in schemas().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
