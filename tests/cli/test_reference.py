"""docs/cli.md says what the program says."""

from __future__ import annotations

import importlib.util
import re
import shlex
from difflib import unified_diff
from pathlib import Path
from types import ModuleType

import click
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


TYPED = re.compile(r"^(?: {4,}|\$ |)(replique .*)$|`(replique [^`]*)`", re.MULTILINE)


def commands_in(page: str) -> list[str]:
    """Return what a page tells people to type, in code blocks and between backquotes."""
    blocks = re.findall(
        r"^```.*?^```|(?:^ {4}.*\n)+|`replique [^`\n]*`", page, re.MULTILINE | re.DOTALL
    )
    return [one or other for block in blocks for one, other in TYPED.findall(block)]


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_the_docs_tell_people_to_type_exists(page: Path) -> None:
    for typed in commands_in(page.read_text(encoding="utf-8")):
        words = shlex.split(typed.replace("…", ""), comments=True)
        group: click.Command = replique
        context = click.Context(group, info_name="replique")
        rest = words[1:]
        while rest and isinstance(group, click.Group):
            if rest[0].startswith("-"):
                rest = rest[2:] if rest[0] in {"--home", "--lang"} else rest[1:]
                continue
            assert rest[0].isupper() or rest[0] in group.list_commands(context), typed
            if rest[0].isupper():
                break
            group = group.get_command(context, rest[0]) or group
            rest = rest[1:]
        known = {name for each in group.params for name in each.opts} | {"-h", "--help"}
        for word in rest:
            if word.startswith("-") and word.strip("-[]"):
                assert word.partition("=")[0].strip("[]") in known, typed


def test_the_search_for_commands_finds_them() -> None:
    page = (
        "x\n\n    replique scan ~/Films\n\n"
        "```\n$ replique doctor\n```\nand `replique media --failed`.\n"
    )
    assert commands_in(page) == [
        "replique scan ~/Films", "replique doctor", "replique media --failed",
    ]  # fmt: skip
