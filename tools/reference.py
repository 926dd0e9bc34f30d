"""Write what `replique VERB --help` says into docs/cli.md, between its markers.

`make docs` does it; tests/cli/test_reference.py fails when the page is not true.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from replique.cli.root import replique

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
BLOCK = re.compile(r"<!-- help: (?P<words>[a-z ]+) -->\n.*?<!-- end -->", re.DOTALL)


def commands(group: click.Group = replique, before: str = "replique") -> Iterator[str]:
    """Yield every command as it is typed, groups before what is in them."""
    yield before
    context = click.Context(group, info_name=before)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def help_of(words: str) -> str:
    """Return what a command says of itself, in English, 80 columns wide."""
    result = CliRunner(env={"REPLIQUE_LANG": "en", "COLUMNS": "80"}).invoke(
        replique, [*words.split()[1:], "--help"], prog_name="replique"
    )
    return result.stdout.rstrip()


def renewed(page: str) -> str:
    """Return the page with each block made anew."""

    def block(found: re.Match[str]) -> str:
        words = found["words"]
        return f"<!-- help: {words} -->\n```\n$ {words} --help\n{help_of(words)}\n```\n<!-- end -->"

    return BLOCK.sub(block, page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
