"""Whether a permission was in force on the day.

An agreement begins when it was given; it ends by its term, by a change of state, by
another that replaces it, or with the performer's death where it does not outlive them.
Withdrawing, suspending or ending takes permissions away. It never takes away what the
paper forbids or requires: that ends only by its own date, or by a later paper that is
itself valid and in force.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from replique.consent.answer import Reason
from replique.consent.dates import When
from replique.consent.facts import Facts
from replique.consent.records import Agreement, Posthumous, Rule, Scope, State, Term
from replique.consent.truth import Truth, every, no, some

ENDING = frozenset({"withdrawn", "revoked", "expired", "suspended", "unknown"})
STARTING = frozenset({"given", "renewed", "resumed"})
NEVER_GIVEN = frozenset({"not_asked", "requested", "refused"})


def given_on(agreement: Agreement) -> When | None:
    """Return when it was given: the state, the form, the signature; None is not known."""
    given = [each.on for each in agreement.states if each.status == "given" and each.on]
    if given:
        return min(given, key=lambda day: day.first)
    if agreement.form.given is not None:
        return agreement.form.given
    signed = [each.on for each in agreement.signatures if each.on is not None]
    if signed:
        # complete with the last signature
        return max(signed, key=lambda day: day.last)
    return agreement.effective or agreement.term.start


def was_given(agreement: Agreement) -> Truth:
    """Whether the performer's consent was ever given at all."""
    statuses = {each.status for each in agreement.states}
    if statuses & STARTING:
        return True
    if statuses & NEVER_GIVEN:
        signed = agreement.form.given is not None or any(each.on for each in agreement.signatures)
        # a request that ends in a signature was granted; "not asked" and "refused" stand
        return signed and statuses & NEVER_GIVEN == {"requested"}
    return None if "unknown" in statuses else True


def in_force(agreement: Agreement, rule: Rule, facts: Facts) -> Iterator[Reason]:
    """Yield each reason why a grant was in force or not; in force if every one holds."""
    date = facts.date
    if date is None:
        yield Reason("date", None)
        return
    yield _begun(agreement, date)
    yield from _states(agreement, rule, facts, date)
    yield from _term(agreement, agreement.term, "term", facts, date)
    if rule.scope.start is not None or rule.scope.end is not None:
        yield from _term(agreement, rule.scope, "rule_term", facts, date)
    if rule.scope.not_during_strike:
        yield Reason("strike", no(facts.use.strike), clause=rule.clause)
    if facts.dead is not False:
        yield _after_death(agreement, facts, date)


def _begun(agreement: Agreement, date: When) -> Reason:
    given = given_on(agreement)
    if given is None:
        return Reason("given", None)
    return Reason("given", given.by(date), facts={"given": given.written, "date": date.written})


def _states(agreement: Agreement, rule: Rule, facts: Facts, date: When) -> Iterator[Reason]:
    """Every change of state that can end the permission for this act."""
    for each in agreement.states:
        concerns = _concerns(each, rule, facts) if each.status in ENDING else False
        if concerns is not False:
            found = _state(agreement, each, facts, date)
            yield found if concerns or found.truth else dataclasses.replace(found, truth=None)


def _concerns(state: State, rule: Rule, facts: Facts) -> Truth:
    """Whether a change of state is about this act."""
    if not state.acts or "any" in state.acts:
        return True
    if facts.act is not None:
        return facts.act in state.acts
    if rule.acts is None or "any" in rule.acts:
        return None
    if rule.acts <= state.acts:
        return True
    return None if rule.acts & state.acts else False


def _state(agreement: Agreement, state: State, facts: Facts, date: When) -> Reason:
    truth, outcome = _survives(agreement, state, facts, date)
    shown = {
        "status": state.status,
        "on": state.on.written if state.on else "",
        "until": state.until.written if state.until else "",
        "date": date.written,
    }
    return Reason("state", truth, outcome, shown)


def _survives(agreement: Agreement, state: State, facts: Facts, date: When) -> tuple[Truth, str]:
    """Whether the permission outlives this change of state on the day, and why."""
    before = None if state.on is None else date.before(state.on)
    if before:
        return True, ""
    over = state.until is not None and date.by(state.until) is False
    if over or _lifted(agreement, state, date):
        return True, "lifted"
    if state.on is None or state.status == "unknown":
        return None, ""
    running = _begun_uses(agreement.term, state.on, facts, date)
    if running is not False:
        return running, "begun_before"
    uncertain = before is None or (state.until is not None and date.by(state.until) is None)
    return (None if uncertain else False), ""


def _lifted(agreement: Agreement, state: State, date: When) -> bool:
    """Whether it was certainly given again since, before the day."""
    if state.on is None:
        return False
    return any(
        each.status in STARTING
        and each.on is not None
        and each.on.day > state.on.last_day
        and each.on.by(date) is True
        and (not each.acts or state.acts <= each.acts)
        for each in agreement.states
    )


def _begun_uses(term: Term, ended: When, facts: Facts, date: When) -> Truth:
    """Whether a use that began before the end may go on, by what the paper says of it.

    Silence of the paper leaves it open: GDPR Art. 7(3) says only that withdrawal does
    not touch what was done before it.
    """
    began = facts.use.began
    if began is None and term.begun_uses == "may_finish":
        # it may have begun before
        return None if not term.grace_days or _grace(term, ended, date) is not False else False
    if began is None:
        return _grace(term, ended, date) if term.begun_uses == "must_stop" else False
    earlier = began.before(ended)
    if earlier is False:
        return False
    if term.begun_uses == "may_finish":
        allowed: Truth = _grace(term, ended, date) if term.grace_days else True
    elif term.begun_uses == "must_stop":
        allowed = _grace(term, ended, date)
    else:
        allowed = None
    return every((earlier, allowed))


def _grace(term: Term, ended: When, date: When) -> Truth:
    if not term.grace_days:
        return False
    return date.by(ended.plus(days=term.grace_days))


def _term(
    agreement: Agreement, span: Term | Scope, code: str, facts: Facts, date: When
) -> Iterator[Reason]:
    start, end = span.start, span.end
    shown = {
        "start": start.written if start else "",
        "end": end.written if end else "",
        "date": date.written,
    }
    if start is not None:
        yield Reason(f"{code}_start", start.by(date), facts=shown)
    if end is not None:
        truth, outcome = _before_end(agreement, end, facts, date)
        yield Reason(f"{code}_end", truth, outcome, shown)


def _before_end(agreement: Agreement, end: When, facts: Facts, date: When) -> tuple[Truth, str]:
    """Whether the day is within the term, or the paper or a renewal reaches beyond it."""
    inside = date.by(end)
    if inside:
        return True, ""
    renewed = _renewed(agreement, date)
    if renewed is not False:
        return renewed, "renewed"
    if agreement.term.begun_uses == "may_finish":
        running = _begun_uses(agreement.term, end, facts, date)
        if running is not False:
            return running, "begun_before"
    return inside, ""


def _renewed(agreement: Agreement, date: When) -> Truth:
    """Whether it was renewed for that day; a renewal without a term leaves it open."""
    return some(
        None if each.until is None else date.by(each.until)
        for each in agreement.states
        if each.status == "renewed" and (each.on is None or each.on.by(date) is not False)
    )


def _after_death(agreement: Agreement, facts: Facts, date: When) -> Reason:
    """After death: what the paper says; what the estate gave itself needs no saying."""
    died = facts.life.died if facts.life else None
    shown = {"died": died.written if died else "", "date": date.written}
    after: Posthumous = agreement.posthumous
    given = given_on(agreement)
    signers = {each.by for each in agreement.signatures}
    if died is not None and given is not None and died.by(given) is True:
        truth = True if "estate" in signers else None
        return Reason("posthumous", truth, "by_estate", shown, after.clause)
    holds: Truth = after.survives
    if holds and after.years is not None and died is not None:
        shown["years"] = str(after.years)
        holds = date.by(died.plus(months=12 * after.years))
    if holds is not True and facts.dead is None:
        holds = None
    return Reason("posthumous", holds, facts=shown, clause=after.clause)
