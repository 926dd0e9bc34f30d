"""The desk's settings, with each answer telling how many queries it took: for measuring alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from replique.web.settings import *  # noqa: F403 — the desk's, and one more
from replique.web.settings import MIDDLEWARE as _OURS

QUERIES = "X-Queries"


class CountingMiddleware:
    """Tells how many queries an answer took."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count."""
        count = 0

        def note(execute: Callable[..., Any], *said: Any) -> Any:  # noqa: ANN401
            nonlocal count
            count += 1
            return execute(*said)

        with connection.execute_wrapper(note):
            made = self._answer(request)
        made[QUERIES] = str(count)
        return made


MIDDLEWARE = ["bench.desk_settings.CountingMiddleware", *_OURS]
