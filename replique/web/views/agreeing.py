"""The agreement interview, as a form on one page; nothing is kept before it was seen whole."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from replique import store
from replique.consent import writing
from replique.consent.records import Agreement
from replique.consent.vocabulary import ANY
from replique.errors import AgreementRefused, AlreadyThere, StaysSealed
from replique.language import gettext as _
from replique.store import AgreementRecord
from replique.store.agreeing_sealed import add_agreement_sealed
from replique.web.forms import agreement as asking
from replique.web.forms.fields import Tree, problems_of
from replique.web.permissions import action
from replique.web.person import member_of, person_of
from replique.web.plainly import plainly


@require_POST
@action("agreements.add")
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the form of whose agreement it is."""
    performer = request.POST.get("performer", "")
    where = reverse("new-agreement", args=[performer or "-"])
    template = request.POST.get("template", "")
    known = template in asking.TEMPLATES
    return HttpResponseRedirect(where + (f"?template={template}" if known else ""))


@require_http_methods(["GET", "POST"])
@action("agreements.add")
def new(request: HttpRequest, performer: str) -> HttpResponse:
    """Ask; show what it says; keep it when that is meant."""
    owner = next((each for each in store.performers() if each.slug == performer), None)
    store.life(performer)  # raises what a person is told when there is nobody
    template = request.POST.get("template") or request.GET.get("template", "")
    problems: dict[str, str] = {}
    drafted: Agreement | None = None
    if request.method == "POST":
        tree = asking.of_form(request.POST, template, performer)
        asking.more(tree, request.POST.get("more", ""))
        if "more" not in request.POST:
            drafted, problems = _drafted(request, tree, performer)
    else:
        tree = asking.begin(template, performer)
    if drafted is not None and "keep" in request.POST:
        try:
            record = _kept(request, drafted)
        except (AlreadyThere, StaysSealed) as error:
            # nothing that was written is lost: the form stays
            problems = {"": f"{error} {error.advice}"}
        else:
            messages.success(
                request,
                _("{agreement} is kept.").format(agreement=record.agreement.title or record.id),
            )
            return HttpResponseRedirect(reverse("agreement", args=[record.id]))
    told = {
        "performer": owner,
        "template": template,
        "sections": [(each, asking.duty_boxes(tree, each.key) if each.key else ())
                     for each in asking.sections(tree, problems)],
        "counts": [(key, len(tree.get(key, [])))
                   for key in ("grant", "prohibition", "signature", "circumstance")],
        "problems": problems,
        "others": [said for name, said in problems.items() if not name],
        "drafted": None if drafted is None else plainly(drafted),
        "everybody": "everybody" in request.POST,
        "collective": tree.get("kind") == "collective" and person_of(request).owner,
    }  # fmt: skip
    return render(request, "desk/agreement_form.html", told)


def _kept(request: HttpRequest, drafted: Agreement) -> AgreementRecord:
    """Keep it; on a committee's desk what is private in it is sealed. Raises StaysSealed."""
    if settings.COMMITTEE:
        return add_agreement_sealed(drafted, by=member_of(request))
    return store.add_agreement(writing.agreement(drafted))


def _drafted(
    request: HttpRequest, tree: Tree, performer: str
) -> tuple[Agreement | None, dict[str, str]]:
    """Return the agreement that was written, or what is wrong with it by field."""
    of_all = tree.get("kind") == "collective" and "everybody" in request.POST
    whose = [ANY] if of_all and person_of(request).owner else [performer]
    taken = {each.id for each in store.agreements()}
    try:
        return asking.drafted(tree, whose, taken), {}
    except AgreementRefused as error:
        return None, problems_of(error) or {"": str(error)}
