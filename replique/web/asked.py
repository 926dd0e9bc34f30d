"""What the agreements say of an occurrence, as the report's findings have it."""

from __future__ import annotations

from replique.report import Finding, Judged
from replique.store import FindingRecord


def as_told(one: FindingRecord) -> Finding:
    """Return a finding as a report tells it; no testimony is in it."""
    judged = one.judgement
    return Finding(
        name=one.use.name,
        performer=one.use.performer_name,
        use=one.use.use,
        answer=one.answer,
        judged=None if judged is None else Judged(judged.verdict, judged.by, judged.at),
        asked_of=one.asked_of,
    )
