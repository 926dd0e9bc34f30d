"""Letters from a case: written about a use in it, kept as evidence in it, to be signed."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from replique.errors import NotFound, UsageError
from replique.gathering import letters
from replique.gathering.letters import LONGEST_WAIT_DAYS, Details
from replique.language import LANGUAGES, current
from replique.language import gettext as _
from replique.report.letters import as_pdf, as_text, compose
from replique.store import cases, desk_queries, evidence_files
from replique.store.documents import letter_made
from replique.store.home import Home
from replique.web.asking import number, text
from replique.web.leading_on import led_on
from replique.web.once import leading
from replique.web.permissions import action
from replique.web.person import member_of
from replique.web.views.cases import around

SPOKEN = {"en": "English", "fr": "Français"}


def kinds() -> list[tuple[str, str]]:
    """Return which letters there are, and what each is for."""
    return [
        ("access", _("what do you hold of me, and what did you do with it")),
        ("objection", _("I object to processing that rests on your interests alone")),
        ("takedown", _("take this use down")),
        ("payment", _("pay what the agreement owes")),
        ("withdrawal", _("I withdraw my consent")),
    ]


@sensitive_post_parameters("address", "pay_to", "note", "email")
@require_http_methods(["GET", "POST"])
@action("letters.write", of="case")
@led_on
def letter(request: HttpRequest, case: int) -> HttpResponse:
    """Ask what a letter needs; write it, keep it in the case, and say what is left to settle."""
    uses = cases.uses_in(case)
    told: dict[str, Any] = {
        **around(case, "papers"),
        "uses": desk_queries.uses_named(uses).values(),
        "kinds": kinds(),
        "tongues": [(code, SPOKEN[code]) for code in LANGUAGES],
    }
    if request.method == "GET":
        return render(request, "desk/letter.html", told)
    name, kind = text(request, "use"), text(request, "kind")
    if name not in uses:
        raise NotFound(_("This case holds no such use."))
    if kind not in dict(kinds()):
        raise UsageError(_("Which letter is meant?"))
    tongue = text(request, "language")
    facts = letters.facts(
        Home.opened(), letters.finding(name), _details(request), text(request, "to")
    )
    composed = compose(kind, facts, tongue if tongue in LANGUAGES else current())
    pdf = as_pdf(composed)
    stem = f"{kind}-{name}-{composed.date}"
    by = member_of(request)
    for ending, content in ((".pdf", pdf), (".txt", as_text(composed).encode())):
        cases.add_items(case, "letter", [_kept(content)], by=by, name=stem + ending)
    letter_made(kind, hashlib.sha256(pdf).hexdigest())
    told |= {"letter": composed, "stem": stem}
    made = render(request, "desk/letter_made.html", told)
    return leading(made, reverse("case-papers", args=[case]))


def _details(request: HttpRequest) -> Details:
    days = number(request, "days")
    if days is not None and not 1 <= days <= LONGEST_WAIT_DAYS:
        raise UsageError(_("A deadline is between 1 and 365 days."))
    return Details(
        place=text(request, "place"),
        answer_within_days=days,
        pay_to=text(request, "pay_to"),
        note=text(request, "note"),
        sender={
            "address": _lines(request, "address"),
            "email": text(request, "email"),
            "represented_by": text(request, "represented_by"),
        },
        to={"address": _lines(request, "to_address")},
    )


def _lines(request: HttpRequest, name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text(request, name).splitlines() if each.strip())


def _kept(content: bytes) -> str:
    with tempfile.NamedTemporaryFile(dir=Home.opened().runs, prefix=".letter-") as copy:
        copy.write(content)
        copy.flush()
        return evidence_files.keep(Path(copy.name))
