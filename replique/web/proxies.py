"""Behind a reverse proxy: who asks, and whether the way to the proxy was encrypted.

Only a proxy that is named (REPLIQUE_PROXY) is believed.  From anybody else the headers are
taken away, so that nothing later can read them by mistake.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from replique.web.tongue import View

TOLD = ("FORWARDED_FOR", "FORWARDED_PROTO", "FORWARDED_HOST", "FORWARDED_PORT", "REAL_IP")
PROTO, FOR = "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR"


class ProxyMiddleware:
    """Puts scheme and address of who really asks where Django and others look for them."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        told = request.META
        believed = settings.COMMITTEE and told.get("REMOTE_ADDR") in settings.PROXIES
        if believed and told.get(PROTO) in {"http", "https"}:
            request.environ["wsgi.url_scheme"] = told[PROTO]  # type: ignore[attr-defined] # a WSGIRequest
        if believed:
            told["REMOTE_ADDR"] = _asking(told.get(FOR, ""), told["REMOTE_ADDR"])
        for name in TOLD:
            told.pop(f"HTTP_X_{name}", None)
        told.pop("HTTP_FORWARDED", None)
        return self._answer(request)


def _asking(said: str, nearest: str) -> str:
    """Return the address that the last proxy of ours saw: what stands before it is hearsay."""
    for each in reversed(said.split(",")):
        try:
            asking = str(ipaddress.ip_address(each.strip()))
        except ValueError:
            return nearest
        if asking not in settings.PROXIES:
            return asking
        nearest = asking
    return nearest
