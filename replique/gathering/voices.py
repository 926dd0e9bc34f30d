"""What a report says of voices, gathered from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from replique import store
from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.media.origin.result import OriginCheck
from replique.models.catalogue import SPEAKERS, SPEECH, VOICES
from replique.report import EnrolmentLoader, Explained, ModelFile, Voice, VoiceSearch
from replique.store import ears as hearing
from replique.store import voice_files
from replique.voices.settings import NAME, VERSION, Settings

if TYPE_CHECKING:
    from replique.probe import Samples
    from replique.store import Home, MediumRecord, RunRecord
    from replique.store.records import Explanation, VoiceRecord
    from replique.store.voice_keys import Keys

Opener = Callable[["Home"], "Keys"]
"""Opens the keys of the voices, and asks a person where it must."""


def voices(home: Home, performer: str | None, opener: Opener | None) -> tuple[Voice, ...]:
    """Return the voices of a performer, or of all.

    opener : opens the keys, so that enrolments can be heard; None: they stay out.
    """
    records = store.voices(performer)
    if not records:
        return ()
    keys, why = _opened(home, opener)
    return tuple(
        Voice(
            key=each.key,
            performer=each.performer,
            manner=each.manner,
            speech_s=each.speech_s,
            recordings=each.recordings,
            enrolled=each.added,
            way=each.way,
            stated=each.stated_at,
            remarks=each.remarks,
            sound=None if keys is None else _loader(home, each, keys),
            without_sound=why,
        )
        for each in records
    )


def _opened(home: Home, opener: Opener | None) -> tuple[Keys | None, str]:
    """Return the keys, or why there are none."""
    if opener is None:
        return None, ""
    try:
        return opener(home), ""
    except RepliqueError as error:
        told = _("The enrolment cannot be heard here: {reason}")
        return None, told.format(reason=f"{error} {error.advice}".strip())


def _loader(home: Home, voice: VoiceRecord, keys: Keys) -> EnrolmentLoader:
    def load() -> Sequence[Samples]:
        return voice_files.read(home, voice.key, keys.get(voice.key)).sounds

    return load


def explained(one: Explanation | None) -> Explained | None:
    """Return what takes explain of a voice, as the report has it; None of a take."""
    return None if one is None else Explained(one.state, one.by, one.left)


def origin(medium: MediumRecord) -> tuple[OriginCheck, ...]:
    """Return what a file was asked about how it was made."""
    return tuple(_check(each) for each in medium.origin)


def _check(kept: Mapping[str, Any]) -> OriginCheck:
    detail = kept.get("detail")
    known = {str(key): str(value) for key, value in detail.items()} if detail else {}
    state = kept.get("state")
    return OriginCheck(
        check=str(kept.get("check", "")),
        state=state if state in {"found", "nothing"} else "not_checked",
        detail=known,
    )


def voice_search(
    home: Home, runs: Iterable[RunRecord], media: Iterable[MediumRecord]
) -> tuple[VoiceSearch, frozenset[str]] | None:
    """Return the facts of the search for voices; None where nobody was listened for.

    runs : newest first. Gives with it the digests of the probes whose strengths are told by the
    calibration in force: what others have found is given no likelihood ratio.
    """
    leasts = [least for each in runs if (least := _least(each)) is not None]
    people = {each.performer for each in store.voices()}
    if not leasts or not people:
        return None
    by_least = {least: _settings(home, least) for least in leasts}
    digests = frozenset(each.digest for each in by_least.values() if each is not None)
    used = by_least[leasts[0]] or Settings(least_strength=leasts[0])
    heard = store.media_searched(NAME)
    searched = [each for each in media if each.sha256 in heard]
    calibration = used.calibration
    facts = VoiceSearch(
        probe_version=VERSION,
        probe_digest=used.digest,
        people=len(people),
        media=len(searched),
        hours=sum(sum(medium.heard_s) for medium in searched) / 3600.0,
        least_strength=used.least_strength,
        range=calibration.range,
        calibration=calibration.digest,
        people_calibrated=calibration.people,
        source=calibration.source,
        models=_models(home),
        rates=calibration.rates,
    )
    return facts, digests


def _least(run: RunRecord) -> float | None:
    """Return from which log10 likelihood ratio a run kept voices; None if it looked for none."""
    told = run.settings.get(NAME)
    least = told.get("least_strength") if isinstance(told, dict) else None
    return float(least) if isinstance(least, int | float) else None


def _settings(home: Home, least: float) -> Settings | None:
    """Return the settings in force; None where settings.toml names what cannot be used."""
    try:
        return hearing.voice_settings(home, least)
    except RepliqueError:
        return None


def _models(home: Home) -> tuple[ModelFile, ...]:
    try:
        encoder = hearing.ears(home).encoder
    except RepliqueError:
        return ()
    known = (SPEECH, SPEAKERS, VOICES) if encoder is None else (SPEECH, SPEAKERS)
    models = tuple(ModelFile(each.title, each.licence, each.sha256) for each in known)
    return (
        models if encoder is None else (*models, ModelFile(encoder.path.name, "–", encoder.sha256))
    )
