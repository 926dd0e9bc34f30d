"""An error of Réplique becomes a page that says what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from replique.errors import NotFound, RepliqueError
from replique.store.guard import NO_ROOM, from_os
from replique.web.tongue import View
from replique.web.views import refusals

LARGEST = 2**63 - 1
"""What a database takes as a number."""


class FailingMiddleware:
    """Tells errors that a view raised."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._answer(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, given: dict[str, Any]
    ) -> HttpResponse | None:
        """Say that there is nothing at what no database asks for: too large a number, a NUL."""
        del view, args
        if any(map(_asked_of_none, given.values())):
            return refusals.missing(request, Http404())
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of an error that is ours, and of a full disk; others are a defect."""
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            error = from_os(error)
        if not isinstance(error, RepliqueError):
            return None
        return refusals.failed(request, error, 404 if isinstance(error, NotFound) else 400)


def _asked_of_none(said: object) -> bool:
    return said > LARGEST if isinstance(said, int) else "\0" in str(said)
