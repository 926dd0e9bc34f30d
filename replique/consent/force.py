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

ENDING = frozenset({"withdrawn", "revoked", "expired", "suspended", "refused", "unknown"})
STARTING = frozenset({"given", "renewed", "resumed"})
_RESUMABLE = frozenset({"suspended", "unknown"})
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
    """Whether the performer's consent was ever given at all.

    What is refused, or was not asked, of some acts alone says nothing of the others.
    """
    statuses = {
        each.status for each in agreement.states if not each.acts or each.status not in NEVER_GIVEN
    }
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
    yield _begun(agreement, rule, facts, date)
    if agreement.effective is not None:
        shown = {"start": agreement.effective.written, "date": date.written}
        yield Reason("term_start", agreement.effective.by(date), "effective", shown)
    yield from _states(agreement, rule, facts, date)
    yield from _term(agreement, agreement.term, "term", facts, date)
    if rule.scope.start is not None or rule.scope.end is not None:
        yield from _term(agreement, rule.scope, "rule_term", facts, date)
    if rule.scope.not_during_strike:
        yield Reason("strike", no(facts.use.strike), clause=rule.clause)
    if facts.dead is not False:
        yield _after_death(agreement, facts, date)


def _begun(agreement: Agreement, rule: Rule, facts: Facts, date: When) -> Reason:
    given = given_on(agreement)
    if given is None or not _given_for(agreement, rule, facts):
        return Reason("given", None)
    return Reason("given", given.by(date), facts={"given": given.written, "date": date.written})


def _given_for(agreement: Agreement, rule: Rule, facts: Facts) -> bool:
    """Whether it is not of other acts alone that it is said when they were given."""
    given = [each for each in agreement.states if each.status in STARTING]
    return not given or any(_concerns(each, rule, facts) for each in given)


def _states(agreement: Agreement, rule: Rule, facts: Facts, date: When) -> Iterator[Reason]:
    """Every change of state that can end the permission for this act."""
    for each in agreement.states:
        if not _may_end(agreement, each):
            continue
        concerns = _concerns(each, rule, facts)
        if concerns is not False:
            found = _state(agreement, rule, each, facts, date)
            yield found if concerns or found.truth else dataclasses.replace(found, truth=None)


def _may_end(agreement: Agreement, state: State) -> bool:
    """Whether a change of state ends a permission, at once or after a day that it names."""
    if state.status in STARTING:
        # how long a renewal lasts is asked of the end of the term, where there is one
        by_term = state.status == "renewed" and agreement.term.end is not None
        return state.until is not None and not by_term
    if state.status in NEVER_GIVEN:
        of_some = bool(state.acts) and state.status != "requested"
        return of_some or (state.status == "refused" and was_given(agreement) is not False)
    return state.status in ENDING


def _concerns(state: State, rule: Rule, facts: Facts) -> Truth:
    """Whether a change of state is about this act."""
    concerns = of_act(state, facts)
    if concerns is not None:
        return concerns
    if rule.acts is None or "any" in rule.acts:
        return None
    if rule.acts <= state.acts:
        return True
    return None if rule.acts & state.acts else False


def _state(agreement: Agreement, rule: Rule, state: State, facts: Facts, date: When) -> Reason:
    truth, outcome = _survives(agreement, rule, state, facts, date)
    shown = {
        "status": state.status,
        "on": state.on.written if state.on else "",
        "until": state.until.written if state.until else "",
        "date": date.written,
    }
    return Reason("state", truth, outcome, shown)


def _survives(
    agreement: Agreement, rule: Rule, state: State, facts: Facts, date: When
) -> tuple[Truth, str]:
    """Whether the permission outlives this change of state on the day, and why."""
    before = None if state.on is None else date.before(state.on)
    if before:
        return True, ""
    over = None if state.until is None else no(date.by(state.until))
    if state.status in STARTING:
        return _runs_out(agreement, rule, state, facts, date)
    again = _again(agreement, rule, state, facts, date)
    if (over and state.until is not None) or again:
        return True, "lifted"
    if state.on is None or state.status == "unknown":
        return None, ""
    running = _begun_uses(agreement.term, state.on, facts, date)
    if running is not False:
        return running, "begun_before"
    # what was refused after it was given may have been another thing
    open_still = state.status == "refused" and not state.acts
    uncertain = before is None or again is None or (state.until is not None and over is None)
    return (None if uncertain or open_still else False), ""


def _runs_out(
    agreement: Agreement, rule: Rule, state: State, facts: Facts, date: When
) -> tuple[Truth, str]:
    """Whether what was given until a day still holds, or was given again since."""
    inside = None if state.until is None else date.by(state.until)
    if inside:
        return True, ""
    again = _again(agreement, rule, state, facts, date)
    if again:
        return True, ""
    return (None if inside is None or again is None else False), ""


def _again(agreement: Agreement, rule: Rule, state: State, facts: Facts, date: When) -> Truth:
    """Whether what a change of state took away was given back since, before the day."""
    return some(
        every((_concerns(each, rule, facts), _lifts(agreement, each, state, date)))
        for each in agreement.states
        if each.status in STARTING and each is not state
    )


def given_anew(agreement: Agreement, state: State, facts: Facts) -> Truth:
    """Whether it was given again, for this act, after a change of state and before the day."""
    if facts.date is None:
        return some(
            None
            for each in agreement.states
            if each.status in STARTING and _after(agreement, each, state) is not False
        )
    return some(
        every((of_act(each, facts), _lifts(agreement, each, state, facts.date)))
        for each in agreement.states
        if each.status in STARTING and each is not state
    )


def _lifts(agreement: Agreement, later: State, state: State, date: When) -> Truth:
    """Whether one change of state gives back, on the day, what another took away.

    A strike that is over gives back what it suspended; whether more, is not known where
    nothing was suspended.
    """
    begun = None if later.on is None else later.on.by(date)
    running = True if later.until is None else date.by(later.until)
    meant: Truth = True
    if later.status == "resumed" and state.status not in _RESUMABLE:
        meant = False if any(each.status == "suspended" for each in agreement.states) else None
    return every((_after(agreement, later, state), begun, running, meant))


def _after(agreement: Agreement, later: State, state: State) -> Truth:
    """Whether one change came after another. What gave it first came before all others."""
    if later.on is not None and state.on is not None:
        if later.on.day > state.on.last_day:
            return True
        if later.on.last_day <= state.on.day:
            return False
    given = [each for each in agreement.states if each.status in STARTING]
    signed = agreement.form.given is not None or bool(agreement.signatures)
    return None if signed or len(given) > 1 or later.status != "given" else False


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
    renewed = _renewed(agreement, facts, date)
    if renewed is not False:
        return renewed, "renewed"
    if agreement.term.begun_uses == "may_finish":
        running = _begun_uses(agreement.term, end, facts, date)
        if running is not False:
            return running, "begun_before"
    return inside, ""


def _renewed(agreement: Agreement, facts: Facts, date: When) -> Truth:
    """Whether it was renewed for that day; a renewal without a term leaves it open."""
    return some(
        every((None if each.until is None else date.by(each.until), of_act(each, facts)))
        for each in agreement.states
        if each.status == "renewed" and (each.on is None or each.on.by(date) is not False)
    )


def of_act(state: State, facts: Facts) -> Truth:
    """Whether a change of state is about the act of the use; None where that is not known."""
    if not state.acts or "any" in state.acts:
        return True
    return None if facts.act is None else facts.act in state.acts


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
