"""Enrolling a voice in the page: the statement, the recordings, and whose word it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique import store
from replique.errors import NotFound, RepliqueError, UsageError
from replique.language import current
from replique.language import gettext as _
from replique.report.numerals import number
from replique.store import PerformerRecord, desk_takes, jobs, stating
from replique.store.home import Home
from replique.store.stating import Statement
from replique.store.text import clean
from replique.store.voice_models import MANNER
from replique.voices.enrolment import ENOUGH_S, LEAST_S
from replique.web import handing, sending, uploads, voice_locks
from replique.web.permissions import action
from replique.web.person import person_of
from replique.web.uploads import Upload
from replique.web.views.voices import models_told
from replique.web.work import give, worker_at_work

MOST_TAKES = 60
"""Takes from which one may choose: a minute or two is plenty."""
MANNERS = ("speaking", "singing")
OTHER = "other"


@require_http_methods(["GET", "POST"])
@action("voices.enrol")
def enrol(request: HttpRequest, performer: str) -> HttpResponse:
    """Show what enrolling takes; have it done once the person has agreed."""
    home, owner = Home.opened(), _performer(performer)
    error: RepliqueError | None = None
    if request.method == "POST":
        try:
            _order(request, home, owner)
        except RepliqueError as refused:
            error = refused
        else:
            messages.success(
                request,
                _("The recordings of {name} are being listened to.").format(name=owner.name),
            )
            return HttpResponseRedirect(reverse("voices"))
    ready = _ready(request, home, owner)
    locked = voice_locks.lock(home)
    told = {
        "performer": owner,
        "statement": store.statement(owner.slug).split("\n\n"),
        "needs": _needs(),
        "takes": desk_takes.page(home, [owner.slug], size=MOST_TAKES).takes,
        "chosen": set(request.POST.getlist("takes")),
        "ready": [each for each in ready if each.whole],
        "left": [each for each in ready if not each.whole],
        "manner": _shown_manner(request),
        "character": request.POST.get("character", request.GET.get("character", "")),
        "longest": MANNER,
        "locked": locked,
        "how_to_start": voice_locks.how_to_start() if locked.closed else "",
        "error": error,
        "busy": any(
            each.what.get("performer") == owner.slug for each in jobs.jobs("voice", unfinished=True)
        ),
        "worker": worker_at_work(),
        "words": sending.words(),
        "record_words": sending.record_words(),
        "record_advice": _(
            "Half a minute of you alone, close to the microphone, in a quiet room. Read anything."
        ),
        "voices": True,
        **models_told(home, person_of(request)),
    }
    partly = request.headers.get("HX-Target") == "shelves"
    page = "desk/voices_ready.html" if partly else "desk/voices_enrol.html"
    return render(request, page, told, status=400 if error else 200)


@require_GET
@action("voices.enrol")
def statement(request: HttpRequest, performer: str) -> HttpResponse:
    """Show the statement alone, to be printed and signed."""
    owner = _performer(performer)
    text = store.statement(owner.slug).split("\n\n")
    told = {"performer": owner, "statement": text, "voices": True}
    return render(request, "desk/voices_statement.html", told)


@require_POST
@action("voices.enrol")
def recordings(request: HttpRequest, performer: str) -> HttpResponse:
    """Take a piece of a recording, or whole ones from a form without scripts."""
    home, owner = Home.opened(), _performer(performer)
    about = {"purpose": "voices", "performer": owner.slug}
    if "offset" in request.POST:
        try:
            token = request.POST.get("token", "")
            if token and _mine(request, home, token).performer != owner.slug:
                raise uploads.unknown()
            sent = sending.piece(request, home, **about)
            if sent.whole:
                uploads.finish(home, sent.token)
        except RepliqueError as error:
            return sending.refused(error)
        told = {"token": sent.token, "received": sent.received, "ready": sent.whole}
        return JsonResponse(told)
    for file in request.FILES.getlist("files"):
        try:
            uploads.finish(home, sending.whole(request, home, file, **about).token)
        except RepliqueError as error:
            messages.error(request, f"{error} {error.advice}")
    return HttpResponseRedirect(reverse("enrol-voice", args=[owner.slug]) + "#recordings")


def _order(request: HttpRequest, home: Home, owner: PerformerRecord) -> None:
    """Order the enrolment, once all that can be told at once was told.

    Raises UsageError, MediaError, KeysLocked, ReferenceDamaged.
    """
    sent = [each.token for each in _ready(request, home, owner) if each.whole]
    chosen = [int(each) for each in request.POST.getlist("takes") if _is_number(each)]
    if not sent and not chosen:
        raise UsageError(
            _("There is no recording to enrol from."),
            advice=_("Choose takes, add files, or record in the page."),
        )
    manner = _manner(request)
    signed = request.FILES.get("signed")
    token = ""
    try:
        if signed is not None:
            about = {"purpose": "statement", "performer": owner.slug}
            token = sending.whole(request, home, signed, **about).token
            uploads.finish(home, token)
            stating.check_statement(
                owner.slug, Statement("signed", file=uploads.finished(home, token))
            )
        else:
            stating.check_statement(owner.slug, Statement("typed", by=_typed(request)))
        passphrase = voice_locks.given(request, home, voice_locks.lock(home))
    except BaseException:
        if token:
            uploads.drop(home, token)
        raise
    order = {"act": "enrol", "performer": owner.slug, "manner": manner}
    order["sealed"] = handing.sealed(
        {
            "way": "signed" if token else "typed",
            "by": "" if token else _typed(request),
            "statement": token,
            "language": current(),
            "takes": chosen,
            "uploads": sent,
            "passphrase": passphrase,
        }
    )
    give("voice", order, person_of(request).name)


def _typed(request: HttpRequest) -> str:
    return request.POST.get("agreed", "").strip()


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= 12


def _manner(request: HttpRequest) -> str:
    """Return the manner of using the voice. Raises UsageError."""
    said = request.POST.get("manner", MANNERS[0])
    if said in MANNERS:
        return said
    character = " ".join(clean(request.POST.get("character", "")).split())
    if not character or len(character) > MANNER:
        raise UsageError(
            _("A manner of speaking is a word or two, of at most {most} letters.").format(
                most=MANNER
            ),
            advice=_("For instance: speaking, singing, or the name of a character."),
        )
    return character


def _shown_manner(request: HttpRequest) -> str:
    said = request.POST.get("manner", request.GET.get("manner", MANNERS[0]))
    return said if said in MANNERS else OTHER


def _ready(request: HttpRequest, home: Home, owner: PerformerRecord) -> list[Upload]:
    """Return what this person sent, or has begun to send, for this voice."""
    mine = uploads.left(home, sending.sender(request), "voices")
    return [each for each in mine if each.performer == owner.slug]


def _mine(request: HttpRequest, home: Home, token: str) -> Upload:
    found = sending.mine(request, home, token)
    if found.purpose != "voices":
        raise uploads.unknown()
    return found


def _performer(slug: str) -> PerformerRecord:
    found = {each.slug: each for each in store.performers()}.get(slug)
    if found is None:
        raise NotFound(_("There is no performer {slug}.").format(slug=clean(slug)[:80]))
    return found


def _needs() -> list[str]:
    """Return what enrolling needs, as the command line says it."""
    return [
        _("{enough} s of speech or more, pauses not counted; {least} s at the very least").format(
            enough=number(ENOUGH_S), least=number(LEAST_S)
        ),
        _("two recordings or more, of different days or in different moods"),
        _("one person alone: nobody else in the background"),
        _("no music, no street, no machines"),
        _("close to a good microphone, and not so loud that it distorts"),
    ]
