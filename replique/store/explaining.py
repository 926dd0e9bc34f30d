"""Which takes account for a voice that is heard: the same sound, found twice, is told once.

A recording in which a person speaks holds their voice.  Where the recordings probe found that
recording, the voice says nothing new; where it did not, the voice is an unknown session, or a
synthesis, or another person: which of them is not known.  Where the medium is a recording that the
voice was enrolled with, that is why it is heard there, whatever takes are.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from replique.store.records import Explained, Explanation
from replique.voices.extents import Extents

MARGIN_S = 0.5
"""Seconds by which a take may reach further than was measured, at either end."""
LEAST_LEFT_S = 1.5
"""Seconds that a take must leave for something to be left unexplained; half of what lasts less
than twice as long."""
PAUSE_S = 3.0
"""Seconds that must be left between two takes: in one occurrence of a voice a pause may last as
long (replique.voices.parts), and of a pause there is nothing to explain."""
LEAST_SHARED_S = 0.5
"""Seconds that a take must share with a voice to have to do with it; half of the shorter, where
that is less."""

ENROLLED = Explanation("enrolled")


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch in which something was found.

    number : of the occurrence. medium : its primary key. people : whose it is; a recording
    may be several performers'.
    """

    number: int
    medium: int
    track: int
    start_s: float
    end_s: float
    people: frozenset[int]


def explanations(
    voices: Iterable[Heard],
    takes: Iterable[Heard],
    searched: Callable[[Heard], bool],
    enrolled: Container[tuple[int, int]] = frozenset(),
) -> dict[int, Explanation]:
    """Return what takes explain of each voice, by its number.

    takes : all that were found in these media, in any view, whoever's: a scene that two share
    is one recording. searched : whether all takes of this voice's person were looked for there.
    enrolled : media, and whose voice was enrolled with them: (medium, person).
    """
    places: dict[tuple[int, int], Extents[Heard]] = {}
    for take in takes:
        places.setdefault((take.medium, take.track), Extents()).add(take.start_s, take.end_s, take)
    nothing: Extents[Heard] = Extents()
    return {
        voice.number: ENROLLED
        if any((voice.medium, person) in enrolled for person in voice.people)
        else _explained(voice, places.get((voice.medium, voice.track), nothing), searched)
        for voice in voices
    }


def _explained(
    voice: Heard, takes: Extents[Heard], searched: Callable[[Heard], bool]
) -> Explanation:
    near = [take for take in takes.meeting(voice.start_s, voice.end_s) if _shares(voice, take)]
    if not near:
        state: Explained = "unexplained_voice" if searched(voice) else "not_searched"
        return Explanation(state, (), ((voice.start_s, voice.end_s),))
    # a take of this person first: it is the likelier one to be spoken of
    near.sort(key=lambda take: (not take.people & voice.people, take.start_s, take.number))
    left = _left(voice, near)
    return Explanation(
        "partly" if left else "by_take", tuple(take.number for take in near), tuple(left)
    )


def _shares(voice: Heard, take: Heard) -> bool:
    shared_s = min(voice.end_s, take.end_s) - max(voice.start_s, take.start_s)
    shorter_s = min(voice.end_s - voice.start_s, take.end_s - take.start_s)
    return shared_s > 0 and shared_s >= min(LEAST_SHARED_S, shorter_s / 2)


def _left(voice: Heard, takes: Iterable[Heard]) -> list[tuple[float, float]]:
    """Return what is left of a voice when takes, a little wider, are taken out of it."""
    least_s = min(LEAST_LEFT_S, (voice.end_s - voice.start_s) / 2)
    covered = sorted((take.start_s - MARGIN_S, take.end_s + MARGIN_S) for take in takes)
    gaps = []
    at_s = voice.start_s
    for start_s, end_s in [*covered, (voice.end_s, voice.end_s)]:
        between = voice.start_s < at_s and start_s < voice.end_s
        if min(start_s, voice.end_s) - at_s > (PAUSE_S if between else least_s):
            gaps.append((at_s, min(start_s, voice.end_s)))
        at_s = max(at_s, end_s)
    return gaps
