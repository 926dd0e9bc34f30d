"""Several occurrences at once: chosen in the list, shown again, then judged, given, described.

Nothing is done before a page has said of how many, and whose. What is done is done to just
those that were shown, whatever the filter would show by then.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from replique.consent.labels import label
from replique.consent.vocabulary import ACTS
from replique.errors import AgreementRefused, NotAllowed, RepliqueError, StaysSealed, UsageError
from replique.language import gettext as _
from replique.language import ngettext
from replique.report.numerals import number as written
from replique.store import cases, desk_queries, testimony_keys
from replique.store import several as done
from replique.web.asking import needed, text
from replique.web.belonging import whose_occurrences
from replique.web.forms import use as asking
from replique.web.permissions import action, could, may
from replique.web.person import member_of, person_of
from replique.web.views.case_contents import givable
from replique.web.views.listen import LONGEST_WHY
from replique.web.views.occurrences import query_of, wanted_of

SHOWN = 12
"""Of those chosen, that the page shows again by name."""


@require_POST
@action("occurrences.several")
def choose(request: HttpRequest) -> HttpResponse:
    """Show again what was chosen, and ask what is to be done with it."""
    wanted = wanted_of(_list(request))
    all_ = text(request, "all") == "yes"
    numbers = desk_queries.numbers(wanted, done.MOST) if all_ else _numbers(request)
    if not numbers:
        messages.info(request, _("No occurrence was chosen: tick some, then choose what to do."))
        return HttpResponseRedirect(reverse("occurrences") + query_of(wanted))
    return _page(request, numbers, {"of": desk_queries.count(wanted) if all_ else len(numbers)})


@sensitive_post_parameters("why")
@require_POST
@action("occurrences.several")
def judge(request: HttpRequest) -> HttpResponse:
    """Judge all that was chosen, or none of it."""
    numbers = _may(request, _numbers(request), "occurrences.judge")
    verdict, why = text(request, "said"), request.POST.get("why", "")[:LONGEST_WHY]
    member = member_of(request) if settings.COMMITTEE else None
    try:
        count = done.judge_several(
            numbers, verdict, why, name=person_of(request).name, member=member
        )
    except RepliqueError as error:
        return _page(request, numbers, {"error": error, "said": verdict, "why": why}, 400)
    said = {
        "no": ngettext("{count} occurrence: no.", "{count} occurrences: no.", count),
        "unsure": ngettext("{count} occurrence: unsure.", "{count} occurrences: unsure.", count),
    }[verdict]
    messages.success(request, said.format(count=written(count)))
    return _back(request)


@require_POST
@action("occurrences.several")
def give(request: HttpRequest) -> HttpResponse:
    """Put all that was chosen into a case."""
    numbers = _may(request, _numbers(request), "cases.give")
    try:
        case = _case(request)
        count = cases.add_items(
            case, "occurrence", [str(each) for each in numbers], by=member_of(request)
        )
    except UsageError as error:
        return _page(request, numbers, {"error": error}, 400)
    said = ngettext(
        "{count} occurrence is new in the case {name}.",
        "{count} occurrences are new in the case {name}.",
        count,
    )
    messages.success(request, said.format(count=written(count), name=f"c{case}"))
    return _back(request)


@require_POST
@action("occurrences.several")
def describe(request: HttpRequest) -> HttpResponse:
    """Say the same of all that was chosen: by whom, in what, when it was used."""
    numbers = _may(request, _numbers(request), "uses.describe")
    try:
        made, left = done.describe_several(numbers, _facts(request), desk_queries.seen_only())
    except (AgreementRefused, UsageError) as error:
        return _page(request, numbers, {"error": error}, 400)
    count = len(made)
    said = ngettext("{count} use is described.", "{count} uses are described.", count)
    messages.success(request, said.format(count=written(count)))
    if left:
        said = ngettext(
            "{count} was described before, and is left as it is.",
            "{count} were described before, and are left as they are.",
            left,
        )
        messages.info(request, said.format(count=written(left)))
    return _back(request)


def _page(
    request: HttpRequest, numbers: list[int], more: dict[str, Any], status: int = 200
) -> HttpResponse:
    _may(request, numbers, "occurrences.judge")
    lines = desk_queries.lines_of(numbers[:SHOWN])
    told = {
        "numbers": ",".join(str(each) for each in numbers),
        "count": len(numbers),
        "of": len(numbers),
        "most": done.MOST,
        "lines": [lines[each] for each in numbers[:SHOWN] if each in lines],
        "rest": max(0, len(numbers) - SHOWN),
        "cases": givable(request) if could(person_of(request), "cases.give") else [],
        "acts": [(code, label("act", code)) for code in ACTS],
        "list": request.POST.get("list", ""),
        "query": query_of(wanted_of(_list(request))),
        "keyless": _keyless(request),
        "seals": settings.COMMITTEE,
    }
    return render(request, "desk/several.html", told | more, status=status)


def _may(request: HttpRequest, numbers: list[int], act: str) -> list[int]:
    """Return them, when somebody may do this with each. Raises NotAllowed."""
    person = person_of(request)
    if person.owner:
        return numbers
    whose = whose_occurrences(person, numbers)
    if not all(may(person, act, whose[each]) for each in numbers):
        raise NotAllowed(
            _("Some of these are not there, or are not yours. Nothing was done."),
            advice=_("Go back to the list and choose again."),
        )
    return numbers


def _case(request: HttpRequest) -> int:
    case = needed(request, "case")
    if case not in {each.id for each in givable(request)}:
        raise UsageError(_("There is no such case."))
    return case


def _facts(request: HttpRequest) -> dict[str, object]:
    """Return what was said of the use. Raises AgreementRefused, UsageError for nothing."""
    facts = {
        key: value
        for key, value in asking.of_form(request.POST).items()
        if value is not None and key in {"act", "production", "company", "date"}
    }
    if not facts:
        raise UsageError(_("Nothing was said of the use: fill in what is known."))
    return facts


def _keyless(request: HttpRequest) -> bool:
    if not settings.COMMITTEE:
        return False
    try:
        testimony_keys.current(member_of(request))
    except StaysSealed:
        return True
    return False


def _list(request: HttpRequest) -> QueryDict:
    return QueryDict(request.POST.get("list", "").removeprefix("?"))


def _numbers(request: HttpRequest) -> list[int]:
    said = [*request.POST.getlist("number"), *request.POST.get("numbers", "").split(",")]
    found = [int(each) for each in said if each.isascii() and each.isdecimal() and len(each) < 16]
    return list(dict.fromkeys(found))[: done.MOST + 1]


def _back(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("occurrences") + query_of(wanted_of(_list(request))))
