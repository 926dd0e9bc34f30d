"""What the store answers with: plain frozen records, good for any thread or template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from replique.errors import AlreadyThere, MediaError, TakeRefused
from replique.media import Track
from replique.probe import Occurrence
from replique.scan import Summary


@dataclass(frozen=True, slots=True)
class PerformerRecord:
    """A performer. takes : how many are looked for; withdrawn ones do not count."""

    slug: str
    name: str
    created: datetime
    takes: int = 0


@dataclass(frozen=True, slots=True)
class TakeRecord:
    """A take.

    id : what a person names it by, with the first letters of its hash.
    performer, performer_name : slug and name.
    file_name, origin : what the file was called, and where it lay.
    path : the registered file, as it was.
    """

    id: int
    performer: str
    performer_name: str
    title: str
    kind: str
    sha256: str
    size: int
    duration_s: float
    file_name: str
    origin: str
    path: Path
    added: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VoiceRecord:
    """A voice that is looked for.

    key : names its file and, in a search, the subject. manner : "speaking", "singing", or the
        name of a character. speech_s : net speech it was made of. recordings : how many.
    remarks : codes of what could be better. models : digest of the models that made it.
    statement : number of the statement it rests on; way, stated_at : how and when it was given.
    """

    id: int
    performer: str
    performer_name: str
    key: str
    manner: str
    speech_s: float
    recordings: int
    remarks: tuple[str, ...]
    models: str
    statement: int
    way: str
    stated_at: datetime
    added: datetime


@dataclass(frozen=True, slots=True)
class LocationRecord:
    """Where a medium was seen. locator : for people; path, members : exact."""

    locator: str
    path: Path
    members: tuple[str, ...]
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class MediumRecord:
    """A medium, or something that could not even be read: sha256 is None then.

    state : ok, partial, failed. locations : the latest first.
    duration_s : decoded of its longest track. heard_s : decoded of each track, seconds.
    error_code, error_message, error_advice : "" when all went well.
    origin : what the file says of how it was made (replique.media.origin); () when not asked.
    """

    sha256: str | None
    state: str
    locations: tuple[LocationRecord, ...]
    size: int | None = None
    duration_s: float | None = None
    tracks: tuple[Track, ...] = ()
    heard_s: tuple[float, ...] = ()
    error_code: str = ""
    error_message: str = ""
    error_advice: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origin: tuple[Mapping[str, object], ...] = ()
    first_seen: datetime | None = None
    searched_at: datetime | None = None

    @property
    def locator(self) -> str:
        """Where it was last seen, for people."""
        return self.locations[0].locator if self.locations else (self.sha256 or "")


Explained = Literal["enrolled", "by_take", "partly", "unexplained_voice", "not_searched"]
"""Whether anything accounts for a voice that is heard somewhere: a take that was found there too.

enrolled : the medium is a recording that this person's voice was enrolled with.
by_take : all of it. partly : some of it. unexplained_voice : none; an unknown session, or a
synthesis, or another person. not_searched : nobody looked for this person's takes there.
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a take, or the enrolment itself, explains of an occurrence of a voice.

    by : occurrences of takes in the same place, by number. left : what none of them explains,
    (start_s, end_s) in the medium.
    """

    state: Explained
    by: tuple[int, ...] = ()
    left: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OccurrenceRecord:
    """An occurrence, with what was found, a take or a voice, and its medium.

    id : lasts as long as the occurrence. take, voice : the other is None.
    track : index in the container. found : the measurement itself.
    explained : of a voice; None of a take.
    """

    id: int
    take: TakeRecord | None
    medium: MediumRecord
    track: int
    probe: str
    probe_version: str
    probe_digest: str
    found_at: datetime
    found: Occurrence
    voice: VoiceRecord | None = None
    explained: Explanation | None = None

    @property
    def subject(self) -> TakeRecord | VoiceRecord:
        """The take or the voice."""
        found = self.take or self.voice
        assert found is not None  # noqa: S101 — the database holds it (occurrence_of_one)
        return found

    @property
    def performer(self) -> str:
        """Slug of the person whose take or voice it is."""
        return self.subject.performer

    @property
    def performer_name(self) -> str:
        """Name of the person whose take or voice it is."""
        return self.subject.performer_name


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run of a scan.

    state : running, finished, interrupted, failed.
    counts : media, known, failed, partial, found, passed_over, decoded_s, elapsed_s.
    """

    id: int
    started: datetime
    ended: datetime | None
    state: str
    paths: tuple[str, ...]
    jobs: int
    settings: Mapping[str, object] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one file of many. take, or error: the other is None."""

    locator: str
    take: TakeRecord | None = None
    error: AlreadyThere | TakeRefused | MediaError | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan.

    run : its number. takes, voices : how many were looked for. probes : what looked.
    notes : sentences for the user.
    """

    run: int
    summary: Summary
    takes: int
    notes: tuple[str, ...] = ()
    voices: int = 0
    probes: tuple[str, ...] = ("recordings",)
