"""Pieces of files as a page's script sends them, and whole files as a form without scripts does."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse

from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store.home import Home
from replique.web import uploads
from replique.web.person import person_of
from replique.web.uploads import Upload

LONGEST_NAME = 200


def sender(request: HttpRequest) -> str:
    """Return whose upload one is: of a member, or of a laptop's one person."""
    person = person_of(request)
    return "owner" if person.owner else f"member {person.member}"


def piece(request: HttpRequest, home: Home, begun: str = "", **about: str) -> Upload:
    """Take a piece, and return how its upload stands.

    begun : the upload that it goes on with, where it names none; "" for a new one. about : what
    a new one is for, as an `Upload` has it. Raises UsageError, DiskFull.
    """
    token = request.POST.get("token", "") or begun
    if not token:
        name = request.POST.get("name", "")[-LONGEST_NAME:]
        about["modified"] = request.POST.get("modified", "")[:20]
        token = uploads.begin(home, name, _number(request, "size"), by=sender(request), **about)
    mine(request, home, token)
    for chunk in request.FILES.getlist("chunk")[:1]:
        uploads.add(home, token, _number(request, "offset"), chunk.chunks())
    return uploads.upload(home, token)


def whole(request: HttpRequest, home: Home, file: UploadedFile[Any], **about: str) -> Upload:
    """Take a file that came with a form. Raises UsageError, DiskFull."""
    name, size = (file.name or "")[-LONGEST_NAME:], file.size or 0
    token = uploads.begin(home, name, size, by=sender(request), **about)
    uploads.add(home, token, 0, file.chunks())
    return uploads.upload(home, token)


def mine(request: HttpRequest, home: Home, token: str) -> Upload:
    """Return an upload of who asks. Raises UsageError: of nobody else's is told whether it is."""
    found = uploads.upload(home, token)
    if found.by != sender(request):
        raise uploads.unknown()
    return found


def refused(error: RepliqueError) -> JsonResponse:
    """Tell a script why, and what to do."""
    said = {"message": str(error), "advice": error.advice, "code": error.code}
    return JsonResponse(said, status=400)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise UsageError(_("This upload cannot be read."), advice=_("Begin it anew."))
    return int(said)


def words() -> dict[str, str]:
    """Return what the place to drop files says, in the person's language."""
    return {
        "waiting": _("waits"),
        "sending": _("{percent} % sent"),
        "working": _("sent; it is being read"),
        "done": _("registered"),
        "ready": _("ready to be enrolled"),
        "broken": _("The line broke; trying again."),
        "failed": _("The line is broken. What was sent is kept."),
        "cancelled": _("cancelled; nothing of it is kept"),
        "resumed": _("going on at {percent} %"),
        "cancel": _("Cancel"),
        "again": _("Go on"),
        "of": _("{what}: {name}"),
        "whose": _("Say first whose recordings these are."),
    }


def record_words() -> dict[str, str]:
    """Return what a recorder in the page says, in the person's language."""
    return {
        "record": _("Record"),
        "stop": _("Stop"),
        "anew": _("Record anew"),
        "listen": _("Listen"),
        "asking": _("The browser asks whether it may use the microphone."),
        "recording": _("Recording. Press Stop when you are done."),
        "made": _("{length} recorded. Listen, then keep it or discard it."),
        "kept": _("Kept: it is being added above."),
        "discarded": _("Discarded; nothing of it is left."),
        "longest": _("It was stopped after half an hour."),
        "called": _("recorded {when}"),
        "good": _("good level"),
        "quiet": _("quiet: come nearer"),
        "loud": _("too loud: it distorts"),
        "refused": _("The browser was told not to give the microphone. Allow it beside the address,"
                     " then try again."),
        "nothing": _("No microphone was heard. Is one plugged in, and not used elsewhere?"),
        "insecure": _("A browser gives the microphone only to pages that come over https:// or"
                      " from this computer. Record with another program, and add the file."),
        "without": _("This browser cannot record in a page. Record with another program, and add"
                     " the file."),
    }  # fmt: skip
