"""Home: how to begin, and then what waits."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from replique import store
from replique.store import desk_queries, jobs
from replique.web import waits
from replique.web.permissions import action, could
from replique.web.person import person_of
from replique.web.seen import seen_performers

FIRST_LINES = 3


@require_GET
@action("home.see")
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, or how to begin; nothing that they may not do."""
    person = person_of(request)
    sees = could(person, "takes.see")
    performers = seen_performers() if sees else []
    runs = store.runs(1) if person.owner else []
    unjudged, found = desk_queries.waiting() if performers else (0, 0)
    wanted = desk_queries.Wanted(judged="not")
    strongest = desk_queries.numbers(wanted, 1) if unjudged else []
    rows = [
        *waits.keys(person),
        *waits.found(person, strongest[0] if strongest else None, unjudged, found),
        *waits.work(person, dt.datetime.now(tz=dt.UTC).date()),
    ]
    takes = sum(each.takes for each in performers)
    told = {
        "performers": performers,
        "takes": takes,
        "rows": sorted(rows, key=lambda each: not each.first),
        "waiting": any(each.count != 0 for each in rows),
        # a committee's home has more to ask, and shows the way to them alone
        "first": desk_queries.page(wanted, size=FIRST_LINES).lines
        if strongest and person.owner
        else (),
        "run": runs[0] if runs else None,
        "searched": desk_queries.searched_media() if runs else 0,
        "at_work": jobs.jobs("scan", unfinished=True, limit=3)
        if could(person, "scans.start")
        else [],
        "adds_performers": could(person, "performers.add"),
        "adds_takes": could(person, "takes.add"),
        "scans": could(person, "scans.start"),
        "sees": sees,
        "opens_cases": could(person, "cases.open"),
        "invites": could(person, "members.change"),
        "beginning": not (takes and runs) if person.owner else bool(person.performer) and not takes,
    }
    return render(request, "desk/home.html", told)
