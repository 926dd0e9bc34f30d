"""What every answer says of itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from replique.web.tongue import View

PERMISSIONS = ", ".join(
    [
        *(f"{name}=()" for name in ("camera", "geolocation", "payment", "usb", "browsing-topics")),
        "microphone=(self)",  # takes and voices are recorded in the page
    ]
)


SANDBOX = "sandbox; default-src 'none'"
"""For a file: whatever it holds, a browser that shows it runs nothing, as nobody's page."""
PAGES = frozenset({"text/html", "application/json"})


class HeadersMiddleware:
    """Pages are nobody's to keep, to frame, or to load from elsewhere."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and add what is missing."""
        response = self._answer(request)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
            if _is_a_file(response):
                response.headers.setdefault("Content-Disposition", "attachment")
                response.headers.setdefault("Content-Security-Policy", SANDBOX)
        return response


def _is_a_file(response: HttpResponse) -> bool:
    """Tell whether it is a file that somebody brought or made, and no page of ours."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return "Content-Disposition" in response.headers or kind not in {*PAGES, ""}
