"""An agreement in plain words as a page says it: people by their names, days as elsewhere."""

from __future__ import annotations

import dataclasses
import re

from replique import store
from replique.consent.records import Agreement
from replique.consent.summary import Section, summary
from replique.report import numerals

_DAY = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b")


def plainly(agreement: Agreement) -> tuple[Section, ...]:
    """Return the agreement in plain words, sections without lines left out."""
    names = {each.slug: each.name for each in store.performers()}
    people = frozenset(names.get(each, each) for each in agreement.performers)
    named = dataclasses.replace(agreement, performers=people)
    return tuple(
        Section(each.heading, tuple(_DAY.sub(_in_words, line) for line in each.lines))
        for each in summary(named)
    )


def _in_words(found: re.Match[str]) -> str:
    return numerals.iso_day(numerals.month(found[0]))
