"""Duties, settled by a person: what was done, on which day, with the file that shows it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from replique import store
from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store.home import Home
from replique.web.asking import day, text
from replique.web.permissions import action
from replique.web.person import person_of
from replique.web.views.uses import page

LARGEST = 64 << 20
"""Bytes of a file that shows that a duty was done."""
_UNSAFE = re.compile(r"[^\w. -]+")


@require_POST
@action("duties.settle")
def settle(request: HttpRequest, use: str) -> HttpResponse:
    """Keep that a duty was done or refused, or take back what was said of it."""
    duty = text(request, "duty")
    name = f"{use}:{duty}"
    try:
        if text(request, "do") == "undo":
            store.undo_duty(name)
            messages.success(request, _("What was said of this duty is taken back."))
        else:
            _done(request, name)
            messages.success(request, _("It is kept that this was done, with the file."))
    except RepliqueError as error:
        said = {key: text(request, key) for key in ("on", "amount", "currency", "do")}
        return page(request, use, None, {}, slip=(duty, error, said), status=400)
    store.check(use)
    return HttpResponseRedirect(reverse("use", args=[use]) + "#duties")


def _done(request: HttpRequest, name: str) -> None:
    file = request.FILES.get("evidence")
    if file is None:
        raise UsageError(
            _("The file that shows it is missing."),
            advice=_("Choose it: a bank statement, a letter, a picture of the credits."),
        )
    if not file.size or file.size > LARGEST:
        raise UsageError(_("{file} is empty, or larger than 64 MB.").format(file=file.name))
    called = _UNSAFE.sub("_", Path((file.name or "").replace("\\", "/")).name).strip(". ")[-150:]
    with tempfile.TemporaryDirectory(dir=Home.opened().runs, prefix=".evidence-") as folder:
        copy = Path(folder) / (called or "evidence")
        with copy.open("wb") as out:
            for piece in file.chunks():
                out.write(piece)
        store.do_duty(
            name,
            evidence=copy,
            by=person_of(request).name,
            on=day(request, "on"),
            amount=text(request, "amount") or None,
            currency=text(request, "currency"),
            refused=text(request, "do") == "refused",
        )
