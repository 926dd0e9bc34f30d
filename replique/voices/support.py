"""Likelihood ratios in words, from one table, and no further than they were validated.

The bands are those of ENFSI's Guideline for Evaluative Reporting in Forensic Science (2015).
Other tables exist and differ; this one is used throughout.
A ratio is told together with its band, never a band alone.
"""

from __future__ import annotations

from enum import StrEnum

from replique.language import gettext as _


class Band(StrEnum):
    """How strongly the findings support one proposition rather than the other."""

    NONE = "none"
    WEAK = "weak"
    MODERATE = "moderate"
    MODERATELY_STRONG = "moderately-strong"
    STRONG = "strong"
    VERY_STRONG = "very-strong"


BOUNDS = (
    (0.0, Band.NONE),
    (0.301, Band.WEAK),  # log10 of 2
    (1.0, Band.MODERATE),
    (2.0, Band.MODERATELY_STRONG),
    (3.0, Band.STRONG),
    (4.0, Band.VERY_STRONG),
)
"""log10 likelihood ratio from which each band holds, upwards."""

CLOSE = 0.70
"""Likeness from which 95 % of people's own clear turns lie, and above more than 90 % of copies
by older cloning systems (docs/voices.md): at or above it a voice resembles closely. Of the
built-in encoder; another's likenesses lie elsewhere (`Calibration.close`)."""


def band(log10: float) -> Band:
    """Return the band of support for the first proposition; NONE for what supports the other."""
    return [name for least, name in BOUNDS if log10 >= least or least == 0.0][-1]


def resembles_closely(likeness: float, close: float = CLOSE) -> bool:
    """Whether a voice is as near to the reference as people's own clear speech is.

    likeness, close : an occurrence's how["likeness"] and how["close"].

    Own speech that is acted, covered or short may be further away, and a good copy as near: it
    is a measurement, and no word on whether the person spoke.
    """
    return likeness >= close


def propositions() -> tuple[str, str]:
    """Return the two propositions that a likelihood ratio compares."""
    return (
        _("The voice is this person’s, or was made to resemble it."),
        _("The voice is that of another person, taken at random from people who speak in media."),
    )


def caution() -> str:
    """Return the sentence that goes with every finding of a voice."""
    return _(
        "A likeness of voices is no proof of identity, and none that a recording of this person "
        "was used to train anything."
    )
