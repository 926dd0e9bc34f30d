"""What is measured of a line: extent, speed, pitch, level, polarity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.probe import Samples
from replique.recordings import coherent, support
from replique.recordings.lines import Line
from replique.recordings.prepared import Prepared
from replique.recordings.segments import active_frames
from replique.recordings.spectra import HOP, RATE
from replique.recordings.verification import Kind, heard_at

_AROUND = 10 * RATE
_SURE = 6.0
_LINE_HALF = 3
_CUT_LOSS = 12.0
_SPEED_SLACK = 0.0004
_FAINTER = 1 / 3
_MOST_CORRECTION = 0.005
_PIECE_JUMP = 0.012
_ON_LINE = 8.0
_STEADY = 0.7
_USUAL = (1.0, 25 / 24, 24 / 25, *(1 + k / 100 for k in range(-12, 13) if abs(k) not in (0, 4)))
_NTSC = (25 / 23.976, 23.976 / 25, 1.001, 1 / 1.001)
"""What people set speeds and lengths to: film and video rates, and whole percents.
The American video rates lie so near that only a sharp measurement names them."""


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
class _Portion:
    """The part of a take around a line's hits. Samples of the take."""

    low: int
    high: int


def measure(line: Line, take: Prepared, medium: coherent.Flattened, heard: Samples) -> Measured:
    """Measure a line. heard : the stretch of the medium itself, float32 (n,) at RATE."""
    if line.leader.kind is Kind.STRAIGHT:
        return _measure_straight(line, take, medium, heard)
    return _measure_pieces(line, take, medium, heard)


def _portion(line: Line, take: Prepared) -> _Portion:
    segments = [take.segments[h.segment] for h in line.hits]
    low = max(0, min(s.start for s in segments) - _AROUND)
    high = min(len(take.samples), max(s.stop for s in segments) + _AROUND)
    return _Portion(low, high)


def _measure_straight(
    line: Line, take: Prepared, medium: coherent.Flattened, heard: Samples
) -> Measured:
    """Follow one lag through the take: its slope is the speed."""
    leader = line.leader
    portion = _portion(line, take)
    speed = leader.transformation.pitch
    origin = leader.start - (take.segments[leader.segment].start - portion.low) / speed
    for _ in range(3):
        found = _follow(take, portion, speed, medium, origin)
        slope, offset = _slope(found)
        correction = slope / coherent.HOP
        if abs(correction) > _MOST_CORRECTION:
            return _measure_pieces(line, take, medium, heard)
        if abs(correction) < 5e-5:
            break
        speed /= 1 + correction
        origin += offset
    speed = _snapped(speed, _SPEED_SLACK, _USUAL + _NTSC)
    found = _follow(take, portion, speed, medium, origin)
    peak = support.straight(found)
    origin += peak.lag
    lag = peak.lag + coherent.REACH
    # The peak lies between samples: a block of high sounds may be highest at the next one.
    around = found.raw[:, max(0, lag - _LINE_HALF) : lag + _LINE_HALF + 1] * peak.sign
    along = around.max(axis=1)
    first, last = _extent(along, found.sigma)
    gain = _robust_gain(along[first : last + 1], found.sigma[first : last + 1])
    low, high = _to_edges(take, portion, speed, first, last, len(found.raw))
    start = origin + (low - portion.low) / speed
    stop = origin + (high - portion.low) / speed
    level = _level(take, low, high, gain, heard, start, stop)
    return Measured(start, stop, low, high, speed, speed, level, peak.sign)


def _follow(
    take: Prepared, portion: _Portion, speed: float, medium: coherent.Flattened, origin: float
) -> coherent.Correlations:
    piece = take.samples[portion.low : portion.high].astype(np.float32) / np.float32(32767)
    return coherent.correlations(medium, coherent.Blocks.of(heard_at(piece, speed)), start=origin)


def _slope(found: coherent.Correlations) -> tuple[float, float]:
    """Return how many samples the lag moves a block, and the lag of the first block."""
    windows = support.pieced(found, drift=0.0)
    sure = windows.heights > _SURE
    if sure.sum() < 3:
        return 0.0, 0.0
    index = np.nonzero(sure)[0].astype(float)
    lags = windows.lags[sure].astype(float)
    weight = windows.heights[sure].astype(float) ** 2
    slope, offset = _least_squares(index, lags, weight)
    for _ in range(3):
        off = np.abs(lags - (offset + slope * index))
        keep = off <= max(2.0, 3 * float(np.median(off)))
        if keep.all() or keep.sum() < 3:
            break
        index, lags, weight = index[keep], lags[keep], weight[keep]
        slope, offset = _least_squares(index, lags, weight)
    if np.ptp(index) < 3 or abs(slope) * np.ptp(index) < 1.0:
        return 0.0, 0.0
    return slope, offset


def _least_squares(
    x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
) -> tuple[float, float]:
    """Return slope and intercept of the best line; a level one where x does not vary."""
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = np.average((x - mean_x) ** 2, weights=weight)
    if spread <= 0:
        return 0.0, float(mean_y)
    slope = np.average((x - mean_x) * (y - mean_y), weights=weight) / spread
    return float(slope), float(mean_y - slope * mean_x)


def _snapped(value: float, slack: float, usual: tuple[float, ...] = _USUAL) -> float:
    """Return the nearest usual ratio that a measured one cannot be told from, or itself."""
    nearest = min(usual, key=lambda ratio: abs(ratio / value - 1))
    return nearest if abs(nearest / value - 1) <= slack else value


def _extent(along: NDArray[np.float32], sigma: NDArray[np.float32]) -> tuple[int, int]:
    """Return the first and last block in which the take is there rather than not.

    Block j is expected to give gain · σ² if it is; the log-likelihood ratio of
    there and not there is summed, and the best run of blocks is kept.  Blocks
    that could not tell (silence in the take, a loud medium) are not cut off.
    """
    # A third of the usual gain: what a compressor or a narrow band may take away.
    gain = _FAINTER * _robust_gain(along, sigma)
    ratio = (gain * along - 0.5 * (gain * sigma) ** 2).astype(np.float64)
    best, first, last, start, total = -np.inf, 0, len(ratio) - 1, 0, 0.0
    for j, value in enumerate(ratio):
        if total < 0:
            start, total = j, 0.0
        total += value
        if total > best:
            best, first, last = total, start, j
    if ratio[:first].sum() > -_CUT_LOSS:
        first = 0
    if ratio[last + 1 :].sum() > -_CUT_LOSS:
        last = len(ratio) - 1
    return first, last


def _robust_gain(along: NDArray[np.float32], sigma: NDArray[np.float32]) -> float:
    weight = sigma**2
    each = along / weight
    order = np.argsort(each)
    running = np.cumsum(weight[order])
    return max(float(each[order][np.searchsorted(running, running[-1] / 2)]), 0.0)


def _to_edges(
    take: Prepared, portion: _Portion, speed: float, first: int, last: int, blocks: int
) -> tuple[int, int]:
    """Return the samples of the take from the first block to the last, whole where they reach its ends."""
    low = portion.low + (0 if first == 0 else int((first + 0.5) * coherent.HOP * speed))
    high = (
        portion.high
        if last == blocks - 1
        else portion.low + int((last + 1.5) * coherent.HOP * speed)
    )
    return low, min(high, len(take.samples))


def _level(
    take: Prepared, low: int, high: int, gain: float, heard: Samples, start: float, stop: float
) -> float:
    """Return the level of the take's active speech against the rest, dB."""
    part = take.samples[int(low) : int(high)].astype(np.float32) / np.float32(32767)
    active = np.repeat(active_frames(part), HOP)
    if not active.any():
        return 0.0
    speech = gain**2 * float((part[: len(active)][active] ** 2).mean())
    around = heard[max(0, int(start)) : max(0, int(stop))]
    everything = float((around**2).mean()) if len(around) else 0.0
    share = gain**2 * float((part**2).mean())
    rest = max(everything - share, 0.03 * everything, 1e-12)
    return float(np.clip(10 * np.log10(max(speech, 1e-12) / rest), -40, 40))


def _measure_pieces(
    line: Line, take: Prepared, medium: coherent.Flattened, heard: Samples
) -> Measured:
    """Take the extent from the hits; the tempo from how far apart they lie."""
    leader = line.leader
    how = leader.transformation
    points: list[tuple[float, float, float]] = []
    gains: list[float] = []
    for hit in line.hits:
        segment = take.segments[hit.segment]
        piece = take.samples[segment.start : segment.stop].astype(np.float32) / np.float32(32767)
        step = coherent.HOP * how.pitch / how.tempo
        begin = hit.start if hit.kind is Kind.REVERBERANT else round(hit.start / HOP) * HOP
        found = coherent.correlations(
            medium, coherent.Blocks.of(heard_at(piece, how.pitch)), start=begin, step=step
        )
        windows = support.pieced(found, drift=coherent.HOP - step)
        centre = (support.WINDOW_BLOCKS + 1) / 2
        for j in np.nonzero(windows.heights > _SURE)[0]:
            at = segment.start + (j + centre) * coherent.HOP * how.pitch
            points.append((at, begin + (j + centre) * step + windows.lags[j], windows.heights[j]))
            peak = windows.heights[j] / max(float(windows.weights[j]), 1e-9)
            gains.append(float(peak))
    segments = [take.segments[h.segment] for h in line.hits]
    low, high = min(s.start for s in segments), max(s.stop for s in segments)
    tempo, origin = _fit_tempo(line, take, points)
    low = 0 if low <= _first_sound(take) + HOP else low
    high = len(take.samples) if high >= _last_sound(take) - HOP else high
    start, stop = origin + low / tempo, origin + high / tempo
    gain = float(np.median(gains)) if gains else 0.1
    level = _level(take, low, high, gain, heard, start, stop)
    return Measured(start, stop, low, high, tempo, how.pitch, level, 0)


def _first_sound(take: Prepared) -> int:
    return min(s.start for s in take.segments)


def _last_sound(take: Prepared) -> int:
    return max(s.stop for s in take.segments)


def _fit_tempo(
    line: Line, take: Prepared, points: list[tuple[float, float, float]]
) -> tuple[float, float]:
    """Return the tempo and where the take's first sample would lie in the stretch."""
    leader = line.leader
    nominal = leader.transformation.tempo
    origin = leader.start - take.segments[leader.segment].start / nominal
    if leader.kind is Kind.REVERBERANT or len(points) < 4:
        return nominal, origin
    at, there, height = np.array(points).T
    residual = there - at / nominal
    keep = np.abs(residual - np.median(residual)) < coherent.REACH
    if keep.sum() < 4:
        return nominal, origin
    at, there, residual, height = at[keep], there[keep], residual[keep], height[keep]
    slope, on_line = _steady_slope(at, residual)
    if on_line >= _STEADY:
        # One line through nearly all: the speed was changed, nothing was cut in pieces.
        tempo = _snapped(1 / (1 / nominal + slope), _SPEED_SLACK, _USUAL + _NTSC)
    else:
        slope = _least_squares(at, residual, height**2)[0]
        # Pieces jump by up to 20 ms either way, which bounds what a short part can tell.
        slack = _PIECE_JUMP * RATE / max(float(np.ptp(at)), 1.0)
        tempo = _snapped(1 / (1 / nominal + slope), slack)
    return tempo, float(np.average(there - at / tempo, weights=height))


def _steady_slope(at: NDArray[np.float64], residual: NDArray[np.float64]) -> tuple[float, float]:
    """Return the slope that most points share, and the share of points on its line."""
    first, second = np.triu_indices(len(at), 1)
    far = np.abs(at[second] - at[first]) > 0.3 * np.ptp(at)
    first, second = first[far], second[far]
    if not len(first):
        return 0.0, 0.0
    slopes = (residual[second] - residual[first]) / (at[second] - at[first])
    best, share = 0.0, 0.0
    for slope in slopes[:: max(1, len(slopes) // 200)]:
        off = residual - slope * at
        near = np.abs(off - np.median(off)) <= _ON_LINE
        if near.mean() > share:
            best, share = _least_squares(at[near], residual[near])[0], float(near.mean())
    return best, share
