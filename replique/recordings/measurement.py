"""What is measured of a line: extent, speed, pitch, level, polarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.probe import Samples
from replique.recordings import coherent, level, speed, support
from replique.recordings.extent import extent
from replique.recordings.lines import Line
from replique.recordings.prepared import Prepared
from replique.recordings.spectra import HOP, RATE
from replique.recordings.verification import Hit, Kind, heard_at

_AROUND = 10 * RATE
_SURE = 6.0
_LINE_HALF = 3
_ROUNDS = 3
_SETTLED = 5e-5
_MOST_CORRECTION = 0.025
_LEAST_STRAIGHT = 9.0
_CLEARLY = 1.2
_PIECE_JUMP_S = 0.015
_STEADY = 0.7
_AGREEING = 0.6
_RUN = 18
_NO_SIGMA = 1e-5
_HEARD = 1e-4


@dataclass(frozen=True, slots=True)
class Measured:
    """A line measured. Times in samples at RATE; of the stretch, and of the take."""

    start: float
    stop: float
    take_start: float
    take_stop: float
    tempo: float
    pitch: float
    gain_db: float
    polarity: int


@dataclass(frozen=True, slots=True)
class _Followed:
    """A take followed at one speed. origin : where `low` of the take lies in the stretch."""

    low: int
    speed: float
    origin: float
    found: coherent.Correlations
    straight: support.Straight
    absent: NDArray[np.bool_]


def measure(line: Line, take: Prepared, medium: coherent.Flattened, heard: Samples) -> Measured:
    """Measure a line. heard : the stretch of the medium itself, float32 (n,) at RATE."""
    leader = line.leader
    how = leader.transformation
    if how.tempo == how.pitch:
        followed = _follow(line, take, medium)
        least = 0.0 if leader.kind is Kind.STRAIGHT else _CLEARLY * leader.straight
        if followed is not None and followed.straight.ratio >= max(least, _LEAST_STRAIGHT):
            return _measure_straight(followed, take, heard)
    return _measure_pieces(line, take, medium, heard)


def _follow(line: Line, take: Prepared, medium: coherent.Flattened) -> _Followed | None:
    """Follow one lag through the take: its slope is the speed; None if it has none."""
    leader = line.leader
    segments = [take.segments[h.segment] for h in line.hits]
    low = max(0, min(s.start for s in segments) - _AROUND)
    high = min(len(take.samples), max(s.stop for s in segments) + _AROUND)
    part = take.part(low, high)
    rate = leader.transformation.pitch
    origin = leader.start - (take.segments[leader.segment].start - low) / rate
    for _ in range(_ROUNDS):
        blocks = coherent.Blocks.of(heard_at(part, rate))
        found = coherent.correlations(medium, blocks, start=origin)
        slope, offset = _slope(found)
        correction = slope / coherent.HOP
        if abs(correction) > _MOST_CORRECTION:
            return None
        if abs(correction) < _SETTLED:
            break
        rate /= 1 + correction
        # The line turns about its first block, which lies where its lag says.
        origin += offset
    rate = speed.named(rate)
    blocks = coherent.Blocks.of(heard_at(part, rate))
    found = coherent.correlations(medium, blocks, start=origin)
    energy = blocks.energies.sum(axis=1)
    # Where the medium is digitally silent and the take is not, the take is not there.
    absent = (found.sigma < _NO_SIGMA) & (energy > _HEARD * energy.max())
    straightest = _straightest(found)
    windows = support.pieced(found, drift=0.0)
    if support.agreeing(windows, straightest) < _AGREEING:
        return None
    return _Followed(low, rate, origin, found, straightest, absent)


def _straightest(found: coherent.Correlations) -> support.Straight:
    """Return the clearest lag that any 1.5 s show: the rest of the take may be absent."""
    count = len(found.raw)
    runs = [(0, count), *((i, i + _RUN) for i in range(0, count - _RUN + 1, _RUN // 3))]
    return max(
        (
            support.straight(
                coherent.Correlations(found.raw[i:j], found.sigma[i:j], found.starts[i:j])
            )
            for i, j in runs
        ),
        key=lambda straight: straight.ratio,
    )


def _slope(found: coherent.Correlations) -> tuple[float, float]:
    """Return how many samples the lag moves a block, and the lag of the first block."""
    windows = support.pieced(found, drift=0.0)
    sure = np.nonzero(windows.heights > _SURE)[0]
    if len(sure) < 3:
        return 0.0, 0.0
    index, lags = sure.astype(np.float64), windows.lags[sure].astype(np.float64)
    slope, offset, share = speed.shared_line(index, lags)
    if share < 0.5 or np.ptp(index) < 3 or abs(slope) * np.ptp(index) < 1.0:
        return 0.0, 0.0
    return slope, offset - slope * (support.WINDOW_BLOCKS - 1) / 2


def _measure_straight(followed: _Followed, take: Prepared, heard: Samples) -> Measured:
    """Take extent, level and polarity from the lag that holds."""
    rate, found, peak = followed.speed, followed.found, followed.straight
    lag = peak.lag + coherent.REACH
    # The peak lies between samples: a block of high sounds may be highest at the next one.
    around = found.raw[:, max(0, lag - _LINE_HALF) : lag + _LINE_HALF + 1] * peak.sign
    first, last = extent(around.max(axis=1), found.sigma, followed.absent)
    end = min(len(take.samples), followed.low + int(len(found.raw) * coherent.HOP * rate) + 1_280)
    low = followed.low if first == 0 else followed.low + int((first + 0.5) * coherent.HOP * rate)
    high = end
    if last < len(found.raw) - 1:
        high = followed.low + int((last + 1.5) * coherent.HOP * rate)
    high = min(high, len(take.samples))
    origin = followed.origin + peak.lag
    start = origin + (low - followed.low) / rate
    stop = origin + (high - followed.low) / rate
    gain_db = level.aligned([_pair(take, low, high, rate, heard, start)])
    return Measured(start, stop, low, high, rate, rate, gain_db, peak.sign)


def _pair(
    take: Prepared, low: int, high: int, rate: float, heard: Samples, start: float
) -> tuple[Samples, Samples]:
    """Return a part of the take as heard, and the medium at the same time."""
    part = heard_at(take.part(low, high), rate)
    begin = round(start)
    part = part[max(0, -begin) :]
    begin = max(0, begin)
    there = heard[begin : begin + len(part)]
    return part[: len(there)], there


@dataclass(frozen=True, slots=True)
class _Points:
    """Windows that stand out. at : sample of the take; there : of the stretch."""

    at: list[float]
    there: list[float]
    height: list[float]
    pairs: list[tuple[Samples, Samples]]


def _measure_pieces(
    line: Line, take: Prepared, medium: coherent.Flattened, heard: Samples
) -> Measured:
    """Take the extent from the hits; the tempo from how far apart they lie."""
    how = line.leader.transformation
    points = _Points([], [], [], [])
    for hit in line.hits:
        _add_points(points, hit, take, medium, heard)
    segments = [take.segments[h.segment] for h in line.hits]
    low, high = min(s.start for s in segments), max(s.stop for s in segments)
    tempo, origin = _fit_tempo(line, take, points)
    low = 0 if low <= min(s.start for s in take.segments) + HOP else low
    high = len(take.samples) if high >= max(s.stop for s in take.segments) - HOP else high
    start, stop = origin + low / tempo, origin + high / tempo
    if line.leader.kind is Kind.REVERBERANT or not points.pairs:
        gain_db = level.excess(*level.around(heard, start, stop))
    else:
        gain_db = level.aligned(points.pairs)
        louder = level.excess(*level.around(heard, start, stop))
        # Overlapping pieces blur the waveform; where the take is the louder, power tells.
        gain_db = louder if louder > max(gain_db, 0.0) else gain_db
    return Measured(start, stop, low, high, tempo, how.pitch, gain_db, 0)


def _add_points(
    points: _Points, hit: Hit, take: Prepared, medium: coherent.Flattened, heard: Samples
) -> None:
    """Add the windows of one hit that stand out."""
    how = hit.transformation
    segment = take.segments[hit.segment]
    piece = heard_at(take.part(segment.start, segment.stop), how.pitch)
    step = coherent.HOP * how.pitch / how.tempo
    begin = hit.start if hit.kind is Kind.REVERBERANT else round(hit.start / HOP) * HOP
    found = coherent.correlations(medium, coherent.Blocks.of(piece), start=begin, step=step)
    windows = support.pieced(found, drift=coherent.HOP - step)
    width = support.WINDOW_BLOCKS
    for j in np.nonzero(windows.heights > _SURE)[0]:
        middle = j + (width + 1) / 2
        points.at.append(segment.start + middle * coherent.HOP * how.pitch)
        centre = begin + (j + (width - 1) / 2) * step + coherent.HOP + windows.lags[j]
        points.there.append(centre)
        points.height.append(float(windows.heights[j]))
        part = piece[j * coherent.HOP : (j + width + 1) * coherent.HOP]
        there = round(centre - (width + 1) / 2 * coherent.HOP)
        if there >= 0:
            stretch = heard[there : there + len(part)]
            points.pairs.append((part[: len(stretch)], stretch))


def _fit_tempo(line: Line, take: Prepared, points: _Points) -> tuple[float, float]:
    """Return the tempo and where the take's first sample would lie in the stretch."""
    leader = line.leader
    nominal = leader.transformation.tempo
    origin = leader.start - take.segments[leader.segment].start / nominal
    if leader.kind is Kind.REVERBERANT or len(points.at) < 4:
        return nominal, origin
    at, there, height = (np.array(v) for v in (points.at, points.there, points.height))
    residual = there - at / nominal
    keep = np.abs(residual - np.median(residual)) < coherent.REACH
    if keep.sum() < 4:
        return nominal, origin
    at, there, residual, height = at[keep], there[keep], residual[keep], height[keep]
    slope, _, share = speed.shared_line(at, residual)
    if share >= _STEADY:
        # One line through nearly all: the speed was changed, nothing was cut in pieces.
        tempo = speed.named(1 / (1 / nominal + slope))
    else:
        slope, _ = speed.least_squares(at, residual, height**2)
        # Pieces jump by up to 20 ms either way, which bounds what a short part can tell.
        slack = _PIECE_JUMP_S * RATE / max(float(np.ptp(at)), 1.0)
        shifted = leader.transformation.pitch != 1.0
        tempo = speed.likely(1 / (1 / nominal + slope), slack, shifted=shifted)
    return tempo, float(np.average(there - at / tempo, weights=height))
