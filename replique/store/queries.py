"""What was found, and where: answers as plain records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields

from django.db.models import Q, QuerySet

from replique.media import Track
from replique.probe import Occurrence as Measurement
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.models import Location, Medium, Occurrence, Take
from replique.store.people import find_performer
from replique.store.records import LocationRecord, MediumRecord, OccurrenceRecord, TakeRecord
from replique.store.registry import find_take, record
from replique.store.text import unway

MEASURED = tuple(field.name for field in fields(Measurement) if field.name != "subject")
TRACK = frozenset(field.name for field in fields(Track))
AT_ONCE = 500
"""Primary keys in one query: far below SQLite's limit."""


@guarded()
def occurrences(
    home: Home,
    *,
    take: str | None = None,
    medium: str | None = None,
    performer: str | None = None,
    min_strength: float | None = None,
    run: int | None = None,
    withdrawn: bool = False,
) -> list[OccurrenceRecord]:
    """Return what was found, by place of the medium and time.

    take : as in `find_take`. medium : part of its locator, or the beginning of its hash.
    performer : slug. run : number of the scan that found it.
    withdrawn : with the occurrences of withdrawn takes.

    A recording that two performers registered is answered once for each.
    Raises NotFound, UsageError.
    """
    takes = _takes(home, take, performer, withdrawn=withdrawn)
    rows = Occurrence.objects.filter(superseded=False)
    if take is not None or performer is not None:
        rows = rows.filter(recording__in=list(takes))
    if medium is not None:
        rows = rows.filter(medium__in=_media_named(medium))
    if min_strength is not None:
        rows = rows.filter(strength__gte=min_strength)
    if run is not None:
        rows = rows.filter(run=run)
    names = ("pk", "recording_id", "medium_id", "track", "probe", "probe_version")
    values = list(rows.values_list(*names, "probe_digest", "found_at", *MEASURED))
    media_ = _media({each[2] for each in values})
    found = []
    for pk, recording, number, track, probe, version, digest, found_at, *measured in values:
        for one in takes.get(recording, ()):
            measurement = Measurement(one.sha256, *measured)
            place = media_[number]
            found.append(
                OccurrenceRecord(
                    pk, one, place, track, probe, version, digest, found_at, measurement
                )
            )
    found.sort(key=lambda each: (each.medium.locator, each.track, each.found.start_s, each.take.id))
    return found


@guarded()
def media(*, state: str | None = None, name: str | None = None) -> list[MediumRecord]:
    """Return what was searched, and what could not be, by place.

    state : ok, partial or failed; None for all. name : part of a locator, or of a hash.
    """
    rows = Medium.objects.all()
    if state is not None:
        rows = rows.filter(state=state)
    if name is not None:
        rows = rows.filter(pk__in=_media_named(name))
    found = list(_media(rows.values_list("pk", flat=True)).values())
    if state in {None, "failed"}:
        places = Location.objects.filter(medium=None, walked=False)
        if name is not None:
            places = places.filter(locator__icontains=name)
        found += [_unread(place) for place in places]
    return sorted(found, key=lambda each: each.locator)


def _takes(
    home: Home, take: str | None, performer: str | None, *, withdrawn: bool
) -> dict[int, list[TakeRecord]]:
    rows = Take.objects.select_related("performer", "recording")
    if not withdrawn:
        rows = rows.filter(withdrawn_at=None)
    if take is not None:
        rows = rows.filter(pk=find_take(home, take).id)
    if performer is not None:
        rows = rows.filter(performer=find_performer(performer))
    found: dict[int, list[TakeRecord]] = defaultdict(list)
    for row in rows:
        found[row.recording_id].append(record(home, row))
    return found


def _media_named(name: str) -> QuerySet[Medium, int]:
    at = Location.objects.filter(locator__icontains=name, medium__isnull=False)
    wanted = Q(pk__in=at.values("medium_id"))
    if len(name) >= 6 and set(name.lower()) <= set("0123456789abcdef"):
        wanted |= Q(sha256__startswith=name.lower())
    return Medium.objects.filter(wanted).values_list("pk", flat=True)


def _media(numbers: Iterable[int]) -> dict[int, MediumRecord]:
    wanted = sorted(numbers)
    found: dict[int, MediumRecord] = {}
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        places: dict[int | None, list[LocationRecord]] = defaultdict(list)
        for place in Location.objects.filter(medium__in=some).order_by("-last_seen", "pk"):
            places[place.medium_id].append(_place(place))
        for row in Medium.objects.filter(pk__in=some):
            found[row.pk] = _medium(row, tuple(places[row.pk]))
    return found


def _medium(row: Medium, places: tuple[LocationRecord, ...]) -> MediumRecord:
    return MediumRecord(
        sha256=row.sha256,
        state=row.state,
        locations=places,
        size=row.size,
        duration_s=row.duration_s,
        tracks=tuple(
            Track(**{name: value for name, value in track.items() if name in TRACK})
            for track in row.tracks
        ),
        # records of older versions hold only what the header said
        heard_s=tuple(
            track.get("heard_s") or ("heard_s" not in track and track.get("duration_s")) or 0.0
            for track in row.tracks
        ),
        error_code=row.error_code,
        error_message=row.error_message,
        error_advice=row.error_advice,
        warnings=tuple(row.warnings),
        notes=tuple(row.notes),
        first_seen=row.first_seen,
        searched_at=row.searched_at,
    )


def _unread(row: Location) -> MediumRecord:
    return MediumRecord(
        sha256=None,
        state=Medium.State.FAILED.value,
        locations=(_place(row),),
        size=row.size,
        error_code=row.error_code,
        error_message=row.error_message,
        error_advice=row.error_advice,
        first_seen=row.first_seen,
        searched_at=row.last_seen,
    )


def _place(row: Location) -> LocationRecord:
    path, members = unway(row.way)
    return LocationRecord(row.locator, path, members, row.last_seen)
