"""The answer with all that led to it: every rule, its dimensions, questions and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from replique.consent import verdict as verdicts
from replique.consent.answer import Answer, Considered, DutyState, Question, Reason
from replique.consent.compiled import Compiled
from replique.consent.gaps import gaps
from replique.consent.judged import Judged, Judging, Ruled, Whole
from replique.consent.records import Agreement
from replique.consent.truth import Truth, word


def explained(
    judging: Judging,
    grants: Sequence[Judged],
    restrictions: Sequence[Compiled],
    papers: Sequence[Agreement],
    whole: Whole,
) -> Answer:
    """Return the answer to a use.

    grants : every grant that speaks for the performer, fully asked. restrictions: every
    prohibition and requirement. papers: all of theirs.
    """
    others = [judging.ruled(each, fully=True) for each in restrictions]
    relied = _furthest(grants)
    use = judging.facts.use
    return Answer(
        use=use.id,
        performer=use.performer,
        asked_on=judging.asked.day,
        verdict=verdicts.name(whole.possible),
        possible=verdicts.in_order(whole.possible),
        validity=_validity(relied),
        coverage=_coverage(relied, whole.prohibited),
        in_force="none" if relied is None else word(relied.in_force),
        duties=_duties(whole),
        relied_on="" if relied is None else relied.compiled.path,
        relied_version=0 if relied is None else relied.compiled.agreement.version,
        duty_states=tuple(_state(state, stands) for state, stands in whole.standing),
        considered=tuple(_considered(judging, grants, others)),
        questions=_questions(grants, relied),
        gaps=gaps(judging.facts, relied, others, whole),
        notes=tuple(_notes(papers, grants, whole)),
    )


def _furthest(grants: Iterable[Judged]) -> Judged | None:
    """Return the grant that comes nearest to covering the use, the first by name of equals.

    A grant of nobody's, or one that has nothing to do with this use, is none.
    """
    near = [
        each
        for each in grants
        if each.compiled.given is not False and each.possible != {verdicts.NO_GRANT}
    ]
    return min(near, key=_distance, default=None)


def _distance(judged: Judged) -> tuple[object, ...]:
    best, worst = verdicts.reach(judged.possible)
    missed = sum(check.ask(judged.facts) is False for check in judged.compiled.checks)
    open_still = sum(check.ask(judged.facts) is None for check in judged.compiled.checks)
    return (
        -best,
        -worst,
        judged.replaced,
        missed,
        open_still,
        judged.compiled.path,
        -judged.compiled.agreement.version,
    )


def _validity(relied: Judged | None) -> str:
    if relied is None:
        return "none"
    if relied.valid is False:
        return "no"
    return "disputed" if relied.disputed else word(relied.valid)


def _coverage(relied: Judged | None, prohibited: Truth) -> str:
    if prohibited:
        return "no"
    if relied is None:
        return "none"
    if prohibited is None and relied.coverage:
        return "unknown"
    return word(relied.coverage)


def _duties(whole: Whole) -> str:
    """Say how the duties stand: the worst of those that certainly stand."""
    sure = {state.status for state, stands in whole.standing if stands}
    perhaps = {state.status for state, stands in whole.standing if stands is None}
    if "unmet" in sure:
        return "unmet"
    if "unknown" in sure or perhaps & {"unmet", "unknown"}:
        return "unknown"
    for status in ("pending", "met", "not_triggered"):
        if status in sure | perhaps:
            return status
    return "none"


def _state(state: DutyState, stands: Truth) -> DutyState:
    return state if stands else state.uncertain()


def _considered(
    judging: Judging, grants: Iterable[Judged], others: Iterable[Ruled]
) -> Iterator[Considered]:
    rows = [*map(_grant, grants), *(_restriction(each, judging) for each in others)]
    rows.sort(key=lambda row: (row.agreement, row.version, row.kind, row.rule))
    yield from rows


def _dimensions(rule: Compiled, judging: Judging) -> tuple[Reason, ...]:
    return tuple(check.reason(judging.facts) for check in rule.checks)


def _grant(judged: Judged) -> Considered:
    rule = judged.compiled.rule
    given = Reason("never_given", False if judged.compiled.given is False else None)
    force = judged.force if judged.compiled.given else (given, *judged.force)
    return Considered(
        agreement=judged.compiled.agreement.id,
        version=judged.compiled.agreement.version,
        title=judged.compiled.agreement.title,
        rule=rule.id,
        kind=rule.kind,
        clause=rule.clause,
        quote=rule.quote,
        coverage=judged.coverage,
        in_force=judged.in_force,
        valid=judged.valid,
        given=judged.compiled.given,
        disputed=judged.disputed,
        speaks=judged.speaks,
        possible=verdicts.in_order(judged.possible),
        dimensions=tuple(check.reason(judged.facts) for check in judged.compiled.checks),
        force=force,
        validity=judged.validity,
    )


def _restriction(ruled: Ruled, judging: Judging) -> Considered:
    rule = ruled.compiled.rule
    forbids = rule.kind == "prohibition"
    does = {
        True: "forbids" if forbids else "requires",
        None: "may_forbid" if forbids else "may_require",
        False: "silent",
    }
    return Considered(
        agreement=ruled.compiled.agreement.id,
        version=ruled.compiled.agreement.version,
        title=ruled.compiled.agreement.title,
        rule=rule.id,
        kind=rule.kind,
        clause=rule.clause,
        quote=rule.quote,
        coverage=ruled.reach,
        in_force=ruled.in_force,
        valid=True,
        given=True,
        disputed=False,
        speaks=ruled.reach,
        possible=(does[ruled.applies],),
        dimensions=_dimensions(ruled.compiled, judging),
        force=ruled.force,
    )


def _questions(grants: Sequence[Judged], relied: Judged | None) -> tuple[Question, ...]:
    """Return the questions of the papers that reach this use, each once."""
    found: dict[tuple[str, str], Question] = {}
    for each in grants:
        if each is relied or each.coverage is not False:
            for question in each.questions:
                found.setdefault((question.statute, question.agreement), question)
    return tuple(found[key] for key in sorted(found))


def _notes(papers: Sequence[Agreement], grants: Sequence[Judged], whole: Whole) -> Iterator[Reason]:
    """Yield what a reader should know beside the verdict."""
    if not papers:
        yield Reason("no_paper", None)
    for paper in papers:
        # of some acts alone, the steps of the grants tell it
        latest = [
            state
            for state in paper.states
            if state.status in {"not_asked", "refused"} and not state.acts
        ]
        if latest and not any(state.status in {"given", "renewed"} for state in paper.states):
            state = latest[-1]
            on = state.on.written if state.on else ""
            yield Reason("never_given", None, state.status, {"agreement": paper.id, "on": on})
        if paper.adoption is not None and paper.adoption.vote == "none":
            yield Reason("adopted_without_vote", None, facts={"agreement": paper.id})
    if verdicts.NOT_SHOWN in whole.possible:
        yield Reason("likeness_is_no_evidence", None)
    if any(each.disputed for each in grants if each.coverage is not False):
        yield Reason("counsel_decides", None)
