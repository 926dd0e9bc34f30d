"""What the agreements say of an occurrence, as the report's findings have it."""

from __future__ import annotations

from replique import store
from replique.report import Finding, Judged
from replique.store import FindingRecord


def findings_of(number: int) -> list[Finding]:
    """Ask the agreements of each use of an occurrence that somebody described.

    Nothing is kept by it, and no testimony is in it.
    """
    return [_finding(each) for each in store.findings(occurrence=number, withdrawn=True)]


def _finding(one: FindingRecord) -> Finding:
    judged = one.judgement
    return Finding(
        name=one.use.name,
        performer=one.use.performer_name,
        use=one.use.use,
        answer=one.answer,
        judged=None if judged is None else Judged(judged.verdict, judged.by, judged.at),
        asked_of=one.asked_of,
    )
