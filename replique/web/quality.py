"""How good a take is to be looked for: what was measured of it, in words.

By the limits of the two probes: how much of it sounds (recordings), whether it was cut off
or has something under it (voices).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from replique.language import gettext as _
from replique.probe import HOUSE_RATE, Samples
from replique.recordings.segments import active_frames
from replique.recordings.spectra import HOP, RATE
from replique.report.numerals import with_unit
from replique.voices.activity import HOP as FRAME
from replique.voices.enrolment import (
    LEAST_RANGE_DB,
    MOST_CLIPPED,
    clipped_share,
    range_over_pauses,
)

SHORT_S = 2.0
"""Seconds of sound under which a take can be found, and is easily missed (docs/recordings.md)."""
FAINT_DB = -45.0
"""A peak under it, to full scale, is of a microphone too far away."""
HARDLY = 0.1
"""Of the length that sounds, under which a take is mostly silence."""
LONG_ENOUGH_TO_TELL_S = 4.0
"""Shorter ones need not pause, so that nothing is said of what lies in their pauses."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of a take.

    length_s, sound_s : seconds, whole and within 40 dB of the loudest. peak_db : to full
    scale. clipped : 0…1, samples cut off. range_db : loud moments over quiet ones.
    """

    length_s: float
    sound_s: float
    peak_db: float
    clipped: float
    range_db: float


def measure(samples: Samples) -> Quality:
    """Measure a take, float32 (n,) at HOUSE_RATE."""
    peak = float(np.abs(samples).max(initial=0.0))
    halved = np.asarray(soxr.resample(samples, HOUSE_RATE, RATE, quality="HQ"), np.float32)
    sound_s = float(active_frames(halved).sum()) * HOP / RATE if peak > 0 else 0.0
    framed = samples[: len(samples) // FRAME * FRAME]
    return Quality(
        length_s=len(samples) / HOUSE_RATE,
        sound_s=sound_s,
        peak_db=float(20 * np.log10(max(peak, 1e-6))),
        clipped=clipped_share(samples),
        range_db=range_over_pauses(framed) if len(framed) else 0.0,
    )


def enough(found: Quality) -> bool:
    """Whether so much of it sounds that it is found more surely than not."""
    return found.sound_s >= SHORT_S


def lengthy(found: Quality) -> str:
    """Say whether it is long enough."""
    if enough(found):
        return _("long enough to be found")
    return _("short: found only where it is hardly covered")


def remarks(found: Quality) -> list[str]:
    """Say what else was heard, the gravest first; nothing is nothing to worry about."""
    out = []
    if found.sound_s < HARDLY * found.length_s:
        sound = with_unit(found.sound_s, "s", 1)
        out.append(_("mostly silence: {sound} of sound").format(sound=sound))
    if found.clipped > MOST_CLIPPED:
        out.append(_("too loud when it was recorded: it distorts"))
    if found.peak_db < FAINT_DB:
        out.append(_("very quiet"))
    if found.length_s >= LONG_ENOUGH_TO_TELL_S and found.range_db < LEAST_RANGE_DB:
        out.append(_("music or noise in the pauses"))
    return out
