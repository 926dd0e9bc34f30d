"""What a list knows of the voices in it: which take explains each, and which are outweighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django.db.models import QuerySet

from replique.probe import Occurrence as Measurement
from replique.store.bits import pack
from replique.store.explaining import Heard, explanations
from replique.store.judging import judgements
from replique.store.models import Coverage, Medium, Occurrence, SubjectSet, Take
from replique.store.records import Explanation
from replique.store.voice_models import Voice
from replique.voices.contested import uncontested
from replique.voices.settings import NAME as VOICES

AT_ONCE = 500
"""Primary keys in one query: far below SQLite's limit."""


def explained(media: Iterable[int]) -> dict[int, Explanation]:
    """Return what explains each voice found in these media, by occurrence.

    A recording that a person's voice was enrolled with, in whichever manner, explains theirs.
    What a person judged not to be that take explains nothing; a withdrawn take still does.
    """
    numbers = sorted(set(media))
    denied = {number for number, said in judgements().items() if said.verdict == "no"}
    owner = dict(Voice.objects.values_list("pk", "performer_id"))
    owners = _owners()
    voices = [
        Heard(pk, medium, track, start_s, end_s, frozenset({owner[voice]}))
        for pk, medium, track, start_s, end_s, voice in _found(numbers, "voice")
    ]
    takes = [
        Heard(pk, medium, track, start_s, end_s, owners.get(recording, frozenset()))
        for pk, medium, track, start_s, end_s, recording in _found(numbers, "recording")
        if pk not in denied
    ]
    return explanations(voices, takes, _Searched(numbers), _enrolled(set(numbers)))


def outweighed(media: Iterable[int]) -> set[int]:
    """Return the occurrences of voices in these media that mostly lie where stronger ones do.

    What somebody described or judged is not among them; what was judged not to be that
    person outweighs nobody.
    """
    numbers = sorted(set(media))
    judged = judgements()
    denied = {number for number, said in judged.items() if said.verdict == "no"}
    kept = set(judged)
    places: dict[tuple[int, int], dict[int, Measurement]] = defaultdict(dict)
    for rows in _rows(numbers, "voice"):
        kept.update(rows.filter(uses__isnull=False).values_list("pk", flat=True))
        names = ("pk", "medium_id", "track", "voice__key", "start_s", "end_s", "strength", "how")
        for pk, medium, track, key, start_s, end_s, strength, how in rows.values_list(*names):
            if pk not in denied:
                place = places[medium, track]
                place[pk] = _measured(key, start_s, end_s, strength, how)
    found: set[int] = set()
    for place in places.values():
        shown = {id(each) for each in uncontested(place.values())}
        found.update(pk for pk, each in place.items() if id(each) not in shown)
    return found - kept


def _measured(
    key: str, start_s: float, end_s: float, strength: float, how: dict[str, float]
) -> Measurement:
    return Measurement(key, "", start_s, end_s, 0.0, 0.0, 1.0, 0.0, 0.0, 0, strength, how)


def _rows(media: list[int], kind: str) -> Iterator[QuerySet[Occurrence]]:
    for first in range(0, len(media), AT_ONCE):
        some = media[first : first + AT_ONCE]
        rows = Occurrence.objects.filter(medium__in=some, superseded=False)
        yield rows.filter(**{f"{kind}__isnull": False})


def _found(media: list[int], kind: str) -> Iterator[tuple[int, int, int, float, float, int]]:
    for rows in _rows(media, kind):
        yield from rows.values_list("pk", "medium_id", "track", "start_s", "end_s", f"{kind}_id")


def _enrolled(media: set[int]) -> set[tuple[int, int]]:
    """Return which of these media are whose enrolment: (medium, performer), by their content."""
    given: dict[str, set[int]] = defaultdict(set)
    for performer, sources in Voice.objects.values_list("performer_id", "sources"):
        for sha256 in sources:
            given[sha256].add(performer)
    hashes = sorted(given)
    found: set[tuple[int, int]] = set()
    for first in range(0, len(hashes), AT_ONCE):
        rows = Medium.objects.filter(sha256__in=hashes[first : first + AT_ONCE])
        for number, sha256 in rows.values_list("pk", "sha256"):
            if number in media:
                found.update((number, performer) for performer in given[sha256])
    return found


def _owners() -> dict[int, frozenset[int]]:
    """Return the performers who registered each recording."""
    found: dict[int, set[int]] = defaultdict(set)
    for recording, performer in Take.objects.values_list("recording_id", "performer_id"):
        found[recording].add(performer)
    return {recording: frozenset(people) for recording, people in found.items()}


class _Searched:
    """Whether all that a person registered was looked for in a medium, by whichever settings."""

    def __init__(self, media: list[int]) -> None:
        self._wanted: dict[int, int] = defaultdict(int)
        registered: dict[int, list[int]] = defaultdict(list)
        rows = Take.objects.filter(withdrawn_at=None)
        for recording, performer in rows.values_list("recording_id", "performer_id"):
            registered[performer].append(recording)
        for performer, recordings in registered.items():
            self._wanted[performer] = int.from_bytes(pack(recordings), "little")
        self._sets: dict[int, list[int]] = defaultdict(list)
        for first in range(0, len(media), AT_ONCE):
            searched = Coverage.objects.filter(medium__in=media[first : first + AT_ONCE])
            for medium, number in searched.exclude(probe=VOICES).values_list(
                "medium_id", "subjects_id"
            ):
                self._sets[medium].append(number)
        self._bits = lru_cache(maxsize=1024)(_bits)

    def __call__(self, voice: Heard) -> bool:
        done = 0
        for number in self._sets[voice.medium]:
            done |= self._bits(number)
        return not any(self._wanted[performer] & ~done for performer in voice.people)


def _bits(number: int) -> int:
    row = SubjectSet.objects.get(pk=number)
    return int.from_bytes(bytes(row.bits), "little")
