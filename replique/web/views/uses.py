"""Describe what was done; what the agreements say of it is told as the facts are filled in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique import store
from replique.errors import AgreementRefused
from replique.language import gettext as _
from replique.report import finding as told_finding
from replique.store import FindingRecord, checking, describing
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
        several = describing.undescribed(number)
        if performer is None and several:
            performer = several[0].performer
        said = dict(describing.OF_AN_OCCURRENCE)
    told = _form(said, problems)
    told |= {
        "occurrence": number,
        "performer": performer,
        "others": [each for each in describing.undescribed(number)],  # noqa: C416 — as they are
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
    return _page(request, use, None, {})


@require_POST
@action("uses.change")
def change(request: HttpRequest, use: str) -> HttpResponse:
    """Change what is said of a use."""
    facts = asking.of_form(request.POST)
    try:
        made = store.change_use(use, facts)
    except AgreementRefused as error:
        return _page(request, use, _known(facts), problems_of(error))
    store.check(made.name)
    messages.success(request, _("What is said of {use} is changed.").format(use=made.name))
    return HttpResponseRedirect(reverse("use", args=[made.name]))


@require_POST
@action("uses.see")
def suppose_change(request: HttpRequest, use: str) -> HttpResponse:
    """Answer for a use with other facts."""
    facts = asking.of_form(request.POST)
    return _told(request, lambda: describing.supposed(facts, name=use))


def _page(
    request: HttpRequest, name: str, said: dict[str, Any] | None, problems: dict[str, str]
) -> HttpResponse:
    known = store.find_use(name)
    told = _form(describing.said(known.use) if said is None else said, problems)
    told |= {
        "use": known,
        "occurrence": known.occurrence,
        "action": reverse("change-use", args=[known.name]),
        "asking": reverse("suppose-use", args=[known.name]),
        "answer": answer_of(checking.asked(known.name)),
    }
    return render(request, "desk/use.html", told)


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
