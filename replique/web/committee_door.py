"""The door of a committee's desk: an account, and of allauth's pages only those we use."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch
from django.utils.http import urlencode

from replique.store import desk_queries
from replique.web.api.tokens import PLACE as API
from replique.web.api.tokens import unknown
from replique.web.belonging import seen_performers
from replique.web.person import NOBODY, person_of
from replique.web.tongue import View
from replique.web.views import refusals

PLACE = "/account/"
SIGNED_OUT = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reauthenticate",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "invitation",
        "language",
    }
)
"""Where somebody may be who has not signed in, or not wholly."""
BY_MAIL = frozenset({"account_reset_password", "account_reset_password_done"})
"""Also there, where a carrier of mail is named."""
SIGNED_IN = frozenset(
    {
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "usersessions_list",
    }
)
"""Allauth's other pages: of one's own account. What is in neither list is not there."""

LARGEST_FORM = 1 << 20
"""Bytes that are taken from somebody who has not signed in: files would lie on our disk."""


class CommitteeDoorMiddleware:
    """Lets in who has signed in; on a laptop it only keeps the pages of accounts closed."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; lists show what the person may see, and nothing to who has not signed in."""
        if not settings.COMMITTEE:
            return self._answer(request)
        token = desk_queries.limit(seen_performers(person_of(request)))
        try:
            return self._answer(request)
        finally:
            desk_queries.unlimit(token)

    def process_view(
        self, request: HttpRequest, view: View, args: object, given: object
    ) -> HttpResponse | None:
        """Look at where a request goes before it is answered."""
        del view, args, given
        match = request.resolver_match or ResolverMatch(lambda: None, (), {})
        name = match.url_name or ""
        of_accounts = request.path.startswith((PLACE, "/invitation/"))
        signed_out = SIGNED_OUT | (BY_MAIL if settings.MAIL is not None else frozenset())
        if of_accounts and (not settings.COMMITTEE or name not in signed_out | SIGNED_IN):
            return refusals.missing(request, Http404())
        if not settings.COMMITTEE:
            return None
        if person_of(request) is not NOBODY:
            request.inside = True  # type: ignore[attr-defined] # for the base template
            return None
        return _of_nobody(request, name, signed_out)


def _of_nobody(request: HttpRequest, name: str, signed_out: frozenset[str]) -> HttpResponse | None:
    """Answer who has not signed in; None where they may be."""
    if _sent_bytes(request) > LARGEST_FORM:
        return refusals.forged(request)
    if name in signed_out:
        return None
    if request.path.startswith(API):
        return unknown()
    where = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return HttpResponseRedirect(settings.LOGIN_URL + (f"?{where}" if where else ""))


def _sent_bytes(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if said.isascii() and said.isdecimal() else 0
