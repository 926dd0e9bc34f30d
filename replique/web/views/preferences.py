"""What a person chooses for themselves: the language, and the name they judge under."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from replique.language import LANGUAGES
from replique.language import gettext as _
from replique.web.permissions import action
from replique.web.person import LONGEST, NAME
from replique.web.tongue import CHOSEN


@require_POST
@action("language.choose")
def language(request: HttpRequest) -> HttpResponse:
    """Keep a choice of language."""
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        request.session[CHOSEN] = chosen
    return _back(request)


@require_POST
@action("name.choose")
def name(request: HttpRequest) -> HttpResponse:
    """Keep the name under which a person judges."""
    said = " ".join(request.POST.get("name", "").split())[:LONGEST]
    if said:
        request.session[NAME] = said
        messages.success(request, _("You judge as {name} from now on.").format(name=said))
    return _back(request)


@require_POST
@action("account.change")
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions: whoever holds it is out at their next step."""
    from allauth.usersessions.models import UserSession

    found = UserSession.objects.filter(pk=number, user_id=request.user.pk).first()
    if found is not None:
        found.end()
        messages.success(request, _("Signed out there."))
    return HttpResponseRedirect("/account/sessions/" if settings.COMMITTEE else "/")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page that was left, if it is one of ours."""
    wanted = request.POST.get("next", "/")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if ours else "/")
