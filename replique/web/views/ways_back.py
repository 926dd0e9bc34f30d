"""An organiser makes a way back in for a member who lost their password."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store import members
from replique.web import ways_back
from replique.web.asking import text
from replique.web.permissions import action
from replique.web.person import member_of


@require_POST
@action("members.change")
def way_back(request: HttpRequest, member: int) -> HttpResponse:
    """Make an address by which they choose another password; it is shown this once."""
    if member == member_of(request):
        raise UsageError(
            _("This is yourself."), advice=_("Change your password under Account, Password.")
        )
    path = ways_back.make(member, factors_too=text(request, "factors") == "yes")
    where = request.build_absolute_uri(path)
    told = {"member": members.member(member), "where": where}
    return render(request, "desk/way_back.html", told)
