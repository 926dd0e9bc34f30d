"""Settings: retention, time stamps, backups; and what this desk is."""

from __future__ import annotations

import platform

from django.contrib import messages
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from replique.language import gettext as _
from replique.store import choices, ledger_stamps, retention
from replique.store.home import Home
from replique.web import backups
from replique.web.permissions import action
from replique.web.work import worker_at_work


@require_GET
@action("settings.change")
def settings(request: HttpRequest) -> HttpResponse:
    """Show them all."""
    stamps = ledger_stamps.stamps()
    told = {
        "chosen": choices.choices(),
        "tsa_url": choices.tsa_url(),
        "roots": bool(choices.tsa_roots()),
        "stamp": stamps[-1] if stamps else None,
        "backups": backups.backups(),
        "making": backups.making(),
        "home": str(Home.opened().path),
        "engine": "PostgreSQL" if connection.vendor == "postgresql" else "SQLite",
        "python": platform.python_version(),
        "worker": worker_at_work(),
    }
    return render(request, "desk/settings.html", told)


@require_POST
@action("settings.change")
def change(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen of one part of the page."""
    sent = request.POST
    if "work_days" in sent:
        choices.choose(work_days=sent["work_days"].strip())
        gone = retention.let_go()
        messages.success(request, _("That is chosen."))
        if gone:
            said = _("Records of finished work that went: {count}.").format(count=gone)
            messages.info(request, said)
    if "tsa_url" in sent:
        file = request.FILES.getlist("roots")
        if file:
            choices.keep_roots(file[0].read(choices.LARGEST + 1))
        choices.choose(tsa_url=sent["tsa_url"])
        messages.success(request, _("That is chosen."))
    return HttpResponseRedirect(reverse("settings"))


@require_POST
@action("settings.change")
def stamp(request: HttpRequest) -> HttpResponse:
    """Have the newest head of the ledger stamped; a hash of it is sent, and nothing else."""
    made = ledger_stamps.stamp()
    messages.success(request, _("Stamped by {name}.").format(name=made.authority))
    return HttpResponseRedirect(reverse("settings"))


@require_POST
@action("backups.make")
def make_backup(request: HttpRequest) -> HttpResponse:
    """Begin to make a backup: the page goes on, and tells how far it is."""
    backups.begin(request.POST.get("passphrase", ""), request.POST.get("again", ""))
    return HttpResponseRedirect(reverse("settings") + "#backups")


@require_GET
@action("backups.make")
def backup_state(request: HttpRequest) -> HttpResponse:
    """Show how far it is, and those that are there."""
    told = {"backups": backups.backups(), "making": backups.making()}
    return render(request, "desk/backup_state.html", told)


@require_GET
@action("backups.make")
def backup(request: HttpRequest, name: str) -> FileResponse:
    """Give a backup, to be saved elsewhere."""
    del request
    path = backups.path_of(name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name,
                        content_type="application/octet-stream")  # fmt: skip


@require_POST
@action("backups.make")
def remove_backup(request: HttpRequest, name: str) -> HttpResponse:
    """Delete a backup that is kept elsewhere, or no longer wanted."""
    backups.path_of(name).unlink()
    messages.success(request, _("{name} is deleted.").format(name=name))
    return HttpResponseRedirect(reverse("settings") + "#backups")
