"""Describe what was done; what the agreements say of it is told as the facts are filled in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique import store
from replique.consent.answer import DutyState
from replique.consent.labels import label
from replique.errors import AgreementRefused, RepliqueError
from replique.language import gettext as _
from replique.report import finding as told_finding
from replique.report.markup import visible
from replique.report.numerals import iso_day
from replique.store import FindingRecord, checking, describing
from replique.store.owing import OPEN
from replique.web.asked import as_told
from replique.web.forms import use as asking
from replique.web.forms.fields import problems_of
from replique.web.permissions import action


@require_http_methods(["GET", "POST"])
@action("uses.describe")
def describe(request: HttpRequest, number: int) -> HttpResponse:
    """Describe a use of an occurrence."""
    performer = request.POST.get("performer") or request.GET.get("performer") or None
    problems: dict[str, str] = {}
    several = describing.undescribed(number)
    if request.method == "POST":
        facts = asking.of_form(request.POST)
        try:
            made = store.describe_use(number, performer=performer, facts=facts)
        except AgreementRefused as error:
            problems, said = problems_of(error), _known(facts)
        else:
            store.check(made.name)
            messages.success(request, _("The use {use} is described.").format(use=made.name))
            return HttpResponseRedirect(reverse("use", args=[made.name]))
    else:
        if performer is None and several:
            performer = several[0].performer
        said = describing.said(several[0].use) if several else {}
    told = _form(said, problems)
    told |= {
        "occurrence": number,
        "performer": performer,
        "others": several,
        "action": reverse("describe-use", args=[number]),
        "asking": reverse("suppose", args=[number]),
        "answer": None if problems else _would(_known(said), number, performer),
    }
    return render(request, "desk/use.html", told)


@require_POST
@action("uses.describe")
def suppose(request: HttpRequest, number: int) -> HttpResponse:
    """Answer "does it cover this?" for facts that nobody has kept."""
    facts = asking.of_form(request.POST)
    performer = request.POST.get("performer") or None
    return _told(
        request, lambda: describing.supposed(facts, occurrence=number, performer=performer)
    )


@require_GET
@action("uses.see")
def use(request: HttpRequest, use: str) -> HttpResponse:
    """Show a use, to be read or changed, and what the agreements say of it."""
    return page(request, use, None, {})


@require_POST
@action("uses.change")
def change(request: HttpRequest, use: str) -> HttpResponse:
    """Change what is said of a use."""
    facts = asking.of_form(request.POST)
    try:
        made = store.change_use(use, facts)
    except AgreementRefused as error:
        return page(request, use, _known(facts), problems_of(error))
    store.check(made.name)
    messages.success(request, _("What is said of {use} is changed.").format(use=made.name))
    return HttpResponseRedirect(reverse("use", args=[made.name]))


@require_POST
@action("uses.see")
def suppose_change(request: HttpRequest, use: str) -> HttpResponse:
    """Answer for a use with other facts."""
    facts = asking.of_form(request.POST)
    return _told(request, lambda: describing.supposed(facts, name=use))


def page(
    request: HttpRequest,
    name: str,
    said: dict[str, Any] | None,
    problems: dict[str, str],
    *,
    slip: tuple[str, RepliqueError, dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a use, what the agreements say of it, and what is owed for it.

    slip : the duty of which something could not be kept, why, and what was typed.
    """
    known = store.find_use(name)
    told = _form(describing.said(known.use) if said is None else said, problems)
    asked = checking.asked(known.name)
    told |= {
        "use": known,
        "occurrence": known.occurrence,
        "action": reverse("change-use", args=[known.name]),
        "asking": reverse("suppose-use", args=[known.name]),
        "answer": answer_of(asked),
        "duties": owed(asked),
        "slip": slip,
        "today": dt.date.today(),  # noqa: DTZ011 — the day where the person is
    }
    return render(request, "desk/use.html", told, status=status)


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as the page has it. said : what a person said of it last, by whom and when."""

    name: str
    what: str
    state: str
    open: bool
    due: str
    pays: bool
    approval: bool
    said: str


def owed(one: FindingRecord) -> list[Owed]:
    """Return what the agreements ask for a use, as it stands."""
    return [_owed(one, each) for each in one.answer.duty_states]


def _form(said: dict[str, Any], problems: dict[str, str]) -> dict[str, Any]:
    return {
        "sections": list(asking.sections(said, problems)),
        "problems": problems,
    }


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value is not None}


def _would(facts: dict[str, Any], occurrence: int, performer: str | None) -> SafeString:
    supposed = describing.supposed(facts, occurrence=occurrence, performer=performer)
    return answer_of(checking.would(supposed))


def _told(request: HttpRequest, supposed: Any) -> HttpResponse:  # noqa: ANN401 — a thunk
    """Answer; what cannot be read yet is told in place of an answer."""
    try:
        told = {"answer": answer_of(checking.would(supposed()))}
    except AgreementRefused as error:
        told = {"slips": problems_of(error)}  # type: ignore[dict-item] # the other of two
    return render(request, "desk/use_answer.html", told)


def answer_of(one: FindingRecord) -> SafeString:
    """Return what the agreements say, as the report writes it, as a section of a page."""
    html = told_finding.finding(as_told(one), "answer-finding")
    for low, high in (("h4", "h2"), ("h5", "h3")):
        html = html.replace(f"<{low}", f"<{high}").replace(f"</{low}>", f"</{high}>")  # type: ignore[assignment] # still markup
    return mark_safe(html)  # noqa: S308 — the report escapes all that it writes


def _owed(one: FindingRecord, state: DutyState) -> Owed:
    said = [each for each in one.use.use.done if each.duty == state.duty]
    last = ""
    if said:
        done = said[-1]
        sentence = (
            _("{name} says that it was refused, on {day}.")
            if done.outcome == "refused"
            else _("{name} says that it was done, on {day}.")
        )
        last = sentence.format(name=visible(done.by), day=done.on.written)
    return Owed(
        name=state.duty,
        what=label("duty", state.kind),
        state=label("duty_status", state.status),
        open=state.status in OPEN,
        due=iso_day(state.due) if state.due else "",
        pays=bool(state.amount),
        approval=state.kind == "approval",
        said=last,
    )
