"""An error of Réplique becomes a page that says what happened and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from replique.errors import NotFound, RepliqueError
from replique.web.tongue import View
from replique.web.views import refusals


class FailingMiddleware:
    """Tells errors that a view raised."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of an error that is ours; others are a defect."""
        if not isinstance(error, RepliqueError):
            return None
        return refusals.failed(request, error, 404 if isinstance(error, NotFound) else 400)
