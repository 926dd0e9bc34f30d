"""What is not known, and would settle the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replique.consent import verdict as verdicts
from replique.consent.answer import Gap, Reason
from replique.consent.chains import NO_HAND
from replique.consent.compiled import Compiled
from replique.consent.facts import Facts
from replique.consent.judged import Judged, Ruled, Whole
from replique.consent.validity import DISPUTED

_OF_THE_USE = frozenset({"date", "strike"})
_DATED = frozenset(
    {"given", "state", "term_start", "term_end", "rule_term_start", "rule_term_end", "since"}
)


def _vague(facts: Facts) -> bool:
    """Whether only the month or the year of the use is known."""
    return facts.date is not None and facts.date.day != facts.date.last_day


def gaps(
    facts: Facts, relied: Judged | None, others: Iterable[Ruled], whole: Whole
) -> tuple[Gap, ...]:
    """Return each fact that is not known and bears on the verdict, once.

    Where a ground certainly holds against the use, nothing else bears on it.
    """
    found = list(_of_use(whole))
    if len(whole.possible) > 1 or verdicts.COVERED in whole.possible:
        if relied is not None:
            found += _of_grant(facts, relied)
        for other in others:
            if other.applies is None:
                found += _of_restriction(facts, other)
        for state, _stands in whole.standing:
            if state.status == "unknown":
                found.append(Gap(state.reason.outcome, state.duty, state.duty))
    return tuple({(gap.fact, gap.of): gap for gap in reversed(found)}.values())[::-1]


def _of_use(whole: Whole) -> Iterator[Gap]:
    if verdicts.NOT_SHOWN in whole.possible:
        yield Gap("how_known", "use", "training")


def _of_grant(facts: Facts, relied: Judged) -> Iterator[Gap]:
    path, paper = relied.compiled.path, relied.compiled.agreement.id
    yield from _dimensions(facts, relied.compiled)
    for reason in (*relied.force, *relied.validity):
        if reason.truth is None and reason.code in _DATED and _vague(facts):
            yield Gap("date", "use", path)
        elif reason.truth is None:
            of = "use" if reason.code in _OF_THE_USE else paper
            prefix = "counsel:" if reason.outcome == DISPUTED else ""
            for fact in _facts(reason):
                yield Gap(prefix + fact, of, path)


def _of_restriction(facts: Facts, ruled: Ruled) -> Iterator[Gap]:
    yield from _dimensions(facts, ruled.compiled)
    for reason in ruled.force:
        if reason.truth is None:
            yield Gap(reason.code, ruled.compiled.agreement.id, ruled.compiled.path)


def _dimensions(facts: Facts, rule: Compiled) -> Iterator[Gap]:
    for check in rule.checks:
        if check.ask(facts) is not None:
            continue
        if check.code == "company" and not check.limit:
            yield Gap("company", rule.agreement.id, rule.path)
        elif check.code == "company" and facts.chain:
            yield Gap("approval", rule.agreement.id, rule.path)
        elif check.code == "company" and facts.company is not None and _may_be_passed_on(rule):
            yield Gap("chain", "use", rule.path)
        else:
            yield Gap(check.code.removeprefix("not_"), "use", rule.path)


def _may_be_passed_on(rule: Compiled) -> bool:
    onward = rule.agreement.onward
    return (onward.sublicense, onward.transfer) != NO_HAND


def _facts(reason: Reason) -> list[str]:
    """Return the facts that an unknown reason waits for."""
    if reason.code == "statute":
        missing = reason.facts.get("missing", "")
        return missing.split(", ") if missing else [reason.facts.get("statute", "")]
    return [reason.outcome if reason.code == "requirement" else reason.code]
