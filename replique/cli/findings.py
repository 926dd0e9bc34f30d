"""Findings as programs read them: docs/cli.md lists the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replique.consent.rendering import as_json

if TYPE_CHECKING:
    from replique.store import FindingRecord, JudgementRecord


def plain(one: FindingRecord) -> dict[str, object]:
    """Return a finding: the use, the verdict, a person's judgement, the whole answer."""
    asked_at = one.asked_at.isoformat() if one.asked_at is not None else None
    return {
        "finding": one.use.name or None,
        "occurrence": one.use.occurrence,
        "performer": one.use.performer,
        "performer_name": one.use.performer_name,
        "verdict": one.verdict,
        "verdict_before": one.before or None,
        "judgement": judged(one.judgement),
        "asked_at": asked_at,
        "asked_of": one.asked_of,
        "answer": as_json(one.answer),
    }


def judged(one: JudgementRecord | None) -> dict[str, object] | None:
    """Return a judgement, without why."""
    if one is None:
        return None
    return {"verdict": one.verdict, "by": one.by, "at": one.at.isoformat()}
