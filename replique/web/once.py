"""A form that is sent twice is kept once.

Whoever presses a button and gets no answer, because the line broke or the server died, presses
it again; a browser does so by itself.  Each form therefore holds a word of its own, which is
kept in the same transaction as what the form did: the second time is answered as the first was,
and nothing is done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from replique.language import gettext as _

FIELD = "once"
REMEMBERED = dt.timedelta(days=15)
"""Longer than a session lasts: no form is older."""
ACTIONS = frozenset(
    {
        "agreements.add",
        "agreements.change",
        "cases.change",
        "cases.give",
        "cases.open",
        "duties.settle",
        "letters.write",
        "occurrences.judge",
        "occurrences.several",
        "performers.add",
        "scans.start",
        "testimony.change",
        "testimony.write",
        "uses.change",
        "uses.describe",
    }
)
"""What would be there twice. All else changes nothing the second time; or shows something that is
shown once, and is wanted again when its answer was lost; or takes long: what is done once is done
in one transaction, which others wait for."""
HEAVY = 128 << 20
"""Bytes of files: on SQLite nobody else writes while they are copied, for 30 s at most."""
_LEADS = "_desk_leads"
_WORD = re.compile(r"[\w-]{16,64}\Z", re.ASCII)


def word() -> str:
    """Return a word for one form."""
    return secrets.token_urlsafe(16)


def once(
    request: HttpRequest, act: str, answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer a form; the second time as the first, doing nothing.

    A form without a word is answered as ever, and so is one with heavy files. One that was not
    taken is shown again, and may be sent again.
    """
    said = request.POST.get(FIELD, "") if request.method == "POST" and act in ACTIONS else ""
    if not _WORD.match(said) or _size(request) > HEAVY:
        return answer()
    from replique.web.models import Once

    with transaction.atomic():
        kept, new = Once.objects.get_or_create(key=_key(request, said))
        if not new:
            messages.info(request, _("This was kept the first time; it is not kept twice."))
            return HttpResponseRedirect(kept.location)
        made = answer()
        where = made.url if isinstance(made, HttpResponseRedirect) else getattr(made, _LEADS, "")
        if where:
            kept.location = where
            kept.save(update_fields=["location"])
        else:
            kept.delete()
    return made


def leading(made: HttpResponse, where: str) -> HttpResponse:
    """Say of a page that tells what was kept, and leads nowhere, where the second time leads."""
    setattr(made, _LEADS, where)
    return made


def forget() -> None:
    """Forget the words of forms that nobody can send any more."""
    from replique.web.models import Once

    Once.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()


def _size(request: HttpRequest) -> int:
    return sum(each.size or 0 for _name, files in request.FILES.lists() for each in files)


def _key(request: HttpRequest, said: str) -> str:
    """Return under what it is kept: of this person, this address, this form."""
    from replique.web.person import person_of

    whole = f"{person_of(request).member}\0{request.path}\0{said}"
    return hashlib.sha256(whole.encode()).hexdigest()
