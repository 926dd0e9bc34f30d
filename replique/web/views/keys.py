"""One's own key: made, changed, shared among confidants, lost and given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from replique.language import gettext as _
from replique.store import confiding, members, recovering, testimony_keys
from replique.testimony.passphrases import LEAST_LENGTH
from replique.web.asking import needed
from replique.web.passphrases import chosen, opened, passphrase
from replique.web.permissions import action, could
from replique.web.person import member_of, person_of

_SECRET = sensitive_post_parameters("passphrase", "new", "again")


@require_GET
@action("keys.own")
def keys(request: HttpRequest) -> HttpResponse:
    """Show one's key, and what can be done with it."""
    me, person = member_of(request), person_of(request)
    key = testimony_keys.key(me)
    slug = person.performer
    chosen_ones = confiding.confidants(slug) if slug else []
    keeping = [each for each in chosen_ones if each.keeps]
    told = {
        "key": key,
        "performer": slug,
        "confidants": chosen_ones,
        "keeping": keeping,
        "thresholds": list(range(2, len(keeping) + 1)),
        "asked": recovering.recoveries(member=me) if key else [],
        "least": LEAST_LENGTH,
    }
    return render(request, "desk/keys.html", told)


@_SECRET
@require_POST
@action("keys.own")
def make(request: HttpRequest) -> HttpResponse:
    """Make one's first key, under a passphrase."""
    testimony_keys.make_key(member_of(request), chosen(request))
    messages.success(request, _("Your key is made. Testimony can be sealed for you now."))
    return _back()


@_SECRET
@require_POST
@action("keys.own")
def change(request: HttpRequest) -> HttpResponse:
    """Choose another passphrase for the same key."""
    testimony_keys.change_passphrase(member_of(request), passphrase(request), chosen(request))
    messages.success(request, _("The passphrase is changed."))
    return _back()


@_SECRET
@require_POST
@action("keys.own")
def renew(request: HttpRequest) -> HttpResponse:
    """Take a new key in the place of the present one."""
    testimony_keys.renew(member_of(request), passphrase(request))
    messages.success(request, _("You have a new key; nothing opens with the old one any more."))
    return _back()


@_SECRET
@require_POST
@action("keys.own")
def share(request: HttpRequest) -> HttpResponse:
    """Give each confidant a part of one's key."""
    made = recovering.share_key(
        member_of(request), passphrase(request), needed(request, "threshold")
    )
    messages.success(
        request,
        _("Shared among {parts}: any {enough} of them can give your key back.").format(
            parts=made.shared, enough=made.enough
        ),
    )
    return _back()


@_SECRET
@require_POST
@action("keys.own")
def ask(request: HttpRequest) -> HttpResponse:
    """Say that a passphrase is lost: ask one's confidants."""
    recovering.ask(member_of(request), chosen(request))
    messages.success(request, _("Asked. Call your confidants, and read them the digits below."))
    return _back()


@_SECRET
@require_POST
@action("keys.own")
def finish(request: HttpRequest) -> HttpResponse:
    """Take the old key back from the parts that were given."""
    recovering.finish(needed(request, "recovery"), member_of(request), passphrase(request))
    messages.success(request, _("What was sealed for you opens with the new passphrase."))
    return _back()


@require_POST
@action("keys.own")
def drop(request: HttpRequest) -> HttpResponse:
    """Ask no more."""
    recovering.drop(needed(request, "recovery"), member_of(request))
    messages.success(request, _("Nobody is asked any more."))
    return _back()


@_SECRET
@require_POST
@action("keys.answer")
def answer(request: HttpRequest, recovery: int) -> HttpResponse:
    """Give back the part of a key that one keeps, after a call."""
    recovering.answer(recovery, member_of(request), opened(request))
    messages.success(request, _("Your part is given back."))
    return HttpResponseRedirect(reverse("confidants"))


@require_GET
@action("confidants.see")
def confidants(request: HttpRequest) -> HttpResponse:
    """Show whom one chose, who chose oneself, and who asks for a key."""
    me, person = member_of(request), person_of(request)
    mine = confiding.confidants(person.performer) if person.performer else []
    taken = {each.member for each in mine} | {me}
    told = {
        "performer": person.performer,
        "chosen": mine,
        "others": [each for each in members.members() if each.id not in taken],
        "confided": confiding.confided(me),
        "asked": [each for each in recovering.recoveries(confidant=me) if each.mine]
        if could(person, "keys.answer")
        else [],
    }
    return render(request, "desk/confidants.html", told)


@require_POST
@action("confidants.choose")
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a confidant; nobody can do that for another."""
    made = confiding.choose_confidant(member_of(request), needed(request, "member"))
    messages.success(
        request, _("{name} is your confidant, and sees what is yours.").format(name=made.name)
    )
    return HttpResponseRedirect(reverse("confidants"))


@require_POST
@action("confidants.see")
def end(request: HttpRequest) -> HttpResponse:
    """End it: by the performer, or by who was chosen."""
    confiding.end_confidence(member_of(request), needed(request, "confidant"))
    messages.success(request, _("Ended. If they kept a part of your key, share it anew."))
    return HttpResponseRedirect(reverse("confidants"))


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("keys"))
