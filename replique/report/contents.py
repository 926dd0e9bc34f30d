"""What a report is made of.

The caller (a command, a view) fills these from wherever it keeps them; the
report knows no store.  Nothing heavy is held: sound comes from loaders that
are asked for one excerpt at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from replique.consent.answer import Answer
from replique.consent.records import Use
from replique.media.origin.result import OriginCheck
from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.report.voice_contents import Explained, Voice, VoiceSearch

AudioLoader = Callable[[float, float], Samples]
"""Give the sound from `start_s` to `end_s`, as float32 (n,) at HOUSE_RATE.

`start_s` is never negative; the answer is shorter where the sound ends before
`end_s`.  A RepliqueError raised here is told in the report in the place of the
sound, and the report goes on."""


def held(samples: Samples, start_s: float = 0.0) -> AudioLoader:
    """Return a loader over sound that is in memory and begins at `start_s`."""

    def load(from_s: float, to_s: float) -> Samples:
        first = max(0, round((from_s - start_s) * HOUSE_RATE))
        last = max(first, round((to_s - start_s) * HOUSE_RATE))
        return samples[first:last]

    return load


Setting = str | float | int | bool


@dataclass(frozen=True, slots=True)
class Performer:
    """A person whose takes or voice were looked for.

    slug : what takes and voices refer to; unique among the performers.
    """

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Take:
    """A recording that its performer registered.

    sha256 : of the registered file, lower-case hexadecimal; the subject of occurrences.
    performer : slug of its `Performer`.
    path : where the file was when it was registered.
    kind : audition, self-tape, session, outtake, stem or released.
    """

    sha256: str
    performer: str
    name: str
    path: str
    kind: str
    duration_s: float
    registered: datetime | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One sound track of a medium.

    index : position among the tracks of its medium, from 0.
    language : as the file declares it, "" when it does not.
    layout : as FFmpeg names it: mono, stereo, 5.1…
    """

    index: int
    language: str = ""
    title: str = ""
    codec: str = ""
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file, or a member of an archive, that was searched.

    locator : what a person reads: "Films/game.zip!/voices/a.ogg".
    also_at : other places where the same content, by its hash, was met.
    origin : what was asked of the file about how it was made; () when nothing was.
    """

    sha256: str
    locator: str
    duration_s: float
    tracks: tuple[Track, ...] = ()
    also_at: tuple[str, ...] = ()
    origin: tuple[OriginCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person who listened says of an occurrence: yes, no or unsure.

    why : private, and "" unless the report was asked for it.
    """

    verdict: str
    by: str
    at: datetime
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A use, what the agreements say of it, and what a person says.

    name : what the use is called in the records, such as u3.
    asked_of : each text that was asked, as it is called, to its SHA-256.
    private : whether kinds of testimony are told; else only that there is some.
    """

    name: str
    performer: str
    use: Use
    answer: Answer
    judged: Judged | None = None
    asked_of: Mapping[str, str] = field(default_factory=dict)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An occurrence with what is needed to show it and to let it be heard.

    medium : SHA-256 of its `Medium`.
    track : index of the track in that medium.
    medium_audio, take_audio : loaders; None where the sound is out of reach.
    number : of the occurrence in the records, by which a person names it.
    findings : of the uses that were described of it.
    explained : of a voice, what accounts for it; None of a take.
    calibrated : of a voice, whether it was judged by the calibration that the report tells;
        where not, no likelihood ratio is given.
    """

    occurrence: Occurrence
    medium: str
    track: int
    medium_audio: AudioLoader | None = None
    take_audio: AudioLoader | None = None
    number: int | None = None
    findings: tuple[Finding, ...] = ()
    explained: Explained | None = None
    calibrated: bool = True


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something that could not be searched, in whole or in part.

    reason, advice : sentences, already in the reader's language.
    """

    locator: str
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The facts of the search that a report tells.

    made : when the report is made. Naive times are taken as UTC.
    takes_searched, media_searched, hours_searched : what was looked for, and in
        how much; hours of media, each track once.
    settings : of the probe, by name, as they were in force.
    strength_checked_to : the highest strength whose false alarms were counted on
        real media; what lies above is extrapolated, and the report says so.
    """

    made: datetime
    program_version: str
    probe: str
    probe_version: str
    probe_digest: str
    takes_searched: int
    media_searched: int
    hours_searched: float
    started: datetime | None = None
    ended: datetime | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    strength_checked_to: float | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a report says.

    Each occurrence's medium must be among `media`, its subject among `takes` or `voices`.
    voices : that were looked for; voice_search : how, None where voices were not.
    known_otherwise : findings of uses that no search found, such as from a contract.
    notice : a sentence set at the top, such as "All voices here are synthetic."
    """

    run: Run
    performers: tuple[Performer, ...]
    takes: tuple[Take, ...]
    media: tuple[Medium, ...]
    found: tuple[Found, ...]
    not_read: tuple[NotRead, ...] = ()
    known_otherwise: tuple[Finding, ...] = ()
    notice: str = ""
    voices: tuple[Voice, ...] = ()
    voice_search: VoiceSearch | None = None
