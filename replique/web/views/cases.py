"""Cases: the list, and one of them: who and what it is about, tasks, notes, timeline."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique.errors import NotAllowed, NotFound
from replique.language import gettext as _
from replique.store import case_events, case_merging, case_notes, case_tasks, cases, members
from replique.store.case_records import CaseRecord
from replique.web import case_wording
from replique.web.asking import day, mark, needed, number, text
from replique.web.leading_on import led_on
from replique.web.permissions import action
from replique.web.person import member_of, person_of
from replique.web.seen import seen_performers

A_PAGE = 50
MOST_DOUBLES = 3


@require_GET
@action("cases.list")
def index(request: HttpRequest) -> HttpResponse:
    """List the cases that one works on."""
    state = request.GET.get("state", "")
    state = state if state in {*case_wording.STATES, "merged"} else ""
    person, mine = person_of(request), member_of(request)
    found = cases.cases(
        member=None if person.owner else mine,
        state=state,
        before=mark(request, "before"),
        count=A_PAGE + 1,
    )
    readers = case_notes.readers([f"case/{each.id}" for each in found], but=mine)
    told = {
        "cases": [
            (
                each,
                case_wording.state(each.state),
                ", ".join(who.name for who in readers.get(f"case/{each.id}", [])),
            )
            for each in found[:A_PAGE]
        ],
        "more": found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        "state": state,
        "states": [(code, case_wording.state(code)) for code in (*case_wording.STATES, "merged")],
        "tasks": case_tasks.tasks(who=mine, open_only=True, count=8),
        "today": dt.datetime.now(tz=dt.UTC).date(),
    }
    return render(request, "desk/cases.html", told)


@require_POST
@action("cases.open")
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case."""
    made = cases.open_case(
        text(request, "title"), by=member_of(request), summary=text(request, "summary")
    )
    messages.success(request, _("The case {name} is open.").format(name=made.name))
    return HttpResponseRedirect(reverse("case", args=[made.id]))


@require_GET
@action("cases.see")
@led_on
def case(request: HttpRequest, case: int) -> HttpResponse:
    """Show a case: what it is about, what is to be done, what people wrote."""
    tasks = case_tasks.tasks(case=case)
    told = {
        **around(case, "case"),
        "parties": _parties(case),
        "kinds": [(kind, case_wording.party(kind)) for kind in case_wording.PARTIES],
        "performers": seen_performers(),
        "open_tasks": [each for each in tasks if each.state == "open"],
        "ended_tasks": [each for each in tasks if each.state != "open"],
        "notes": case_notes.notes(case),
        "readers": _readers(request, case),
        "doubles": case_merging.doubles(case, member_of(request))[:MOST_DOUBLES],
        "me": member_of(request),
        "today": dt.datetime.now(tz=dt.UTC).date(),
    }
    return render(request, "desk/case.html", told)


@require_http_methods(["POST"])
@action("cases.see")
def reading(request: HttpRequest, case: int) -> HttpResponse:
    """Say that somebody has a case open; tell who else has."""
    others = case_notes.reading(f"case/{case}", member_of(request))
    return render(request, "desk/case_readers.html", {"case": {"id": case}, "readers": others})


@require_POST
@action("cases.change")
def parties(request: HttpRequest, case: int) -> HttpResponse:
    """Name a person, a production or a company; or take one out."""
    by = member_of(request)
    if text(request, "remove"):
        cases.remove_party(case, needed(request, "remove"), by=by)
        return back(case)
    slug = text(request, "performer")
    if slug and slug not in {each.slug for each in seen_performers()}:
        # who names a performer's own record lets the case see their work
        raise NotAllowed(
            _("This performer’s work is not yours to put into a case."),
            advice=_("Write the name alone; the performer gives the case what they want to."),
        )
    cases.add_party(
        case,
        text(request, "kind") or "person",
        text(request, "name"),
        part=text(request, "part"),
        performer=slug,
        by=by,
    )
    return back(case)


@require_POST
@action("cases.change")
def notes(request: HttpRequest, case: int) -> HttpResponse:
    """Write a note, or strike one of one's own out."""
    by = member_of(request)
    strike = number(request, "strike")
    if strike is None:
        case_notes.add_note(case, text(request, "text"), by=by)
    elif strike in {each.id for each in case_notes.notes(case)}:
        case_notes.strike_note(strike, by=by)
    else:
        raise NotFound(_("There is no such note."))
    return back(case, "notes")


@require_POST
@action("cases.change")
def tasks(request: HttpRequest, case: int) -> HttpResponse:
    """Set a task, give it to somebody, or say how it ended."""
    by, task = member_of(request), number(request, "task")
    if task is None:
        case_tasks.add_task(
            case,
            text(request, "text"),
            who=number(request, "who"),
            due=day(request, "due"),
            by=by,
        )
    elif task not in {each.id for each in case_tasks.tasks(case=case, count=10_000)}:
        raise NotFound(_("There is no such task."))
    elif text(request, "state"):
        case_tasks.end_task(task, text(request, "state"), by=by)
    else:
        case_tasks.give_task(task, number(request, "who"), due=day(request, "due"), by=by)
    return back(case, "tasks")


@require_GET
@action("cases.see")
@led_on
def timeline(request: HttpRequest, case: int) -> HttpResponse:
    """Show what happened, as the ledger tells it."""
    events = case_events.timeline(case, before=mark(request, "before"), count=A_PAGE + 1)
    told = {
        **around(case, "timeline"),
        "events": [
            (dt.datetime.fromisoformat(each.at), case_wording.event(each), each)
            for each in events[:A_PAGE]
        ],
        "more": events[A_PAGE - 1].entry if len(events) > A_PAGE else None,
    }
    return render(request, "desk/case_timeline.html", told)


@require_GET
@action("cases.see")
@led_on
def people(request: HttpRequest, case: int) -> HttpResponse:
    """Show who works on a case and how it stands, to be changed."""
    around_it = around(case, "people")
    working = {each.id for each in around_it["case"].members}
    told = {
        **around_it,
        "me": member_of(request),
        "states": [(code, case_wording.state(code)) for code in case_wording.STATES],
        "others": [each for each in members.members() if each.id not in working],
    }
    return render(request, "desk/case_people.html", told)


@require_POST
@action("cases.change")
def change(request: HttpRequest, case: int) -> HttpResponse:
    """Change the title, the summary, how it stands, who sees to it."""
    cases.change_case(
        case,
        by=member_of(request),
        title=request.POST.get("title"),
        summary=request.POST.get("summary"),
        state=text(request, "state") or None,
        lead=number(request, "lead"),
    )
    return HttpResponseRedirect(reverse("case-people", args=[case]))


@require_POST
@action("cases.change")
def workers(request: HttpRequest, case: int) -> HttpResponse:
    """Let somebody in to work on a case, or out; oneself too."""
    by = member_of(request)
    if text(request, "out"):
        leaving = needed(request, "out")
        cases.let_out(case, leaving, by=by)
        if leaving == by:
            messages.success(request, _("You no longer work on this case."))
            return HttpResponseRedirect(reverse("cases"))
    else:
        cases.let_in(case, needed(request, "member"), by=by)
    return HttpResponseRedirect(reverse("case-people", args=[case]))


def around(number: int, here: str) -> dict[str, Any]:
    """Return what every page of a case shows above itself."""
    found = cases.heading(number)
    return {"case": found, "state": case_wording.state(found.state), "tabs": _tabs(found, here)}


def back(case: int, place: str = "") -> HttpResponseRedirect:
    """Return to the page of a case."""
    return HttpResponseRedirect(reverse("case", args=[case]) + (f"#{place}" if place else ""))


def _tabs(found: CaseRecord, here: str) -> list[tuple[str, str, bool]]:
    named = [
        ("case", _("The case")),
        ("case-findings", _("Findings")),
        ("case-papers", _("Papers and letters")),
        ("case-timeline", _("Timeline")),
        ("case-people", _("People and state") if settings.COMMITTEE else _("How it stands")),
        ("case-export", _("Export")),
    ]
    short = f"case-{here}" if here != "case" else here
    return [(reverse(name, args=[found.id]), said, name == short) for name, said in named]


def _parties(case: int) -> list[tuple[str, list[Any]]]:
    found = cases.parties(case)
    told = [
        (case_wording.party(kind), [each for each in found if each.kind == kind])
        for kind in case_wording.PARTIES
    ]
    return [each for each in told if each[1]]


def _readers(request: HttpRequest, case: int) -> list[Any]:
    subject = f"case/{case}"
    return case_notes.readers([subject], but=member_of(request)).get(subject, [])
