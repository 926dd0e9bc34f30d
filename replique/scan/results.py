"""What a scan is given, and what comes out of it: plain records that can be pickled."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from replique.errors import RepliqueError
from replique.media import Track
from replique.probe import Occurrence

Fingerprint = tuple[int, int, int]
"""Size in bytes, mtime in ns, inode: while they stay, a file is not read again."""

Members = tuple[str, ...]
"""The way inside an archive; empty for a plain file."""

State = Literal["ok", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What one worker is given at a time: a file, or a portion of an archive.

    path : a plain file or an archive.
    portion : (k, n): every n-th entry of the archive, from the k-th on; 0 ≤ k < n.
    size : bytes that this portion stands for, for balance and for the time left.
    """

    path: Path
    portion: tuple[int, int] = (0, 1)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier scan knows of a place.

    locator : of the place, for people.
    fingerprint : of the outermost file, as it was then.
    sha256 : of the content found there; None when it could not be read to be hashed.
    missing : for each probe, the subjects not searched yet, as a bit mask over
        `ProbeSpec.keys`.
    """

    locator: str
    fingerprint: Fingerprint
    sha256: str | None
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier scans know of a file and of all that lies in it.

    seen : by members; () is the file itself.
    whole : the fingerprint with which an archive was seen to its end, or a file was
        found to be no medium: with the same one, `seen` is all there is. None for never.
    """

    seen: Mapping[Members, Seen] = field(default_factory=dict)
    whole: Fingerprint | None = None

    def settled(self, now: Fingerprint) -> list[tuple[Members, Seen]] | None:
        """Return all places in a file as it is now, if nothing is left to search; else None."""
        here = [(members, seen) for members, seen in self.seen.items() if seen.fingerprint == now]
        plain = [members for members, _seen in here] == [()]
        if not (plain or self.whole == now) or any(any(seen.missing) for _members, seen in here):
            return None
        return here


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit on its way to a worker.

    seen : what earlier scans know of the entries of `unit.path`, by members.
    after : entries up to this one are done: a worker died on it. -1 from the start.
    """

    unit: Unit
    seen: Mapping[Members, Seen] = field(default_factory=dict)
    after: int = -1


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a medium was not searched, or not to its end.

    code, message, advice, retry : as in replique.errors.
    details : a traceback for the debug log; never shown to a user.
    """

    code: str
    message: str
    advice: str = ""
    retry: bool = False
    details: str = ""

    @classmethod
    def of(cls, error: RepliqueError, *, cause: BaseException | None = None) -> Failure:
        """Record an error; `cause` gives the traceback for the debug log."""
        details = "".join(traceback.format_exception(cause)) if cause is not None else ""
        return cls(error.code, str(error), error.advice, error.retry, details)


@dataclass(frozen=True, slots=True)
class Searched:
    """One probe's pass over one medium.

    wanted : the subjects looked for, a bit mask over the probe's keys.
    covered : whether a later scan may leave them out here.
    """

    probe: str
    version: str
    digest: str
    wanted: int
    covered: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An occurrence, with the probe and the track (its index in the container)."""

    probe: str
    version: str
    digest: str
    track: int
    occurrence: Occurrence


@dataclass(frozen=True, slots=True)
class MediumResult:
    """All that came of one medium.

    locator, path, members : where it is; see replique.media.Source.
    fingerprint : of the outermost file; None when even that could not be had.
    sha256, size : of its content; None when it could not be read.
    duration_s : decoded of its longest audio track, seconds; what the file says when
        nothing could be; None when unknown.
    heard_s : searched, over all tracks, seconds. tracks_s : the same, track by track.
    searched : what each probe did; empty when there was nothing left to search.
    found : occurrences; present with an error when a part could be searched.
    error : why not, or not to the end.
    warnings, notes : sentences for the user.
    seconds : time it took.
    origin : what the file says of how it was made, as replique.media.origin tells it; asked
        where a voice was found, () elsewhere.
    """

    locator: str
    path: Path
    members: Members
    fingerprint: Fingerprint | None = None
    sha256: str | None = None
    size: int | None = None
    duration_s: float | None = None
    tracks: tuple[Track, ...] = ()
    searched: tuple[Searched, ...] = ()
    found: tuple[Found, ...] = ()
    error: Failure | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    heard_s: float = 0.0
    seconds: float = 0.0
    tracks_s: tuple[float, ...] = ()
    origin: tuple[Mapping[str, Any], ...] = ()

    @property
    def known(self) -> bool:
        """True when earlier scans had searched it already."""
        return not self.searched and self.error is None

    @property
    def state(self) -> State:
        """ok; partial: searched, not to the end; failed: not searched."""
        if self.error is None:
            return "ok"
        return "partial" if self.heard_s > 0 else "failed"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    media : results in all, of which `known` needed no search and `failed` and
        `partial` carry an error; `found` occurrences.
    decoded_s : seconds of sound searched, over all tracks.
    elapsed_s : time it took.
    interrupted : stopped before its end; what was committed stays.
    """

    media: int = 0
    known: int = 0
    failed: int = 0
    partial: int = 0
    found: int = 0
    passed_over: int = 0
    decoded_s: float = 0.0
    elapsed_s: float = 0.0
    interrupted: bool = False
