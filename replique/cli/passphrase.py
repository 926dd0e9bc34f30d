"""The keys of the voices, opened: by the keyring, or by a passphrase that a person types."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from replique.cli.terminal import is_terminal, shown, warn
from replique.errors import KeysLocked
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.store import Home
    from replique.store.voice_keys import Keys

TRIES = 3
"""Of what is typed blindly, or to the letter."""


def opened(home: Home) -> Keys:
    """Open the keys of the voices; a passphrase is asked for where a person can be asked.

    Raises KeysLocked, ReferenceDamaged.
    """
    from replique.store.voice_keys import open_keys, way_of

    ask = asker()
    if ask is None:
        return open_keys(home)
    return _tried(home, ask if way_of(home) is not None else _Explained(ask))


class _Explained:
    """Asks for a first passphrase, and says before what it is for."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask
        self._told = False

    def __call__(self, question: str) -> str:
        if not self._told:
            self._told = True
            warn(
                _(
                    "This computer has no keyring that can be used. What is kept of the voices is "
                    "locked under a passphrase: choose several words that nobody would guess, and "
                    "keep them safe, for nobody can recover them."
                )
            )
        return self._ask(question)


def opened_if_said(home: Home) -> Keys | None:
    """Open the keys where a person gives the passphrase; None where Enter leaves it out.

    Raises KeysLocked for wrong ones, ReferenceDamaged.
    """
    answered: list[bool] = []

    def ask(question: str) -> str:
        said = _ask(_("{question} (Enter: look for takes only)").format(question=question))
        answered.append(bool(said))
        return said

    try:
        return _tried(home, ask)
    except KeysLocked:
        if answered and answered[-1]:
            raise
        return None


def _tried(home: Home, ask: Callable[[str], str]) -> Keys:
    """Open the keys; what was typed wrong may be typed again. Raises KeysLocked."""
    from replique.store.voice_keys import open_keys

    answered: list[bool] = []  # and never what

    def noted(question: str) -> str:
        said = ask(question)
        answered.append(bool(said))
        return said

    for _more in range(TRIES - 1):
        answered.clear()
        try:
            return open_keys(home, noted)
        except KeysLocked as error:
            if not answered or not all(answered):
                raise
            warn(_("{reason} Type it once more.").format(reason=error))
    return open_keys(home, ask)


def asker() -> Callable[[str], str] | None:
    """Return what asks for a passphrase and shows nothing of it; None where nobody can answer."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return None
    return _ask


def _ask(question: str) -> str:
    # Empty is an answer: the store says what it thinks of it, once.
    return str(
        click.prompt(shown(question), default="", show_default=False, hide_input=True, err=True)
    )


def where(keys: Keys) -> str:
    """Say where the keys lie, for whoever has just enrolled."""
    if keys.way == "keyring":
        return _("Its key lies in the keyring of this computer.")
    return _("Its key lies under the passphrase: if that is lost, the voice is enrolled anew.")
