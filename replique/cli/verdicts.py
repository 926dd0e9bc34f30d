"""What the agreements say of each use, gathered from the store for a report."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from replique import store
from replique.language import choose, restore
from replique.report import Finding, Judged

if TYPE_CHECKING:
    from replique.store import FindingRecord, JudgementRecord

Findings = dict[int | None, tuple[Finding, ...]]
"""By number of the occurrence; None for uses that are known otherwise."""


def findings(performer: str | None, language: str, *, private: bool) -> Findings:
    """Ask the agreements of every use that was described, in the language of the report.

    private : with why people judged so, and which testimony there is.
    """
    token = choose(language)
    try:
        asked = store.findings(performer)
    finally:
        restore(token)
    found: dict[int | None, list[Finding]] = defaultdict(list)
    for each in asked:
        found[each.use.occurrence].append(_finding(each, private=private))
    return {number: tuple(several) for number, several in found.items()}


def _finding(one: FindingRecord, *, private: bool) -> Finding:
    return Finding(
        name=one.use.name,
        performer=one.use.performer_name,
        use=one.use.use,
        answer=one.answer,
        judged=None if one.judgement is None else _judged(one.judgement, private=private),
        asked_of=one.asked_of,
        private=private,
    )


def _judged(one: JudgementRecord, *, private: bool) -> Judged:
    if private and one.has_reason:
        one = store.judgement(one.occurrence, testimony=True)
    return Judged(one.verdict, one.by, one.at, one.why)
