"""Who works here: members, invitations; for organisers, who see nothing of what is in cases."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.language import LANGUAGES
from replique.language import gettext as _
from replique.store import case_merging, inviting
from replique.store import members as people
from replique.web import closing
from replique.web.asking import needed, sure, text
from replique.web.permissions import action, could
from replique.web.person import forget, member_of, person_of
from replique.web.views.takes import named

ROLES = ("member", "organiser", "auditor")
NEW = "+"
"""Stands for a performer who is added with their invitation; no short name is like it."""


def roles() -> dict[str, tuple[str, str]]:
    """Return what each role is called, and what it may do."""
    return {
        "member": (_("member"), _("works on the committee’s cases")),
        "organiser": (_("organiser"), _("invites people, looks after settings; sees no contents")),
        "auditor": (_("auditor"), _("sees the ledger; sees no contents")),
        "performer": (_("performer"), _("a person whose work is kept here")),
        "confidant": (_("confidant"), _("whom a performer chose")),
    }


@require_GET
@action("members.list")
def index(request: HttpRequest) -> HttpResponse:
    """List who works here; for organisers, with invitations."""
    organises = could(person_of(request), "members.change")
    said, out = roles(), closing.suspended()
    told = {
        "members": [
            (each, [said[str(role)][0] for role in sorted(each.roles)], each.id in out)
            for each in people.members(left=organises)
        ],
        "organises": organises,
        "invitations": inviting.invitations() if organises else [],
        "new": NEW,
        **(_choices() if organises else {}),
    }
    return render(request, "desk/members.html", told)


@require_POST
@action("members.change")
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation; its address is shown this once, and kept nowhere."""
    name, performer = text(request, "name"), text(request, "performer")
    with transaction.atomic():  # nobody is added whom nobody then invites
        if performer == NEW:
            performer = named(name).slug
        made = inviting.invite(
            name,
            by=member_of(request),
            roles=request.POST.getlist("roles"),
            performer=performer,
            language=text(request, "language") or "en",
        )
    where = request.build_absolute_uri(reverse("invitation", args=[made.code]))
    return render(request, "desk/invited.html", {"invitation": made, "where": where})


@require_POST
@action("members.change")
def revoke(request: HttpRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    inviting.revoke(invitation)
    messages.success(request, _("The invitation no longer works."))
    return HttpResponseRedirect(reverse("members"))


@require_GET
@action("members.change")
def member(request: HttpRequest, member: int) -> HttpResponse:
    """Show a member, to be changed, handed over, let go."""
    shown = people.member(member)
    told = {
        "member": shown,
        "suspended": member in closing.suspended(),
        "oneself": member == member_of(request),
        "left": case_merging.stranded(member) if shown.here else None,
        "others": [
            each for each in people.members() if each.id != member and "member" in each.roles
        ],
        **_choices(),
    }
    return render(request, "desk/member.html", told)


@require_POST
@action("members.change")
def change(request: HttpRequest, member: int) -> HttpResponse:
    """Change what is said of a member."""
    changed = people.change_member(
        member,
        name=text(request, "name"),
        roles=request.POST.getlist("roles"),
        language=text(request, "language"),
        performer=request.POST.get("performer"),
        by=member_of(request),
    )
    forget(request)
    messages.success(request, _("{name}: changed.").format(name=changed.name))
    if "organiser" not in changed.roles and member == member_of(request):
        return HttpResponseRedirect("/")
    return HttpResponseRedirect(reverse("members"))


@require_POST
@action("members.change")
def hand_over(request: HttpRequest, member: int) -> HttpResponse:
    """Give all that a member sees to, to another."""
    count = case_merging.hand_over(member, needed(request, "to"), by=member_of(request))
    messages.success(
        request, _("Handed over. Cases that somebody else works on now: {n}.").format(n=count)
    )
    return HttpResponseRedirect(reverse("member", args=[member]))


@require_POST
@action("members.change")
def suspend(request: HttpRequest, member: int) -> HttpResponse:
    """Keep somebody out for a time, at once; or let them in again."""
    who = people.member(member)
    if text(request, "what") == "readmit":
        closing.readmit(member)
        messages.success(request, _("{name} can come in again.").format(name=who.name))
    else:
        closing.suspend(member, by=member_of(request))
        messages.success(
            request,
            _("{name} is suspended: every session and every token ended.").format(name=who.name),
        )
    return HttpResponseRedirect(reverse("member", args=[member]))


@require_POST
@action("members.change")
def leave(request: HttpRequest, member: int) -> HttpResponse:
    """End that somebody is a member: they can no longer come in."""
    sure(request)
    who = people.member(member)
    case_merging.leave(
        member, by=member_of(request), though_unread=text(request, "unread") == "yes"
    )
    closing.shut(member)
    messages.success(
        request, _("{name} is no longer a member, and cannot come in.").format(name=who.name)
    )
    forget(request)
    return HttpResponseRedirect(reverse("members"))


def _choices() -> dict[str, object]:
    said = roles()
    return {
        "roles": [(code, *said[code]) for code in ROLES],
        "performers": store.performers(),
        "tongues": [(code, {"en": "English", "fr": "Français"}[code]) for code in LANGUAGES],
    }
