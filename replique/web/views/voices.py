"""Voices: whose is looked for, looked at again, made anew, forgotten; the models that hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique import store
from replique.errors import StoreError, UsageError
from replique.language import gettext as _
from replique.report import voice_wording
from replique.store import PerformerRecord, desk_queries, desk_voices, ears, jobs
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.store.records import VoiceRecord
from replique.store.stating import same_name
from replique.web import handing, voice_locks
from replique.web.permissions import action
from replique.web.person import Person, person_of
from replique.web.seen import seen_performers
from replique.web.work import give, worker_at_work

MOST_TOLD = 6
"""Pieces of work whose end is told."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A voice in the list. current : made by the models in use. remarks : what could be better."""

    voice: VoiceRecord
    current: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A performer with their voices. mine : who asks may enrol and forget."""

    performer: PerformerRecord
    voices: tuple[Shown, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work, and what came of it; None while it goes on."""

    job: JobRecord
    name: str
    outcome: dict[str, Any] | None


@require_GET
@action("voices.see")
def voices(request: HttpRequest) -> HttpResponse:
    """Show whose voice is looked for, and how to enrol one's own."""
    home = Home.opened()
    worked = _worked()
    locked = voice_locks.lock(home)
    partly = request.headers.get("HX-Target") == "voices-work"
    told = {
        "partly": partly,
        "people": _people(home, request),
        "worked": worked,
        "busy": any(each.job.open for each in worked),
        "locked": locked,
        "how_to_start": voice_locks.how_to_start() if locked.closed else "",
        "worker": worker_at_work(),
        "voices": True,
        "people_count": len({each.performer for each in _seen()}),
        **models_told(home, person_of(request)),
    }
    return render(request, "desk/voices_list.html" if partly else "desk/voices.html", told)


@require_POST
@action("voices.enrol", of="voice")
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Look at a voice again: is it good enough, and what could be added."""
    return _ordered(request, number, "check", _("It is being listened to again."))


@require_POST
@action("voices.enrol", of="voice")
def remake(request: HttpRequest, number: int) -> HttpResponse:
    """Make a voice anew by the models in use."""
    return _ordered(request, number, "remake", _("It is being made anew."))


@require_http_methods(["GET", "POST"])
@action("voices.forget")
def forget(request: HttpRequest, number: int) -> HttpResponse:
    """Destroy a voice, once its person's name was typed; say what is gone and what stays."""
    voice = desk_voices.voice(number)
    told: dict[str, Any] = {"voice": voice, "manner": voice_wording.manner(voice.manner)}
    if request.method == "POST":
        if same_name(request.POST.get("name", ""), voice.performer_name):
            told["gone"] = store.forget_voice(
                Home.opened(),
                voice.performer,
                voice.manner,
                reports=request.POST.get("reports") == "yes",
            )
            return render(request, "desk/voices_forgotten.html", told)
        told["error"] = _("That is not the name that is registered: {name}.").format(
            name=voice.performer_name
        )
    told["hangs"] = desk_voices.hangs(number)
    return render(request, "desk/voices_forget.html", told, status=400 if "error" in told else 200)


@require_POST
@action("settings.change")
def fetch(request: HttpRequest) -> HttpResponse:
    """Fetch the models that hear voices, because somebody asked for it."""
    if not jobs.jobs("models", unfinished=True, limit=1):
        give("models", {}, person_of(request).name)
    messages.success(request, _("The models are being fetched."))
    return HttpResponseRedirect(reverse("voices"))


def models_told(home: Home, person: Person) -> dict[str, Any]:
    """Return what a page says of the models: which are missing, who may fetch them."""
    missing = ears.library(home).missing(ears.needed(home))
    fetching = next(iter(jobs.jobs("models", limit=1)), None) if missing else None
    return {
        "missing": missing,
        "travel": sum(each.size_bytes for each in {model.package for model in missing}),
        "fetching": fetching,
        "may_fetch": person.owner and not settings.COMMITTEE,
    }


def may_enrol(person: Person, performer: str) -> bool:
    """Return whether somebody may enrol this performer: themself, or on a laptop its owner."""
    return person.owner or person.performer == performer


def _ordered(request: HttpRequest, number: int, act: str, said: str) -> HttpResponse:
    home, voice = Home.opened(), desk_voices.voice(number)
    passphrase = voice_locks.given(request, home, voice_locks.lock(home))
    if act == "remake" and ears.library(home).missing(ears.needed(home)):
        raise UsageError(
            _("The models that hear voices are not installed, or not whole."),
            advice=_("The page of voices says how to fetch them."),
        )
    order = {"act": act, "performer": voice.performer, "manner": voice.manner}
    order["sealed"] = handing.sealed({"passphrase": passphrase})
    give("voice", order, person_of(request).name)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("voices"))


def _seen() -> list[VoiceRecord]:
    return [each for each in store.voices() if desk_queries.seen(each.performer)]


def _people(home: Home, request: HttpRequest) -> list[Enrolling]:
    person, digest = person_of(request), ears.ears(home).digest
    known: dict[str, list[Shown]] = {}
    for each in _seen():
        remarks = tuple(filter(None, map(voice_wording.remark, each.remarks)))
        shown = Shown(each, each.models == digest, remarks)
        known.setdefault(each.performer, []).append(shown)
    return [
        Enrolling(each, tuple(known.get(each.slug, ())), may_enrol(person, each.slug))
        for each in seen_performers()
    ]


def _worked() -> list[Work]:
    """Return the last work for each voice that is seen: going on, or ended and still readable."""
    names = {each.slug: each.name for each in seen_performers()}
    told: dict[tuple[str, str], Work] = {}
    for job in jobs.jobs("voice", limit=40):
        slug, manner = str(job.what.get("performer")), str(job.what.get("manner"))
        if slug not in names or (slug, manner) in told:
            continue
        work = Work(job, names[slug], _outcome(job))
        if job.open or job.error_message or job.state == "lost" or work.outcome is not None:
            told[slug, manner] = work
    return list(told.values())[:MOST_TOLD]


def _outcome(job: JobRecord) -> dict[str, Any] | None:
    sealed = str(job.progress.get("sealed", ""))
    if not sealed:
        return None
    try:
        said = handing.opened(sealed)
    except StoreError:
        return None  # of a desk that was closed since
    if not isinstance(said, dict):
        return None
    said["alike"] = [
        each if desk_queries.seen(each) else _("somebody else") for each in said.get("alike", [])
    ]
    return said
