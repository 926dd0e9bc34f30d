"""What was found, and where: answers as plain records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

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
from replique.store.voice_models import Voice

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
    voice: bool | None = None,
    least_voice: float | None = None,
    contested: bool = False,
) -> list[OccurrenceRecord]:
    """Return what was found, by place of the medium and time.

    take : as in `find_take`; of that take alone, then.
    medium : part of its locator, or the beginning of its hash. performer : slug, of the take or
        of the voice. run : number of the scan that found it.
    min_strength : of takes. least_voice : log10 likelihood ratio of voices: their strengths are
        measured on scales of their own.
    withdrawn : with the occurrences of withdrawn takes.
    voice : True for voices alone, False for takes alone, None for both.
    contested : with voices that lie where a stronger one does: of two people in one place the
        better supported is shown otherwise, and of one person in several manners the stronger.

    A recording that two performers registered is answered once for each.  A voice comes with
    what takes explain of it, whether they are in the answer or not.
    Raises NotFound, UsageError.
    """
    rows = Occurrence.objects.filter(superseded=False)
    if medium is not None:
        rows = rows.filter(medium__in=_media_named(medium))
    if run is not None:
        rows = rows.filter(run=run)
    found: list[OccurrenceRecord] = []
    if voice is not True:
        takes = _takes(home, take, performer, withdrawn=withdrawn)
        of_takes = rows.filter(recording__isnull=False)
        if take is not None or performer is not None:
            of_takes = of_takes.filter(recording__in=list(takes))
        if min_strength is not None:
            of_takes = of_takes.filter(strength__gte=min_strength)
        found += _of_takes(of_takes, takes)
    if voice is not False and take is None:
        of_voices = rows.filter(voice__isnull=False)
        if performer is not None:
            of_voices = of_voices.filter(voice__performer=find_performer(performer))
        if least_voice is not None:
            of_voices = of_voices.filter(strength__gte=least_voice)
        found += _of_voices(of_voices, contested=contested)
    found.sort(key=_in_order)
    return found


def _in_order(one: OccurrenceRecord) -> tuple[str, int, float, bool, int]:
    return one.medium.locator, one.track, one.found.start_s, one.take is None, one.subject.id


def _of_takes(
    rows: QuerySet[Occurrence], takes: Mapping[int, list[TakeRecord]]
) -> Iterator[OccurrenceRecord]:
    for recording, bare in _bare(rows, "recording_id"):
        for one in takes.get(recording, ()):
            found = replace(bare.found, subject=one.sha256)
            yield replace(bare, take=one, found=found)


def _of_voices(rows: QuerySet[Occurrence], *, contested: bool) -> Iterator[OccurrenceRecord]:
    from replique.store import voice_rows
    from replique.store.voiced import Voiced

    found = list(_bare(rows, "voice_id"))
    if not found:
        return
    beside = Voiced(rows.values_list("medium_id", flat=True))
    hidden = set() if contested else beside.outweighed()
    explained = beside.explained()
    enrolled = Voice.objects.select_related("performer", "statement")
    voices = {row.pk: voice_rows.record(row) for row in enrolled}
    for number, bare in found:
        one, what = voices.get(number), explained.get(bare.id)
        if one is None or what is None:
            continue  # forgotten, or searched anew, between two questions
        if bare.id not in hidden:
            found_so = replace(bare.found, subject=one.key)
            yield replace(bare, voice=one, explained=what, found=found_so)


def _bare(rows: QuerySet[Occurrence], whose: str) -> Iterator[tuple[int, OccurrenceRecord]]:
    """Yield whose each is, by primary key, and all else that is known of it."""
    names = ("pk", whose, "medium_id", "track", "probe", "probe_version")
    values = list(rows.values_list(*names, "probe_digest", "found_at", *MEASURED))
    media_ = _media({each[2] for each in values})
    for pk, number, medium, track, probe, version, digest, found_at, *measured in values:
        yield (
            number,
            OccurrenceRecord(
                pk,
                None,
                media_[medium],
                track,
                probe,
                version,
                digest,
                found_at,
                Measurement("", *measured),
            ),
        )


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
        origin=tuple(row.origin),
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
