"""What was agreed: the list, one agreement with its editions, and what is done with it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique import store
from replique.consent import terms
from replique.consent.labels import label
from replique.consent.summary import Section
from replique.consent.vocabulary import ACTS, ANY
from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store import AgreementRecord, desk_queries, sealing
from replique.store.agreeing_sealed import (
    about,
    lies_open,
    suspend_agreement_sealed,
    withdraw_agreement_sealed,
)
from replique.store.evidence_files import path_of
from replique.store.home import Home
from replique.web.belonging import agreement as whose_agreement
from replique.web.forms.agreement import TEMPLATES
from replique.web.permissions import action, may
from replique.web.person import member_of, person_of
from replique.web.plainly import plainly
from replique.web.seen import seen_performers

LARGEST_PAPER = 64 << 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Edition:
    """A text that was kept, in plain words."""

    record: AgreementRecord
    sections: tuple[Section, ...]


@require_GET
@action("agreements.list")
def agreements(request: HttpRequest) -> HttpResponse:
    """List what the person may see."""
    performers = seen_performers()
    names = {each.slug: each.name for each in performers}
    known = [
        (each, terms.kind(each.kind), label("status", each.status) if each.status else "",
         [names.get(slug, slug) if slug != ANY else _("everybody") for slug in each.performers])
        for each in store.agreements()
        if any(slug == ANY or desk_queries.seen(slug) for slug in each.performers)
    ]  # fmt: skip
    told = {"agreements": known, "performers": performers, "templates": templates()}
    return render(request, "desk/agreements.html", told)


def templates() -> list[tuple[str, str]]:
    """Return what a new agreement can begin with, in words."""
    named = {
        "rider": _("An AI rider: the page that goes with a contract"),
        "replica": _("A digital replica"),
        "dubbing": _("Dubbing"),
        "audition": _("An audition"),
        "training-refusal": _("A statement that nobody may train on my work"),
        "collective": _("A collective agreement"),
    }
    return [(each, named[each]) for each in TEMPLATES]


@require_GET
@action("agreements.see")
def agreement(request: HttpRequest, agreement: str) -> HttpResponse:
    """Show one agreement in plain words, with the texts that were kept of it."""
    kept = store.editions(agreement)
    newest = max(kept, key=lambda each: (each.version, each.edition))
    editions = [Edition(each, plainly(each.agreement)) for each in reversed(kept)]
    status = [each.status for each in newest.agreement.states]
    suspended = [each for each in status if each in {"suspended", "resumed"}][-1:] == ["suspended"]
    names = {each.slug: each.name for each in store.performers()}
    person = person_of(request)
    whose = whose_agreement(request, person, {"agreement": agreement})
    reads = may(person, "agreements.testimony", whose)
    told = {
        "agreement": newest,
        "kind": terms.kind(newest.kind),
        "people": [names.get(each, each) if each != ANY else _("everybody")
                   for each in newest.performers],
        "sections": plainly(newest.agreement),
        "states": [(label("status", each.status), each.on.written if each.on else "",
                    each.until.written if each.until else "") for each in newest.agreement.states],
        "editions": [each for each in editions if each.record is not newest],
        "suspended": suspended,
        "withdrawn": "withdrawn" in status,
        "acts": [(each, label("act", each)) for each in ACTS],
        "changes": may(person, "agreements.change", whose),
        "reads": reads,
        "private": reads and (
            lies_open(agreement) if settings.COMMITTEE else newest.agreement.circumstances
        ),
        "lies_open": settings.COMMITTEE,
        "sealed": sealing.sealed_texts(reader=member_of(request), about=about(agreement))
        if settings.COMMITTEE
        else (),
        "seals": settings.COMMITTEE,
    }  # fmt: skip
    return render(request, "desk/agreement.html", told)


@require_POST
@action("agreements.testimony")
def testimony(request: HttpRequest, agreement: str) -> HttpResponse:
    """Tell what is private in an agreement; the ledger notes that it was read."""
    record = store.agreement(agreement, testimony=True)
    told = [(label("circumstance", each.marker), each)
            for each in record.agreement.circumstances]  # fmt: skip
    notes = [each.note for each in record.agreement.states if each.note]
    words = {"told": told, "notes": notes, "note": record.agreement.note, "agreement": record}
    return render(request, "desk/agreement_private.html", words)


@require_POST
@action("agreements.change")
def change(request: HttpRequest, agreement: str) -> HttpResponse:
    """Withdraw, suspend or resume."""
    on, why = request.POST.get("on", "").strip(), request.POST.get("why", "").strip()[:4_000]
    what = request.POST.get("what", "")
    if what == "withdraw":
        if settings.COMMITTEE:
            withdraw_agreement_sealed(agreement, on or _today(), why, by=member_of(request))
        else:
            store.withdraw_agreement(agreement, on or _today(), why)
        messages.success(request, _("{agreement} is withdrawn.").format(agreement=agreement))
        messages.info(request, _("Whoever uses it does not know that yet: a letter tells them."))
    elif what == "suspend":
        acts = request.POST.getlist("acts")
        until = request.POST.get("until", "").strip() or None
        day = on or _today()
        if settings.COMMITTEE:
            suspend_agreement_sealed(agreement, acts, day, until, why, by=member_of(request))
        else:
            store.suspend_agreement(agreement, acts, day, until, why)
        messages.success(request, _("{agreement} is suspended.").format(agreement=agreement))
    elif what == "resume":
        store.resume_agreement(agreement, on or _today())
        said = _("The suspension of {agreement} ends.").format(agreement=agreement)
        messages.success(request, said)
    else:
        raise UsageError(_("Say what is to be done: withdraw, suspend or resume."))
    return HttpResponseRedirect(reverse("agreement", args=[agreement]))


@require_POST
@action("agreements.change")
def attach(request: HttpRequest, agreement: str) -> HttpResponse:
    """Keep the paper itself."""
    sent = request.FILES.getlist("paper")
    if not sent:
        raise UsageError(_("No file was chosen."), advice=_("Choose the scan, PDF or email."))
    with tempfile.TemporaryDirectory(dir=Home.opened().path, prefix="paper-") as place:
        for number, file in enumerate(sent[:20]):
            if (file.size or 0) > LARGEST_PAPER:
                raise UsageError(
                    _("{name} is too large for a paper.").format(name=file.name),
                    advice=_("At most 64 MB; a recording belongs to the takes."),
                )
            folder = Path(place) / str(number)
            folder.mkdir()
            path = folder / _safe(file.name or "")
            with path.open("wb") as copy:
                for chunk in file.chunks():
                    copy.write(chunk)
            kept = store.attach(agreement, path)
            messages.success(request, _("{file} is kept.").format(file=kept.name))
    return HttpResponseRedirect(reverse("agreement", args=[agreement]))


def _safe(name: str) -> str:
    """Return the end of a name that a stranger chose, fit for a file."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "").strip(". ")
    kept = "".join(each for each in last if each.isprintable())
    return kept.encode()[-LONGEST_NAME:].decode(errors="ignore") or "paper"


@require_GET
@action("agreements.testimony")
def paper(request: HttpRequest, agreement: str, sha256: str) -> FileResponse:
    """Give a paper back as it was, to be saved and never shown in a page."""
    del request
    files = store.agreement(agreement).files
    found = next((each for each in files if each.sha256 == sha256), None)
    path = None if found is None else path_of(Home.opened(), found.sha256)
    if found is None or path is None or not path.exists():
        raise NotFound(_("This paper is not there."))
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name,
        content_type="application/octet-stream",
    )  # fmt: skip
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _today() -> str:
    import datetime as dt

    return dt.date.today().isoformat()  # noqa: DTZ011 — the day where the person is
