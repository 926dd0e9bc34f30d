"""Media sent from a person's own computer, to be searched: in pieces, or with one form."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store.home import Home
from replique.web import searchable, uploads
from replique.web.permissions import action
from replique.web.person import Person, person_of
from replique.web.views.scans import begun, opening, refused

SENT = "sent"
"""Where a session keeps what was sent in it and is not searched yet."""
MOST_GROUPS = 20
PURPOSE = "media"


@require_POST
@action("scans.start")
def send(request: HttpRequest) -> HttpResponse:
    """Take a piece of a file; or whole files, and search them; or search what was sent."""
    home = Home.opened()
    if "chunk" in request.FILES:
        return _piece(request, home)
    group = ""
    try:
        group = _group(request, home)
        for file in request.FILES.getlist("files"):
            _whole(home, group, file, person_of(request))
        sent = searchable.names(home, group)
        if not sent:
            raise UsageError(
                _("No file was chosen."), advice=_("Choose films, sounds or an archive of them.")
            )
        voices = opening(request)
    except RepliqueError as error:
        return refused(request, error, group)
    _keep(request, [each for each in _kept(request) if each != group])
    job = begun(
        request,
        {
            "paths": [str(searchable.folder_of(home, group))],
            "group": group,
            "names": sent,
            "performer": request.POST.get("performer", ""),
            **voices,
        },
    )
    return HttpResponseRedirect(reverse("scan", args=[job.id]))


def _piece(request: HttpRequest, home: Home) -> JsonResponse:
    """Answer a script: how much of a file is there, and among which it lies."""
    name, modified = request.POST.get("name", "")[-200:], request.POST.get("modified", "")[:20]
    try:
        size, offset = int(request.POST.get("size", "")), int(request.POST.get("offset", ""))
        group, by = _group(request, home), _sender(person_of(request))
        token = request.POST.get("token") or _begun_before(home, by, name, size, modified)
        if not token:
            token = uploads.begin(home, name, size, by=by, purpose=PURPOSE, modified=modified)
        if uploads.upload(home, token).by != by:
            raise UsageError(_("This upload is not known any more."), advice=_("Begin it anew."))
        there = uploads.add(home, token, offset, request.FILES.getlist("chunk")[0].chunks())
        if there >= size:
            searchable.take_in(home, group, token)
    except ValueError:
        return JsonResponse({"message": _("This upload cannot be read."), "advice": ""}, status=400)
    except RepliqueError as error:
        return JsonResponse({"message": str(error), "advice": error.advice}, status=400)
    return JsonResponse({"token": token, "received": there, "group": group})


def _whole(home: Home, group: str, file: UploadedFile[Any], person: Person) -> None:
    name, size = (file.name or "")[-200:], file.size or 0
    token = uploads.begin(home, name, size, by=_sender(person), purpose=PURPOSE)
    uploads.add(home, token, 0, file.chunks())
    searchable.take_in(home, group, token)


def _begun_before(home: Home, by: str, name: str, size: int, modified: str) -> str:
    """Return the upload of this file that was broken off, also by another page; "" for none."""
    same = (name, size, modified)
    for each in uploads.left(home, by, PURPOSE) if modified else ():
        if (each.name, each.size, each.modified) == same and not each.whole:
            return each.token
    return ""


def _sender(person: Person) -> str:
    return f"member/{person.member}" if person.member else person.name


def _group(request: HttpRequest, home: Home) -> str:
    """Return the folder that this session sends to: the one it names, or a new one."""
    said, kept = request.POST.get("group", ""), _kept(request)
    if said:
        if said not in kept:
            raise UsageError(_("These files are not known any more."), advice=_("Send them anew."))
        return said
    group = searchable.new_group(home)
    _keep(request, [*kept, group])
    return group


def _kept(request: HttpRequest) -> list[str]:
    return [str(each) for each in request.session.get(SENT, [])]


def _keep(request: HttpRequest, groups: list[str]) -> None:
    request.session[SENT] = groups[-MOST_GROUPS:]
