"""What a voice was enrolled with, let heard beside what resembles it: to compare by ear.

It is biometric material: heard by whose voice it is and whom they chose, after its key was
opened, and kept by nobody.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from replique.errors import KeysLocked, NotFound, RepliqueError
from replique.language import gettext as _
from replique.report.clearest import clearest
from replique.report.listening import flac, level_matched
from replique.store import desk_queries, voice_files, voice_keys
from replique.store.desk_queries import Heard
from replique.store.home import Home
from replique.web.belonging import of_performers
from replique.web.passphrases import passphrase
from replique.web.permissions import action, may
from replique.web.person import person_of
from replique.web.views.hearing import served


@dataclass(frozen=True, slots=True)
class Offered:
    """That an enrolment can be heard. asks : whether a passphrase must be typed first."""

    asks: bool


def offered(request: HttpRequest, heard: Heard) -> Offered | None:
    """Return how somebody may hear the enrolment of a voice; None where they may not."""
    if heard.voice is None:
        return None
    person = person_of(request)
    if not may(person, "voices.hear", of_performers(person, [heard.voice.performer])):
        return None
    try:
        way = voice_keys.way_of(Home.opened())
    except RepliqueError:
        return None
    if way is None:
        return None
    return Offered(way == "passphrase" and voice_keys.PASSPHRASE not in os.environ)


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
@action("voices.hear")
def sound(request: HttpRequest, number: int) -> HttpResponse:
    """Serve the clearest stretch of what a voice was enrolled with."""
    home = Home.opened()
    heard = desk_queries.heard(home, number)
    if heard.voice is None or voice_keys.way_of(home) is None:
        raise NotFound(_("There is no enrolment to be heard here."))
    try:
        typed = passphrase(request) if request.method == "POST" else None
        keys = voice_keys.open_keys(home, None if typed is None else lambda _asked: typed)
        content = voice_files.read(home, heard.voice.key, keys.get(heard.voice.key))
    except RepliqueError as error:
        told = [f"{error} {error.advice}".strip()]
        return JsonResponse({"trouble": told}, status=403 if isinstance(error, KeysLocked) else 400)
    stretch = clearest(content.sounds)
    if stretch is None:
        raise NotFound(_("Nothing sounds in what this voice was enrolled with."))
    data = flac(level_matched(stretch))
    return served(request, data, "audio/flac", f"enrolment-{number}.flac")
