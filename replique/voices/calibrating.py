"""A calibration of one's own: fitted and measured on labelled speech that somebody brings.

Each person's recordings are dealt in two: some to enrol him, the rest to be found.  What is to
be found is cut into turns of 5 s and of 2.5 s, and heard clean, under another person 5 dB
softer, and under the beds that were brought (music, effects), as loud and 5 dB louder.  What is
measured is measured on other people than it was fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.errors import UsageError
from replique.language import gettext as _
from replique.models import Ears
from replique.probe import HOUSE_RATE, Samples
from replique.voices.calibration import LENGTHS, Array, Calibration, Range, variables
from replique.voices.comparison import Panel
from replique.voices.measured import (
    CLEAN,
    LEAST_SPEECH_S,
    LOUD_MUSIC,
    MUSIC,
    SHORT,
    SHORT_LOUD_MUSIC,
    SHORT_TALKER,
    TALKER,
    Rate,
)
from replique.voices.reference import prepare
from replique.voices.trials import Trials
from replique.voices.whole import hear_whole

FEWEST = 12
"""People below which a calibration would be of these people, not of people."""
ENROLLED_S = 25.0
TURNS_S = (5.0, 2.5)
MOST_TURNS = 8
"""Of each length, of one person: everybody counts about the same."""
TALKER_DB = -5.0
BEDS_DB = {MUSIC: 0.0, LOUD_MUSIC: 5.0}
"""Of a bed over the speech."""
LOWEST, HIGHEST = -2.5, 3.0
"""log10 likelihood ratios are never told beyond these."""
STRANGERS = 0.998
"""Of the pairs of clear turns of two people, that are less alike than one speaker's turns."""
OWN = 0.05
"""Of people's own clear turns, that are less like their reference than what resembles closely."""

Progress = Callable[[int, int], None]
"""Called with how many turns have been heard, and of how many."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a calibration is worth on people it does not know.

    people, turns : how many. rates : how often it errs, by condition.
    """

    people: int
    turns: int
    rates: Mapping[str, Rate]

    @property
    def cllr(self) -> dict[str, float]:
        """Cost of the ratios, by condition; 0 is perfect, 1 says nothing."""
        return {name: rate.cllr for name, rate in self.rates.items()}


@dataclass(frozen=True, slots=True)
class Listened:
    """Labelled speech, as one set of models heard it.

    models : their digest. alike, close : as a `Calibration` has them.
    """

    models: str
    trials: Trials
    alike: float
    close: float

    def calibrated(self, source: str) -> tuple[Calibration, Measured]:
        """Fit a calibration, and measure it on people it does not know.

        source : a name for the speech, for reports.
        """
        people = self.trials.people
        low, high = LOWEST, min(HIGHEST, float(np.log10(people * (people - 1))))
        weights, floor = self.trials.fitted()
        if weights[1] <= 0:
            raise UsageError(
                _("These recordings do not tell people apart: no calibration can be made."),
                advice=_("Check that each folder holds one person's recordings, and no other's."),
            )
        measured = self._measured(self.trials.judged_apart(low, high))
        calibration = Calibration(
            models=self.models,
            weights=tuple(float(w) for w in weights),
            floor=(float(floor[0]), float(floor[1])),
            range=Range(speech_s=(LEAST_SPEECH_S, LENGTHS[1]), log10=(low, high)),
            people=people,
            source=source,
            alike=self.alike,
            close=self.close,
            rates=measured.rates,
        )
        return calibration, measured

    def measured(self, calibration: Calibration) -> Measured:
        """Measure a calibration that was fitted on other speech."""
        return self._measured(self.trials.judged_by(calibration))

    def _measured(self, ratios: Array) -> Measured:
        rates = self.trials.rates([ratios])
        return Measured(self.trials.people, len(self.trials.speaker), rates)


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
    """Fit a calibration on labelled speech, and measure it: see `listen`."""
    return listen(ears, people, beds=beds).calibrated(source)


def listen(
    ears: Ears,
    people: Mapping[str, Sequence[Samples]],
    *,
    beds: Sequence[Samples] = (),
    progress: Progress | None = None,
) -> Listened:
    """Hear labelled speech: people's recordings, each float32 (n,).

    beds : music or effects without speech, each float32 (n,).

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
    turns = list(_turns([rest for _mine, rest in dealt], beds))
    x, covered, clear = [], [], []
    for i, turn in enumerate(turns):
        heard, conditions = hear_whole(ears, turn.samples)
        likeness = panel.compare(heard)
        x.append(variables(likeness.general, likeness.clearest, conditions))
        covered.append(np.full(len(names), conditions.covered))
        if turn.condition == CLEAN:
            clear.append((turn.person, heard.direction, float(likeness.general[turn.person])))
        if progress is not None:
            progress(i + 1, len(turns))
    trials = Trials(
        x=np.stack(x),
        covered=np.stack(covered),
        speaker=np.array([turn.person for turn in turns]),
        condition=np.array([turn.condition for turn in turns]),
    )
    return Listened(
        models=ears.digest,
        trials=trials,
        alike=_alike([(person, direction) for person, direction, _own in clear]),
        close=round(float(np.quantile([own for _p, _d, own in clear], OWN)), 4),
    )


def _alike(clear: Sequence[tuple[int, NDArray[np.float32]]]) -> float:
    """Return the likeness that turns of two people hardly ever reach."""
    directions = np.stack([direction for _person, direction in clear]).astype(np.float64)
    person = np.array([person for person, _direction in clear])
    other = (directions @ directions.T)[person[:, None] != person]
    return round(float(np.quantile(other, STRANGERS)), 4)


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
    longest, shorter = (round(length_s * HOUSE_RATE) for length_s in TURNS_S)
    pieces = [_pieces(recordings, longest) for recordings in people]
    for person, mine in enumerate(pieces):
        for i, piece in enumerate(mine[:MOST_TURNS]):
            yield _Turn(person, CLEAN, piece)
            yield _Turn(person, SHORT, piece[:shorter])
            # One who is not enrolled beside him in a fixed order: everybody disturbs everybody.
            other = pieces[(person + 1 + i) % len(pieces)]
            if other is not mine:
                talker = other[int(random.integers(len(other)))]
                mixed = _mixed(piece, talker, TALKER_DB)
                yield _Turn(person, TALKER, mixed)
                yield _Turn(person, SHORT_TALKER, mixed[:shorter])
            for condition, level_db in BEDS_DB.items() if len(beds) else ():
                bed = beds[int(random.integers(len(beds)))]
                low = int(random.integers(max(1, len(bed) - longest)))
                mixed = _mixed(piece, np.resize(bed[low : low + longest], longest), level_db)
                yield _Turn(person, condition, mixed)
                if condition == LOUD_MUSIC:
                    yield _Turn(person, SHORT_LOUD_MUSIC, mixed[:shorter])


def _pieces(recordings: Sequence[Samples], length: int) -> list[Samples]:
    return [r[i : i + length] for r in recordings for i in range(0, len(r) - length + 1, length)]


def _mixed(speech: Samples, other: Samples, level_db: float) -> Samples:
    """Add another sound at a level over the speech, and keep the peak below full scale."""
    power = [float(np.square(each, dtype=np.float64).mean()) for each in (speech, other)]
    gain = 10 ** (level_db / 20) * np.sqrt(power[0] / max(power[1], 1e-12))
    out = speech + np.float32(gain) * other
    return np.asarray(out / max(1.0, float(np.abs(out).max())), np.float32)
