"""From candidate places to hits: the waveform is asked at each."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import soxr

from replique.probe import Samples
from replique.recordings import coherent, strength, support
from replique.recordings.prepared import Prepared
from replique.recordings.spectra import HOP, RATE
from replique.recordings.transformations import AS_IT_WAS, GRID, SPEEDS, Transformation

_ROOM_FROM = 5.5
"""Dense score from which a room is looked for."""
_IN_ROOMS = tuple(i for i, t in enumerate(GRID) if t in {AS_IT_WAS, *SPEEDS[:2]})
_RATE_STEP = 0.002
_SPEED_HALF = 0.022
_PITCH_HALF = 0.03
_LOUDEST_S = 1.2
_TRIED = 1.3
"""log10 of the rates tried: each is one more chance of a false alarm."""
_MOST = 0.5
_KEPT_BYTES = 96_000_000


class Kind(StrEnum):
    """In which of the three ways a hit is supported."""

    STRAIGHT = "straight"
    PIECED = "pieced"
    REVERBERANT = "reverberant"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place the dense step proposes.

    take, segment, transformation : indices.
    frame : of the stretch, where the segment begins.
    dense : the dense step's score, standard deviations.
    """

    take: int
    segment: int
    transformation: int
    frame: int
    dense: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate that the waveform supports.

    start : sample of the stretch at which the segment begins.
    """

    take: int
    segment: int
    transformation: Transformation
    start: float
    dense: float
    strength: float
    kind: Kind
    straight: float
    share: float
    agreement: float


def heard_at(samples: Samples, pitch: float) -> Samples:
    """Return a piece at the rate at which it is heard: `pitch` times faster."""
    if pitch == 1.0:
        return samples
    return np.asarray(soxr.resample(samples, RATE * 1_000.0, RATE * 1_000.0 / pitch, quality="HQ"))


def _rates(how: Transformation) -> list[float]:
    """Return the rates between a cell of the grid and its neighbours."""
    half = _SPEED_HALF if how.tempo == how.pitch else _PITCH_HALF
    steps = int(half / _RATE_STEP)
    return [how.pitch * (1 + k * _RATE_STEP) for k in range(-steps, steps + 1)]


def _loudest(piece: Samples) -> tuple[int, int]:
    """Return the part of a piece that carries most, in samples of the piece."""
    length = min(len(piece), int(_LOUDEST_S * RATE))
    energy = np.concatenate([[0.0], np.cumsum(piece.astype(np.float64) ** 2)])
    low = int((energy[length:] - energy[:-length]).argmax())
    return low, low + length


class Verifier:
    """Asks the waveform about candidates; keeps what it made of recent pieces."""

    def __init__(self, takes: tuple[Prepared, ...]) -> None:
        self._takes = takes
        self._blocks: OrderedDict[tuple[int, int, float], coherent.Blocks] = OrderedDict()
        self._bytes = 0
        self._chunks: tuple[tuple[int, int, float], support.RoomChunks] = (
            (-1, -1, 0.0),
            support.RoomChunks(np.zeros(1, np.float32)),
        )

    def _piece(self, take: int, segment: int, pitch: float) -> Samples:
        prepared = self._takes[take]
        place = prepared.segments[segment]
        return heard_at(prepared.part(place.start, place.stop), pitch)

    def _cut(self, take: int, segment: int, pitch: float) -> coherent.Blocks:
        key = (take, segment, pitch)
        blocks = self._blocks.get(key)
        if blocks is None:
            blocks = coherent.Blocks.of(self._piece(take, segment, pitch))
            self._blocks[key] = blocks
            self._bytes += blocks.spectra.nbytes
            while self._bytes > _KEPT_BYTES:
                self._bytes -= self._blocks.popitem(last=False)[1].spectra.nbytes
        else:
            self._blocks.move_to_end(key)
        return blocks

    def ask(self, medium: coherent.Flattened, candidate: Candidate) -> Hit:
        """Return what the waveform says of a candidate, however little."""
        rooms = candidate.transformation in _IN_ROOMS
        return self._test(medium, candidate, GRID[candidate.transformation], rooms=rooms)

    def refine(self, medium: coherent.Flattened, candidate: Candidate) -> Hit:
        """Return what the waveform says at the rate that suits it best.

        The grid's steps suit the dense step; the waveform forgives a tenth of them.
        """
        how = GRID[candidate.transformation]
        whole = self._piece(candidate.take, candidate.segment, 1.0)
        low, high = _loudest(whole)
        best, most = how, -1.0
        for rate in _rates(how):
            piece = heard_at(whole[low:high], rate)
            tempo = rate if how.tempo == how.pitch else how.tempo
            step = coherent.HOP * rate / tempo
            start = candidate.frame * HOP + low / how.tempo
            found = coherent.correlations(medium, coherent.Blocks.of(piece), start=start, step=step)
            heights = support.pieced(found, drift=coherent.HOP - step, blocks=2).heights
            if float((heights**2).mean()) > most:
                best, most = Transformation(tempo, rate), float((heights**2).mean())
        hit = self._test(medium, candidate, best, rooms=True)
        return replace(hit, strength=hit.strength - _TRIED)

    def _test(
        self,
        medium: coherent.Flattened,
        candidate: Candidate,
        how: Transformation,
        *,
        rooms: bool,
    ) -> Hit:
        blocks = self._cut(candidate.take, candidate.segment, how.pitch)
        start = candidate.frame * HOP
        step = coherent.HOP * how.pitch / how.tempo
        found = coherent.correlations(medium, blocks, start=start, step=step)
        straight = support.straight(found)
        pieced = support.pieced(found, drift=coherent.HOP - step)
        by_kind = {Kind.PIECED: strength.of_pieced(pieced.share)}
        # A stretched clock and one lag for all exclude one another; and where most
        # windows stand out at other lags, the one peak is that of a single piece.
        if how.tempo == how.pitch and support.agreeing(pieced, straight) >= _MOST:
            by_kind[Kind.STRAIGHT] = strength.of_straight(straight.ratio)
        room = support.Reverberant(0.0, 0)
        if (
            max(by_kind.values()) < strength.DEFAULT_LEAST
            and candidate.dense >= _ROOM_FROM
            and rooms
        ):
            key = (candidate.take, candidate.segment, how.pitch)
            if key != self._chunks[0]:
                self._chunks = (key, support.RoomChunks(self._piece(*key)))
            room = support.reverberant(self._chunks[1], medium, start)
            by_kind[Kind.REVERBERANT] = strength.of_reverberant(room.agreement)
        kind = max(by_kind, key=lambda k: by_kind[k])
        lag: float = straight.lag
        if kind is Kind.PIECED:
            lag = float(np.average(pieced.lags, weights=pieced.heights**2))
        elif kind is Kind.REVERBERANT:
            lag = room.lag
        return Hit(
            candidate.take,
            candidate.segment,
            how,
            start + lag,
            candidate.dense,
            by_kind[kind],
            kind,
            straight.ratio,
            pieced.share,
            room.agreement,
        )
