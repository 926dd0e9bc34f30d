"""The addresses of the API, each with its permission, its scope and its answer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from replique.errors import NotFound, RepliqueError
from replique.language import gettext as _
from replique.web.api.checking import sent
from replique.web.api.endpoints import ENDPOINTS
from replique.web.api.openapi import document
from replique.web.api.table import Endpoint
from replique.web.permissions import action

VERSION = "v1"
_USE = re.compile(r"u[1-9][0-9]{0,8}")
View = Callable[..., HttpResponse]


def patterns() -> list[URLPattern]:
    """Return the addresses: one for each path, whatever its methods."""
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for each in ENDPOINTS:
        by_path[each.path].append(each)
    made = [
        path(f"api/{VERSION}{_django(where)}", _of(several), name=f"api-{several[0].name}")
        for where, several in by_path.items()
    ]
    return [*made, path(f"api/{VERSION}/openapi.json", description, name="api-openapi")]


def _django(where: str) -> str:
    kinds = {"number": "int", "case": "int", "use": "str"}
    return re.sub(r"\{(\w+)\}", lambda found: f"<{kinds[found[1]]}:{found[1]}>", where)


def _of(several: Sequence[Endpoint]) -> View:
    """Return the view of one address; each of its methods has a permission of its own."""
    views = {each.method: _view(each) for each in several}

    def chosen(request: HttpRequest, **given: Any) -> HttpResponse:  # noqa: ANN401 — of the address
        view = views.get(request.method or "")
        return _not_so(sorted(views)) if view is None else view(request, **given)

    first = next(iter(views.values()))
    chosen.action = first.action  # type: ignore[attr-defined] # for the test that walks the views
    chosen.of = first.of  # type: ignore[attr-defined] # likewise
    return chosen


def _view(endpoint: Endpoint) -> Any:  # noqa: ANN401 — a view with its action
    @action(endpoint.act)
    def answered(request: HttpRequest, **given: Any) -> HttpResponse:  # noqa: ANN401 — of the address
        scopes = getattr(request, "scopes", None)
        if scopes is not None and endpoint.scope not in scopes:
            needed = _("It needs the scope {scope}.").format(scope=endpoint.scope)
            return _failed(403, "scope", _("This token may not do that."), needed)
        if "use" in given and not _USE.fullmatch(given["use"]):
            return _failed(404, "not-found", _("There is no such use."), "")
        try:
            told = endpoint.answering(request, {**sent(request, endpoint), **given})
        except RepliqueError as error:
            status = 404 if isinstance(error, NotFound) and endpoint.missing else 400
            return _failed(status, error.code, str(error), error.advice)
        return JsonResponse(told, status=endpoint.status)

    return answered


@action("language.choose")
def description(request: HttpRequest) -> HttpResponse:
    """Describe the API; it tells nothing of what is kept here."""
    if request.method != "GET":
        return _not_so(["GET"])
    return JsonResponse(document(ENDPOINTS))


def _not_so(methods: Sequence[str]) -> HttpResponse:
    answer = _failed(405, "method", _("This address is not asked in that way."), ", ".join(methods))
    answer["Allow"] = ", ".join(methods)
    return answer


def _failed(status: int, code: str, message: str, advice: str) -> JsonResponse:
    error = {"code": code, "message": message, "advice": advice}
    return JsonResponse({"error": error}, status=status)
