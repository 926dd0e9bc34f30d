"""Scans: choose where to look, see how far it is, stop, go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import NotFound, RepliqueError, UsageError
from replique.language import gettext as _
from replique.store import desk_queries, jobs
from replique.store.desk_queries import Line
from replique.store.jobs import JobRecord
from replique.web.permissions import action
from replique.web.person import person_of
from replique.web.seen import seen_performers
from replique.web.work import give, worker_at_work

MOST_PATHS = 200
NOTHING_TO_HEAR = frozenset({"not-media", "no-audio"})


@require_GET
@action("scans.see")
def scans(request: HttpRequest) -> HttpResponse:
    """Show where to begin a scan, and those there were."""
    performers = seen_performers()
    told = {
        "performers": performers,
        "takes": sum(each.takes for each in performers),
        "jobs": jobs.jobs("scan", limit=20),
        "runs": store.runs(20),
        "worker": worker_at_work(),
        "paths": request.GET.get("paths", ""),
    }
    return render(request, "desk/scans.html", told)


@require_POST
@action("scans.start")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a scan."""
    try:
        paths = given(request.POST.get("paths", ""))
    except RepliqueError as error:
        told = {
            "performers": (people := seen_performers()),
            "takes": sum(each.takes for each in people),
            "jobs": jobs.jobs("scan", limit=20),
            "runs": store.runs(20),
            "worker": worker_at_work(),
            "paths": request.POST.get("paths", ""),
            "error": error,
        }
        return render(request, "desk/scans.html", told, status=400)
    job = give(
        "scan",
        {"paths": paths, "performer": request.POST.get("performer", "")},
        person_of(request).name,
    )
    return HttpResponseRedirect(reverse("scan", args=[job.id]))


@require_GET
@action("scans.see")
def scan(request: HttpRequest, number: int) -> HttpResponse:
    """Show one scan."""
    return render(request, "desk/scan.html", _told(scan_of(number)))


@require_GET
@action("scans.see")
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far it is: the live part of its page."""
    response = render(request, "desk/scan_progress.html", _told(job := scan_of(number)))
    if not job.open:
        response["HX-Refresh"] = "true"  # what was found belongs to the whole page
    return response


@require_POST
@action("scans.stop")
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask it to end; what was finished is kept."""
    del request
    jobs.stop(scan_of(number).id)
    return HttpResponseRedirect(reverse("scan", args=[number]))


@require_POST
@action("scans.start")
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Go on: what was searched is not searched again."""
    before = scan_of(number)
    what = {name: before.what.get(name) for name in ("paths", "performer")}
    job = give("scan", what, person_of(request).name)
    return HttpResponseRedirect(reverse("scan", args=[job.id]))


def given(text: str) -> list[str]:
    """Return the paths that a person wrote, a line each. Raises UsageError, NotFound."""
    paths = [line.strip() for line in text.splitlines() if line.strip()][:MOST_PATHS]
    if not paths:
        raise UsageError(
            _("Where to look was left empty."), advice=_("Write a file or a folder on each line.")
        )
    whole = [str(Path(each).expanduser()) for each in paths]
    for written, path in zip(paths, whole, strict=True):
        if not Path(path).is_absolute():
            raise UsageError(
                _("{path} does not begin at the root.").format(path=written),
                advice=_("Write the whole path, such as /home/awa/Films or ~/Films."),
            )
        if not Path(path).exists():
            raise NotFound(
                _("There is no {path} on this computer.").format(path=written),
                advice=_("Check how it is written."),
            )
    return whole


def scan_of(number: int) -> JobRecord:
    """Return a scan. Raises NotFound."""
    job = jobs.job(number)
    if job.kind != "scan":
        raise NotFound(_("There is no scan {number}.").format(number=number))
    return job


def _told(job: JobRecord) -> dict[str, Any]:
    done = job.progress
    total = done.get("total_bytes") or 0
    recent = list(reversed(done.get("recent", [])))
    lines: tuple[Line, ...] = ()
    if job.run is not None:
        lines = desk_queries.page(desk_queries.Wanted(run=job.run), size=20).lines
    return {
        "job": job,
        "done": done,
        "percent": min(100, int(100 * (done.get("done_bytes") or 0) / total)) if total else 0,
        "recent": recent[:12],
        "unread": [
            each
            for each in recent
            if each["state"] != "ok" and each["code"] not in NOTHING_TO_HEAR and not each["known"]
        ],
        "lines": lines,
        "worker": worker_at_work(),
    }
