"""By when an answer is asked, where no law sets the time."""

from __future__ import annotations

import datetime as dt

from replique.language import gettext as _
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import Piece
from replique.report.numerals import day


def within(draft: Draft, facts: LetterFacts) -> Piece:
    """Say the day, counted from that of the letter; open if nobody chose it."""
    if facts.answer_within_days is None:
        return draft.open(_("by when an answer is asked"))
    until = facts.date + dt.timedelta(days=facts.answer_within_days)
    return Piece("text", _("by {day}").format(day=day(until)))
