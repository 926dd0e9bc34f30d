from __future__ import annotations

import dataclasses
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from replique.consent import reading
from replique.consent.schema import json_schema
from replique.consent.shapes import Shape
from replique.consent.tables import SCHEMAS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
BUILT = {("term", "endless"), ("grant", "kind"), ("prohibition", "kind"), ("requirement", "kind")}
"""What the text says in another way than by a key of that name."""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("agreements", ROOT / "tools" / "agreements.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shapes(shape: Shape) -> Iterator[Shape]:
    yield shape
    for inner in (*shape.one, *shape.many):
        yield from shapes(inner.shape)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_of_every_record_can_be_written(name: str) -> None:
    for shape in shapes(SCHEMAS[name]):
        targets = {each.target for each in shape.fields} - {"-"}
        targets |= {each.target for each in (*shape.one, *shape.many)}
        wanted = {each.name for each in dataclasses.fields(shape.record)}
        if shape.name in {"grant", "prohibition"}:
            wanted -= {"needs"}
        assert targets == wanted - {field for table, field in BUILT if table == shape.name}


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_a_record_cannot_do_without_is_needed(name: str) -> None:
    for shape in shapes(SCHEMAS[name]):
        for each in dataclasses.fields(shape.record):
            bare = each.default is each.default_factory is dataclasses.MISSING
            if bare and each.name not in shape.fixed:
                assert next(f for f in shape.fields if f.target == each.name).needed


def test_the_schemas_in_the_docs_are_true(tool: ModuleType) -> None:
    for path, text in tool.schemas().items():
        assert path.read_text(encoding="utf-8") == text, "run make docs"


def test_the_tables_in_the_docs_are_true(tool: ModuleType) -> None:
    assert tool.renewed(PAGE) == PAGE, "run make docs"


def test_the_docs_have_every_table(tool: ModuleType) -> None:
    assert set(re.findall(r"<!-- fields: ([a-z]+) -->", PAGE)) == set(tool.shapes())


def test_the_examples_in_the_docs_are_right() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert [reading.kind_of(each) for each in examples] == ["agreement", "use"]
    assert reading.agreement(examples[0]).id == "long-night-rider"
    assert reading.use(examples[1]).counts == {"line": 180.0}


def test_every_reference_within_a_schema_leads_somewhere() -> None:
    for name in SCHEMAS:
        schema = json_schema(name)
        found = set(re.findall(r'"#/\$defs/([a-z]+)"', json.dumps(schema)))
        assert found == set(schema["$defs"])


def test_a_schema_asks_for_what_the_reader_asks_for() -> None:
    schema: dict[str, Any] = json_schema("replique-agreement/1")
    assert schema["required"] == ["schema", "id", "kind"]
    assert schema["oneOf"] == [{"required": ["performers"]}, {"required": ["performer"]}]
    assert schema["$defs"]["grant"]["required"] == ["id", "acts", "subjects"]
    assert schema["additionalProperties"] is False
