"""What a case holds: findings, agreements, papers; put in only by who may see them."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique.consent.vocabulary import VERDICTS
from replique.consent.wording import verdict_name
from replique.errors import NotAllowed, NotFound, UsageError
from replique.language import gettext as _
from replique.store import case_findings, cases, desk_queries, evidence_files
from replique.store.case_findings import Sought
from replique.store.case_records import CaseRecord
from replique.store.home import Home
from replique.web.asking import mark, needed, text
from replique.web.belonging import BELONGS, Whose
from replique.web.leading_on import led_on
from replique.web.permissions import action, may
from replique.web.person import Person, member_of, person_of
from replique.web.views.cases import around
from replique.web.views.hearing import SANDBOX

A_PAGE = 50
LARGEST_PAPER = 64 << 20
SOUGHT = ("performer", "production", "verdict", "judged")
FILES = ("file", "letter", "report")
MOST_AGREEMENTS = 200
SEEN_BY = {
    "occurrence": ("occurrences.listen", "number"),
    "use": ("uses.see", "use"),
    "agreement": ("agreements.see", "agreement"),
}
"""What can be put in by its name, and the action that one needs with it."""
_UNSAFE = re.compile(r"[^\w. -]+", re.ASCII)


@require_GET
@action("cases.see")
@led_on
def findings(request: HttpRequest, case: int) -> HttpResponse:
    """Show the occurrences and uses of a case."""
    begin = mark(request, "after") or 0
    sought = Sought(**{name: request.GET.get(name, "")[:300] for name in SOUGHT})
    held = case_findings.findings(case, sought, after=begin, count=A_PAGE + 1)
    more = held[A_PAGE - 1].id if len(held) > A_PAGE else None
    held = held[:A_PAGE]
    lines = desk_queries.lines_of([int(each.key) for each in held if each.kind == "occurrence"])
    uses = desk_queries.uses_named([each.key for each in held if each.kind == "use"])
    said = {name: value for name in SOUGHT if (value := getattr(sought, name))}
    told = {
        "rows": [
            (each, lines.get(int(each.key)), None)
            if each.kind == "occurrence"
            else (each, None, uses.get(each.key))
            for each in held
        ],
        "more": urlencode({**said, "after": more}) if more else "",
        "first": not begin,
        "sought": sought,
        "case": {"id": case},
    }
    if request.headers.get("HX-Target") == "list":
        return render(request, "desk/case_findings_list.html", told)
    people, productions = case_findings.offered(case)
    told |= {
        "people": people,
        "productions": productions,
        "choices": [
            ("judged", _("Judged"), sought.judged, judged_choices()),
            ("verdict", _("Agreements say"), sought.verdict, verdict_choices()),
        ],
    }
    return render(request, "desk/case_findings.html", {**told, **around(case, "findings")})


def judged_choices() -> list[tuple[str, str]]:
    """Return by which judgement findings are filtered."""
    return [("not", _("not judged")), ("yes", _("yes")), ("no", _("no")), ("unsure", _("unsure"))]


def verdict_choices() -> list[tuple[str, str]]:
    """Return by which verdict findings are filtered."""
    said = [(code, verdict_name(code)) for code in VERDICTS]
    return [*said, (case_findings.UNASKED, _("nobody has asked"))]


@require_GET
@action("cases.see")
@led_on
def papers(request: HttpRequest, case: int) -> HttpResponse:
    """Show the agreements, files and letters of a case."""
    begin = mark(request, "after") or 0
    files = cases.items(case, kinds=FILES, after=begin, count=A_PAGE + 1)
    told = {
        **around(case, "papers"),
        "agreements": cases.items(case, "agreement", count=MOST_AGREEMENTS),
        "files": files[:A_PAGE],
        "more": files[A_PAGE - 1].id if len(files) > A_PAGE else None,
    }
    return render(request, "desk/case_papers.html", told)


@require_POST
@action("cases.change")
def items(request: HttpRequest, case: int) -> HttpResponse:
    """Put something into a case, or take it out; it stays where it is kept."""
    by = member_of(request)
    if text(request, "remove"):
        cases.remove_item(case, needed(request, "remove"), by=by)
    else:
        kind, keys = text(request, "kind"), text(request, "keys").replace(",", " ").split()
        if not keys:
            raise UsageError(_("What is to be put in?"), advice=_("Write its number or its name."))
        person = person_of(request)
        for key in keys:
            _check_seen(request, person, kind, key)
        count = cases.add_items(case, kind, keys, by=by)
        if not count:
            messages.info(request, _("That is in the case already."))
    return _back(request, case)


@require_POST
@action("cases.change")
def paper(request: HttpRequest, case: int) -> HttpResponse:
    """Keep a file as evidence, and put it into the case."""
    for file in request.FILES.getlist("files"):
        name = Path((file.name or "").replace("\\", "/")).name[-200:]
        if not file.size or file.size > LARGEST_PAPER:
            messages.error(request, _("{file} is empty, or larger than 64 MB.").format(file=name))
            continue
        with tempfile.NamedTemporaryFile(dir=Home.opened().runs, prefix=".paper-") as copy:
            for piece in file.chunks():
                copy.write(piece)
            copy.flush()
            sha256 = evidence_files.keep(Path(copy.name))
        cases.add_items(case, "file", [sha256], by=member_of(request), name=name)
        messages.success(request, _("{file} is kept.").format(file=name))
    return HttpResponseRedirect(reverse("case-papers", args=[case]))


@require_GET
@action("cases.see")
def file(request: HttpRequest, case: int, item: int) -> HttpResponseBase:
    """Give a file of a case, to be saved: never shown as a page of ours."""
    del request
    held = next(iter(cases.items(case, kinds=FILES, after=item - 1, count=1)), None)
    held = held if held is not None and held.id == item else None
    path = None if held is None else evidence_files.path_of(Home.opened(), held.key)
    if held is None or path is None or not path.is_file():
        raise NotFound(_("This file is no longer kept here."))
    name = _UNSAFE.sub("_", held.name).strip(". ") or held.key[:12]
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = "application/octet-stream"
    response["Content-Security-Policy"] = SANDBOX
    return response


@require_http_methods(["GET", "POST"])
@action("cases.give")
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Give an occurrence of one's own, or confided, to a case: who works on it hears it then."""
    if request.method == "GET":
        told = {"number": number, "cases": givable(request)}
        partly = bool(request.headers.get("HX-Request"))
        return render(request, "desk/give_form.html" if partly else "desk/give.html", told)
    case = needed(request, "case")
    if case not in {each.id for each in givable(request)}:
        raise NotFound(_("There is no such case."))
    cases.add_items(case, "occurrence", [str(number)], by=member_of(request))
    messages.success(
        request,
        _("Occurrence {number} is in the case {name}.").format(number=number, name=f"c{case}"),
    )
    return HttpResponseRedirect(reverse("listen", args=[number]))


def givable(request: HttpRequest) -> list[CaseRecord]:
    """Return the cases to which somebody may give what they hear: where they were let in."""
    person = person_of(request)
    member = None if person.owner else member_of(request)
    return [each for each in cases.brief(member) if each.state in {"open", "waiting"}]


def _check_seen(request: HttpRequest, person: Person, kind: str, key: str) -> None:
    """Raise NotAllowed unless somebody may see a thing: in a case, all who work on it do."""
    if kind not in SEEN_BY:
        raise UsageError(_("A case does not hold such a thing."))
    act, name = SEEN_BY[kind]
    numbered = key.isascii() and key.isdecimal() and len(key) <= 18
    if kind == "occurrence" and not numbered:
        raise UsageError(_("An occurrence is named by its number."))
    if person.owner:
        return
    value: object = int(key) if kind == "occurrence" else key
    whose = BELONGS[kind](request, person, {name: value})
    if whose is Whose.OTHER or not may(person, act, whose):
        raise NotAllowed(
            _("{name} is not there, or not yours to put into a case.").format(name=key),
            advice=_("Whose work it is can give it to the case, on its own page."),
        )


def _back(request: HttpRequest, case: int) -> HttpResponseRedirect:
    place = "case-papers" if text(request, "from") == "papers" else "case-findings"
    return HttpResponseRedirect(reverse(place, args=[case]))
