"""A calibration of one's own: fitted and measured on labelled speech that somebody brings.

Each person's recordings are dealt in two: some to enrol him, the rest to be found.  What is to
be found is cut into turns of 5 s and of 2.5 s, and heard clean, under another person 5 dB
softer, and under the beds that were brought (music, effects), as loud and 5 dB louder.  What is
measured is measured on other people than it was fitted on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.errors import UsageError
from replique.language import gettext as _
from replique.models import Ears
from replique.probe import HOUSE_RATE, Samples
from replique.voices.calibration import (
    LENGTHS,
    Array,
    Calibration,
    Range,
    cllr,
    fit,
    log_ratio,
    variables,
)
from replique.voices.comparison import Panel
from replique.voices.reference import prepare
from replique.voices.whole import hear_whole

FEWEST = 12
"""People below which a calibration would be of these people, not of people."""
ENROLLED_S = 25.0
TURNS_S = (5.0, 2.5)
MOST_TURNS = 8
"""Of each length, of one person: everybody counts about the same."""
TALKER_DB = -5.0
BEDS_DB = (0.0, 5.0)
"""Of a bed over the speech."""
LOWEST, HIGHEST = -2.5, 3.0
"""log10 likelihood ratios are never told beyond these."""
_FOLDS = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """What a calibration is worth on people it does not know.

    people, turns : how many. cllr : cost of the ratios, by condition; 0 is perfect, 1 says
    nothing.
    """

    people: int
    turns: int
    cllr: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Turn:
    person: int
    condition: str
    samples: Samples


def calibrate(
    ears: Ears,
    people: Mapping[str, Sequence[Samples]],
    *,
    beds: Sequence[Samples] = (),
    source: str,
) -> tuple[Calibration, Measured]:
    """Fit a calibration on labelled speech: people's recordings, each float32 (n,).

    beds : music or effects without speech. source : a name for it, for reports.

    Raises UsageError when there are too few people, or too little speech of them.
    """
    names = sorted(people)
    if len(names) < FEWEST:
        raise UsageError(
            _("A calibration needs at least {need} people; there are {have}.").format(
                need=FEWEST, have=len(names)
            ),
            advice=_("Add recordings of other people, a folder for each."),
        )
    dealt = [_dealt(name, people[name]) for name in names]
    panel = Panel([prepare(ears, mine, speech_s=ENROLLED_S) for mine, _rest in dealt])
    rest = [others for _mine, others in dealt]
    x, covered, speaker, condition = [], [], [], []
    for turn in _turns(rest, beds):
        heard, conditions = hear_whole(ears, turn.samples)
        likeness = panel.compare(heard)
        x.append(variables(likeness.general, likeness.clearest, conditions))
        covered.append(np.full(len(names), conditions.covered))
        speaker.append(turn.person)
        condition.append(turn.condition)
    trials = _Trials(np.stack(x), np.stack(covered), np.array(speaker), np.array(condition))
    low, high = LOWEST, min(HIGHEST, float(np.log10(len(names) * (len(names) - 1))))
    weights, floor = fit(trials.x.reshape(-1, 6), trials.covered.ravel(), trials.same.ravel())
    calibration = Calibration(
        weights=tuple(float(w) for w in weights),
        floor=(float(floor[0]), float(floor[1])),
        range=Range(speech_s=(1.0, LENGTHS[1]), log10=(low, high)),
        people=len(names),
        source=source,
    )
    return calibration, trials.measured(low, high)


@dataclass(frozen=True, slots=True)
class _Trials:
    x: Array
    covered: Array
    speaker: NDArray[np.int64]
    condition: NDArray[np.str_]

    @property
    def same(self) -> NDArray[np.bool_]:
        return np.asarray(self.speaker[:, None] == np.arange(self.x.shape[1]))

    def measured(self, low: float, high: float) -> Measured:
        """Judge everybody by a calibration that does not know him."""
        same, count = self.same, self.x.shape[1]
        fold = np.random.default_rng(0).permutation(count) % _FOLDS
        ratios = np.zeros(same.shape)
        for k in range(_FOLDS):
            mine = fold == k
            apart = (~mine[self.speaker])[:, None] & ~mine[None, :]
            weights, floor = fit(self.x[apart], self.covered[apart], same[apart])
            ratios[:, mine] = log_ratio(self.x[:, mine], self.covered[:, mine], weights, floor)
        ratios = np.clip(ratios / np.log(10), low, high)
        by_condition = {}
        for condition in dict.fromkeys(self.condition.tolist()):
            rows = self.condition == condition
            found, own = ratios[rows], same[rows]
            by_condition[condition] = cllr(found[own], found[~own])
        return Measured(count, len(self.speaker), by_condition)


def _dealt(name: str, recordings: Sequence[Samples]) -> tuple[list[Samples], list[Samples]]:
    """Return what enrols a person, about 25 s, and what is to be found.

    A single recording is cut in two; more are kept whole, so that a session is on one side.
    """
    kept = [r for r in recordings if len(r) >= HOUSE_RATE]
    if len(kept) == 1:
        middle = min(round(ENROLLED_S * HOUSE_RATE), len(kept[0]) // 2)
        kept = [kept[0][:middle], kept[0][middle:]]
    mine: list[Samples] = []
    while len(kept) > 1 and sum(map(len, mine)) < ENROLLED_S * HOUSE_RATE:
        mine.append(kept.pop(0))
    if sum(map(len, mine)) < 2 * TURNS_S[0] * HOUSE_RATE or (
        max(map(len, kept), default=0) < TURNS_S[0] * HOUSE_RATE
    ):
        raise UsageError(
            _("There is too little speech of “{name}” to calibrate with.").format(name=name),
            advice=_("About 40 s in two recordings are needed of each person."),
        )
    return mine, kept


def _turns(people: Sequence[Sequence[Samples]], beds: Sequence[Samples]) -> Iterator[_Turn]:
    """Yield turns, clean and mixed, in an order that depends on nothing but what was brought."""
    random = np.random.default_rng(0)
    longest = round(TURNS_S[0] * HOUSE_RATE)
    pieces = [_pieces(recordings, longest) for recordings in people]
    for person, mine in enumerate(pieces):
        for i, piece in enumerate(mine[:MOST_TURNS]):
            yield _Turn(person, "clean", piece)
            yield _Turn(person, "short", piece[: round(TURNS_S[1] * HOUSE_RATE)])
            # One who is not enrolled beside him in a fixed order: everybody disturbs everybody.
            other = pieces[(person + 1 + i) % len(pieces)]
            if other is not mine:
                talker = other[int(random.integers(len(other)))]
                yield _Turn(person, "talker", _mixed(piece, talker, TALKER_DB))
            for level_db in BEDS_DB if len(beds) else ():
                bed = beds[int(random.integers(len(beds)))]
                low = int(random.integers(max(1, len(bed) - longest)))
                bed = np.resize(bed[low : low + longest], longest)
                yield _Turn(person, f"bed {level_db:+.0f} dB", _mixed(piece, bed, level_db))


def _pieces(recordings: Sequence[Samples], length: int) -> list[Samples]:
    return [r[i : i + length] for r in recordings for i in range(0, len(r) - length + 1, length)]


def _mixed(speech: Samples, other: Samples, level_db: float) -> Samples:
    """Add another sound at a level over the speech, and keep the peak below full scale."""
    power = [float(np.square(each, dtype=np.float64).mean()) for each in (speech, other)]
    gain = 10 ** (level_db / 20) * np.sqrt(power[0] / max(power[1], 1e-12))
    out = speech + np.float32(gain) * other
    return np.asarray(out / max(1.0, float(np.abs(out).max())), np.float32)
