"""What a scan finds, kept: one transaction for each medium.

Committed or not there: a program that is killed loses the medium in work and
nothing else. The same result given twice, or by two scans at once, is kept once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from replique.errors import StoreError, StoreLocked
from replique.scan.results import Failure, Found, MediumResult, Searched
from replique.store import custody
from replique.store.bits import Subjects, pack, union
from replique.store.carrying import carry_over
from replique.store.coverage import subject_set, uncover
from replique.store.guard import guarded
from replique.store.models import Coverage, Location, Medium, Occurrence
from replique.store.text import clean, finite, key, measured, plain, way
from replique.store.voice_models import Voice

TIMES = 5
"""Attempts at a transaction that another one was in the way of."""
TOGETHER = 200
"""Files found as they were, kept in one transaction: should it be lost, they are
looked at again, and nothing else is."""


class Sink:
    """Takes the results of one run. subjects : of each of its probes."""

    def __init__(self, run: int, subjects: Iterable[Subjects]) -> None:
        self._run = run
        self._subjects = {each.digest: each for each in subjects}
        self._unchanged: list[MediumResult] = []

    def __call__(self, result: MediumResult) -> None:
        """Keep a result. Raises StoreError."""
        if result.known:
            self._unchanged.append(result)
            if len(self._unchanged) < TOGETHER:
                return
            self.flush()
            return
        self._commit([result])

    def flush(self) -> None:
        """Keep what was held back. Raises StoreError."""
        held, self._unchanged = self._unchanged, []
        if held:
            self._commit(held)

    def _commit(self, results: Sequence[MediumResult]) -> None:
        for again in reversed(range(TIMES)):
            try:
                with guarded(), transaction.atomic():
                    for result in _touch(results):
                        self._keep(result)
            except StoreError as error:
                # PostgreSQL ends one of two transactions that wait for one another, and says at
                # the end of one that a voice was forgotten within it; SQLite lets none begin
                # beside another, and has waited for long already
                between = isinstance(error, StoreLocked) or isinstance(
                    error.__cause__, IntegrityError
                )
                if not (again and between and connection.vendor == "postgresql"):
                    raise
            else:
                return

    def _keep(self, result: MediumResult) -> None:
        medium = self._medium(result) if result.sha256 is not None else None
        _locate(result, medium)
        if medium is not None:
            for searched in result.searched:
                found = [each for each in result.found if each.digest == searched.digest]
                self._cover(medium, searched, found)
            if result.searched or not result.known:
                # last: whoever writes the ledger waits for this one
                custody.searched(result, medium)

    def _medium(self, result: MediumResult) -> Medium:
        # Locked, so that two scans that end the same medium at once take turns.
        medium, _created = Medium.objects.select_for_update().get_or_create(
            sha256=result.sha256, defaults={"size": result.size}
        )
        if result.known:
            return medium
        error = result.error or Failure("", "")
        medium.size = result.size
        medium.duration_s = result.duration_s or medium.duration_s
        medium.tracks = _tracks(result) or medium.tracks
        medium.state = result.state
        medium.error_code = error.code
        medium.error_message = clean(error.message)
        medium.error_advice = clean(error.advice)
        medium.warnings = [clean(each) for each in result.warnings]
        medium.notes = [clean(each) for each in result.notes]
        # asked where a voice is found; a search for takes alone does not ask again
        medium.origin = [plain(each) for each in result.origin] or medium.origin
        medium.searched_at = timezone.now()
        medium.save()
        return medium

    def _cover(self, medium: Medium, searched: Searched, found: Sequence[Found]) -> None:
        """Keep what one probe found, of those subjects that nobody had searched before."""
        subjects = self._subjects[searched.digest]
        wanted = pack(subjects.of(searched.wanted))
        row = Coverage.objects.filter(medium=medium, probe_digest=searched.digest).first()
        before = bytes(row.subjects.bits) if row is not None else b""
        new = set(subjects.of(searched.wanted & ~subjects.mask(before)))
        if subjects.kind == "voice":  # one may have been forgotten meanwhile
            new &= set(Voice.objects.filter(pk__in=new).values_list("pk", flat=True))
            wanted = pack(new)
        if not new:
            return
        earlier = Occurrence.objects.filter(medium=medium, **{f"{subjects.kind}__in": new})
        same = earlier.filter(probe_digest=searched.digest)
        _forget_unfinished(same, {_place(each, subjects) for each in found})
        if searched.covered:
            other = earlier.filter(probe=searched.probe).exclude(probe_digest=searched.digest)
            other.update(superseded=True)
            if subjects.kind == "voice":
                # what is superseded is not there to be shown: who goes back to those settings,
                # or to that calibration, searches again
                uncover(medium, searched, new)
            everything = subject_set(union(before, wanted))
            Coverage.objects.update_or_create(
                medium=medium,
                probe_digest=searched.digest,
                defaults={
                    "probe": searched.probe,
                    "probe_version": searched.version,
                    "subjects": everything,
                    "searched_at": timezone.now(),
                },
            )
        Occurrence.objects.bulk_create(
            [
                self._occurrence(medium, each, subjects)
                for each in found
                if subjects.number(each.occurrence.subject) in new
            ],
            ignore_conflicts=True,
        )
        if searched.covered:
            carry_over(medium, subjects.kind, new)

    def _occurrence(self, medium: Medium, found: Found, subjects: Subjects) -> Occurrence:
        one = found.occurrence
        return Occurrence(
            **{f"{subjects.kind}_id": subjects.number(one.subject)},
            medium=medium,
            run_id=self._run,
            probe=found.probe,
            probe_version=found.version,
            probe_digest=found.digest,
            track=found.track,
            view=one.view,
            start_s=finite(one.start_s),
            end_s=finite(one.end_s),
            take_start_s=finite(one.take_start_s),
            take_end_s=finite(one.take_end_s),
            speed=finite(one.speed),
            pitch_semitones=finite(one.pitch_semitones),
            gain_db=finite(one.gain_db),
            polarity=one.polarity,
            strength=finite(one.strength),
            how=measured(one.how),
        )


_Place = tuple[int, int, str, float]
"""What tells an occurrence from others in a medium: whose, its track, view and start in s."""


def _place(found: Found, subjects: Subjects) -> _Place:
    one = found.occurrence
    return subjects.number(one.subject), found.track, one.view, finite(one.start_s)


def _forget_unfinished(left: QuerySet[Occurrence], found: set[_Place]) -> None:
    """Delete what an earlier, unfinished pass left; keep what somebody has spoken of.

    What is found again, at the same place, is that same occurrence; what is not leaves
    the lists, and whoever described a use of it still finds it.
    """
    spoken_of = Q(uses__isnull=False) | Q(judgements__isnull=False)
    kept = set(left.filter(spoken_of).values_list("pk", flat=True))
    left.exclude(pk__in=kept).delete()
    for row in left.filter(pk__in=kept):
        whose = row.recording_id or row.voice_id or 0
        row.superseded = (whose, row.track, row.view, row.start_s) not in found
        row.save(update_fields=["superseded"])


def _touch(results: Sequence[MediumResult]) -> list[MediumResult]:
    """Note at once that known places are as they were; return what is left to keep."""
    by_key = {key(way(each.path, each.members)): each for each in results if each.known}
    if not by_key:
        return list(results)
    rows = Location.objects.filter(place_key__in=by_key).values_list(
        "pk", "place_key", "medium__sha256", "size", "mtime_ns", "inode"
    )
    same = []
    for pk, place_key, sha256, *fingerprint in rows:
        result = by_key.get(place_key)
        if result is None or result.sha256 != sha256:
            continue
        if result.fingerprint == tuple(None if each is None else int(each) for each in fingerprint):
            same.append(pk)
            del by_key[place_key]
    Location.objects.filter(pk__in=same).update(last_seen=timezone.now())
    # in one order for all scans, so that two do not wait for one another
    new = [each for each in results if not each.known]
    return new + sorted(by_key.values(), key=lambda each: each.sha256 or "")


def _locate(result: MediumResult, medium: Medium | None) -> None:
    """Keep where it was; what a place without a readable content said before is over."""
    place = way(result.path, result.members)
    error = result.error if medium is None and result.error is not None else Failure("", "")
    size, mtime_ns, inode = result.fingerprint or (None, None, None)
    if medium is not None:
        Location.objects.filter(place_key=key(place), medium=None, walked=False).delete()
    elif result.known:
        Location.objects.filter(place_key=key(place), medium=None).update(last_seen=timezone.now())
        return
    Location.objects.update_or_create(
        place_key=key(place),
        medium=medium,
        defaults={
            "locator": clean(result.locator),
            "way": place,
            "path_key": key(way(result.path, ())),
            "size": size,
            "mtime_ns": mtime_ns,
            "inode": inode,
            "walked": False,
            "error_code": error.code,
            "error_message": clean(error.message),
            "error_advice": clean(error.advice),
            "error_retry": error.retry,
            "last_seen": timezone.now(),
        },
    )


def _tracks(result: MediumResult) -> list[dict[str, Any]]:
    tracks = [dataclasses.asdict(track) for track in result.tracks]
    for track, heard_s in zip(tracks, result.tracks_s, strict=False):  # it may have ended early
        track["heard_s"] = heard_s
    for track in tracks:
        for name, value in track.items():
            if isinstance(value, str):
                track[name] = clean(value)
            elif isinstance(value, float):
                track[name] = finite(value)
    return tracks
