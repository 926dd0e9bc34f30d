"""What earlier scans know, for a scan that asks: see replique.scan.Known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from replique.scan.results import Before, Fingerprint, Members, Seen
from replique.store.bits import Subjects
from replique.store.coverage import covered
from replique.store.guard import guarded
from replique.store.models import Location, Medium
from replique.store.text import clean, key, unway, way

AHEAD = 300
"""Paths looked up at a time: one query for many files, and far below SQLite's limit."""


class KnownMedia:
    """What the store knows of the files of one scan.

    paths : in the order in which they will be asked for.
    """

    def __init__(self, subjects: Sequence[Subjects], paths: Sequence[Path]) -> None:
        self._subjects = subjects
        self._everything = tuple(each.everything for each in subjects)
        self._paths = list(dict.fromkeys(paths))
        self._order = {path: number for number, path in enumerate(self._paths)}
        self._ahead: dict[Path, Before] = {}

    @guarded()
    def at(self, path: Path) -> Before:
        """Return what was found at a path when it was last looked at."""
        if path not in self._ahead:
            first = self._order.get(path)
            some = [path] if first is None else self._paths[first : first + AHEAD]
            self._ahead = self._look_up(some)
        return self._ahead[path]

    @guarded()
    def missing(self, sha256: str) -> tuple[int, ...]:
        """Return, for each probe, the subjects not yet searched in this content."""
        number = Medium.objects.filter(sha256=sha256).values_list("pk", flat=True).first()
        if number is None:
            return self._everything
        return self._without(covered([number], self._subjects)[number])

    @guarded()
    def finished(self, path: Path, fingerprint: Fingerprint) -> None:
        """Note that all that lies at a path was seen, as it was with this fingerprint."""
        place = way(path, ())
        size, mtime_ns, inode = fingerprint
        with transaction.atomic():
            Location.objects.update_or_create(
                place_key=key(place),
                medium=None,
                defaults={
                    "locator": clean(str(path)),
                    "way": place,
                    "path_key": key(place),
                    "size": size,
                    "mtime_ns": mtime_ns,
                    "inode": inode,
                    "walked": True,
                    "error_code": "",
                    "error_message": "",
                    "error_advice": "",
                    "last_seen": timezone.now(),
                },
            )

    def _without(self, done: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(all_ & ~mask for all_, mask in zip(self._everything, done, strict=True))

    def _look_up(self, paths: Sequence[Path]) -> dict[Path, Before]:
        by_key = {key(way(path, ())): path for path in paths}
        rows = list(
            Location.objects.filter(path_key__in=by_key, size__isnull=False)
            .select_related("medium")
            .only(
                *("path_key", "locator", "way", "size", "mtime_ns", "inode", "walked"),
                *("error_code", "error_retry", "last_seen", "medium__sha256"),
            )
            .order_by("last_seen", "pk")
        )
        media = {row.medium_id for row in rows if row.medium_id is not None}
        done = covered(sorted(media), self._subjects)
        seen: dict[Path, dict[Members, Seen]] = {path: {} for path in paths}
        whole: dict[Path, Fingerprint] = {}
        for row in rows:  # the latest last: it replaces what was there before
            path = by_key[row.path_key]
            fingerprint = (int(row.size or 0), int(row.mtime_ns or 0), int(row.inode or 0))
            if row.walked:
                whole[path] = fingerprint
                continue
            missing = self._everything
            if row.medium_id is not None:
                missing = self._without(done[row.medium_id])
            elif not row.error_retry:
                missing = tuple(0 for _ in self._everything)
            sha256 = row.medium.sha256 if row.medium is not None else None
            members = unway(row.way)[1]
            seen[path][members] = Seen(row.locator, fingerprint, sha256, missing)
        return {path: Before(seen[path], whole.get(path)) for path in paths}
