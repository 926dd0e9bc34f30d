"""A passphrase in a form: used once, kept nowhere, and not guessed quickly."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store import testimony_keys
from replique.testimony.keys import PrivateKey
from replique.web.person import member_of


def passphrase(request: HttpRequest, name: str = "passphrase") -> str:
    """Return what was typed. Raises UsageError when this was tried too often, or is empty."""
    if settings.COMMITTEE:
        from allauth.core.internal import ratelimit

        if not ratelimit.consume(request=request, app="allauth.account", action="passphrase"):
            raise UsageError(
                _("Too many attempts. Try again in a few minutes."),
                advice=_("Who lost a passphrase asks their confidants for the key."),
            )
    said = request.POST.get(name, "")
    if not said:
        raise UsageError(_("The passphrase is missing."), advice=_("Go back and type it."))
    return said


def chosen(request: HttpRequest) -> str:
    """Return a new passphrase that was typed twice. Raises UsageError."""
    first = request.POST.get("new", "")
    if first != request.POST.get("again", ""):
        raise UsageError(
            _("The two passphrases are not the same."), advice=_("Go back and type both again.")
        )
    return first


def opened(request: HttpRequest) -> PrivateKey:
    """Return the private key of who asks, for this request. Raises StaysSealed, UsageError."""
    return testimony_keys.unlock(member_of(request), passphrase(request))
