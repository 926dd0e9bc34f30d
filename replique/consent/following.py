"""Following a report by hand: the verdict again, from its rows alone."""

from __future__ import annotations

from replique.consent import verdict as verdicts
from replique.consent.answer import Answer, DutyState
from replique.consent.truth import Truth, every


def fold(answer: Answer) -> frozenset[str]:
    """Return what the considered rules and the duties leave possible, from the report alone.

    It follows the report as a person would by hand, and must give `answer.possible`.
    """
    unmet = [state.duty for state in answer.duty_states if state.status == "unmet"]
    grants = [
        verdicts.owing(frozenset(each.possible), unmet, each.agreement, each.rule)
        for each in answer.considered
        if each.kind == "grant"
    ]
    forbidding = [each.possible[0] for each in answer.considered if each.kind == "prohibition"]
    prohibited: Truth = "forbids" in forbidding or (None if "may_forbid" in forbidding else False)
    met = every(_kept(state) for state in answer.duty_states)
    possible = verdicts.restricted(verdicts.furthest(grants), duties=met, prohibited=prohibited)
    noted = any(each.code == "likeness_is_no_evidence" for each in answer.notes)
    return possible | ({verdicts.NOT_SHOWN} if noted else frozenset())


def _kept(state: DutyState) -> Truth:
    if state.status in {"met", "pending", "not_triggered"}:
        return True
    return False if state.status == "unmet" and state.stands else None
