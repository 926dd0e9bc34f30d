"""What a report says, gathered from the store: names, places, and loaders of sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from replique import store
from replique.cli.verdicts import Findings, findings
from replique.errors import Changed, MediaError, UsageError
from replique.gathering import voices as gathering_voices
from replique.gathering.searches import searched, told_run
from replique.gathering.sounds import unchanged, whole_take
from replique.gathering.voices import Opener
from replique.language import current
from replique.language import gettext as _
from replique.media import Source, excerpt, sha256
from replique.probe import HOUSE_RATE, Samples
from replique.report import (
    AudioLoader,
    Contents,
    Finding,
    Found,
    Medium,
    NotRead,
    Performer,
    Take,
    Voice,
)
from replique.report import Track as ReportTrack
from replique.store import Home, MediumRecord, OccurrenceRecord, TakeRecord

NOTHING_TO_HEAR = frozenset({"not-media", "no-audio"})


class Sounds:
    """Lets media and takes be heard, one medium and one take at a time.

    Occurrences come ordered by medium, so the medium last asked for stays open: a
    member of a tar is reached once, not once for each excerpt.  Before a medium is
    heard its content is hashed: a report must not let another content be heard under
    the hash of the one that was searched.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._medium: str | None = None
        self._source: Source | None = None
        self._trouble: MediaError | None = None
        self._take: str | None = None
        self._samples: Samples | None = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        self._open.close()

    def of_medium(self, found: OccurrenceRecord) -> AudioLoader:
        """Return a loader of the medium in which this was found."""

        def load(start_s: float, end_s: float) -> Samples:
            source = self._reach(found.medium)
            return excerpt(source, found.track, found.found.view, start_s, end_s)

        return load

    def of_take(self, take: TakeRecord) -> AudioLoader:
        """Return a loader of a take."""

        def load(start_s: float, end_s: float) -> Samples:
            if self._take != take.sha256 or self._samples is None:
                self._samples = whole_take(take)
                self._take = take.sha256
            first = max(0, round(start_s * HOUSE_RATE))
            return self._samples[first : max(first, round(end_s * HOUSE_RATE))]

        return load

    def _reach(self, medium: MediumRecord) -> Source:
        if self._medium != medium.sha256:
            self._open.close()
            self._medium, self._source, self._trouble = medium.sha256, None, None
            try:
                self._source = unchanged(medium, self._open, sha256, _gone(medium))
            except MediaError as error:
                self._trouble = error
        if self._source is None:
            raise self._trouble or _gone(medium)
        return self._source


def _gone(medium: MediumRecord) -> Changed:
    return Changed(
        _("{path} is not what it was when it was searched.").format(path=medium.locator),
        advice=_("Scan it again, then make the report anew."),
    )


def contents(
    home: Home,
    sounds: Sounds,
    *,
    performer: str | None = None,
    min_strength: float | None = None,
    min_support: float | None = None,
    language: str | None = None,
    private: bool = False,
    opener: Opener | None = None,
) -> Contents:
    """Gather a report. Raises UsageError when nothing was searched yet.

    min_strength : of takes. min_support : log10 likelihood ratio of voices.
    language : of the report, in which agreements are asked. private : with what people
        keep to themselves, testimony and why they judged so; the ledger notes the reading.
    opener : opens the keys of the voices, for a report in which enrolments can be heard;
        None: they stay out.
    """
    runs = store.runs()
    if not runs:
        raise UsageError(
            _("Nothing was searched yet."), advice=_("Search first: replique scan PATHS")
        )
    found = store.occurrences(
        home, performer=performer, min_strength=min_strength, least_voice=min_support
    )
    media = store.media()
    read = searched(media)
    people, merged = _takes(store.takes(home, performer=performer))
    voices = gathering_voices.voices(home, performer, opener)
    heard = gathering_voices.voice_search(home, runs, read) if voices else None
    asked = findings(performer, language or current(), private=private)
    here = _found(found, sounds, asked, heard[1] if heard else frozenset())
    narrowed = min_strength is not None or min_support is not None
    return Contents(
        run=told_run(runs, takes=len(merged), media=read),
        performers=_with_enrolled(people, voices),
        takes=merged,
        media=tuple(_medium(each) for each in read),
        found=here,
        not_read=tuple(_not_read(each) for each in media if _troubled(each)),
        known_otherwise=_elsewhere(asked, here, narrowed=narrowed),
        voices=voices,
        voice_search=heard[0] if heard else None,
    )


def _takes(takes: Iterable[TakeRecord]) -> tuple[tuple[Performer, ...], tuple[Take, ...]]:
    """Return the people and the recordings; one registered by two people is theirs together."""
    together: dict[str, list[TakeRecord]] = defaultdict(list)
    for take in takes:
        together[take.sha256].append(take)
    people: dict[str, Performer] = {}
    merged = []
    for sha256_, shared in together.items():
        slug = "+".join(take.performer for take in shared)
        people[slug] = Performer(slug, ", ".join(take.performer_name for take in shared))
        first = shared[0]
        merged.append(
            Take(
                sha256=sha256_,
                performer=slug,
                name=first.title,
                path=first.origin,
                kind=first.kind,
                duration_s=first.duration_s,
                registered=min(take.added for take in shared),
            )
        )
    return tuple(people.values()), tuple(merged)


def _with_enrolled(people: tuple[Performer, ...], voices: Iterable[Voice]) -> tuple[Performer, ...]:
    """Return the people, with those who have a voice and no take."""
    there = {each.slug for each in people}
    missing = {each.performer for each in voices} - there
    if not missing:
        return people
    named = {each.slug: each.name for each in store.performers()}
    return (*people, *(Performer(slug, named.get(slug, slug)) for slug in sorted(missing)))


def _found(
    found: Iterable[OccurrenceRecord], sounds: Sounds, asked: Findings, digests: frozenset[str]
) -> tuple[Found, ...]:
    """Return the occurrences. digests : of voices probes whose calibration the report tells."""
    once = {each.id: each for each in found}  # a recording of two people is answered twice
    return tuple(
        Found(
            occurrence=each.found,
            medium=each.medium.sha256 or "",
            track=each.track,
            medium_audio=sounds.of_medium(each),
            take_audio=None if each.take is None else sounds.of_take(each.take),
            number=each.id,
            findings=asked.get(each.id, ()),
            explained=gathering_voices.explained(each.explained),
            calibrated=each.voice is None or each.probe_digest in digests,
        )
        for each in once.values()
    )


def _elsewhere(asked: Findings, here: Iterable[Found], *, narrowed: bool) -> tuple[Finding, ...]:
    """Return the findings that no occurrence of this report carries.

    narrowed : weak occurrences were left out, and their findings go with them.
    """
    told = {found.number for found in here}
    return tuple(
        one
        for number, several in asked.items()
        if number is None or (number not in told and not narrowed)
        for one in several
    )


def _medium(medium: MediumRecord) -> Medium:
    return Medium(
        sha256=medium.sha256 or "",
        locator=medium.locator,
        duration_s=medium.duration_s or 0.0,
        tracks=tuple(
            ReportTrack(
                index=track.index,
                language=track.language,
                title=track.title,
                codec=track.codec,
                layout=track.layout,
            )
            for track in medium.tracks
        ),
        also_at=tuple(place.locator for place in medium.locations[1:]),
        origin=gathering_voices.origin(medium),
    )


def _troubled(medium: MediumRecord) -> bool:
    return medium.state != "ok" and medium.error_code not in NOTHING_TO_HEAR


def _not_read(medium: MediumRecord) -> NotRead:
    return NotRead(medium.locator, medium.error_message, medium.error_advice)
