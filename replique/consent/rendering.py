"""An answer as JSON, documented in docs/consent.md, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from replique.consent import wording
from replique.consent.answer import Answer, Considered, DutyState, Question, Reason
from replique.consent.labels import label
from replique.consent.truth import word
from replique.language import gettext as _

SCHEMA = "replique-answer/1"
PARTS = ("validity", "coverage", "in_force", "duties")


def as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as JSON values. Codes are stable; texts are in the language in force."""
    return {
        "schema": SCHEMA,
        "use": answer.use,
        "performer": answer.performer,
        "asked_on": answer.asked_on.isoformat(),
        "verdict": answer.verdict,
        "possible": list(answer.possible),
        "text": wording.verdict(answer.verdict),
        "validity": answer.validity,
        "coverage": answer.coverage,
        "in_force": answer.in_force,
        "duties": answer.duties,
        "relied_on": answer.relied_on or None,
        "relied_version": answer.relied_version or None,
        "dimensions": [_step(each) for each in relied_dimensions(answer)],
        "duty_states": [_duty(each) for each in answer.duty_states],
        "considered": [_considered(each) for each in answer.considered],
        "questions": [_question(each) for each in answer.questions],
        "gaps": [
            {"fact": each.fact, "of": each.of, "for": each.for_what, "text": wording.gap(each)}
            for each in answer.gaps
        ],
        "notes": [_step(each) for each in answer.notes],
    }


def relied(answer: Answer) -> Considered | None:
    """Return the grant that reaches furthest, or None."""
    for each in answer.considered:
        path = f"{each.agreement}/{each.rule}"
        if each.kind == "grant" and (path, each.version) == (
            answer.relied_on,
            answer.relied_version,
        ):
            return each
    return None


def relied_dimensions(answer: Answer) -> tuple[Reason, ...]:
    """Return the dimensions of the grant that reaches furthest."""
    row = relied(answer)
    return () if row is None else row.dimensions


def _step(step: Reason) -> dict[str, Any]:
    return {
        "code": step.code,
        "answer": word(step.truth),
        **({"outcome": step.outcome} if step.outcome else {}),
        **({"facts": dict(step.facts)} if step.facts else {}),
        **({"clause": step.clause} if step.clause else {}),
        "text": wording.reason(step),
    }


def _duty(state: DutyState) -> dict[str, Any]:
    return {
        "duty": state.duty,
        "kind": state.kind,
        "status": state.status,
        "due": state.due or None,
        "amount": state.amount or None,
        "clause": state.clause or None,
        "certain": state.stands,
        "text": wording.reason(state.reason),
    }


def _considered(row: Considered) -> dict[str, Any]:
    return {
        "agreement": row.agreement,
        "version": row.version,
        "rule": row.rule,
        "kind": row.kind,
        "clause": row.clause or None,
        "quote": row.quote or None,
        "coverage": word(row.coverage),
        "in_force": word(row.in_force),
        "valid": "disputed" if row.disputed and row.valid is None else word(row.valid),
        "possible": list(row.possible),
        "dimensions": [_step(each) for each in row.dimensions],
        "force": [_step(each) for each in row.force],
        "validity": [_step(each) for each in row.validity],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "statute": question.statute,
        "title": question.title,
        "section": question.section,
        "state": question.state,
        "concerns": question.concerns,
        "raised": word(question.raised),
        "agreement": question.agreement,
        "facts": list(question.facts),
        "missing": list(question.missing),
        "text": question.text,
        "source": question.source,
    }


def as_text(answer: Answer, *, fully: bool = False) -> str:
    """Return the answer for a terminal. fully: every rule that was considered."""
    return "\n".join(_lines(answer, fully=fully)) + "\n"


def _lines(answer: Answer, *, fully: bool) -> Iterator[str]:
    name = wording.verdict_name(answer.verdict).upper()
    yield _said(name, wording.verdict(answer.verdict))
    if len(answer.possible) > 1:
        names = ", ".join(wording.verdict_name(each) for each in answer.possible)
        yield _("It can still become: {names}.").format(names=names)
    yield ""
    for part in PARTS:
        yield f"  {wording.question_of(part)} {wording.answer_to(part, getattr(answer, part))}"
    yield from _why(answer)
    if answer.duty_states:
        yield from ("", _("Duties"))
        for state in answer.duty_states:
            yield _duty_line(state)
    if answer.gaps:
        yield from ("", _("What would settle it"))
        yield from (f"  - {wording.gap(each)}" for each in answer.gaps)
    raised = [each for each in answer.questions if each.raised]
    if raised:
        yield from ("", _("Questions for counsel"))
        yield from (f"  - {wording.question(each)}" for each in raised)
    if answer.notes:
        yield ""
        yield from (f"  {wording.reason(each)}" for each in answer.notes)
    if fully:
        yield from ("", _("Every rule that was considered"))
        for row in answer.considered:
            yield from _row(row)


def _said(fact: str, value: str) -> str:
    """Return the two with what stands between them in the language in force."""
    return _("{fact}: {value}").format(fact=fact, value=value)


def _why(answer: Answer) -> Iterator[str]:
    row = relied(answer)
    restricting = [
        each
        for each in answer.considered
        if each.possible and each.possible[0] in {"forbids", "may_forbid"}
    ]
    if row is not None or restricting:
        yield from ("", _("Why"))
    for each in restricting:
        yield from _row(each)
    if row is not None:
        yield from _row(row)


def _row(row: Considered) -> Iterator[str]:
    clause = f", {row.clause}" if row.clause else ""
    kind = label("rule", row.kind)
    does = ", ".join(wording.effect(each) for each in row.possible)
    yield "  " + _said(f"{row.agreement}{clause} ({kind} {row.rule})", does)
    if row.quote:
        yield "    " + _("“{quote}”").format(quote=row.quote)
    for step in (*row.dimensions, *row.force, *row.validity):
        mark = {True: "+", False: "-", None: "?"}[step.truth]
        yield f"    {mark} {wording.reason(step)}"


def _duty_line(state: DutyState) -> str:
    kind = label("duty", state.kind)
    amount = f" {wording.amount(state.amount)}" if state.amount else ""
    clause = f", {state.clause}" if state.clause else ""
    status = label("duty_status", state.status)
    told = f"{status}. {wording.reason(state.reason)}"
    return "  - " + _said(f"{kind}{amount} ({state.duty}{clause})", told)
