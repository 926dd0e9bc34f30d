"""The calibration that is used unless another is named.

Numbers, fitted as bench/README.md tells ("voices", "calibration"): 31 people who act in eight
emotions, dub, read or speak on the telephone, in eight languages; each turn clean, 2.5 s long,
under music 0 and 5 dB louder than it, under another voice 5 dB below it, as AAC at 32 kbit/s,
and groups of two to eight such turns.
"""

from __future__ import annotations

from replique.voices.calibration import Calibration, Range

CALIBRATION = Calibration(
    weights=(-8.43733300, 30.0380516, 31.7712139, 1.89445071, -2.38779825, -5.17435684),
    floor=(-7.85615670, 2.11039714),
    range=Range(speech_s=(1.0, 40.0), log10=(-2.5, 3.0)),
    people=31,
    source="voices-dev",
)
