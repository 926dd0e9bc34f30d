"""The calibration that is used unless another is named.

Numbers, fitted as bench/README.md tells ("voices", "calibration"): 31 people who act in eight
emotions, dub, read or speak on the telephone, in eight languages; each turn clean, 2.5 s long,
under music 0 and 5 dB louder than it, under another voice 5 dB below it, as AAC at 32 kbit/s,
and groups of two to eight such turns.
"""

from __future__ import annotations

from replique.voices.calibration import Calibration, Range
from replique.voices.measured import RATES
from replique.voices.support import CLOSE

CALIBRATION = Calibration(
    models="365c96973faff882fd04c8805c6bccaf49108806f090ef6eb3e548a52fbde33f",
    weights=(-6.20111489, 29.7915356, 29.0335007, 1.40924463, -2.57220742, -7.10978190),
    floor=(-8.66531091, 3.36385762),
    range=Range(speech_s=(1.0, 40.0), log10=(-2.5, 3.0)),
    people=31,
    source="voices-dev",
    alike=0.55,
    close=CLOSE,
    rates=RATES,
)
