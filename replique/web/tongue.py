"""In which language a person is spoken to: what they chose, else what their browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from replique.language import LANGUAGES, choose, preferred, restore

CHOSEN = "language"
"""Where a choice is kept in the session."""

View = Callable[[HttpRequest], HttpResponse]


class TongueMiddleware:
    """Puts a language in force for each request."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language."""
        token = choose(of(request))
        try:
            response = self._answer(request)
        finally:
            restore(token)
        response.headers.setdefault("Vary", "Accept-Language, Cookie")
        return response


def of(request: HttpRequest) -> str:
    """Return the language of a request."""
    chosen = request.session.get(CHOSEN) if request.COOKIES else None
    return chosen if chosen in LANGUAGES else asked(request.headers.get("Accept-Language", ""))


def asked(header: str) -> str:
    """Return the language that a browser prefers among ours; the system's where it says none."""
    wanted = []
    for place, each in enumerate(header.split(",")):
        name, _semicolon, rest = each.strip().partition(";")
        quality = rest.strip().removeprefix("q=").strip()
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if name[:2].lower() in LANGUAGES and weight > 0:
            wanted.append((-weight, place, name[:2].lower()))
    return min(wanted)[2] if wanted else preferred()
