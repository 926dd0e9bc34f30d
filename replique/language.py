"""French and English: every string that a user sees passes through here.

Catalogues live in replique/locale/<language>/LC_MESSAGES/replique.po and are
compiled to .mo by `make i18n`.  English is the language of the source.
"""

from __future__ import annotations

import contextvars
import gettext as _gettext
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr")
LOCALE_DIR = Path(__file__).parent / "locale"

_current: contextvars.ContextVar[str | None] = contextvars.ContextVar("language", default=None)


def preferred() -> str:
    """Return the language the environment asks for: REPLIQUE_LANG, then the locale."""
    for name in ("REPLIQUE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")[:2].lower()
        if value in LANGUAGES:
            return value
    return "en"


def current() -> str:
    """Return the language in force."""
    return _current.get() or preferred()


def choose(language: str) -> contextvars.Token[str | None]:
    """Put a language in force for this context; give the token to `restore`."""
    return _current.set(language if language in LANGUAGES else "en")


def restore(token: contextvars.Token[str | None]) -> None:
    """Undo `choose`."""
    _current.reset(token)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("replique", LOCALE_DIR, [language], fallback=True)


def gettext(message: str) -> str:
    """Translate a message into the language in force."""
    return _catalogue(current()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a message that counts something."""
    return _catalogue(current()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """Translate a message that means different things in different places."""
    return _catalogue(current()).pgettext(context, message)
