"""What every page knows: who is here, in which language, which place it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from replique import __version__
from replique.language import LANGUAGES, current
from replique.language import gettext as _
from replique.web.person import person_of


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Return what the base template needs. It asks the records nothing."""
    inside = getattr(request, "inside", False)
    return {
        "language": current(),
        "languages": [each for each in LANGUAGES if each != current()],
        "version": __version__,
        "committee": settings.COMMITTEE,
        "person": person_of(request) if inside else None,
        "inside": inside,
        "places": _places(request.path) if inside else [],
    }


def _places(path: str) -> list[tuple[str, str, bool]]:
    places = [
        ("/", _("Home")),
        ("/takes/", _("Takes")),
        ("/scans/", _("Scans")),
        ("/occurrences/", _("Occurrences")),
        ("/agreements/", _("Agreements")),
        ("/overview/", _("Overview")),
    ]
    return [
        (where, name, path == where or (where != "/" and path.startswith(where)))
        for where, name in places
    ]
