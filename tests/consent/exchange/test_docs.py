"""The examples of docs/exchange.md do what they say."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from replique.consent.exchange.odrl_terms import PERMITS
from replique.consent.exchange.preferences import USES

PAGE = Path(__file__).parents[3] / "docs" / "exchange.md"


def test_the_examples_are_true() -> None:
    outcome = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert outcome.attempted > 15
    assert outcome.failed == 0


def test_the_acts_of_each_statement_are_those_of_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, acts in USES.items():
        (row,) = re.findall(rf"^\| `{name}` \| ([a-z_, ]+) \|", page, re.MULTILINE)
        assert set(row.split(", ")) == acts, name


def test_the_actions_that_are_read_as_permissions_are_those_of_the_page() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    (listed,) = re.findall(r"surely name one act of ours: (.*?)\. `use`", page)
    named = {each.rpartition(":")[2] for each in re.findall(r"`([\w:]+)`", listed)}
    assert named == {re.split(r"[/#]", iri)[-1] for iri in PERMITS}
