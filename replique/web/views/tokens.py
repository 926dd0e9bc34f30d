"""Tokens: what programs are known by, given and taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from replique.language import gettext as _
from replique.web.api import tokens as kept
from replique.web.permissions import action
from replique.web.person import person_of


@require_http_methods(["GET", "POST"])
@action("tokens.own")
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's tokens; make one, which is shown this once."""
    made = ""
    person = person_of(request)
    if request.method == "POST":
        sent = request.POST
        made, _record = kept.make(person, sent.get("name", ""), sent.getlist("scopes"))
    told = {"tokens": kept.tokens(person), "scopes": _scopes(), "made": made}
    return render(request, "desk/tokens.html", told)


@require_POST
@action("tokens.own")
def take_back(request: HttpRequest, token: int) -> HttpResponse:
    """Take one back."""
    kept.take_back(person_of(request), token)
    messages.success(request, _("It is taken back: the next request with it is refused."))
    return HttpResponseRedirect(reverse("tokens"))


def _scopes() -> list[tuple[str, str]]:
    named = {
        "scans:read": _("see scans"),
        "scans:write": _("start and stop scans"),
        "occurrences:read": _("read occurrences"),
        "occurrences:write": _("judge occurrences, in your name"),
        "findings:read": _("read what the agreements say"),
        "cases:read": _("read your cases"),
    }
    return [(each, named[each]) for each in kept.SCOPES]
