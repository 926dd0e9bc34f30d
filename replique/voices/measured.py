"""How often the built-in calibration errs, by the condition that a voice was heard under.

Measured on 31 people (docs/voices.md, "Strength"; bench/README.md, "voices"), each judged by a
calibration that was fitted without him. One who calibrates on his own speech has rates of his
own (`calibrating`), in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from replique.language import gettext as _

CLEAN, SHORT, TALKER = "clean", "short", "talker"
MUSIC, LOUD_MUSIC, CODED, TOGETHER = "music", "loud-music", "coded", "together"
SHORT_LOUD_MUSIC, SHORT_TALKER = "short-loud-music", "short-talker"

CONDITIONS = (
    *(CLEAN, SHORT, MUSIC, LOUD_MUSIC, SHORT_LOUD_MUSIC),
    *(TALKER, SHORT_TALKER, CODED, TOGETHER),
)

LEAST_SPEECH_S = 1.0
"""Net speech below which nothing was measured, and no likelihood ratio is given."""
SHORT_S = 3.0
"""Net speech below which what was measured with turns of 2.5 s comes nearer than with 5 s."""
SHARED = 0.1
"""How much of a part two voices share, from which somebody else talks over it: of turns with
another talker 99 % have more, of clean turns 2 %."""
BLURRED = 0.03
"""… from which there may be music, which is heard a little as another voice: of turns under
music 5 dB louder 61 % have more, of clean turns 8 %."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a calibration errs under one condition.

    eer : %, the rate at which as many of the others' trials are taken for the person's as of
        the person's are missed. low, high : its 95 % interval, by a bootstrap over people;
        where no error was seen, high is a one-sided bound (`at_most`).
    targets, others : how many trials of each kind there were.
    cllr : cost of the likelihood ratios: 0 is perfect, 1 says nothing. least_cllr : what the
        best recalibration that keeps their order would have cost.
    """

    eer: float
    low: float
    high: float
    targets: int
    others: int
    cllr: float
    least_cllr: float


RATES: Mapping[str, Rate] = {
    CLEAN: Rate(0.04, 0.00, 0.21, 224, 6_720, 0.015, 0.002),
    SHORT: Rate(0.61, 0.15, 2.08, 224, 6_720, 0.035, 0.020),
    MUSIC: Rate(0.04, 0.00, 0.20, 224, 6_720, 0.017, 0.003),
    LOUD_MUSIC: Rate(1.37, 0.44, 2.48, 224, 6_720, 0.058, 0.036),
    SHORT_LOUD_MUSIC: Rate(2.68, 0.98, 4.51, 224, 6_720, 0.149, 0.078),
    SHORT_TALKER: Rate(4.93, 1.77, 12.52, 224, 6_720, 0.316, 0.207),
    TALKER: Rate(2.23, 0.51, 6.07, 224, 6_720, 0.114, 0.097),
    CODED: Rate(0.01, 0.00, 0.05, 224, 6_720, 0.011, 0.001),
    TOGETHER: Rate(0.00, 0.00, 9.68, 1_824, 54_720, 0.006, 0.000),
}
"""Of the built-in calibration."""


def none_seen(rate: Rate) -> bool:
    """Whether no trial erred."""
    return rate.eer == 0


def at_most(rate: Rate, people: int) -> float:
    """Return up to what, %, a rate may be at 95 %: the end of its interval.

    people : how many spoke in the trials, at least 1. Where no error was seen there is nothing to
    draw anew, and the rule of three gives a bound: 3 in n independent trials. Those of one person
    are not, so that n is the number of people.
    """
    if not none_seen(rate):
        return rate.high
    return max(rate.high, min(100.0, 300.0 / max(people, 1)))


def nearest(how: Mapping[str, float], rates: Mapping[str, Rate] = RATES) -> str | None:
    """Return the condition nearest to how an occurrence was heard; None: not validated.

    how : an occurrence's, with "speech_s" and "overlap". Where two conditions may be meant the
    one with more errors is: how loud the music is cannot be told from the speech under it.
    None where nothing like it was measured: too little speech, or `rates` without it.
    """
    speech_s, overlap = how.get("speech_s", 0.0), how.get("overlap", 0.0)
    if speech_s < LEAST_SPEECH_S:
        return None
    short = speech_s < SHORT_S
    if overlap >= SHARED:
        condition = SHORT_TALKER if short else TALKER
    elif overlap >= BLURRED:
        condition = SHORT_LOUD_MUSIC if short else LOUD_MUSIC
    else:
        condition = SHORT if short else CLEAN
    return condition if condition in rates else None


def words(condition: str | None) -> str:
    """Return a condition in words, after "measured with": for reports."""
    told = {
        CLEAN: _("about 5 s of clear speech"),
        SHORT: _("2.5 s of clear speech"),
        MUSIC: _("music or effects as loud as the voice"),
        LOUD_MUSIC: _("music or effects 5 dB louder than the voice"),
        SHORT_LOUD_MUSIC: _("2.5 s under music or effects 5 dB louder than the voice"),
        SHORT_TALKER: _("2.5 s with another person talking at the same time, 5 dB softer"),
        TALKER: _("another person talking at the same time, 5 dB softer"),
        CODED: _("speech compressed to 32 kbit/s"),
        TOGETHER: _("two to eight turns of one person, judged together"),
    }
    return told.get(condition or "", _("not validated for how this was heard"))
