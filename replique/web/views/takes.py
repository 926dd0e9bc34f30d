"""Takes: add them, hear them, withdraw them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.report import wording
from replique.store import PerformerRecord, TakeRecord, desk_queries, jobs
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.store.slugs import slug
from replique.web import uploads
from replique.web.permissions import action
from replique.web.person import person_of
from replique.web.seen import seen_performers
from replique.web.work import give, worker_at_work

KINDS = ("audition", "self-tape", "session", "outtake", "stem", "released")
MOST_TOGETHER = 60
"""Takes that are shown on one page; with more, each performer has a page."""
MOST_SHOWN = 400
SHORT_S = 2.0
"""Under this a take can be found, and is easily missed (docs/recordings.md)."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A performer with their takes."""

    performer: PerformerRecord
    takes: tuple[TakeRecord, ...]


@require_GET
@action("takes.see")
def takes(request: HttpRequest) -> HttpResponse:
    """Show everybody's takes, and where to drop more."""
    home = Home.opened()
    performers = seen_performers()
    chosen = request.GET.get("performer", "")
    by_slug = {each.slug: each for each in performers}
    many = sum(each.takes for each in performers) > MOST_TOGETHER
    if many and chosen not in by_slug:
        chosen = next((each.slug for each in performers if each.takes), "")
    kept = store.takes(home, performer=chosen if many else None, withdrawn=True)
    kept = [each for each in kept if desk_queries.seen(each.performer)]
    shelves = [
        Shelf(each, tuple(take for take in kept if take.performer == each.slug)[:MOST_SHOWN])
        for each in performers
        if not many or each.slug == chosen
    ]
    told = {
        "shelves": shelves,
        "performers": performers,
        "chosen": chosen,
        "many": many,
        "kinds": [(code, wording.kind(code)) for code in KINDS],
        "short_s": SHORT_S,
        "recent": [
            each
            for each in jobs.jobs("takes", limit=12)
            if (each.open or each.error_code) and desk_queries.seen(str(each.what.get("performer")))
        ],
        "worker": worker_at_work(),
        "words": words(),
    }
    partly = request.headers.get("HX-Target") == "shelves"
    return render(request, "desk/shelves.html" if partly else "desk/takes.html", told)


@require_POST
@action("performers.add")
def add_performer(request: HttpRequest) -> HttpResponse:
    """Add a performer."""
    name = " ".join(request.POST.get("name", "").split())
    taken = {each.slug for each in store.performers()}
    made = store.add_performer(name, slug(name, taken) if name else "")
    messages.success(request, _("{name} is added. Now their takes.").format(name=made.name))
    return HttpResponseRedirect(f"{reverse('takes')}?performer={made.slug}#add")


@require_POST
@action("takes.add")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a piece of a file, or whole files from a form without scripts."""
    home = Home.opened()
    facts = {name: request.POST.get(name, "") for name in ("performer", "kind")}
    if "chunk" in request.FILES:
        return _piece(request, home, facts)
    for file in request.FILES.getlist("files"):
        try:
            job = _whole(home, file, facts, person_of(request).name)
        except RepliqueError as error:
            messages.error(request, f"{error} {error.advice}")
            continue
        if job.error_message:
            said = _("{file}: {reason}").format(file=file.name, reason=job.error_message)
            messages.error(request, f"{said} {job.error_advice}")
        else:
            messages.success(request, _("{file} is taken in.").format(file=file.name))
    return HttpResponseRedirect(reverse("takes"))


@require_POST
@action("takes.withdraw")
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Look for a take no more."""
    take = store.withdraw_take(Home.opened(), str(number))
    messages.success(
        request,
        _("{title} is withdrawn: it is looked for no more, and what was found of it stays on"
          " record.").format(title=take.title),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("takes"))


@require_POST
@action("takes.withdraw")
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Look for a take again."""
    take = store.restore_take(Home.opened(), str(number))
    messages.success(request, _("{title} is looked for again.").format(title=take.title))
    return HttpResponseRedirect(reverse("takes"))


def _piece(request: HttpRequest, home: Home, facts: dict[str, str]) -> JsonResponse:
    """Answer a script: how much is there, and the job once all of it is."""
    name = request.POST.get("name", "")[-200:]
    try:
        size, offset = int(request.POST.get("size", "")), int(request.POST.get("offset", ""))
        token = request.POST.get("token") or uploads.begin(home, name, size)
        there = uploads.add(home, token, offset, _chunk(request).chunks(), size)
        if there < size:
            return JsonResponse({"token": token, "received": there})
        job = _registered(home, token, {**facts, "name": name}, person_of(request).name)
    except ValueError:
        return JsonResponse({"message": _("This upload cannot be read."), "advice": ""}, status=400)
    except RepliqueError as error:
        return JsonResponse({"message": str(error), "advice": error.advice}, status=400)
    return JsonResponse(
        {
            "token": token,
            "received": there,
            "state": job.state,
            "message": job.error_message,
            "advice": job.error_advice,
        }
    )


def _chunk(request: HttpRequest) -> UploadedFile[Any]:
    return request.FILES.getlist("chunk")[0]


def _whole(home: Home, file: UploadedFile[Any], facts: dict[str, str], by: str) -> JobRecord:
    name, size = (file.name or "")[-200:], file.size or 0
    token = uploads.begin(home, name, size)
    uploads.add(home, token, 0, file.chunks(), size)
    return _registered(home, token, {**facts, "name": name}, by)


def _registered(home: Home, token: str, facts: dict[str, str], by: str) -> JobRecord:
    uploads.finish(home, token)
    try:
        return give("takes", {"token": token, **facts}, by)
    except BaseException:
        with contextlib.suppress(OSError):
            uploads.finished(home, token).unlink()
        raise


def words() -> dict[str, str]:
    """Return what the place to drop files says, in the person's language."""
    return {
        "waiting": _("waits"),
        "sending": _("{percent} % sent"),
        "working": _("sent; what comes of it is told below"),
        "done": _("registered"),
        "broken": _("The line broke; trying again."),
        "failed": _("It could not be sent. Try again."),
    }
