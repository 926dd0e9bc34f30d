"""What a scan looks for: takes and voices, and the probes that do."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from replique.errors import (
    MissingPart,
    ReferenceDamaged,
    RepliqueError,
    StoreError,
    UsageError,
)
from replique.language import gettext as _
from replique.models.catalogue import MODELS, SPEAKERS, SPEECH
from replique.recordings.settings import NAME as RECORDINGS
from replique.store import voice_keys
from replique.store.bits import Subjects
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.index import RecordingsSpec
from replique.store.models import Performer, Recording, Take
from replique.store.text import clean
from replique.store.voice_models import Voice
from replique.voices.settings import NAME as VOICES

if TYPE_CHECKING:
    from replique.models import Ears
    from replique.recordings import Settings
    from replique.store.voice_index import VoicesSpec
    from replique.store.voice_keys import Keys

PROBES = (RECORDINGS, VOICES)


@dataclass(frozen=True, slots=True)
class Part:
    """What one probe looks for.

    names : by key, for sentences: the file name of a take; whose voice, and in which manner.
    """

    spec: RecordingsSpec | VoicesSpec
    subjects: Subjects
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sought:
    """What all probes of a scan look for. notes : sentences for the user."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def takes(self) -> Part | None:
        """What the recordings probe looks for."""
        return next((each for each in self.parts if each.subjects.kind == "recording"), None)

    @property
    def voices(self) -> Part | None:
        """What the voices probe looks for."""
        return next((each for each in self.parts if each.subjects.kind == "voice"), None)


@guarded()
def seek(
    home: Home,
    probes: Sequence[str] | None,
    *,
    performer: str | None,
    settings: Settings,
    least_voice: float | None,
    keys: Keys | None,
) -> Sought:
    """Return what these probes look for; None for all that can be looked for.

    Raises UsageError where there is nothing; where voices were asked for by name, why they
    cannot be looked for: ModelError, MissingPart, KeysLocked, ReferenceDamaged, UsageError.
    """
    asked = _checked(probes) if probes is not None else ()
    wanted = asked or PROBES
    owner = _owner(performer)
    takes = _takes(home, owner, settings) if RECORDINGS in wanted else None
    voices: Part | None = None
    notes: list[str] = []
    if VOICES in wanted:
        try:
            voices, notes = _voices(home, owner, least_voice, keys)
        except RepliqueError as error:
            if VOICES in asked or takes is None:
                raise
            notes = [_("Voices were not looked for.") + " " + _whole(error)]
    if voices is None and VOICES in asked:
        raise _nobody()
    if takes is None and voices is None:
        raise _nothing()
    if takes is None and RECORDINGS in asked:
        notes.append(_("There is no take to look for."))
    return Sought(tuple(each for each in (takes, voices) if each is not None), tuple(notes))


def without_damaged(home: Home, sought: Sought, error: ReferenceDamaged) -> Sought:
    """Leave out the voices whose files cannot be read, and say so; all else is looked for.

    Raises the error when it is none of these, or nothing would be left.
    """
    voices = sought.voices
    spec = cast("VoicesSpec | None", voices.spec if voices is not None else None)
    damaged = dict(_damaged(home, spec)) if spec is not None else {}
    if voices is None or not damaged:
        raise error
    others = tuple(each for each in sought.parts if each is not voices)
    if len(damaged) < len(voices.spec.keys):
        others = (*others, _without(voices, damaged))
    if not others:
        raise next(iter(damaged.values()))
    notes = (_one_left_out(voices.names[key], why) for key, why in damaged.items())
    return Sought(others, (*sought.notes, *notes))


def _checked(probes: Sequence[str]) -> tuple[str, ...]:
    unknown = [each for each in probes if each not in PROBES]
    if unknown or not probes:
        raise UsageError(
            _("There is no probe {name}.").format(name=clean(", ".join(unknown))[:80]),
            advice=_("One of: {names}.").format(names=", ".join(PROBES)),
        )
    return tuple(probes)


def _owner(performer: str | None) -> Performer | None:
    if performer is None:
        return None
    from replique.store.people import find_performer

    return find_performer(performer)


def _takes(home: Home, owner: Performer | None, settings: Settings) -> Part | None:
    rows = Take.objects.filter(withdrawn_at=None)
    if owner is not None:
        rows = rows.filter(performer=owner)
    names = dict(rows.order_by("-added").values_list("recording__sha256", "file_name"))
    if not names:
        return None
    numbers = dict(
        Recording.objects.filter(takes__in=rows).order_by("pk").values_list("sha256", "pk")
    )
    spec = RecordingsSpec(home, settings, tuple(numbers))
    return Part(spec, Subjects(spec.digest, tuple(numbers.values()), tuple(numbers)), names)


def _voices(
    home: Home, owner: Performer | None, least: float | None, keys: Keys | None
) -> tuple[Part | None, list[str]]:
    """Return the voices that can be looked for, and a sentence for each that cannot."""
    rows = Voice.objects.select_related("performer").order_by("pk")
    if owner is not None:
        rows = rows.filter(performer=owner)
    if not rows.exists():
        return None, []
    from replique.store import ears as hearing  # with scipy: only where somebody is enrolled
    from replique.store.voice_index import VoicesSpec

    ears = hearing.ears(home)
    check_models(ears)
    opened = keys if keys is not None else voice_keys.open_keys(home)
    kept: list[tuple[Voice, bytes]] = []
    notes: list[str] = []
    why: RepliqueError | None = None
    for row in rows:
        try:
            kept.append((row, _data_key(row, ears, opened)))
        except (ReferenceDamaged, StoreError) as error:
            why = error
            notes.append(_one_left_out(_named(row), error))
    if why is not None and not kept:
        raise why
    settings = hearing.voice_settings(home, least)
    voices = [row for row, _key in kept]
    keys_ = tuple(row.key for row in voices)
    spec = VoicesSpec(home, settings, keys_, tuple(data_key for _row, data_key in kept))
    subjects = Subjects(spec.digest, tuple(row.pk for row in voices), keys_, "voice")
    return Part(spec, subjects, {row.key: _named(row) for row in voices}), notes


def check_models(ears: Ears) -> None:
    """Look whether voices can be heard here, without loading what hears them.

    Raises ModelMissing, ModelDamaged, EncoderUnusable, MissingPart.
    """
    if find_spec("onnxruntime") is None:
        raise MissingPart(
            _("Voices need onnxruntime, which is not installed."),
            advice=_("Install it with: pip install onnxruntime"),
        )
    for model in MODELS if ears.encoder is None else (SPEECH, SPEAKERS):
        ears.library.read(model)
    if ears.encoder is not None:
        ears.encoder.load()


def _data_key(row: Voice, ears: Ears, keys: Keys) -> bytes:
    if row.models_digest != ears.digest:
        raise ReferenceDamaged(
            _("It was enrolled with other models than those that hear voices now."),
            advice=_("Make it anew: `replique voice check {slug}` says how.").format(
                slug=row.performer.slug
            ),
        )
    return keys.get(row.key)


def _damaged(home: Home, spec: VoicesSpec) -> Iterator[tuple[str, ReferenceDamaged]]:
    from replique.store import voice_files

    for key, data_key in zip(spec.keys, spec.data_keys, strict=True):
        try:
            voice_files.read(home, key, data_key)
        except ReferenceDamaged as error:
            yield key, error


def _without(part: Part, gone: Container[str]) -> Part:
    """Return the part of those voices that are left."""
    spec = cast("VoicesSpec", part.spec)
    left = [place for place, key in enumerate(spec.keys) if key not in gone]
    keys = tuple(spec.keys[place] for place in left)
    data_keys = tuple(spec.data_keys[place] for place in left)
    numbers = tuple(part.subjects.numbers[place] for place in left)
    return Part(
        dataclasses.replace(spec, keys=keys, data_keys=data_keys),
        Subjects(spec.digest, numbers, keys, "voice"),
        part.names,
    )


def _named(row: Voice) -> str:
    return f"{row.performer.name} ({row.manner})"


def _one_left_out(name: str, error: RepliqueError) -> str:
    told = _("The voice of {name} was not looked for: {why}")
    return told.format(name=name, why=_whole(error))


def _whole(error: RepliqueError) -> str:
    """Return what happened, and what to do."""
    return f"{error} {error.advice}".strip()


def _nothing() -> UsageError:
    return UsageError(
        _("There is no take to look for."),
        advice=_("Register one first: replique take add PERFORMER FILE"),
    )


def _nobody() -> UsageError:
    return UsageError(
        _("There is no voice to look for."),
        advice=_("A person enrols their own voice: replique voice enrol PERFORMER FILES"),
    )
