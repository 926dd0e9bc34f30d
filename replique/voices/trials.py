"""Trials: turns against enrolled people, and how often a calibration errs in them.

Everybody is judged by a calibration that knows neither him nor who speaks: the people are dealt
into folds, and each fold is judged by what was fitted on the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from replique.voices.calibration import Array, Calibration, cllr, fit, log_ratio
from replique.voices.measured import Rate, at_most

FOLDS = 8
ROUNDS = 200
"""Of the bootstrap."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Trials:
    """Turns (rows) against enrolled people (columns).

    x : (turns, people, 6). covered : (turns, people). speaker : (turns,), index of who speaks.
    condition : (turns,).
    """

    x: Array
    covered: Array
    speaker: NDArray[np.int64]
    condition: NDArray[np.str_]

    @property
    def people(self) -> int:
        """How many are enrolled."""
        return int(self.x.shape[1])

    @property
    def same(self) -> Mask:
        """Whether who speaks is who is enrolled, (turns, people)."""
        return np.asarray(self.speaker[:, None] == np.arange(self.people))

    def fitted(self) -> tuple[Array, Array]:
        """Return (weights, floor), fitted on everybody."""
        return fit(self.x.reshape(-1, 6), self.covered.ravel(), self.same.ravel())

    def judged_apart(
        self, low: float, high: float, *, seed: int = 0, known: Mask | None = None
    ) -> Array:
        """Return log10 likelihood ratios, each by a calibration that knows neither of the two.

        known : which turns calibrations are fitted on; all of them when it is None.
        """
        same, count = self.same, self.people
        usable = np.ones(len(self.speaker), bool) if known is None else known
        fold = np.random.default_rng(seed).permutation(count) % FOLDS
        out = np.zeros(same.shape)
        for k in range(FOLDS):
            mine = fold == k
            apart = (usable & ~mine[self.speaker])[:, None] & ~mine[None, :]
            weights, floor = fit(self.x[apart], self.covered[apart], same[apart])
            out[:, mine] = log_ratio(self.x[:, mine], self.covered[:, mine], weights, floor)
        return np.asarray(np.clip(out / np.log(10), low, high))

    def judged_by(self, calibration: Calibration) -> Array:
        """Return log10 likelihood ratios by a calibration that was fitted elsewhere."""
        raw = log_ratio(
            self.x, self.covered, np.array(calibration.weights), np.array(calibration.floor)
        )
        return np.asarray(np.clip(raw / np.log(10), *calibration.range.log10))

    def rates(self, ratios: Sequence[Array], *, rounds: int = ROUNDS) -> Mapping[str, Rate]:
        """Return how often ratios err, by condition; the mean of several judgements.

        Where no error was seen, the end of the interval is what is not excluded (`at_most`).
        """
        everybody = np.ones(self.people, bool)
        told = {
            name: self.rate(ratios, self.condition == name, everybody, rounds=rounds)
            for name in dict.fromkeys(self.condition.tolist())
        }
        return {
            name: replace(rate, high=round(at_most(rate, self.people), 4))
            for name, rate in told.items()
        }

    def rate(
        self, ratios: Sequence[Array], rows: Mask, columns: Mask, *, rounds: int = ROUNDS
    ) -> Rate:
        """Return how often ratios err, of some turns and people, by a bootstrap over people."""
        same = self.same

        def parts(weights: NDArray[np.int64]) -> list[tuple[Array, Array]]:
            """Return own and others' ratios, everybody as often as the weights say."""
            picked = np.flatnonzero(rows & (weights[self.speaker] > 0))
            people = np.repeat(np.arange(self.people), weights * columns)
            turns = np.repeat(picked, weights[self.speaker[picked]])
            own = same[np.ix_(turns, people)]
            # Somebody drawn twice is no stranger to himself.
            each = [ratio[np.ix_(turns, people)] for ratio in ratios]
            return [(ratio[own], ratio[~own]) for ratio in each]

        once = parts(np.ones(self.people, np.int64))
        middle = float(np.mean([eer(a, b) for a, b in once]))
        random = np.random.default_rng(1)
        drawn = [middle]
        for people in random.integers(0, self.people, (rounds, self.people)):
            again = parts(np.bincount(people, minlength=self.people))
            if all(len(a) and len(b) for a, b in again):
                drawn.append(float(np.mean([eer(a, b) for a, b in again])))
        low, high = np.percentile(drawn, [2.5, 97.5])
        held = same[rows][:, columns]
        return Rate(
            eer=round(middle, 4),
            low=round(float(low), 4),
            high=round(float(high), 4),
            targets=int(held.sum()),
            others=int((~held).sum()),
            cllr=round(float(np.mean([cllr(a, b) for a, b in once])), 5),
            least_cllr=round(float(np.mean([least_cllr(a, b) for a, b in once])), 5),
        )


def eer(same: Array, other: Array) -> float:
    """Return the equal error rate, %: where as many are missed as are taken for another."""
    same, other = np.sort(same), np.sort(other)
    at = np.unique(np.concatenate([same, other]))
    false = 1 - np.searchsorted(other, at) / len(other)
    missed = np.searchsorted(same, at) / len(same)
    nearest = int(np.argmin(np.abs(false - missed)))
    return float(50 * (false[nearest] + missed[nearest]))


def least_cllr(same: Array, other: Array) -> float:
    """Return Cllr after the best monotonous recalibration (pool adjacent violators)."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415  # heavy, for this alone

    scores = np.concatenate([same, other])
    truth = np.concatenate([np.ones(len(same)), np.zeros(len(other))])
    weight = np.concatenate(
        [np.full(len(same), 1 / len(same)), np.full(len(other), 1 / len(other))]
    )
    order = np.lexsort((-truth, scores))
    p = np.clip(isotonic_regression(truth[order], weights=weight[order]).x, 1e-9, 1 - 1e-9)
    ratio = np.log10(p / (1 - p))
    mine = truth[order] == 1
    return cllr(ratio[mine], ratio[~mine])
