"""Hits of one take joined along a line in (medium time, take time)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from replique.recordings import strength
from replique.recordings.prepared import Prepared
from replique.recordings.spectra import RATE
from replique.recordings.verification import Hit, Kind

_JITTER = int(0.12 * RATE)
_ROOM_JITTER = int(0.45 * RATE)
_TEMPO_SLACK = 0.02
_SEMITONE_SLACK = 0.6
_WEAKEST_COMPANION = -1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Hits of one take that lie on one line; the strongest comes first."""

    hits: tuple[Hit, ...]

    @property
    def leader(self) -> Hit:
        """The strongest hit: its transformation is the line's."""
        return self.hits[0]

    @property
    def strength(self) -> float:
        """Strength of all hits together."""
        return strength.joined([h.strength for h in self.hits])


def expected_start(leader: Hit, take: Prepared, segment: int) -> float:
    """Return where a segment should begin if it lies on the leader's line, in samples."""
    along = take.segments[segment].start - take.segments[leader.segment].start
    return leader.start + along / leader.transformation.tempo


def _belongs(hit: Hit, leader: Hit, take: Prepared) -> bool:
    """Tell whether a hit lies on the leader's line."""
    along = abs(take.segments[hit.segment].start - take.segments[leader.segment].start)
    slack = (_ROOM_JITTER if hit.agreement or leader.agreement else _JITTER) + _TEMPO_SLACK * along
    apart = abs(hit.transformation.semitones - leader.transformation.semitones)
    near = abs(hit.start - expected_start(leader, take, hit.segment)) <= slack
    return near and apart <= _SEMITONE_SLACK


def _overlaps(hit: Hit, line: Line, take: Prepared) -> bool:
    """Tell whether a hit is heard at the same time as a line."""
    low = min(h.start for h in line.hits)
    high = max(h.start + _heard(h, take) for h in line.hits)
    return hit.start < high and hit.start + _heard(hit, take) > low


def _heard(hit: Hit, take: Prepared) -> float:
    segment = take.segments[hit.segment]
    return (segment.stop - segment.start) / hit.transformation.tempo


_SURE = 3.0
_CLEARLY = 1.03


def _as_it_looks(line: Line, there: list[Hit]) -> Line:
    """Return a line with the transformation that the dense step sees there.

    A room forgives some per cent of speed, so that its agreement does not tell the
    transformation; the spectrogram does.
    """
    leader = line.leader
    if leader.kind is not Kind.REVERBERANT or not there:
        return line
    best = max(there, key=lambda h: h.dense)
    if best.dense <= _CLEARLY * leader.dense:
        return line
    return Line((replace(leader, transformation=best.transformation), *line.hits[1:]))


def _rank(hit: Hit) -> tuple[float, float, float, float, int]:
    """Order hits: sure before unsure; of the sure ones, what explains most of the piece.

    One loud syllable can make a sure hit under the wrong transformation, but only
    the right one explains the syllables around it too.
    """
    sure = min(hit.strength, _SURE)
    return (-sure, -round(hit.share, 1), -hit.strength, hit.start, hit.segment)


def join(hits: list[Hit], take: Prepared, *, least: float) -> list[Line]:
    """Return the lines among the hits of one take that reach a strength.

    Each line takes the hits that lie on it, the best one of each segment; what
    else is heard of the same take at the same time is explained by it.
    """
    left = sorted(hits, key=_rank)
    lines: list[Line] = []
    while left:
        leader = left[0]
        if leader.strength < _WEAKEST_COMPANION:
            break
        companions: dict[int, Hit] = {leader.segment: leader}
        for hit in left[1:]:
            if hit.strength < _WEAKEST_COMPANION:
                break  # they come in the order of strength, up to _SURE
            if hit.segment not in companions and _belongs(hit, leader, take):
                companions[hit.segment] = hit
        line = Line(tuple(companions.values()))
        line = _as_it_looks(line, [h for h in left if _overlaps(h, line, take)])
        left = [h for h in left[1:] if h not in line.hits and not _overlaps(h, line, take)]
        if line.strength >= least:
            lines.append(line)
    return lines
