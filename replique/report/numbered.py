"""The order in which a report tells its occurrences, and what each is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from replique.report.contents import Contents, Found, Medium, Take, Track
from replique.report.voice_contents import UNKNOWN, Explained, Voice


@dataclass(frozen=True, slots=True)
class Numbered:
    """An occurrence in its place in the report.

    number : by which the command line names it; without records, from 1 through the whole
        report. index : into contents.found.
    """

    number: int
    index: int
    found: Found
    medium: Medium

    @property
    def identity(self) -> str:
        """Its id in the page."""
        return f"o{self.number}"

    @property
    def track(self) -> Track | None:
        """The track it was found in, where the medium describes it."""
        return next((t for t in self.medium.tracks if t.index == self.found.track), None)


@dataclass(frozen=True, slots=True)
class OfTake(Numbered):
    """An occurrence of a take."""

    take: Take


@dataclass(frozen=True, slots=True)
class OfVoice(Numbered):
    """An occurrence of a voice."""

    voice: Voice

    @property
    def explained(self) -> Explained:
        """What accounts for it; where nobody says, nobody looked."""
        return self.found.explained or UNKNOWN


def numbered(contents: Contents) -> list[OfTake | OfVoice]:
    """Put the occurrences in reading order: medium, track, time, take."""
    takes = {take.sha256: take for take in contents.takes}
    voices = {voice.key: voice for voice in contents.voices}
    media = {medium.sha256: medium for medium in contents.media}

    def place(index: int) -> tuple[str, str, int, float, str]:
        found = contents.found[index]
        locator = media[found.medium].locator
        occurrence = found.occurrence
        return locator, found.medium, found.track, occurrence.start_s, occurrence.subject

    order = sorted(range(len(contents.found)), key=place)
    known = [found.number for found in contents.found if found.number is not None]
    named = len(set(known)) == len(contents.found)
    items: list[OfTake | OfVoice] = []
    for position, index in enumerate(order, 1):
        found = contents.found[index]
        number, medium = known[index] if named else position, media[found.medium]
        subject = found.occurrence.subject
        if subject in takes:
            items.append(OfTake(number, index, found, medium, takes[subject]))
        else:
            items.append(OfVoice(number, index, found, medium, voices[subject]))
    return items


def of_takes(items: Sequence[OfTake | OfVoice]) -> list[OfTake]:
    """Return the occurrences of takes."""
    return [item for item in items if isinstance(item, OfTake)]


def of_voices(items: Sequence[OfTake | OfVoice]) -> list[OfVoice]:
    """Return the occurrences of voices."""
    return [item for item in items if isinstance(item, OfVoice)]
