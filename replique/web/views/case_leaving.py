"""What leaves a case: its double, the person who worked on it, a copy to take along."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from replique.errors import NotFound
from replique.language import gettext as _
from replique.store import case_merging, cases, jobs, members
from replique.store.home import Home
from replique.web import exporting
from replique.web.asking import needed, sure, text
from replique.web.leading_on import led_on
from replique.web.permissions import action
from replique.web.person import member_of, person_of
from replique.web.views.cases import around
from replique.web.views.hearing import SANDBOX
from replique.web.work import give, worker_at_work


@require_http_methods(["GET", "POST"])
@action("cases.merge")
@led_on
def merge(request: HttpRequest, case: int) -> HttpResponse:
    """Show which other cases may be the same; put this one into another."""
    if request.method == "POST":
        sure(request)
        kept = case_merging.merge(case, needed(request, "into"), by=member_of(request))
        messages.success(request, _("Both are one case now: {name}.").format(name=kept.name))
        return HttpResponseRedirect(reverse("case", args=[kept.id]))
    me = member_of(request)
    alike = case_merging.alike(case)
    for each in case_merging.doubles(case, me):
        alike[each.id] = alike.get(each.id, 0) + len(each.names)
    others = [each for each in cases.brief(me) if each.id != case]
    others.sort(key=lambda each: (-alike.get(each.id, 0), -each.id))
    told = {
        **around(case, "people"),
        "others": [(each, alike.get(each.id, 0)) for each in others],
    }
    return render(request, "desk/case_merge.html", told)


@require_http_methods(["GET", "POST"])
@action("cases.hand_over")
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give all that one sees to, to somebody else."""
    me = member_of(request)
    if request.method == "POST":
        sure(request)
        count = case_merging.hand_over(me, needed(request, "to"), by=me)
        messages.success(
            request, _("Handed over. Cases that somebody else works on now: {n}.").format(n=count)
        )
        return HttpResponseRedirect(reverse("cases"))
    told = {
        "left": case_merging.stranded(me),
        "others": [each for each in members.members() if each.id != me and "member" in each.roles],
    }
    return render(request, "desk/hand_over.html", told)


@require_http_methods(["GET", "POST"])
@action("cases.export")
@led_on
def export(request: HttpRequest, case: int) -> HttpResponse:
    """Order a copy of a case to take along; show those that were made."""
    if request.method == "POST":
        what = {
            "case": case,
            "member": member_of(request),
            "notes": text(request, "notes") == "yes",
            "token": exporting.token(),
        }
        give("export", what, person_of(request).name)
        return HttpResponseRedirect(reverse("case-export", args=[case]))
    made = jobs.jobs("export", limit=10, case=case)
    home = Home.opened()
    told = {
        "exports": [
            (each, exporting.file_of(home, str(each.what.get("token"))).is_file()) for each in made
        ],
        "waiting": any(each.open for each in made),
        "worker": worker_at_work(),
        "case": {"id": case},
    }
    if request.headers.get("HX-Target") == "exports":
        return render(request, "desk/case_exports.html", told)
    return render(request, "desk/case_export.html", {**told, **around(case, "export")})


@require_GET
@action("cases.export")
def download(request: HttpRequest, case: int, job: int) -> HttpResponseBase:
    """Give an export, to be saved."""
    del request
    made = next(
        (each for each in jobs.jobs("export", limit=500, case=case) if each.id == job), None
    )
    path = None
    if made is not None:
        path = exporting.file_of(Home.opened(), str(made.what.get("token")))
    if path is None or not path.is_file():
        raise NotFound(
            _("This export is not there, or no longer."), advice=_("An export is kept for a day.")
        )
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"c{case}.zip")
    response["Content-Type"] = "application/zip"
    response["Content-Security-Policy"] = SANDBOX
    return response
