"""Turns against references: the likenesses that the likelihood ratio is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.voices.hearing import Heard
from replique.voices.reference import Reference

Array = NDArray[np.float64]
BEST = 2
"""How many of a reference's long windows a turn is compared with: those nearest to it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines, −1…1, of one turn and each reference.

    general : (references,), the mean of four: of the whole with the reference's mean and with
        its nearest windows, of the middle windows' mean with both means.
    clearest : (references,), by how much the clearest second is nearer than the whole; 0 where
        no seconds were looked at.
    """

    general: Array
    clearest: Array


class Panel:
    """References side by side, so that many cost hardly more than one."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self._count = len(references)
        self._mean = _rows([r.mean for r in references])
        self._middle = _rows([r.middle for r in references])
        self._short = _rows([r.short for r in references])
        self._windows = _rows([w for r in references for w in r.windows])
        lengths = [len(r.windows) for r in references]
        self._starts = np.cumsum([0, *lengths[:-1]]) if lengths else np.zeros(0, int)
        self._lengths = np.array(lengths, int)

    def compare(self, heard: Heard) -> Likeness:
        """Compare one turn with each reference.

        In double precision and rounded: how the products are grouped for many references may
        not show in the answer for one.
        """
        if not self._count:
            return Likeness(np.zeros(0), np.zeros(0))
        whole = self._mean @ heard.whole.astype(np.float64)
        near = self._nearest(self._windows @ heard.whole.astype(np.float64))
        middle = heard.middle.astype(np.float64)
        middle /= max(float(np.linalg.norm(middle)), 1e-9)
        middles = self._middle @ middle + self._mean @ middle
        clearest = np.zeros(self._count)
        if len(heard.short):
            best = (self._short @ heard.short.astype(np.float64).T).max(axis=1)
            clearest = np.maximum(best - whole, 0)
        return Likeness(np.round((whole + near + middles) / 4, 9), np.round(clearest, 9))

    def _nearest(self, likenesses: Array) -> Array:
        """Return the mean of the highest of each reference's windows."""
        first = np.maximum.reduceat(likenesses, self._starts)
        rest = likenesses.copy()
        owner = np.repeat(np.arange(self._count), self._lengths)
        # The highest of each is taken out once, and the highest of the rest added.
        peaks = np.flatnonzero(likenesses == first[owner])
        _each, at = np.unique(owner[peaks], return_index=True)
        rest[peaks[at]] = -np.inf
        second = np.maximum.reduceat(rest, self._starts)
        return np.asarray(np.where(np.isfinite(second), (first + second) / BEST, first))


def _rows(rows: Sequence[NDArray[np.float32]]) -> Array:
    return np.stack(rows).astype(np.float64) if rows else np.zeros((0, 0))
