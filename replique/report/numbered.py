"""The order in which a report tells its occurrences, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass

from replique.report.contents import Contents, Found, Medium, Take, Track


@dataclass(frozen=True, slots=True)
class Numbered:
    """An occurrence in its place in the report.

    number : by which the command line names it; without records, from 1 through the whole
        report. index : into contents.found.
    """

    number: int
    index: int
    found: Found
    take: Take
    medium: Medium

    @property
    def identity(self) -> str:
        """Its id in the page."""
        return f"o{self.number}"

    @property
    def track(self) -> Track | None:
        """The track it was found in, where the medium describes it."""
        return next((t for t in self.medium.tracks if t.index == self.found.track), None)


def numbered(contents: Contents) -> list[Numbered]:
    """Put the occurrences in reading order: medium, track, time, take."""
    takes = {take.sha256: take for take in contents.takes}
    media = {medium.sha256: medium for medium in contents.media}

    def place(index: int) -> tuple[str, str, int, float, str]:
        found = contents.found[index]
        locator = media[found.medium].locator
        occurrence = found.occurrence
        return locator, found.medium, found.track, occurrence.start_s, occurrence.subject

    order = sorted(range(len(contents.found)), key=place)
    known = [found.number for found in contents.found if found.number is not None]
    named = len(set(known)) == len(contents.found)
    return [
        Numbered(
            known[index] if named else position,
            index,
            contents.found[index],
            takes[contents.found[index].occurrence.subject],
            media[contents.found[index].medium],
        )
        for position, index in enumerate(order, 1)
    ]
