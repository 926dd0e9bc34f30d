"""Media sent from a person's own computer, to be searched: in pieces, or with one form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store.home import Home
from replique.web import searchable, sending, uploads
from replique.web.permissions import action
from replique.web.views.scans import begun, opening, refused

SENT = "sent"
"""Where a session keeps what was sent in it and is not searched yet."""
WHOLE = "whole"
"""Where a session keeps what of it was sent to its end last, by token, with its bytes."""
MOST_GROUPS = 20
MOST_WHOLE = 100
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
            token = sending.whole(request, home, file, purpose=PURPOSE).token
            searchable.take_in(home, group, token)
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
    try:
        group, token = _group(request, home), request.POST.get("token", "")
        whole = request.session.get(WHOLE, {}).get(token)
        if whole is not None:  # the answer to its last piece was lost
            return JsonResponse({"token": token, "received": whole, "group": group})
        sent = sending.piece(request, home, _begun_before(request, home), purpose=PURPOSE)
        if sent.whole:
            searchable.take_in(home, group, sent.token)
            known = {**request.session.get(WHOLE, {}), sent.token: sent.received}
            request.session[WHOLE] = dict(list(known.items())[-MOST_WHOLE:])
    except RepliqueError as error:
        return sending.refused(error)
    return JsonResponse({"token": sent.token, "received": sent.received, "group": group})


def _begun_before(request: HttpRequest, home: Home) -> str:
    """Return the upload of this file that was broken off, also by another page; "" for none."""
    said = [request.POST.get(name, "") for name in ("name", "size", "modified")]
    wanted = (said[0][-sending.LONGEST_NAME :], said[1], said[2][:20])
    for each in uploads.left(home, sending.sender(request), PURPOSE) if said[2] else ():
        if (each.name, str(each.size), each.modified) == wanted and not each.whole:
            return each.token
    return ""


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
