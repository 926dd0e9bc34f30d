"""Is an enrolled voice good enough, and what could be added to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from replique.errors import ModelMissing, ReferenceDamaged
from replique.probe import HOUSE_RATE
from replique.store import ears as models
from replique.store import enrolling, forgetting, voice_files, voice_rows
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.people import find_performer
from replique.store.records import VoiceRecord
from replique.store.voice_files import VoiceContent
from replique.store.voice_keys import Keys
from replique.store.voice_models import Voice
from replique.voices import enrolment
from replique.voices.enrolment import Examined, Objection

if TYPE_CHECKING:
    from replique.models import Ears


@dataclass(frozen=True, slots=True)
class RecordingChecked:
    """A recording that a voice was made of. length_s : seconds.

    found : what was measured of it; None where the models that measure are not installed.
    objections : what speaks against it.
    """

    name: str
    length_s: float
    found: Examined | None
    objections: list[Objection]


@dataclass(frozen=True, slots=True)
class VoiceChecked:
    """A voice, looked at again.

    readable : its key and its file are there and whole. current : made by the models that are
        in use; one that is not is not searched for until it is made anew (`remake_voice`).
    recordings : what it was made of. add : what would make it better, the gravest first.
    alike : slugs of other enrolled people whose voice resembles it so much that one may be
        reported for the other.
    """

    voice: VoiceRecord
    readable: bool
    current: bool
    recordings: list[RecordingChecked]
    add: list[Objection]
    alike: list[str]

    @property
    def good(self) -> bool:
        """Whether it can be searched for with the error rates that were measured."""
        return self.readable and self.current and not any(each.code in _WEAK for each in self.add)


_WEAK = frozenset(("little-speech", "narrow"))
"""With either, error rates are higher than those that are told."""


@guarded()
def check_voice(home: Home, slug: str, keys: Keys, manner: str | None = None) -> list[VoiceChecked]:
    """Look at a person's voices again; return each with what could be better.

    manner : None for all. Raises NotFound, UsageError, KeysLocked, ModelDamaged, StoreError.
    """
    rows = forgetting.find_voices(find_performer(slug), manner)
    ears = models.ears(home)  # once: it loads the models when it first hears
    return [_checked(home, ears, row, keys) for row in rows]


def _checked(home: Home, ears: Ears, row: Voice, keys: Keys) -> VoiceChecked:
    voice = voice_rows.record(row)
    current = row.models_digest == ears.digest
    try:
        content = voice_files.read(home, row.key, keys.get(row.key))
    except ReferenceDamaged:
        return VoiceChecked(voice, readable=False, current=current, recordings=[], add=[], alike=[])
    recordings = _recordings(ears, models.strange(home), content)
    return VoiceChecked(
        voice=voice,
        readable=True,
        current=current,
        recordings=recordings,
        add=_add(row, recordings),
        alike=enrolling.alike(home, keys, row.performer, content.reference),
    )


def _recordings(ears: Ears, strange: float, content: VoiceContent) -> list[RecordingChecked]:
    checked = []
    for name, sound in zip(content.names, content.sounds, strict=True):
        found: Examined | None = None
        try:
            found = enrolment.examine(ears, sound, strange=strange)
        except ModelMissing:
            found = None  # what was remarked upon when it was enrolled is told all the same
        objections = enrolment.objections(found) if found is not None else []
        checked.append(RecordingChecked(name, len(sound) / HOUSE_RATE, found, objections))
    return checked


def _add(row: Voice, recordings: list[RecordingChecked]) -> list[Objection]:
    """Return what would make a voice better: each thing once."""
    said = enrolment.enough(row.speech_s, row.recordings)
    said += [each for one in recordings for each in one.objections]
    return list({each.code: each for each in said}.values())
