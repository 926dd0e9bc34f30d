"""Who says something, and what they would rather not leave in a shell's history."""

from __future__ import annotations

import getpass
import sys

import click

from replique.cli.terminal import is_terminal
from replique.language import gettext as _

FROM_INPUT = "-"


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
    """
    if given == FROM_INPUT:
        return sys.stdin.read().strip()
    if given is not None:
        return given.strip()
    if not is_terminal() or not is_terminal(sys.stdin):
        return ""
    hint = _("stays on this computer; press Enter to leave it out")
    return str(click.prompt(f"{question} ({hint})", default="", show_default=False)).strip()
