"""What a list says of a voice's occurrence; the words are those of the report.

A ratio stands beside its word of support always, and no sentence here says who spoke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from replique.language import gettext as _
from replique.language import ngettext
from replique.report.numerals import with_unit
from replique.report.voice_wording import available, manner, ratio
from replique.report.voice_wording import support as support_name
from replique.voices.support import CLOSE, resembles_closely

if TYPE_CHECKING:
    from replique.probe import Occurrence
    from replique.store.records import Explanation, VoiceRecord
    from replique.voices.calibration import Range

_HARDLY = 1e-6
"""How near to the end of the validated range a log10 ratio is told as lying at it."""


def support(found: Occurrence, valid: Range | None) -> str:
    """Name the band of a likelihood ratio; none outside of the range it was validated in."""
    if valid is None or not available(found, valid):
        return _("no ratio available")
    return support_name(found.strength)


def times(found: Occurrence, valid: Range | None) -> str:
    """Say how many times better one proposition explains what is heard than the other."""
    if valid is None or not available(found, valid):
        return ""
    at_the_end = found.strength >= valid.log10[1] - _HARDLY
    return (_("≥ {ratio}") if at_the_end else "{ratio}").format(ratio=ratio(found.strength))


def resembles(found: Occurrence) -> str:
    """Say how near the voice is to what was enrolled; never that it is the person's."""
    return _("resembles closely") if closely(found) else _("resembles")


def closely(found: Occurrence) -> bool:
    """Return whether the voice is as near as people's own clear speech is to theirs."""
    how = found.how
    return resembles_closely(how.get("likeness", -1.0), how.get("close", CLOSE))


def explained(one: Explanation | None) -> str:
    """Say whether takes that were found in the same place, or the enrolment, explain a voice."""
    if one is None:
        return ""
    numbers = ", ".join(str(each) for each in one.by)
    if one.state == "enrolled":
        return _("a recording of the enrolment")
    if one.state == "by_take":
        return ngettext("by occurrence {numbers}", "by occurrences {numbers}", len(one.by)).format(
            numbers=numbers
        )
    if one.state == "partly":
        return _("partly, by {numbers}; {length} by none").format(
            numbers=numbers,
            length=with_unit(sum(end - start for start, end in one.left), "s", 1),
        )
    if one.state == "unexplained_voice":
        return _("by no take")
    return _("takes not searched there")


def of_whom(voice: VoiceRecord) -> str:
    """Return whose voice it is, with the manner where it is not speech."""
    if voice.manner == "speaking":
        return voice.performer
    return _("{performer}, {manner}").format(performer=voice.performer, manner=manner(voice.manner))
