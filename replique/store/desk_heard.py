"""One occurrence, with all that is needed to listen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replique.errors import NotFound
from replique.language import gettext as _
from replique.probe import Occurrence as Measurement
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.models import Occurrence, Take
from replique.store.queries import MEASURED, _media
from replique.store.records import MediumRecord, TakeRecord, VoiceRecord
from replique.store.registry import record
from replique.store.voice_models import Voice


@dataclass(frozen=True, slots=True)
class Heard:
    """One occurrence with all that is needed to listen to it."""

    id: int
    takes: tuple[TakeRecord, ...]
    voice: VoiceRecord | None
    medium: MediumRecord
    track: int
    probe: str
    probe_version: str
    found_at: datetime
    found: Measurement

    @property
    def people(self) -> tuple[str, ...]:
        """Names of those whose take or voice it is."""
        if self.voice is not None:
            return (self.voice.performer_name,)
        return tuple(dict.fromkeys(each.performer_name for each in self.takes))


@guarded()
def heard(home: Home, number: int) -> Heard:
    """Return one occurrence, of a withdrawn take too. Raises NotFound."""
    names = ("medium_id", "recording_id", "voice_id", "track", "probe", "probe_version", "found_at")
    row = Occurrence.objects.filter(pk=number).values_list(*names, *MEASURED).first()
    if row is None:
        raise NotFound(
            _("There is no occurrence {number}.").format(number=number),
            advice=_("It may have gone with its take. The list shows those there are."),
        )
    medium, recording, voice, track, probe, version, found_at, *measured = row
    takes = [
        record(home, each)
        for each in Take.objects.filter(recording=recording).select_related(
            "performer", "recording"
        )
    ]
    person = None if voice is None else _voice(voice)
    subject = person.key if person is not None else takes[0].sha256 if takes else ""
    return Heard(
        number,
        tuple(takes),
        person,
        _media([medium])[medium],
        track,
        probe,
        version,
        found_at,
        Measurement(subject, *measured),
    )


def _voice(number: int) -> VoiceRecord:
    row = Voice.objects.select_related("performer", "statement").get(pk=number)
    return VoiceRecord(
        id=row.pk,
        performer=row.performer.slug,
        performer_name=row.performer.name,
        key=row.key,
        manner=row.manner,
        speech_s=row.speech_s,
        recordings=row.recordings,
        remarks=tuple(row.remarks),
        models=row.models_digest,
        statement=row.statement_id,
        way=row.statement.way,
        stated_at=row.statement.given_at,
        added=row.added,
    )
