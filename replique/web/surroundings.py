"""What every page knows: who is here, in which language, which place it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from replique import __version__
from replique.language import LANGUAGES, current
from replique.language import gettext as _
from replique.web.permissions import could
from replique.web.person import person_of

BELOW = {"/takes/": ("/takes/", "/voices/")}
"""Where a place is more than one address: voices are a tab beside takes."""


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Return what the base template needs. It asks the records nothing."""
    inside = getattr(request, "inside", False)
    more = _of_oneself(request) if inside and settings.COMMITTEE else []
    return {
        "language": current(),
        "languages": [each for each in LANGUAGES if each != current()],
        "version": __version__,
        "committee": settings.COMMITTEE,
        "by_mail": settings.MAIL is not None,
        "person": person_of(request) if inside else None,
        "inside": inside,
        "places": _places(request) if inside else [],
        "more_places": more,
        "may_search": inside and could(person_of(request), "scans.start"),
        "more_here": any(here for _where, _name, here in more),
    }


def _places(request: HttpRequest) -> list[tuple[str, str, bool]]:
    return _shown(
        request,
        [
            ("/", _("Home"), "home.see"),
            ("/takes/", _("Takes"), "takes.see"),
            ("/scans/", _("Scans"), "scans.see"),
            ("/occurrences/", _("Occurrences"), "occurrences.see"),
            ("/agreements/", _("Agreements"), "agreements.list"),
            ("/overview/", _("Overview"), "overview.see"),
            ("/cases/", _("Cases"), "cases.list"),
            ("/settings/", _("Settings"), "settings.change"),
        ],
    )


def _of_oneself(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Return the places of a committee's desk: who is here, and what is sealed."""
    return _shown(
        request,
        [
            ("/members/", _("Members"), "members.list"),
            ("/confidants/", _("Confidants"), "confidants.see"),
            ("/testimony/", _("Testimony"), "testimony.list"),
            ("/key/", _("Key"), "keys.own"),
            ("/tokens/", _("Tokens"), "tokens.own"),
            ("/account/2fa/", _("Account"), "account.change"),
        ],
    )


def _shown(request: HttpRequest, places: list[tuple[str, str, str]]) -> list[tuple[str, str, bool]]:
    """Return the places at which a person may be, and whether they are there."""
    person, path = person_of(request), request.path
    return [
        (where, name, path == where or (where != "/" and path.startswith(BELOW.get(where, where))))
        for where, name, act in places
        if could(person, act)
    ]
