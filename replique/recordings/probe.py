"""The recordings probe: the same take, heard again.

The way of a track: blocks are halved to 8 kHz and gathered into stretches of 20
minutes that overlap; each stretch is searched densely (`dense`), the places that
this proposes are verified by the waveform (`verification`), hits of one take are
joined along a line (`lines`) and measured (`measurement`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from replique.errors import UsageError
from replique.language import gettext as _
from replique.probe import Block, Occurrence, Samples, Subject
from replique.recordings import dense, spectra
from replique.recordings.coherent import Flattened
from replique.recordings.halving import Halver
from replique.recordings.joints import continued
from replique.recordings.lines import Line, join
from replique.recordings.measurement import Measured, measure
from replique.recordings.prepared import Prepared, prepare
from replique.recordings.settings import NAME, VERSION, Settings
from replique.recordings.spectra import HOP, RATE
from replique.recordings.transformations import GRID
from replique.recordings.verification import Candidate, Hit, Verifier

_CORE = 1_200 * RATE
_MARGIN = 24 * RATE
_PEAKS = 32
_LEAST_DENSE = 4.0
_FEWEST = 8
_SURELY = 8.0
_CERTAINLY = 12.0
_LIKELY = 6.0
_IN_FRONT = 4 * RATE
_REFINED_FROM = 8.0
_SAME_PLACE = 4 * RATE
_EXACT = frozenset(i for i, t in enumerate(GRID) if t.pitch == 1.0 != t.tempo)
"""Stretches leave the waveform at its own rate: there is nothing between them."""


class RecordingsProbe:
    """Looks for takes in media."""

    name = NAME
    version = VERSION

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._keys: list[str] = []
        self._takes: list[Prepared] = []

    @property
    def digest(self) -> str:
        """SHA-256 over version and settings."""
        return self.settings.digest

    def learn(self, subjects: Iterable[Subject | tuple[str, Prepared]]) -> None:
        """Look for these takes; raises TakeSilent, TakeTooShort, UsageError."""
        if self._keys:
            raise UsageError(
                _("This probe has already learned what to look for."),
                advice=_("Make another one."),
            )
        for subject in subjects:
            if isinstance(subject, Subject):
                key, prepared = subject.key, prepare(subject.samples)
            else:
                key, prepared = subject
            self._keys.append(key)
            self._takes.append(prepared)

    def begin(self) -> RecordingsSearch:
        """Open a search over one track."""
        return RecordingsSearch(tuple(self._keys), tuple(self._takes), self.settings)


class RecordingsSearch:
    """One search over one track."""

    def __init__(
        self, keys: tuple[str, ...], takes: tuple[Prepared, ...], settings: Settings
    ) -> None:
        self._keys, self._takes, self._settings = keys, takes, settings
        self._views: tuple[str, ...] = ()
        self._rows: list[_Row] = []

    def push(self, block: Block) -> list[Occurrence]:
        """Take the next block."""
        if not self._rows:
            self._views = block.views
            searcher = _StretchSearch(self._keys, self._takes, self._settings)
            self._rows = [_Row(view, searcher) for view in block.views]
        found: list[Occurrence] = []
        for row, samples in zip(self._rows, block.samples, strict=True):
            found += row.push(samples)
        return _once_a_place(found)

    def end(self) -> list[Occurrence]:
        """Search what is left."""
        found: list[Occurrence] = []
        for row in self._rows:
            found += row.end()
        return _once_a_place(found)


class _Row:
    """One view of a track, gathered into overlapping stretches."""

    def __init__(self, view: str, searcher: _StretchSearch) -> None:
        self._view, self._searcher = view, searcher
        self._halver = Halver()
        # Silence in front: a medium may begin in the middle of a take.
        self._held: list[Samples] = [np.zeros(_IN_FRONT, np.float32)]
        self._start = -_IN_FRONT  # sample of the track at which what is held begins
        self._length = _IN_FRONT
        self._core = -_IN_FRONT  # where the next stretch's own part begins
        self._open: list[Occurrence] = []

    def push(self, samples: Samples) -> list[Occurrence]:
        found: list[Occurrence] = []
        self._hold(self._halver.push(samples))
        while self._start + self._length >= self._core + _CORE + _MARGIN:
            found += self._search(self._core + _CORE)
        return found

    def end(self) -> list[Occurrence]:
        self._hold(self._halver.end())
        end = self._start + self._length
        found = self._search(end) if end > max(self._core, 0) else []
        return [*found, *self._open]

    def _hold(self, samples: Samples) -> None:
        self._held.append(samples)
        self._length += len(samples)

    def _search(self, core_end: int) -> list[Occurrence]:
        held = np.concatenate(self._held)
        stretch = held[: core_end + _MARGIN - self._start]
        core = range(self._core - self._start, core_end - self._start)
        new = self._searcher.search(stretch, core, self._start, self._view)
        found, self._open = continued(self._open, new, until_s=(core_end - _MARGIN) / RATE)
        self._core = core_end
        keep = max(-_IN_FRONT, self._core - _MARGIN)
        self._held = [held[keep - self._start :].copy()]
        self._start, self._length = keep, len(self._held[0])
        return found


class _StretchSearch:
    """Searches one stretch of a medium for all takes."""

    def __init__(
        self, keys: tuple[str, ...], takes: tuple[Prepared, ...], settings: Settings
    ) -> None:
        self._keys, self._takes, self._settings = keys, takes, settings
        self._verifier = Verifier(takes)
        self._pieces = [(t, s) for t, p in enumerate(takes) for s in range(len(p.segments))]
        self._templates = [w for t, s in self._pieces for w in takes[t].segments[s].templates]

    def search(self, samples: Samples, core: range, offset: int, view: str) -> list[Occurrence]:
        """Return what is found in a stretch whose own part is `core`."""
        if not self._templates or not len(samples) or not float(np.abs(samples).max()) > 0:
            return []
        # What lies before the track's first sample has no contrast of its own.
        before = max(0, -offset)
        contrast = spectra.medium_contrast(spectra.levels(spectra.power(samples[before:])))
        contrast = np.pad(contrast, ((before // HOP, 0), (0, 0)))
        candidates = self._candidates(dense.Stretch(contrast))
        if not candidates:
            return []
        medium = Flattened(samples)
        hits: dict[int, list[Hit]] = defaultdict(list)
        asked: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            hits[candidate.take].append(self._verifier.ask(medium, candidate))
            asked[candidate.take].append(candidate)
        found = []
        for take in sorted(hits):
            prepared = self._takes[take]
            hits[take] += self._refined(medium, asked[take], hits[take])
            for line in join(hits[take], prepared, least=self._settings.least_strength):
                measured = measure(line, prepared, medium, samples)
                start = max(measured.start, float(-offset))
                # What begins in a margin is the neighbouring stretch's to report.
                if core.start <= start < core.stop:
                    measured = _within(measured, start, float(len(samples)))
                    found.append(self._occurrence(line, measured, offset, view))
        return found

    def _refined(
        self, medium: Flattened, candidates: list[Candidate], hits: list[Hit]
    ) -> list[Hit]:
        """Return hits at rates between the grid's, where a likely place has none yet."""
        taken = [h.start for h in hits if h.strength >= 0]
        out = []
        for candidate in sorted(candidates, key=lambda c: (-c.dense, c.segment, c.frame)):
            if candidate.dense < _REFINED_FROM or candidate.transformation in _EXACT:
                continue
            start = candidate.frame * HOP
            if any(abs(start - other) < _SAME_PLACE for other in taken):
                continue
            taken.append(start)
            out.append(self._verifier.refine(medium, candidate))
        return out

    def _candidates(self, stretch: dense.Stretch) -> list[Candidate]:
        """Return the places worth asking about, the likeliest first."""
        most = max(1, round(_PEAKS * max(1.0, stretch.frames * HOP / (600 * RATE))))
        peaks = stretch.peaks(self._templates, most=most, least=_LEAST_DENSE)
        seconds = stretch.frames * HOP / RATE
        quota = max(_FEWEST, round(self._settings.candidates_a_segment * seconds / 600))
        out: list[Candidate] = []
        for index, (take, segment) in enumerate(self._pieces):
            rows = slice(index * len(GRID), (index + 1) * len(GRID))
            frames, scores = peaks.frames[rows], peaks.scores[rows]
            which, rank = np.nonzero(frames >= 0)
            score = scores[which, rank]
            order = np.lexsort((frames[which, rank], which, -score))
            # A take used again and again has more likely places than the quota, and
            # its own peaks widen the spread they are told in.
            highest = float(score.max(initial=0.0))
            likely = max(_LIKELY, highest / 2) if highest >= _CERTAINLY else _SURELY
            order = order[: max(quota, int((score >= likely).sum()))]
            out += [
                Candidate(
                    take,
                    segment,
                    int(which[i]),
                    int(frames[which[i], rank[i]]),
                    float(scores[which[i], rank[i]]),
                )
                for i in order
            ]
        out.sort(key=lambda c: (-c.dense, c.take, c.segment, c.transformation, c.frame))
        best = out[: max(200, round(self._settings.candidates_a_second * seconds))]
        # Asked in the takes' order, what is made of a piece serves all its candidates.
        return sorted(best, key=lambda c: (c.take, c.segment, c.transformation, c.frame))

    def _occurrence(self, line: Line, m: Measured, offset: int, view: str) -> Occurrence:
        leader = line.leader
        return Occurrence(
            subject=self._keys[leader.take],
            view=view,
            start_s=(offset + m.start) / RATE,
            end_s=(offset + m.stop) / RATE,
            take_start_s=m.take_start / RATE,
            take_end_s=m.take_stop / RATE,
            speed=m.tempo,
            pitch_semitones=float(12 * np.log2(m.pitch)),
            gain_db=m.gain_db,
            polarity=m.polarity,
            strength=line.strength,
            how={
                "dense": leader.dense,
                "straight": leader.straight,
                "pieced": leader.share,
                "reverberant": leader.agreement,
                "pieces": float(len(line.hits)),
            },
        )


def _within(m: Measured, start: float, end: float) -> Measured:
    """Return what was measured, cut to what there is of the medium."""
    stop = min(m.stop, end)
    return replace(
        m,
        start=start,
        stop=stop,
        take_start=m.take_start + (start - m.start) * m.tempo,
        take_stop=m.take_stop - (m.stop - stop) * m.tempo,
    )


def _once_a_place(found: list[Occurrence]) -> list[Occurrence]:
    """Return each place once: what two views of a track show is one use, told by the clearer."""
    kept: list[Occurrence] = []
    for one in sorted(found, key=lambda o: -o.strength):
        if not any(_same_place(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _same_place(one: Occurrence, other: Occurrence) -> bool:
    overlap_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return one.subject == other.subject and one.view != other.view and overlap_s > 0
