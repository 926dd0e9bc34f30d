"""What a list knows of the voices in it: which take explains each, and which are outweighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery

from replique.probe import Occurrence as Measurement
from replique.store.bits import pack
from replique.store.consent_models import Judgement, UseDescription
from replique.store.explaining import Heard, explanations
from replique.store.models import Coverage, Occurrence, Take
from replique.store.records import Explanation
from replique.store.voice_models import Voice
from replique.voices.contested import uncontested
from replique.voices.settings import NAME as VOICES

AT_ONCE = 500
"""Primary keys in one query: far below SQLite's limit."""


class Registered(NamedTuple):
    """A take, as far as a list needs it."""

    recording: int
    performer: int
    name: str
    title: str
    looked_for: bool


class Enrolled(NamedTuple):
    """A voice, as far as a list needs it. sources : SHA-256 of what it was enrolled with."""

    performer: int
    name: str
    manner: str
    sources: tuple[str, ...]


class _Found(NamedTuple):
    """An occurrence. said : the judgement that holds, None where there is none."""

    pk: int
    medium: int
    sha256: str
    track: int
    start_s: float
    end_s: float
    strength: float
    likeness: float | None
    recording: int | None
    voice: int | None
    key: str | None
    said: str | None
    described: bool


class Voiced:
    """The voices that were found in some media, beside all else that was; four queries.

    What a person judged not to be a take explains nothing; a withdrawn take still does.
    around : (medium, start_s, end_s) of the only voices that are asked about; of the takes in a
    medium, those that meet none of them are not read then.
    """

    def __init__(
        self, media: Iterable[int], around: Sequence[tuple[int, float, float]] | None = None
    ) -> None:
        self._media = sorted(set(media))
        self._around = around

    @cached_property
    def takes(self) -> list[Registered]:
        """All takes that were registered."""
        rows = Take.objects.values_list(
            "recording_id", "performer_id", "performer__name", "title", "withdrawn_at"
        )
        return [Registered(*each[:4], looked_for=each[4] is None) for each in rows.order_by("pk")]

    @cached_property
    def voices(self) -> dict[int, Enrolled]:
        """All voices that are enrolled, by primary key."""
        rows = Voice.objects.values_list(
            "pk", "performer_id", "performer__name", "manner", "sources"
        )
        return {pk: Enrolled(who, name, how, tuple(of)) for pk, who, name, how, of in rows}

    @cached_property
    def _found(self) -> list[_Found]:
        said = Judgement.objects.filter(occurrence=OuterRef("pk")).order_by("-pk")
        uses = UseDescription.objects.filter(occurrence=OuterRef("pk"))
        found: list[_Found] = []
        for some in _pieces(self._media):
            rows = Occurrence.objects.filter(medium__in=some, superseded=False).annotate(
                likeness=F("how__likeness"),
                said=Subquery(said.values("verdict")[:1]),
                described=Exists(uses),
            )
            if self._around is not None:
                rows = rows.filter(self._near(some))
            found += [
                _Found(*each)
                for each in rows.values_list(
                    "pk", "medium_id", "medium__sha256", "track", "start_s", "end_s", "strength",
                    "likeness", "recording_id", "voice_id", "voice__key", "said", "described",
                ).order_by("pk")
            ]  # fmt: skip
        return found

    def _near(self, media: Sequence[int]) -> Q:
        near = Q(medium__in=media, voice__isnull=False)
        for medium, start_s, end_s in self._around or ():
            near |= Q(medium=medium, start_s__lt=end_s, end_s__gt=start_s)
        return near

    def explained(self) -> dict[int, Explanation]:
        """Return what explains each voice found in these media, by occurrence.

        A recording that a person's voice was enrolled with, in whichever manner, explains theirs.
        """
        owners = self._owners()
        voices = [
            _heard(each, frozenset({self.voices[each.voice].performer}))
            for each in self._found
            if each.voice is not None and each.voice in self.voices
        ]
        takes = [
            _heard(each, owners.get(each.recording, frozenset()))
            for each in self._found
            if each.recording is not None and each.said != "no"
        ]
        if not voices:
            return {}
        searched = _Searched(self._media, self.takes)
        return explanations(voices, takes, searched, self._enrolled())

    def outweighed(self) -> set[int]:
        """Return the occurrences of voices in these media that mostly lie where stronger ones do.

        What somebody described or judged is not among them; what was judged not to be that
        person outweighs nobody.
        """
        places: dict[tuple[int, int], dict[int, Measurement]] = defaultdict(dict)
        kept: set[int] = set()
        for each in self._found:
            if each.voice is None:
                continue
            if each.said is not None or each.described:
                kept.add(each.pk)
            if each.said != "no":
                places[each.medium, each.track][each.pk] = _measured(each)
        found: set[int] = set()
        for place in places.values():
            shown = {id(each) for each in uncontested(place.values())}
            found.update(pk for pk, each in place.items() if id(each) not in shown)
        return found - kept

    def _owners(self) -> dict[int, frozenset[int]]:
        """Return the performers who registered each recording."""
        found: dict[int, set[int]] = defaultdict(set)
        for each in self.takes:
            found[each.recording].add(each.performer)
        return {recording: frozenset(people) for recording, people in found.items()}

    def _enrolled(self) -> set[tuple[int, int]]:
        """Return which of these media are whose enrolment: (medium, performer), by content."""
        given: dict[str, set[int]] = defaultdict(set)
        for voice in self.voices.values():
            for sha256 in voice.sources:
                given[sha256].add(voice.performer)
        return {
            (each.medium, performer)
            for each in self._found
            if each.voice is not None
            for performer in given.get(each.sha256, ())
        }


def explained(media: Iterable[int]) -> dict[int, Explanation]:
    """Return what explains each voice found in these media, by occurrence."""
    return Voiced(media).explained()


def outweighed(media: Iterable[int]) -> set[int]:
    """Return the occurrences of voices in these media that mostly lie where stronger ones do."""
    return Voiced(media).outweighed()


def _heard(one: _Found, people: frozenset[int]) -> Heard:
    return Heard(one.pk, one.medium, one.track, one.start_s, one.end_s, people)


def _measured(one: _Found) -> Measurement:
    how = {} if one.likeness is None else {"likeness": float(one.likeness)}
    return Measurement(
        one.key or "", "", one.start_s, one.end_s, 0.0, 0.0, 1.0, 0.0, 0.0, 0, one.strength, how
    )


def _pieces(media: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(media), AT_ONCE):
        yield media[first : first + AT_ONCE]


class _Searched:
    """Whether all that a person registered was looked for in a medium, by whichever settings."""

    def __init__(self, media: list[int], takes: Iterable[Registered]) -> None:
        self._wanted: dict[int, int] = defaultdict(int)
        registered: dict[int, list[int]] = defaultdict(list)
        for each in takes:
            if each.looked_for:
                registered[each.performer].append(each.recording)
        for performer, recordings in registered.items():
            self._wanted[performer] = int.from_bytes(pack(recordings), "little")
        self._sets: dict[int, list[bytes]] = defaultdict(list)
        for some in _pieces(media):
            searched = Coverage.objects.filter(medium__in=some).exclude(probe=VOICES)
            for medium, bits in searched.values_list("medium_id", "subjects__bits"):
                self._sets[medium].append(bytes(bits))
        self._number = lru_cache(maxsize=1024)(_number)

    def __call__(self, voice: Heard) -> bool:
        done = 0
        for bits in self._sets[voice.medium]:
            done |= self._number(bits)
        return not any(self._wanted[performer] & ~done for performer in voice.people)


def _number(bits: bytes) -> int:
    return int.from_bytes(bits, "little")
