"""Parts: what one person says in a place, and all that the same person says in the medium.

A part is a run of turns of one voice with nobody else between; it is what is reported.  Parts
of one speaker are gathered into a cluster (agglomerative, average linkage), so that a role is
judged and not a sentence.  Both live as long as one stretch of a medium is searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from replique.probe import HOUSE_RATE
from replique.voices.calibration import Conditions
from replique.voices.hearing import Heard, pool
from replique.voices.turns import Turn

PAUSE_S = 3.0
"""Silence after which the same voice is another part."""
MARGIN = 0.05
"""Neighbouring turns that bear one number are one part though they are so much less alike than
one speaker's turns are (`Calibration.alike`); those that do not must be so much more alike."""
_TOUCH = HOUSE_RATE // 10
_LEAST_WEIGHT = 0.05

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Said:
    """A turn and what is kept of it."""

    turn: Turn
    heard: Heard

    @property
    def weight(self) -> float:
        """How much it counts among others: what is surely speech and lies under no other."""
        sure = max(self.turn.speech_s, 0.3) * (1 - self.turn.overlap)
        return max(sure, _LEAST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Part:
    """Turns of one voice, judged as one."""

    said: tuple[Said, ...]
    heard: Heard
    conditions: Conditions

    @classmethod
    def of(cls, said: Sequence[Said]) -> Part:
        """Pool turns."""
        weights = [s.weight for s in said]
        heard = said[0].heard if len(said) == 1 else pool([s.heard for s in said], weights)
        overlap = sum(w * s.turn.overlap for w, s in zip(weights, said, strict=True))
        conditions = Conditions(
            speech_s=sum(s.turn.speech_s for s in said),
            overlap=overlap / sum(weights),
            agreement=heard.agreement,
        )
        return cls(tuple(said), heard, conditions)

    @property
    def start(self) -> int:
        """First sample."""
        return self.said[0].turn.start

    @property
    def stop(self) -> int:
        """Sample after the last."""
        return max(s.turn.stop for s in self.said)


def parts(said: Sequence[Said], *, alike: float) -> list[Part]:
    """Gather turns, in the order of time, into parts.

    alike : likeness from which turns are one speaker's.
    """
    runs: list[list[Said]] = []
    for each in said:
        if runs and _goes_on(runs[-1], each, alike):
            runs[-1].append(each)
        else:
            runs.append([each])
    return [Part.of(run) for run in runs]


def _goes_on(run: list[Said], new: Said, least: float) -> bool:
    last = run[-1].turn
    pause = new.turn.start - last.stop
    if not -_TOUCH <= pause <= PAUSE_S * HOUSE_RATE:
        return False
    before = np.sum([s.weight * s.heard.direction for s in run], axis=0)
    alike = float(before @ new.heard.direction) / max(float(np.linalg.norm(before)), 1e-9)
    return alike > (least - MARGIN if new.turn.number == last.number else least + MARGIN)


def clusters(found: Sequence[Part], *, alike: float) -> list[list[int]]:
    """Return which parts are one speaker's, as lists of indices."""
    if len(found) < 2:
        return [[i] for i in range(len(found))]
    directions = np.stack([part.heard.direction for part in found]).astype(np.float64)
    apart = np.clip(1 - directions @ directions.T, 0, 2)
    tree = linkage(apart[np.triu_indices(len(found), 1)], "average")
    labels = fcluster(tree, 1 - alike, "distance")
    return [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
