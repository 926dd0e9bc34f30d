"""The address of a case that was merged leads to the case in which it goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from replique.store.case_merging import leads_to

View = Callable[[HttpRequest, int], HttpResponseBase]


def led_on(view: View) -> View:
    """Send who asks for a page of a merged case to the same page of the one it went into.

    Only what is read is led on: a form that was filled in for one case is not sent to another.
    """

    @wraps(view)
    def leading(request: HttpRequest, case: int) -> HttpResponseBase:
        if request.method == "GET" and request.resolver_match is not None:
            last = leads_to(case)
            if last != case:
                name = request.resolver_match.view_name
                return HttpResponseRedirect(reverse(name, args=[last]))
        return view(request, case)

    return leading
