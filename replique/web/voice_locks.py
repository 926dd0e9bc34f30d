"""The keys of the voices, as a page sees them: what has to be typed, and whether here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest

from replique import store
from replique.errors import KeysLocked
from replique.language import gettext as _
from replique.store.home import Home
from replique.store.voice_keys import PASSPHRASE, asks
from replique.web import handing, passphrases


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens the keys. asks : "" nothing, "passphrase", or "new": one has to be chosen.

    here : whether it can be typed in a page: never on a committee's desk, where it is one
    for all and belongs to whoever starts it.
    """

    asks: Literal["", "passphrase", "new"]
    here: bool

    @property
    def closed(self) -> bool:
        """Whether nobody at this desk can open them."""
        return bool(self.asks) and not self.here


def lock(home: Home) -> Lock:
    """Return how the keys of a home are locked. Raises ReferenceDamaged."""
    return Lock(asks(home), handing.in_memory())


def given(request: HttpRequest, home: Home, locked: Lock) -> str:
    """Return the passphrase that was typed, tried; "" where none is needed.

    Raises KeysLocked, UsageError, ReferenceDamaged.
    """
    if not locked.asks:
        return ""
    if locked.closed:
        raise KeysLocked(how_to_start(), advice=_("Ask whoever runs this server."))
    if locked.asks == "new":
        said = passphrases.chosen(request)
        if not said.strip():
            raise KeysLocked(
                _("The passphrase is empty."),
                advice=_("Choose several words that nobody would guess, and keep them safe."),
            )
        return said
    said = passphrases.passphrase(request)
    store.open_keys(home, lambda _asked: said)
    return said


def how_to_start() -> str:
    """Say how a desk is started so that its voices can be opened."""
    return _(
        "The voices are locked: this server has no keyring, and was started without the"
        " passphrase in {name}."
    ).format(name=PASSPHRASE)
