"""What a report says of voices: who was looked for, how, and what explains what was heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from replique.probe import Samples
from replique.voices.calibration import Range
from replique.voices.measured import Rate

EnrolmentLoader = Callable[[], Sequence[Samples]]
"""Give the sound that a voice was enrolled with, each float32 (n,) at HOUSE_RATE.

A RepliqueError raised here is told in the report in the place of the sound."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that its person enrolled.

    key : the subject of occurrences; never written into the report.
    performer : slug of its `Performer`. manner : "speaking", "singing", or a character.
    speech_s : net speech it was made of. recordings : how many.
    way : how the statement was given, "typed" or "signed"; stated : when.
    remarks : codes of what could be better (replique.voices.enrolment).
    sound : loader of the enrolment; None where it stays out. without_sound : why, a sentence.
    """

    key: str
    performer: str
    manner: str
    speech_s: float
    recordings: int
    enrolled: datetime | None = None
    way: str = ""
    stated: datetime | None = None
    remarks: tuple[str, ...] = ()
    sound: EnrolmentLoader | None = None
    without_sound: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """Whether anything accounts for a voice that is heard somewhere: a take found there too.

    state : enrolled (the medium is a recording that this person's voice was enrolled with),
    by_take, partly, unexplained_voice or not_searched. by : numbers of the occurrences of takes.
    left : what none of them explains, (start_s, end_s) in the medium.
    """

    state: str
    by: tuple[int, ...] = ()
    left: tuple[tuple[float, float], ...] = ()

    @property
    def wholly(self) -> bool:
        """Whether nothing of it is left to be explained."""
        return self.state in {"enrolled", "by_take"}


UNKNOWN = Explained("not_searched")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that heard: its title, its licence, the SHA-256 of its file."""

    title: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VoiceSearch:
    """The facts of the search for voices that a report tells.

    people, media, hours : how many were looked for, in how much; None where that is not kept.
    range : in which likelihood ratios were validated. people_calibrated, source : on whom the
        calibration was fitted; calibration : its SHA-256. least_strength : log10 likelihood
        ratio below which nothing is listed.
    rates : measured error rates, by condition (replique.voices.measured).
    """

    probe_version: str
    probe_digest: str
    people: int
    media: int | None
    hours: float | None
    least_strength: float
    range: Range
    calibration: str
    people_calibrated: int
    source: str
    models: tuple[ModelFile, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)
