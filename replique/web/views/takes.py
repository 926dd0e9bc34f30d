"""Takes: listed, withdrawn, looked for again, and how good each is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.report import wording
from replique.store import PerformerRecord, TakeRecord, desk_queries, desk_takes, jobs
from replique.store.home import Home
from replique.store.jobs import JobRecord
from replique.store.slugs import slug
from replique.web import quality, sounds, uploads
from replique.web.permissions import action, could
from replique.web.person import person_of
from replique.web.quality import Quality
from replique.web.seen import seen_performers
from replique.web.sending import record_words, sender, words
from replique.web.sounds import Kept
from replique.web.work import worker_at_work

KINDS = ("audition", "self-tape", "session", "outtake", "stem", "released")
MOST_TOGETHER = 60
"""Takes that are shown on one page; with more, each performer has pages."""
LONGEST_SEARCH = 100
RECENT_S = 3600.0
"""For how long a refusal is told after it was given."""
_measured: Kept[str, Quality] = Kept(512)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A performer with their takes."""

    performer: PerformerRecord
    takes: tuple[TakeRecord, ...]


@require_GET
@action("takes.see")
def takes(request: HttpRequest) -> HttpResponse:
    """Show everybody's takes, and where to drop more."""
    home, performers = Home.opened(), seen_performers()
    person = person_of(request)
    chosen = request.GET.get("performer", "")
    by_slug = {each.slug: each for each in performers}
    title = " ".join(request.GET.get("title", "").split())[:LONGEST_SEARCH]
    many = sum(each.takes for each in performers) > MOST_TOGETHER
    if many and chosen not in by_slug:
        chosen = next((each.slug for each in performers if each.takes), "")
    wanted = [chosen] if many else list(by_slug)
    page = desk_takes.page(home, wanted, title=title, number=_number(request))
    shelves = [
        Shelf(each, tuple(take for take in page.takes if take.performer == each.slug))
        for each in performers
        if each.slug in wanted
    ]
    at_work = _recent()
    told = {
        "shelves": [each for each in shelves if each.takes or (page.pages == 1 and not title)],
        "performers": performers,
        "chosen": chosen,
        "many": many or page.pages > 1,
        "title": title,
        "page": page,
        "before": _address(chosen, title, page.number - 1) if page.number > 1 else "",
        "after": _address(chosen, title, page.number + 1) if page.number < page.pages else "",
        "here": _address(chosen if many else "", title, page.number),
        "kinds": [(code, wording.kind(code)) for code in KINDS],
        "short_s": quality.SHORT_S,
        "recent": at_work,
        "busy": any(each.open for each in at_work),
        "left": _left(home, request, at_work),
        "worker": worker_at_work(),
        "words": words(),
        "voices": could(person, "voices.see"),
        "newcomers": person.owner,
        "may_add": could(person, "performers.add"),
        "record_words": record_words(),
        "record_advice": _(
            "What your microphone hears, untouched: WAV, 48 kHz. It stays in this page until you"
            " keep it."
        ),
    }
    partly = request.headers.get("HX-Target") == "shelves"
    return render(request, "desk/shelves.html" if partly else "desk/takes.html", told)


@require_POST
@action("performers.add")
def add_performer(request: HttpRequest) -> HttpResponse:
    """Add a performer."""
    made = named(request.POST.get("name", ""))
    said = (
        _("{name} is added. An organiser can now invite them, and says that it is they.")
        if settings.COMMITTEE
        else _("{name} is added. Now their takes.")
    )
    messages.success(request, said.format(name=made.name))
    return HttpResponseRedirect(f"{reverse('takes')}?performer={made.slug}#add")


def named(name: str) -> PerformerRecord:
    """Add a performer under a short name of their own. Raises UsageError."""
    name = " ".join(name.split())
    taken = {each.slug for each in store.performers()}
    return store.add_performer(name, slug(name, taken) if name else "")


@require_GET
@action("takes.hear")
def measured(request: HttpRequest, number: int) -> HttpResponse:
    """Say how good a take is: measured when somebody looks, for it has to be decoded."""
    take = store.find_take(Home.opened(), str(number))
    try:
        found = _measured.get(take.sha256, lambda: quality.measure(sounds.of_whole_take(take)))
    except RepliqueError as error:
        return render(request, "desk/quality.html", {"trouble": error})
    told = {
        "enough": quality.enough(found),
        "length": quality.lengthy(found),
        "remarks": quality.remarks(found),
    }
    return render(request, "desk/quality.html", told)


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
    return _back(request, take)


@require_POST
@action("takes.withdraw")
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Look for a take again."""
    take = store.restore_take(Home.opened(), str(number))
    messages.success(request, _("{title} is looked for again.").format(title=take.title))
    return _back(request, take)


def _back(request: HttpRequest, take: TakeRecord) -> HttpResponse:
    """Return to the page of the list on which the take stands."""
    title = " ".join(request.POST.get("title", "").split())[:LONGEST_SEARCH]
    chosen = take.performer if request.POST.get("many") else ""
    where = _address(chosen, title, _number(request))
    return HttpResponseRedirect(f"{reverse('takes')}{where}#take-{take.id}")


def _number(request: HttpRequest) -> int:
    said = (request.POST if request.method == "POST" else request.GET).get("page", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def _address(performer: str, title: str, number: int) -> str:
    said = {"performer": performer, "title": title, "page": number if number > 1 else ""}
    return "?" + urlencode({name: value for name, value in said.items() if value})


def _recent() -> list[JobRecord]:
    """Return the uploads that are being read, and those that were refused lately."""
    from django.utils import timezone

    now = timezone.now()
    return [
        each
        for each in jobs.jobs("takes", limit=40)
        if (
            each.open
            or (each.error_code and (now - (each.ended or now)).total_seconds() < RECENT_S)
        )
        and desk_queries.seen(str(each.what.get("performer")))
    ]


def _left(home: Home, request: HttpRequest, at_work: list[JobRecord]) -> list[uploads.Upload]:
    """Return what this person began to send, and no job has been given."""
    given = {str(each.what.get("token")) for each in at_work if each.open}
    return [
        each for each in uploads.left(home, sender(request), "takes") if each.token not in given
    ]
