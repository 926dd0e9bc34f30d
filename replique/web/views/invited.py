"""Coming in by an invitation: choose an address to sign in with, and a password."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from replique.errors import NotFound, UsageError
from replique.store import inviting
from replique.web import accounts, passwords
from replique.web.permissions import action
from replique.web.views import refusals

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@action("invitation.accept")
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Show an invitation, and let in who accepts it. Guessing codes is slowed down."""
    rate = ratelimit.consume(
        request=request, app="allauth.account", action="invitation", limit_get=True
    )
    if not rate:
        return refusals.too_often(request)
    found = inviting.invitation(code)
    told = {"invitation": found, "least": passwords.LEAST_LENGTH}
    if request.method == "GET":
        return render(request, "desk/invitation.html", told)
    email = request.POST.get("email", "")
    try:
        account = accounts.come_in(code, email, request.POST.get("password", ""))
    except NotFound:
        raise
    except UsageError as error:
        told |= {"error": error, "email": email}
        return render(request, "desk/invitation.html", told, status=400)
    login(request, account, backend=BACKEND)
    return HttpResponseRedirect("/")
