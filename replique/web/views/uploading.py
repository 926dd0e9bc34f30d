"""Takes on their way in: sent in pieces or whole, followed until they are read, cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import NotFound, RepliqueError, UsageError
from replique.language import gettext as _
from replique.report.numerals import duration
from replique.store import desk_queries, jobs
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.web import sending, uploads
from replique.web.permissions import action
from replique.web.person import person_of
from replique.web.uploads import Upload
from replique.web.views.takes import named
from replique.web.work import give


@require_POST
@action("takes.add")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a piece of a file, or whole files from a form without scripts."""
    home = Home.opened()
    if "offset" in request.POST:
        return _piece(request, home)
    facts = {"performer": _whose(request), "kind": request.POST.get("kind", "")}
    files = request.FILES.getlist("files")
    if not files:
        raise UsageError(_("No file was chosen."), advice=_("Go back and choose one."))
    for file in files:
        try:
            job = _registered(request, home, _whole(request, home, file, facts))
        except RepliqueError as error:
            messages.error(request, f"{error} {error.advice}")
            continue
        if job.error_message:
            said = _("{file}: {reason}").format(file=file.name, reason=job.error_message)
            messages.error(request, f"{said} {job.error_advice}")
        else:
            messages.success(request, _("{file} is taken in.").format(file=file.name))
    return HttpResponseRedirect(f"{reverse('takes')}?performer={facts['performer']}")


@require_GET
@action("takes.see")
def state(request: HttpRequest, number: int) -> HttpResponse:
    """Tell a script how the reading of an upload stands."""
    del request
    job = jobs.job(number)
    if job.kind != "takes" or not desk_queries.seen(str(job.what.get("performer"))):
        raise NotFound(_("There is no job {number}.").format(number=number))
    return JsonResponse(_told(job))


@require_POST
@action("takes.see")
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Let go of an upload of one's own; what a worker has been given is not called back."""
    home = Home.opened()
    found = sending.mine(request, home, token)
    if jobs.of_upload(token) is None:
        uploads.drop(home, token)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"token": token})
    messages.success(request, _("{name} is let go of.").format(name=found.name))
    if found.purpose == "voices":
        return HttpResponseRedirect(reverse("enrol-voice", args=[found.performer]))
    return HttpResponseRedirect(reverse("takes"))


def _piece(request: HttpRequest, home: Home) -> JsonResponse:
    """Answer a script: how much is there, and the job once all of it is."""
    token = request.POST.get("token", "")
    try:
        job = jobs.of_upload(token) if token else None  # the answer was lost; it is asked again
        if job is not None and job.what.get("sender") == sending.sender(request):
            return JsonResponse({"token": token, "received": job.what.get("size"), **_told(job)})
        facts = {"kind": request.POST.get("kind", ""), "purpose": "takes"}
        if token:
            _still(request, home, token)
        else:
            facts["performer"] = _whose(request)
        sent = sending.piece(request, home, **facts)
        if not sent.whole:
            told = {"received": sent.received, "performer": sent.performer}
            return JsonResponse({"token": sent.token, **told})
        told = _told(_registered(request, home, sent))
        return JsonResponse({"token": sent.token, "received": sent.received, **told})
    except RepliqueError as error:
        return sending.refused(error)


def _still(request: HttpRequest, home: Home, token: str) -> None:
    """Raise UsageError unless an upload is of the performer that who asks was let in for."""
    sent = uploads.upload(home, token)
    named_now = request.POST.get("performer", "")
    if sent.purpose != "takes" or not (person_of(request).owner or sent.performer == named_now):
        raise uploads.unknown()


def _whose(request: HttpRequest) -> str:
    """Return whose takes these are; on a laptop a new name makes a new performer.

    Raises NotFound, UsageError.
    """
    slug = request.POST.get("performer", "")
    name = " ".join(request.POST.get("new_performer", "").split())
    if slug or not (name and person_of(request).owner):
        if slug not in {each.slug for each in store.performers()}:
            raise UsageError(
                _("Whose recordings are these?"), advice=_("Say so first, then add them.")
            )
        return slug
    same = (each.slug for each in store.performers() if each.name == name)
    return next(same, "") or named(name).slug


def _whole(
    request: HttpRequest, home: Home, file: UploadedFile[Any], facts: dict[str, str]
) -> Upload:
    return sending.whole(request, home, file, purpose="takes", **facts)


def _registered(request: HttpRequest, home: Home, sent: Upload) -> JobRecord:
    """Have a whole upload read by the worker."""
    uploads.finish(home, sent.token)
    facts: dict[str, object] = {"token": sent.token, "name": sent.name, "size": sent.size}
    facts |= {"sender": sent.by, "performer": sent.performer, "kind": sent.kind}
    return give("takes", facts, person_of(request).name)


def _told(job: JobRecord) -> dict[str, object]:
    """Return what a script is told of the reading of an upload."""
    seconds = job.progress.get("duration_s")
    lasting = duration(float(seconds)) if seconds is not None else ""
    return {
        "job": job.id,
        "state": job.state,
        "performer": str(job.what.get("performer", "")),
        "message": job.error_message,
        "advice": job.error_advice,
        "said": _("registered: {length}").format(length=lasting) if lasting else "",
    }
