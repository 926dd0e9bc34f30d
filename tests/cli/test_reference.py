"""docs/cli.md says what the program says."""

from __future__ import annotations

import importlib.util
import re
from difflib import unified_diff
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from replique.cli.listing import HEADINGS
from replique.cli.root import replique

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_has_its_help_page_in_the_docs(reference: ModuleType) -> None:
    documented = re.findall(r"<!-- help: ([a-z ]+) -->", PAGE)
    assert documented == list(reference.commands())


def test_the_help_pages_in_the_docs_are_true(reference: ModuleType) -> None:
    said, true = PAGE.splitlines(), reference.renewed(PAGE).splitlines()
    changed = list(unified_diff(said, true, lineterm="", n=0))
    assert changed == [], "run make docs"


def test_every_column_is_explained() -> None:
    first_cells = " ".join(re.findall(r"^\|([^|]*)\|", PAGE, re.MULTILINE))
    explained = set(re.findall(r"`([a-z0-9_]+)`", first_cells))
    assert set(HEADINGS) <= explained


def test_every_command_and_option_says_what_it_does(reference: ModuleType) -> None:
    for words in reference.commands():
        page = reference.help_of(words)
        assert re.search(r"\n\n  [A-Z].*(\n  .*)*[.:]\n", page), words
        for line in page.splitlines():
            bare = re.fullmatch(r"  (--?[a-z][^ ]*)( [A-Z\[][^ ]*)?", line)
            following = page.partition(line + "\n")[2]
            assert not bare or following.startswith("   "), f"{words}: {line}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there_for(shell: str) -> None:
    result = CliRunner().invoke(
        replique, prog_name="replique", env={"_REPLIQUE_COMPLETE": f"{shell}_source"}
    )
    assert "_REPLIQUE_COMPLETE" in result.stdout


def test_completion_knows_the_verbs() -> None:
    result = CliRunner().invoke(
        replique,
        prog_name="replique",
        env={"_REPLIQUE_COMPLETE": "bash_complete", "COMP_WORDS": "replique oc", "COMP_CWORD": "1"},
    )
    assert result.stdout == "plain,occurrences\n"
