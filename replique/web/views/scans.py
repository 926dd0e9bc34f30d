"""Scans: choose where to look, see how far it is, stop, go on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import NotFound, RepliqueError, UsageError
from replique.language import gettext as _
from replique.store import desk_queries, jobs
from replique.store.desk_queries import Line
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.web import handing, searchable, voice_locks
from replique.web.asking import sure
from replique.web.permissions import action, could
from replique.web.person import person_of
from replique.web.seen import seen_performers
from replique.web.views import refusals
from replique.web.work import give, worker_at_work

MOST_PATHS = 200
MOST_NAMED = 20
KEPT = ("paths", "performer", "group", "names")
"""What a scan that goes on has of the one before it."""


@require_GET
@action("scans.see")
def scans(request: HttpRequest) -> HttpResponse:
    """Show where to begin a scan, and those there were."""
    return render(request, "desk/scans.html", _beginning(request, request.GET.get("paths", "")))


@require_POST
@action("scans.start")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a scan of what lies on the server."""
    try:
        paths = given(request.POST.get("paths", ""))
        voices = opening(request)
    except RepliqueError as error:
        return refused(request, error)
    what = {"paths": paths, "performer": request.POST.get("performer", ""), **voices}
    job = begun(request, what)
    return HttpResponseRedirect(reverse("scan", args=[job.id]))


@require_GET
@action("scans.see")
def scan(request: HttpRequest, number: int) -> HttpResponse:
    """Show one scan."""
    return render(request, "desk/scan.html", _told(request, scan_of(number)))


@require_GET
@action("scans.see")
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far it is: the live part of its page."""
    told = _told(request, job := scan_of(number))
    response = render(request, "desk/scan_progress.html", told)
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
    """Go on: what was searched is not searched again. By who began it: it is their choice."""
    before = scan_of(number)
    if not theirs(request, before):
        return refusals.not_yours(request)
    if not before.what.get("group"):
        searchable.check(before.what["paths"])
    what = {name: before.what[name] for name in KEPT if name in before.what}
    what |= opening(request)
    return HttpResponseRedirect(reverse("scan", args=[begun(request, what).id]))


@require_POST
@action("scans.start")
def forget(request: HttpRequest, number: int) -> HttpResponse:
    """Delete the files that were sent for a scan; what was found in them stays on record."""
    job = scan_of(number)
    if not theirs(request, job) or not job.what.get("group"):
        return refusals.not_yours(request)
    sure(request)
    if job.open:
        raise UsageError(_("This scan is at work."), advice=_("Stop it first."))
    searchable.forget(Home.opened(), job.what["group"])
    messages.success(request, _("The files are deleted. What was found stays on record."))
    return HttpResponseRedirect(reverse("scan", args=[number]))


def begun(request: HttpRequest, what: dict[str, Any]) -> JobRecord:
    """Begin a scan of somebody's; it remembers whose it is."""
    person = person_of(request)
    return give("scan", {**what, "member": person.member}, person.name)


def opening(request: HttpRequest) -> dict[str, str]:
    """Return what opens the voices for this scan, sealed; nothing where nothing was typed.

    Without it takes are looked for alone, and the scan says so. Raises KeysLocked,
    ReferenceDamaged.
    """
    home = Home.opened()
    if not request.POST.get("passphrase") or not asks_for_voices(home):
        return {}
    said = voice_locks.given(request, home, voice_locks.lock(home))
    return {"sealed": handing.sealed({"passphrase": said})}


def asks_for_voices(home: Home) -> bool:
    """Return whether there are voices to look for that open with a passphrase typed here."""
    if not store.voices():
        return False
    locked = voice_locks.lock(home)
    return locked.asks == "passphrase" and locked.here


def refused(request: HttpRequest, error: RepliqueError, group: str = "") -> HttpResponse:
    """Show the form anew, with what was wrong. group : of files that were sent, and stay."""
    told = {
        **_beginning(request, request.POST.get("paths", "")),
        "error": error,
        "group": group,
        "sent": searchable.names(Home.opened(), group) if group else (),
        "whose": request.POST.get("performer", ""),
    }
    return render(request, "desk/scans.html", told, status=400)


def theirs(request: HttpRequest, job: JobRecord) -> bool:
    """Return whether somebody began a scan: they alone see where it looked."""
    person = person_of(request)
    return person.owner or (person.member > 0 and job.what.get("member") == person.member)


def given(text: str) -> list[str]:
    """Return the paths that a person wrote, a line each. Raises UsageError, NotAllowed, NotFound.

    On a committee's desk whether anything is there is told only of what may be searched.
    """
    # not by splitlines: a name may hold what that takes for the end of a line
    paths = [line.strip() for line in text.split("\n") if line.strip()][:MOST_PATHS]
    if not paths:
        raise UsageError(
            _("Where to look was left empty."), advice=_("Write a file or a folder on each line.")
        )
    # "~" is the home of who runs this program: on a server, nobody's who asks
    whole = paths if settings.COMMITTEE else [os.path.expanduser(each) for each in paths]  # noqa: PTH111 — Path's raises where there is no such user
    for written, path in zip(paths, whole, strict=True):
        if not Path(path).is_absolute():
            raise UsageError(
                _("{path} does not begin at the root.").format(path=written),
                advice=_("Write the whole path, such as /home/awa/Films or ~/Films."),
            )
        searchable.check([path])
        if not os.path.exists(path):  # noqa: PTH110 — Path's raises for a name that is too long
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


def _beginning(request: HttpRequest, paths: str) -> dict[str, Any]:
    """Return what the page says on which scans are begun."""
    person, allowed = person_of(request), searchable.folders()
    listed = jobs.jobs("scan", limit=20)
    return {
        "performers": seen_performers(),
        "starts": could(person, "scans.start"),
        "adds": could(person, "takes.add"),
        "takes": sum(each.takes for each in store.performers()),
        "jobs": [(each, theirs(request, each)) for each in listed],
        "runs": store.runs(20) if person.owner and not listed else (),
        "worker": worker_at_work(),
        "allowed": [str(each) for each in allowed or ()],
        "anywhere": allowed is None,
        "paths": paths,
        "words": words(),
        "asks": asks_for_voices(Home.opened()),
    }


def _told(request: HttpRequest, job: JobRecord) -> dict[str, Any]:
    """Return what a page says of a scan: to who did not begin it, counts and what is theirs."""
    done, mine, person = job.progress, theirs(request, job), person_of(request)
    total = done.get("total_bytes") or 0
    lines: tuple[Line, ...] = ()
    if job.run is not None:
        lines = desk_queries.page(desk_queries.Wanted(run=job.run), size=20).lines
    group = str(job.what.get("group") or "")
    return {
        "job": job,
        "done": done,
        "mine": mine,
        "sent": [str(each) for each in job.what.get("names", [])][:MOST_NAMED],
        "kept": bool(mine and group and searchable.names(Home.opened(), group)),
        "starts": could(person, "scans.start"),
        "percent": min(100, int(100 * (done.get("done_bytes") or 0) / total)) if total else 0,
        "at": _named(done.get("at", []), group) if mine else [],
        "recent": _recent(job, group) if mine else [],
        "unread": _media(done, "unread", group) if mine else [],
        "heard": _media(done, "heard", group) if mine else [],
        "lines": lines,
        "worker": worker_at_work(),
        "asks": mine and not job.open and asks_for_voices(Home.opened()),
    }


def _recent(job: JobRecord, group: str) -> list[dict[str, Any]]:
    """Return media that ended last; once all ended, only where the other lists say less."""
    told = _media(job.progress, "recent", group)[::-1][:12]
    also = [each["locator"] for name in ("heard", "unread") for each in job.progress.get(name, [])]
    listed = set(_named(also, group))
    return told if job.open or any(each["locator"] not in listed for each in told) else []


def _media(done: Mapping[str, Any], which: str, group: str) -> list[dict[str, Any]]:
    """Return media that ended, each by its name where it was sent here."""
    place = f"{searchable.folder_of(Home.opened(), group)}/" if group else ""
    told = []
    for each in done.get(which, []):
        said = each.get("message", "")  # names the medium too
        told.append({**each, "locator": _named([each["locator"]], group)[0],
                     "message": said.replace(place, "") if place else said})  # fmt: skip
    return told


def _named(locators: list[str], group: str) -> list[str]:
    """Return locators as their sender knows them: without the folder that we keep them in."""
    return [each.partition(f"/{group}/")[2] or each if group else each for each in locators]


def words() -> dict[str, str]:
    """Return what the place to drop media says, in the person's language."""
    return {
        "waiting": _("waits"),
        "sending": _("{percent} % sent"),
        "done": _("sent"),
        "broken": _("The line broke; trying again."),
        "failed": _("It could not be sent. Try again."),
    }
