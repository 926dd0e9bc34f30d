"""One unit, searched: open, decode once, give every probe the same blocks."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from replique.errors import MediaError, RepliqueError, SearchFailed
from replique.language import gettext as _
from replique.language import ngettext
from replique.media import Medium, Refused, Source, Tally, Track, fingerprint, walk
from replique.media.source import unreadable
from replique.probe import HOUSE_RATE, Block, Occurrence, Probe, Search
from replique.scan.results import (
    Assignment,
    Failure,
    Fingerprint,
    Found,
    MediumResult,
    Members,
    Searched,
)

BLOCK_S = 10.0
LESS_S = 2.0
LESS = 0.02
"""A track of which more than both is missing, seconds and part, gets a warning."""
VOICES = "voices"
"""Where the probe of this name finds something, the file is asked how it was made."""
HASH_BYTES = 1 << 22
"""Hashed between two signs of life, and between two looks at the stop flag."""


class ProbeSpec(Protocol):
    """A probe on its way to a worker: small to pickle, quick to load.

    name, version, digest : of the probe it makes.
    keys : all subjects, in the order of the bits of a mask.
    """

    @property
    def name(self) -> str:
        """As replique.probe.Probe.name."""

    @property
    def version(self) -> str:
        """As replique.probe.Probe.version."""

    @property
    def digest(self) -> str:
        """As replique.probe.Probe.digest."""

    @property
    def keys(self) -> Sequence[str]:
        """The subjects."""

    def load(self, wanted: int) -> Probe:
        """Return a probe that has learned the subjects in the mask `wanted`."""


class Desk(Protocol):
    """What a worker may say and ask while it works; each call may raise `Stopped`."""

    def began(self, entry: int, locator: str, members: Members) -> None:
        """The entry-th thing in this unit is in work from now on."""

    def missing(self, sha256: str, size: int) -> tuple[int, ...]:
        """Ask, for each probe, which subjects were not yet searched in this content."""

    def advanced(self, seconds: float, part: float) -> None:
        """So many seconds more were searched (0: a sign of life); `part` of it is done."""

    def searching(self) -> None:
        """The probes work from here to the next word; that may take long, and is no hang."""

    def ended(self, entry: int, result: MediumResult) -> None:
        """Give the result of the entry."""

    def done(self, passed_over: int, *, whole: bool) -> None:
        """The unit is done; so many entries are certainly no media; whole: all was seen."""


class Stopped(BaseException):
    """The scan is to stop: nothing more is finished. Not an error."""


class Probes:
    """The probes of a scan, loaded once, and again for the subjects of a later day."""

    KEPT = 4
    """Loaded probes kept besides the full one: media of one folder mostly miss the
    same few subjects."""

    def __init__(self, specs: Sequence[ProbeSpec]) -> None:
        self.specs = tuple(specs)
        self.everything = tuple((1 << len(spec.keys)) - 1 for spec in specs)
        self._full = [spec.load(all_) for spec, all_ in zip(specs, self.everything, strict=True)]
        self._parts: dict[tuple[int, int], Probe] = {}

    def get(self, index: int, wanted: int) -> Probe:
        """Return the index-th probe, having learned the subjects in the mask."""
        if wanted == self.everything[index]:
            return self._full[index]
        if (index, wanted) not in self._parts:
            while len(self._parts) >= self.KEPT:
                del self._parts[next(iter(self._parts))]
            self._parts[index, wanted] = self.specs[index].load(wanted)
        return self._parts[index, wanted]


def search_unit(assignment: Assignment, probes: Probes, desk: Desk) -> None:
    """Search all that lies in a unit; everything goes to the desk as it ends."""
    unit = assignment.unit
    tally = Tally()
    entry = -1
    whole = False
    try:
        for entry, found in enumerate(walk([unit.path], portion=unit.portion, tally=tally)):
            if entry <= assignment.after:
                continue
            members = members_of(found, unit.path.name)
            desk.began(entry, found.locator, members)
            if isinstance(found, Refused):
                result = MediumResult(
                    found.locator, unit.path, members, error=Failure.of(found.error)
                )
                result = dataclasses.replace(result, fingerprint=_fingerprint(unit.path))
            else:
                result = _OneMedium(found, assignment, probes, desk).search()
            desk.ended(entry, result)
        whole = True
    except Exception as error:  # noqa: BLE001 — whatever a stranger's archive does, the run goes on
        locator = str(unit.path)
        desk.ended(
            entry + 1,
            MediumResult(locator, unit.path, (), _fingerprint(unit.path), error=failure(error)),
        )
    desk.done(tally.not_media, whole=whole)


def members_of(found: Source | Refused, name: str) -> Members:
    """Return the way to an entry; a refused one is named by its locator past the file."""
    if isinstance(found, Source):
        return found.members
    _before, mark, inside = found.locator.partition(name + "!/")
    return (inside,) if mark else ()


def failure(error: BaseException) -> Failure:
    """Record what went wrong, whatever it was."""
    if isinstance(error, RepliqueError):
        return Failure.of(error)
    if isinstance(error, MemoryError):
        wrapped = SearchFailed(
            _("There was not enough memory to search it."),
            advice=_("Close other programs, or scan with fewer jobs."),
        )
    else:
        wrapped = SearchFailed(
            _("Searching it failed for a reason that is not known: {kind}.").format(
                kind=type(error).__name__
            ),
            advice=_("The log says more; please report it. Everything else was searched."),
        )
    return Failure.of(wrapped, cause=error)


def _fingerprint(path: object) -> Fingerprint | None:
    try:
        return fingerprint(str(path))
    except MediaError:
        return None


@dataclass(slots=True)
class _Pass:
    """One probe's pass over a medium. probe : None where it could not be loaded.

    failed : why it gave up.
    """

    spec: ProbeSpec
    wanted: int
    probe: Probe | None = None
    failed: Failure | None = None


@dataclass(slots=True)
class _OneMedium:
    """The search of one medium, from its hash to its result."""

    source: Source
    assignment: Assignment
    probes: Probes
    desk: Desk
    started: float = field(default_factory=time.monotonic)
    tracks: tuple[Track, ...] = ()
    passes: list[_Pass] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stated_s: float = 0.0
    heard_s: float = 0.0
    tracks_s: list[float] = field(default_factory=list)

    def search(self) -> MediumResult:
        """Return what there is; never raises but `Stopped`."""
        result = MediumResult(
            self.source.locator, self.source.path, self.source.members, self.source.fingerprint
        )
        try:
            seen = self.assignment.seen.get(self.source.members)
            unchanged = seen is not None and seen.fingerprint == self.source.fingerprint
            if seen is not None and unchanged and not any(seen.missing):
                return dataclasses.replace(result, sha256=seen.sha256)
            digest, size = self._hash()
            result = dataclasses.replace(result, sha256=digest, size=size)
            missing = self.desk.missing(digest, size)
            if not any(missing):
                return result
            self._load(missing)
            if all(each.failed is not None for each in self.passes):
                return self._result(result)
            self.desk.advanced(0.0, 0.0)
            self._listen()
            self.source.check_unchanged()
        except RepliqueError as error:
            if error.code == "changed":
                # what was read is not what was hashed: it proves nothing
                return dataclasses.replace(result, sha256=None, size=None, error=Failure.of(error))
            self.errors.append(Failure.of(error))
        except Exception as error:  # noqa: BLE001 — a bad file is a result, not a crash
            self.errors.append(failure(error))
        return self._result(result)

    def _hash(self) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0
        try:
            with self.source.open() as file:
                while chunk := file.read(HASH_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    self.desk.advanced(0.0, 0.0)
        except OSError as error:
            raise unreadable(self.source.path, error) from error
        self.source.check_unchanged()
        return digest.hexdigest(), size

    def _load(self, missing: tuple[int, ...]) -> None:
        self.desk.searching()
        for index, wanted in enumerate(missing):
            if wanted:
                each = _Pass(self.probes.specs[index], wanted)
                self.passes.append(each)
                with self._blaming(each):
                    each.probe = self.probes.get(index, wanted)

    def _listen(self) -> None:
        with Medium(self.source) as medium:
            self.tracks = medium.tracks
            known_s = [track.duration_s or 0.0 for track in self.tracks]
            total_s = sum(known_s)
            before_s = 0.0
            for track, stated_s in zip(self.tracks, known_s, strict=True):
                heard_s = self._track(medium, track, before_s, total_s)
                before_s += stated_s
                self.stated_s = max(self.stated_s, stated_s)
                self.tracks_s.append(heard_s)
                self._note(medium, track)
                self._note_less(medium, track, heard_s)

    def _track(self, medium: Medium, track: Track, before_s: float, total_s: float) -> float:
        """Search one track; a damaged one ends early, and the next is searched all the same."""
        running = [(each, self._begin(each)) for each in self.passes if each.failed is None]
        heard_s = 0.0
        try:
            for block in medium.blocks(track, block_s=BLOCK_S):
                self.desk.searching()
                for each, search in running:
                    self._push(each, search, track, block)
                seconds = block.samples.shape[1] / HOUSE_RATE
                heard_s += seconds
                self.heard_s += seconds
                part = min(1.0, (before_s + heard_s) / total_s) if total_s else 0.0
                self.desk.advanced(seconds, part)
        except MediaError as error:
            if error.code == "changed":
                raise
            self.errors.append(Failure.of(error))
        self.desk.searching()
        for each, search in running:
            self._push(each, search, track, None)
        self.desk.advanced(0.0, min(1.0, (before_s + heard_s) / total_s) if total_s else 0.0)
        return heard_s

    def _begin(self, each: _Pass) -> Search | None:
        try:
            return each.probe.begin() if each.probe is not None else None
        except Exception as error:  # noqa: BLE001 — as in _blaming
            each.failed = failure(error)
            return None

    def _push(self, each: _Pass, search: Search | None, track: Track, block: Block | None) -> None:
        if search is None or each.failed is not None:
            return
        with self._blaming(each):
            occurrences = search.push(block) if block is not None else search.end()
            self.found += [self._found(each, track, one) for one in occurrences]

    @contextlib.contextmanager
    def _blaming(self, each: _Pass) -> Iterator[None]:
        """One probe that fails stops neither the others nor the run."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 — recorded, with its traceback in the log
            each.failed = failure(error)

    @staticmethod
    def _found(each: _Pass, track: Track, one: Occurrence) -> Found:
        plain = dataclasses.replace(one, how=dict(one.how))
        spec = each.spec
        return Found(spec.name, spec.version, spec.digest, track.index, plain)

    def _note(self, medium: Medium, track: Track) -> None:
        notes = medium.notes.get(track.index)
        if notes is None:
            return
        number = track.index + 1
        if notes.skipped:
            self.warnings.append(
                ngettext(
                    "Track {number}: {count} packet could not be decoded and was left out.",
                    "Track {number}: {count} packets could not be decoded and were left out.",
                    notes.skipped,
                ).format(number=number, count=notes.skipped)
            )
        if notes.not_finite or notes.too_loud:
            self.warnings.append(
                _("Track {number}: {count} samples were no sound and were mended.").format(
                    number=number, count=notes.not_finite + notes.too_loud
                )
            )
        if notes.jumps:
            self.warnings.append(
                _("Track {number}: its clock jumps; times after a jump may be off.").format(
                    number=number
                )
            )

    def _note_less(self, medium: Medium, track: Track, heard_s: float) -> None:
        stated_s = medium.stated_s[track.index]
        if stated_s is None or stated_s - heard_s <= max(LESS_S, LESS * stated_s):
            return
        self.warnings.append(
            _(
                "Track {number}: {heard:.0f} s of the {stated:.0f} s its header states "
                "could be heard."
            ).format(number=track.index + 1, heard=heard_s, stated=stated_s)
        )

    def _result(self, result: MediumResult) -> MediumResult:
        # A file that a later try may open is not covered; nor what a broken probe did.
        again = any(error.retry for error in self.errors)
        broken = [each.failed for each in self.passes if each.failed is not None]
        searched = tuple(
            Searched(
                each.spec.name,
                each.spec.version,
                each.spec.digest,
                each.wanted,
                covered=each.failed is None and not again,
            )
            for each in self.passes
        )
        return dataclasses.replace(
            result,
            duration_s=max(self.tracks_s, default=0.0) or self.stated_s or None,
            tracks=self.tracks,
            searched=searched,
            found=tuple(self.found),
            heard_s=self.heard_s,
            error=next(iter([*self.errors, *broken]), None),
            warnings=tuple(self.warnings),
            seconds=time.monotonic() - self.started,
            tracks_s=tuple(self.tracks_s),
            origin=self._origin(),
        )

    def _origin(self) -> tuple[dict[str, Any], ...]:
        """Ask the file how it was made, where a voice was found; what fails is not checked."""
        if not any(each.probe == VOICES for each in self.found):
            return ()
        try:
            from replique.media import origin  # noqa: PLC0415 — wanted by voices alone

            return tuple(dataclasses.asdict(each) for each in origin.check(self.source))
        except Exception as error:  # noqa: BLE001 — how it was made is not what was searched for
            said = _("How this file was made could not be asked: {kind}.")
            return (
                {
                    "check": "origin",
                    "state": "not_checked",
                    "said": said.format(kind=type(error).__name__),
                    "detail": {},
                },
            )
