"""Private testimony: written for named readers, read with a passphrase."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store import cases, sealing, testimony_keys
from replique.store.testimony_records import TestimonyRecord
from replique.web.asking import mark, needed, number, sure, text
from replique.web.passphrases import opened
from replique.web.permissions import action, could
from replique.web.person import member_of, person_of


@require_GET
@action("testimony.list")
def index(request: HttpRequest) -> HttpResponse:
    """List what is sealed for oneself; a form to write."""
    me = member_of(request)
    told = {
        "texts": [(each, about(each)) for each in reversed(sealing.sealed_texts(reader=me))],
        "key": testimony_keys.key(me),
        "readers": [each for each in testimony_keys.keepers() if each[0] != me],
        "cases": cases.brief(None if person_of(request).owner else me)
        if could(person_of(request), "cases.list")
        else [],
        "case": mark(request, "case"),
    }
    return render(request, "desk/testimony.html", told)


@sensitive_post_parameters("text")
@require_POST
@action("testimony.write")
def write(request: HttpRequest) -> HttpResponse:
    """Seal a text for some readers; nothing of it is kept in the clear."""
    me, person = member_of(request), person_of(request)
    case = number(request, "case")
    mine = cases.brief(None if person.owner else me) if case is not None else []
    if case is not None and case not in {each.id for each in mine}:
        raise UsageError(_("There is no such case."))
    made = sealing.write(
        request.POST.get("text", ""),
        by=me,
        readers=_numbers(request.POST.getlist("readers")),
        performer=person.performer,
        case=case,
    )
    messages.success(
        request, _("Sealed for {count} people: only they can read it.").format(
            count=len(made.readers)
        ),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("testimony"))


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
@action("testimony.read")
def read(request: HttpRequest, number: int) -> HttpResponse:
    """Show who may read a text; to a passphrase, the text. It is in no address and no cache."""
    me = member_of(request)
    told = _around(number, me)
    if request.method == "POST":
        try:
            told["opened"] = sealing.read(number, me, opened(request))
        except RepliqueError as error:
            told["error"] = error
            return render(request, "desk/testimony_one.html", told, status=400)
    return render(request, "desk/testimony_one.html", told)


@sensitive_post_parameters("passphrase", "text")
@require_POST
@action("testimony.change")
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Write a text anew, let somebody read it or no more, or remove it."""
    me, what = member_of(request), text(request, "do")
    if what == "remove":
        sure(request)
        sealing.remove(number, me)
        messages.success(request, _("The text is removed."))
        return HttpResponseRedirect(reverse("testimony"))
    if what == "amend":
        sealing.amend(number, request.POST.get("text", ""), me, opened(request))
        messages.success(request, _("The text is sealed anew, for the same readers."))
    elif what == "let":
        sealing.let_read(number, needed(request, "member"), me, opened(request))
        messages.success(request, _("One more person can read it."))
    elif what == "stop":
        leaving = needed(request, "member")
        sealing.stop_reading(number, leaving, me, opened(request))
        messages.success(request, _("The text is sealed anew, for those who stay."))
        if leaving == me:
            return HttpResponseRedirect(reverse("testimony"))
    else:
        raise UsageError(_("This form is not filled in."), advice=_("Go back and choose again."))
    return HttpResponseRedirect(reverse("read-testimony", args=[number]))


def about(told: TestimonyRecord) -> str:
    """Return what of a text is told in the clear: what it is about."""
    kind, _slash, key = told.about.partition("/")
    if kind == "judgement":
        return _("why somebody judged so")
    if kind == "agreement":
        return _("what is private in {agreement}").format(agreement=key)
    if told.case is not None:
        return _("on the case {name}").format(name=f"c{told.case}")
    return key or _("What {name} wrote").format(name=told.by_name)


def _around(number: int, me: int) -> dict[str, object]:
    told = sealing.sealed_text(number)
    there = {each.member for each in told.readers}
    return {
        "told": told,
        "about": about(told),
        "mine": told.by == me,
        "me": me,
        "others": [each for each in testimony_keys.keepers() if each[0] not in there],
    }


def _numbers(said: list[str]) -> list[int]:
    return [int(each) for each in said if each.isascii() and each.isdecimal() and len(each) <= 18]
