"""Voices for a browser: one by its number, and what was found by it."""

from __future__ import annotations

from dataclasses import dataclass

from replique.errors import NotFound
from replique.language import gettext as _
from replique.store import voice_rows
from replique.store.consent_models import Judgement
from replique.store.guard import guarded
from replique.store.models import Occurrence
from replique.store.records import VoiceRecord
from replique.store.voice_models import Voice


@dataclass(frozen=True, slots=True)
class Hangs:
    """What hangs on a voice, and goes with it: how many."""

    occurrences: int
    judgements: int


@guarded()
def voice(number: int) -> VoiceRecord:
    """Return a voice. Raises NotFound."""
    row = Voice.objects.select_related("performer", "statement").filter(pk=number).first()
    if row is None:
        raise NotFound(
            _("There is no such voice."), advice=_("Was it forgotten, or changed, meanwhile?")
        )
    return voice_rows.record(row)


@guarded()
def hangs(number: int) -> Hangs:
    """Return what would go if a voice were forgotten."""
    found = Occurrence.objects.filter(voice=number).count()
    return Hangs(found, Judgement.objects.filter(occurrence__voice=number).count())
