"""One occurrence, with all that is needed to listen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from replique.errors import NotFound
from replique.language import gettext as _
from replique.probe import Occurrence as Measurement
from replique.store import voice_rows
from replique.store.desk_limits import theirs
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.models import Location, Occurrence, Take
from replique.store.queries import MEASURED, _medium, _place
from replique.store.records import Explanation, MediumRecord, TakeRecord, VoiceRecord
from replique.store.registry import record
from replique.store.voiced import Voiced
from replique.voices.settings import NAME as VOICES


@dataclass(frozen=True, slots=True)
class Heard:
    """One occurrence with all that is needed to listen to it.

    probe_digest : of the settings that found it. least_voice : log10 likelihood ratio from
    which its search kept voices; None where none was looked for, or that is not on record.
    """

    id: int
    takes: tuple[TakeRecord, ...]
    voice: VoiceRecord | None
    medium: MediumRecord
    medium_row: int
    track: int
    probe: str
    probe_version: str
    probe_digest: str
    found_at: datetime
    found: Measurement
    least_voice: float | None = None

    @property
    def place(self) -> dict[str, float]:
        """What orders lists (desk_filters.ORDERS)."""
        return {
            "pk": self.id,
            "strength": self.found.strength,
            "medium_id": self.medium_row,
            "track": self.track,
            "start_s": self.found.start_s,
        }

    @property
    def people(self) -> tuple[str, ...]:
        """Names of those whose take or voice it is."""
        if self.voice is not None:
            return (self.voice.performer_name,)
        return tuple(dict.fromkeys(each.performer_name for each in self.takes))


@guarded()
def heard(home: Home, number: int) -> Heard:
    """Return one occurrence, of a withdrawn take too. Raises NotFound."""
    rows = Occurrence.objects.select_related(
        "medium", "run", "voice__performer", "voice__statement"
    )
    row = rows.filter(pk=number).first()
    if row is None:
        raise NotFound(
            _("There is no occurrence {number}.").format(number=number),
            advice=_("It may have gone with its take. The list shows those there are."),
        )
    takes = _takes(home, row.recording_id)
    person = None if row.voice is None else voice_rows.record(row.voice)
    subject = person.key if person is not None else takes[0].sha256 if takes else ""
    places = Location.objects.filter(medium=row.medium_id).order_by("-last_seen", "pk")
    told = row.run.settings.get(VOICES) if row.run is not None else None
    least = told.get("least_strength") if isinstance(told, dict) else None
    return Heard(
        id=number,
        takes=takes,
        voice=person,
        medium=_medium(row.medium, tuple(_place(each) for each in places)),
        medium_row=row.medium_id,
        track=row.track,
        probe=row.probe,
        probe_version=row.probe_version,
        probe_digest=row.probe_digest,
        found_at=row.found_at,
        found=Measurement(subject, *(getattr(row, name) for name in MEASURED)),
        least_voice=float(least) if isinstance(least, int | float) else None,
    )


@guarded()
def explanation(one: Heard) -> tuple[Explanation | None, bool]:
    """Return what explains a voice, and whether another is better supported in its place."""
    beside = Voiced([one.medium_row], [(one.medium_row, one.found.start_s, one.found.end_s)])
    return beside.explained().get(one.id), one.id in beside.outweighed()


def _takes(home: Home, recording: int | None) -> tuple[TakeRecord, ...]:
    if recording is None:
        return ()
    rows = Take.objects.filter(recording=recording).select_related("performer", "recording")
    mine = theirs(rows.order_by("pk"), lambda each: each.performer.slug)
    return tuple(record(home, each) for each in mine)
