"""Pages for whoever cannot be let in, and for what cannot be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from replique.errors import RepliqueError
from replique.language import gettext as _

CODES = {400: "refused", 403: "not-yours", 404: "not-found", 429: "too-often", 500: "defect"}
"""What programs are told in place of a page."""


def _page(request: HttpRequest, status: int, *told: str, command: str = "") -> HttpResponse:
    """Answer with a title, what happened, and what to do."""
    title, said, advice = told
    if request.path.startswith("/api/"):
        code = CODES.get(status, "failed")
        error = {"code": code, "message": said, "advice": advice}
        return JsonResponse({"error": error}, status=status)
    words = {"title": title, "said": said, "advice": advice, "command": command}
    return render(request, "desk/refusal.html", words, status=status)


def no_key(request: HttpRequest) -> HttpResponse:
    """Say how to come in."""
    return _page(
        request,
        403,
        _("This desk is closed"),
        _("It opens to the address that Réplique gives on this computer, and to nothing else."),
        _("Open the address that was printed when the desk was started, or start it anew:"),
        command="replique serve",
    )


def foreign(request: HttpRequest) -> HttpResponse:
    """Say that another page, or another name, knocked."""
    return _page(
        request,
        403,
        _("This desk does not answer other pages"),
        _("The request came from another site, or by another name than this computer’s own."),
        _("Type the address that was printed when the desk was started into a new tab."),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not one of ours, or too old."""
    del reason
    return _page(
        request,
        403,
        _("This form is no longer valid"),
        _("It was opened too long ago, or in another session. Nothing was done."),
        _("Go back, load the page anew, and try again."),
    )


def failed(request: HttpRequest, error: RepliqueError, status: int) -> HttpResponse:
    """Tell an error."""
    return _page(request, status, _("That could not be done"), str(error), error.advice)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    del exception
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("This address leads to no page of the desk."),
        _("Begin at the home page."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Say that a defect was met."""
    return _page(
        request,
        500,
        _("Something went wrong here"),
        _("It is a defect of Réplique, not of yours. What was finished is kept."),
        _("Load the page again. The file debug.log in the home folder says more."),
    )


def not_yours(request: HttpRequest) -> HttpResponse:
    """Say that this is somebody else's to do. It does not say whether the thing is there."""
    return _page(
        request,
        403,
        _("This is not yours to open"),
        _("What you asked for belongs to others, or is done by another role."),
        _("If you think that it should be yours, ask an organiser of your committee."),
    )


def too_often(request: HttpRequest) -> HttpResponse:
    """Say that somebody tries too often."""
    return _page(
        request,
        429,
        _("Too many attempts"),
        _("This was tried too often from your address."),
        _("Try again in a few minutes."),
    )
