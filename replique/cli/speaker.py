"""Who says something, and what they would rather not leave in a shell's history."""

from __future__ import annotations

import getpass
import sys

import click

from replique.cli.terminal import is_terminal
from replique.errors import UsageError
from replique.language import gettext as _

FROM_INPUT = "-"
LONGEST = 100_000
"""Bytes that are read from standard input: somebody's words, not a file given by mistake."""


def speaker(said: str | None) -> str:
    """Return who says so: as given, or the name of the account at this computer."""
    if said is not None and said.strip():
        return said.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def private_words(given: str | None, question: str) -> str:
    """Return words that stay here: as given, from standard input for "-", or asked for.

    question : what to ask at a terminal when nothing was given; elsewhere there is nobody
        to ask, and the answer is "".

    Raises UsageError: more than LONGEST bytes on standard input.
    """
    if given == FROM_INPUT:
        return _read()
    if given is not None:
        return given.strip()
    if not is_terminal() or not is_terminal(sys.stdin):
        return ""
    hint = _("stays on this computer; press Enter to leave it out")
    return str(click.prompt(f"{question} ({hint})", default="", show_default=False)).strip()


def _read() -> str:
    data = sys.stdin.buffer.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise UsageError(
            _("What is on standard input is too long."),
            advice=_("Write why in a few words; nothing was done."),
        )
    # a character of another alphabet than the terminal's is no reason to lose the rest
    return data.decode(sys.stdin.encoding or "utf-8", "replace").strip()
