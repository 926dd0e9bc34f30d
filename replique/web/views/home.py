"""Home: what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from replique import store
from replique.store import desk_queries, jobs
from replique.web.permissions import action
from replique.web.seen import seen_performers


@require_GET
@action("home.see")
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, or how to begin."""
    performers = seen_performers()
    runs = store.runs(1)
    unjudged, found = desk_queries.waiting() if runs else (0, 0)
    told = {
        "performers": performers,
        "takes": sum(each.takes for each in performers),
        "unjudged": unjudged,
        "found": found,
        "unmet": desk_queries.verdicts().get("duty_unmet", 0) if runs else 0,
        "first": desk_queries.page(desk_queries.Wanted(judged="not"), size=3).lines
        if unjudged
        else (),
        "run": runs[0] if runs else None,
        "searched": desk_queries.searched_media() if runs else 0,
        "at_work": jobs.jobs("scan", unfinished=True),
    }
    return render(request, "desk/home.html", told)
