"""Listen and judge: one occurrence at a time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import NotFound, RepliqueError
from replique.language import gettext as _
from replique.recordings.strength import COUNTED_TO
from replique.report import finding as told_finding
from replique.report import wording
from replique.report.markup import Html
from replique.report.numerals import number as written
from replique.store import FindingRecord, JudgementRecord, desk_queries
from replique.store.desk_queries import Heard, Wanted
from replique.store.home import Home
from replique.store.judging_sealed import judge_sealed, reason_for
from replique.web import sounds, voices_told
from replique.web.asked import as_told
from replique.web.permissions import action
from replique.web.person import member_of, person_of
from replique.web.views import enrolment
from replique.web.views.hearing import wish_of
from replique.web.views.occurrences import query_of, wanted_of

LONGEST_WHY = 4_000


@require_GET
@action("occurrences.listen")
def listen(request: HttpRequest, number: int) -> HttpResponse:
    """Show one occurrence, to be heard, seen and judged."""
    return _page(request, number, wanted_of(request.GET), {})


@require_GET
@action("occurrences.listen")
def agreements(request: HttpRequest, number: int) -> HttpResponse:
    """Tell what the agreements say of an occurrence; as a part of its page, or as one."""
    # asked anew, as whenever somebody looks; nothing is kept by it
    asked = store.findings(occurrence=number, withdrawn=True)
    of_voice = desk_queries.is_of_voice(number)
    told = {"number": number, "findings": _findings(asked, of_voice=of_voice)}
    partly = bool(request.headers.get("HX-Request"))
    where = "desk/listen_agreements.html" if partly else "desk/listen_agreements_page.html"
    return render(request, where, told)


@sensitive_post_parameters("why")
@require_POST
@action("occurrences.judge")
def judge(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a judgement, and go on to the next of the list.

    Where it cannot be kept, the page says why and still holds what was typed.
    """
    wanted = wanted_of(QueryDict(request.POST.get("list", "").removeprefix("?")))
    _before, following = desk_queries.neighbours(number, wanted)
    why = request.POST.get("why", "")[:LONGEST_WHY]
    verdict, name = request.POST.get("said", ""), person_of(request).name
    try:
        if settings.COMMITTEE:  # what is private is nothing for whoever runs the server
            made = judge_sealed(number, verdict, why, by=member_of(request), name=name)
        else:
            made = store.judge(number, verdict, why, name)
    except NotFound:
        raise
    except RepliqueError as error:
        typed = {"typed_why": why, "typed_said": verdict, "error": error}
        return _page(request, number, wanted, typed, status=400)
    said = {
        "yes": _("Occurrence {number}: yes, says {name}."),
        "no": _("Occurrence {number}: no, says {name}."),
        "unsure": _("Occurrence {number}: unsure, says {name}."),
    }[made.verdict]
    messages.success(request, said.format(number=number, name=made.by))
    query = query_of(wanted)
    if following is None:
        messages.info(request, _("That was the last of this list."))
        if wanted.judged == "not":  # home says what comes after listening
            return HttpResponseRedirect(reverse("home"))
        return HttpResponseRedirect(reverse("occurrences") + query)
    return HttpResponseRedirect(reverse("listen", args=[following]) + query)


@require_POST
@action("occurrences.why")
def why(request: HttpRequest, number: int) -> HttpResponse:
    """Tell why somebody judged so; the ledger notes that it was read."""
    told = store.judgement(number, testimony=True)
    return render(request, "desk/why.html", {"judgement": told})


def _page(
    request: HttpRequest, number: int, wanted: Wanted, typed: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Show an occurrence. typed : what somebody said of it that could not be kept."""
    heard = desk_queries.heard(Home.opened(), number)
    wish = wish_of(request, number)
    query = query_of(wanted)
    before, after = desk_queries.neighbours(number, wanted, heard.place)
    judgement = store.judgements([number]).get(number)
    sealed, keyless = _seal(request, judgement)
    told = {
        "heard": heard,
        "take": heard.takes[0] if heard.takes else None,
        "voice": None if heard.voice is None else voices_told.told(heard),
        "enrolment": enrolment.offered(request, heard),
        "window": sounds.window_of(heard.found, wish),
        "wish": wish,
        "contexts": [(each, _at(query, each, wish.part)) for each in sounds.CONTEXTS_S],
        "parts": [
            (each, _at(query, wish.context_s, each)) for each in range(sounds.parts(heard.found))
        ],
        "facts": facts(heard),
        "meaning": meaning(heard),
        "judgement": judgement,
        "sealed": sealed,
        "keyless": keyless,
        "seals": settings.COMMITTEE,
        "query": query,
        "before": before,
        "after": after,
        "words": words(of_voice=heard.voice is not None),
        "plays_plain": abs(heard.found.speed - 1.0) < 5e-4
        and abs(heard.found.pitch_semitones) < 0.05,
    }
    return render(request, "desk/listen.html", told | typed, status=status)


def _seal(request: HttpRequest, judgement: JudgementRecord | None) -> tuple[int | None, bool]:
    """Return the sealed text that says why, when it is sealed for who asks; whether they have
    no key, so that they can say why to nobody.
    """
    if not settings.COMMITTEE:
        return None, False
    return reason_for(member_of(request), None if judgement is None else judgement.id)


def facts(heard: Heard) -> list[tuple[str, str]]:
    """Return what was measured, in words."""
    found = heard.found
    if heard.voice is not None:
        return voices_told.facts(heard)
    return [
        (_("Speed"), wording.speed(found.speed)),
        (_("Pitch"), wording.pitch(found)),
        (_("Level"), wording.level(found.gain_db)),
        (_("Polarity"), wording.polarity(found.polarity)),
        (_("Heard in"), wording.view(found.view)),
    ]


def meaning(heard: Heard) -> list[str]:
    """Say what the strength of a recording buys; of a voice, the report says it."""
    if heard.voice is not None:
        return []
    value = heard.found.strength
    hours = int(wording.hours_per_false_alarm(min(value, wording.STRONGEST_TOLD)))
    said = [
        _("By chance alone, one find this strong is expected in more than {hours} h of media"
          " when one take is looked for.").format(hours=written(hours))
        if hours
        else _("By chance alone, finds this strong are expected in every hour of media.")
    ]  # fmt: skip
    if value > COUNTED_TO:
        said.append(
            _("False alarms were counted up to a strength of {limit}; beyond, it is an"
              " extrapolation.").format(limit=written(COUNTED_TO, 1))
        )  # fmt: skip
    return said


def _at(query: str, context_s: float, part: int) -> str:
    """Return the address of this page with another part of the sound."""
    more = f"context={context_s:g}" + (f"&part={part}" if part else "")
    return f"{query}&{more}" if query else f"?{more}"


def _findings(asked: list[FindingRecord], *, of_voice: bool) -> list[Html]:
    return [
        mark_safe(  # type: ignore[misc] # noqa: S308 — the report escapes all that it writes
            _raised(told_finding.finding(as_told(one), f"finding-{place}", of_voice=of_voice))
        )
        for place, one in enumerate(asked)
    ]


def _raised(html: str) -> str:
    """Return a finding with its headings two levels up: it is a section of this page."""
    for low, high in (("h4", "h2"), ("h5", "h3")):
        html = html.replace(f"<{low}", f"<{high}").replace(f"</{low}>", f"</{high}>")
    return html


def words(*, of_voice: bool) -> dict[str, str]:
    """Return what the player says, in the person's language."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "ready": _("Ready."),
        "loading": _("Loading the sound…"),
        "failed": _("The sound could not be loaded."),
        "hearA": _("You hear the medium."),
        "hearB": _("You hear the take, laid on the medium’s time."),
        "hearC": _("You hear both: the medium on the left, the take on the right."),
        "hearO": _("You hear what the voice was enrolled with: other words, another time.")
        if of_voice
        else _("You hear the take as it was registered, at its own speed."),
        "stopped": _("Stopped."),
        "looping": _("The occurrence is repeated."),
        "once": _("It is played once."),
        "at": _("{at} s of {length} s"),
        "zoom": _("Zoom: {times} times"),
        "of": "voice" if of_voice else "take",
    }
