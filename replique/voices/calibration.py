"""From likenesses to a likelihood ratio that means what it says.

    log LR = log((1 − p) exp(a + Σ b x) + p),   p = 1 / (1 + exp(−(c + d g)))

x are the likeness, how much clearer the clearest second is, how much of the turn lies under
another voice (g), net speech and how much the turn's windows agree; p is how likely it is that
the person is there and cannot be heard, for all that: under another voice, that a voice does
not show says little.  Fitted by regularised logistic regression with even odds, on other people
than those it is used on (`replique voice calibrate`; bench/README.md, "voices").
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from replique.voices.measured import Rate

Array = NDArray[np.float64]

VARIABLES = ("likeness", "clearest", "covered", "speech", "agreement")
LENGTHS = (0.5, 40.0)
"""Seconds of net speech between which more of it says more."""
_PENALTY = 1e-4
_LITTLE, _MUCH = np.log(0.04), np.log(0.4)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which a turn was heard.

    speech_s : net speech, seconds. overlap : 0…1, how much lies under another voice.
    agreement : 0…1, length of the mean of its windows' embeddings.
    """

    speech_s: float
    overlap: float
    agreement: float

    @property
    def covered(self) -> float:
        """0…1: `overlap` on the scale on which it matters; 0 up to 3 %, 1 from 40 %."""
        return float(np.clip((np.log(self.overlap + 0.01) - _LITTLE) / (_MUCH - _LITTLE), 0, 1))


@dataclass(frozen=True, slots=True)
class Range:
    """Conditions and strengths that a calibration was validated for."""

    speech_s: tuple[float, float]
    log10: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns likenesses into log10 likelihood ratios.

    models : digest of the models whose likenesses these are (`Ears.digest`).
    weights : (1 + 5,), a and b. floor : (2,), c and d. range : validated. people, source : on
        whom, for the report.
    alike : likeness from which two turns of one medium are one speaker's. close : likeness to
        a reference from which a voice resembles closely: 95 % of people's own clear turns do.
    rates : how often it errs, by condition (`measured`); for the report, and no part of what
        it does.
    """

    models: str
    weights: tuple[float, ...]
    floor: tuple[float, float]
    range: Range
    people: int
    source: str
    alike: float
    close: float
    rates: Mapping[str, Rate] = field(default_factory=dict, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what it does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def log10(self, general: Array, clearest: Array, conditions: Conditions) -> Array:
        """Return log10 likelihood ratios, clipped to the validated range."""
        return np.asarray(np.clip(self.unbounded(general, clearest, conditions), *self.range.log10))

    def unbounded(self, general: Array, clearest: Array, conditions: Conditions) -> Array:
        """Return them beyond that range too: to put one before another, never to be told."""
        x = variables(general, clearest, conditions)
        g = np.broadcast_to(conditions.covered, x.shape[:-1])
        raw = log_ratio(x, g, np.array(self.weights), np.array(self.floor))
        return np.asarray(raw / np.log(10))


def variables(general: Array, clearest: Array, conditions: Conditions) -> Array:
    """Return (…, 6): one, and the variables."""
    covered = conditions.covered
    speech = np.log(np.clip(conditions.speech_s, *LENGTHS))
    rest = np.broadcast_to([covered, speech, conditions.agreement], (*general.shape, 3))
    return np.concatenate(
        [np.ones((*general.shape, 1)), general[..., None], clearest[..., None] * covered, rest],
        axis=-1,
    )


def log_ratio(x: Array, g: Array, weights: Array, floor: Array) -> Array:
    """Return natural log likelihood ratios. x : (…, 6), g : (…) how much lies under a voice."""
    t, q = x @ weights, floor[0] + floor[1] * g
    return np.asarray(np.logaddexp(t - np.logaddexp(0, q), -np.logaddexp(0, -q)))


def fit(x: Array, g: Array, same: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return (weights, floor) of trials: x (n, 6), g (n,), same (n,) by whom they were spoken."""
    from scipy.optimize import minimize  # noqa: PLC0415  # heavy, and wanted by this alone

    # What hardly varies here may vary elsewhere: it gets no weight that would tell then.
    scale = np.r_[1.0, np.maximum(x[:, 1:].std(axis=0), 0.01)]
    mean = np.r_[0.0, x[:, 1:].mean(axis=0)]
    z = (x - mean) / scale
    z[:, 0] = 1.0
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    sign = np.where(same, -1.0, 1.0)
    g_mean, g_scale = float(g.mean()), max(float(g.std()), 1e-9)
    h = np.stack([np.ones_like(g), (g - g_mean) / g_scale], axis=-1)

    def loss(p: Array) -> tuple[float, Array]:
        t, q = z @ p[:6], h @ p[6:]
        heard, lost = t - np.logaddexp(0, q), -np.logaddexp(0, -q)
        u = np.logaddexp(heard, lost)
        share = np.exp(heard - u)
        chance = 1 / (1 + np.exp(-q))
        du = weight * sign / (1 + np.exp(-sign * u))
        dq = share * -chance + (1 - share) * (1 - chance)
        flat = np.r_[p[1:6], p[7:]]
        value = float((weight * np.logaddexp(0, sign * u)).sum() + _PENALTY * (flat @ flat))
        slope = np.r_[z.T @ (du * share), h.T @ (du * dq)]
        slope[1:6] += 2 * _PENALTY * p[1:6]
        slope[7:] += 2 * _PENALTY * p[7:]
        return value, slope

    start = np.r_[np.zeros(6), -4.0, 0.0]
    free = (None, None)
    bounds = [free, (0, None), (0, None), *[free] * 5]  # more alike is never less support
    best = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000}
    ).x
    weights = best[:6] / scale
    weights[0] = best[0] - float((best[1:6] * mean[1:] / scale[1:]).sum())
    floor = np.array([best[6] - best[7] * g_mean / g_scale, best[7] / g_scale])
    return weights, floor


def cllr(same: Array, other: Array) -> float:
    """Return the cost of log10 likelihood ratios: 0 is perfect, 1 says nothing.

    Brümmer and du Preez, "Application-independent evaluation of speaker detection" (2006).
    """
    ln10 = np.log(10)
    cost = np.logaddexp(0, -same * ln10).mean() + np.logaddexp(0, other * ln10).mean()
    return float(cost / (2 * np.log(2)))
