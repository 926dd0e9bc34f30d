"""The door of a desk on a laptop: one person, this computer, and nobody else's pages.

`replique serve` prints `http://127.0.0.1:PORT/?key=…`, and starts a browser with a ticket in
place of the key (`tickets`).  Either is exchanged for a session and taken out of the address
at once.  What else could knock, and is refused:

1. another name for this computer (DNS rebinding): `Host` must be ours;
2. another page in the same browser: `Origin` must be ours, `Sec-Fetch-Site` must not say
   that the request comes from elsewhere;
3. another user or program of this computer: it has neither key nor session, and where the
   system tells whose a connection is, no key helps another account; nor does a session:
   a browser gives its cookies to every port of this computer.

A session holds for as long as the program that gave the key runs.
"""

from __future__ import annotations

import hashlib
import hmac
from weakref import WeakSet

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CSRF_SESSION_KEY, rotate_token

from replique.store.home import Home
from replique.web import tickets
from replique.web.api.tokens import PLACE, unknown
from replique.web.tongue import View
from replique.web.views import refusals

NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
KEY, TICKET = "key", "ticket"
ENTERED = "entered"
"""Where the session says by which key it was given."""
ELSEWHERE = frozenset({"cross-site", "same-site"})


class LocalDoorMiddleware:
    """Lets in who has the key; on a committee's desk it is not there."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse with a page that says what to do."""
        if settings.COMMITTEE:
            return self._answer(request)
        if not _from_here(request):
            return refusals.foreign(request)
        if hasattr(request, "scopes"):  # a program, by its token
            return self._answer(request)
        if request.method == "GET" and (KEY in request.GET or TICKET in request.GET):
            return _exchange(request)
        if not _entered(request) or _of_another_account(request):
            return unknown() if request.path.startswith(PLACE) else refusals.no_key(request)
        request.inside = True  # type: ignore[attr-defined] # for the base template
        return self._answer(request)


def _from_here(request: HttpRequest) -> bool:
    host = request.META.get("HTTP_HOST", "")
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    if name not in NAMES:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{host}":
        return False
    return request.headers.get("Sec-Fetch-Site", "none") not in ELSEWHERE


def _exchange(request: HttpRequest) -> HttpResponse:
    """Give a session for the right key or ticket, and an address without it."""
    if not _right(request):
        return refusals.no_key(request)
    if not _entered(request):
        request.session.cycle_key()
        request.session[ENTERED] = _mark(settings.LOCAL_KEY)
        # two first pages that are opened at once would each make a secret for their forms
        rotate_token(request)
        request.session[CSRF_SESSION_KEY] = request.META["CSRF_COOKIE"]
    rest = request.GET.copy()
    for name in (KEY, TICKET):
        rest.pop(name, None)
    path = f"/{request.path.lstrip('/')}"  # "//" begins the address of another site
    return HttpResponseRedirect(path + (f"?{rest.urlencode()}" if rest else ""))


def _right(request: HttpRequest) -> bool:
    wanted = settings.LOCAL_KEY
    if not wanted or _of_another_account(request):
        return False
    if TICKET in request.GET and tickets.redeem(Home.opened(), request.GET[TICKET]):
        return True
    return hmac.compare_digest(request.GET.get(KEY, "").encode(), wanted.encode())


def _entered(request: HttpRequest) -> bool:
    if not settings.LOCAL_KEY or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    said = request.session.get(ENTERED)
    return isinstance(said, str) and hmac.compare_digest(said, _mark(settings.LOCAL_KEY))


_lines: WeakSet[object] = WeakSet()
"""Connections that were looked at: each is asked about once."""


def _of_another_account(request: HttpRequest) -> bool:
    line = request.META.get("gunicorn.socket")
    if line is not None and line in _lines:
        return False
    if tickets.stranger(request.META.get("REMOTE_PORT")):
        return True
    if line is not None:
        _lines.add(line)
    return False


def _mark(key: str) -> str:
    """Return what the session keeps of a key: not the key."""
    return hashlib.sha256(f"replique desk {key}".encode()).hexdigest()
