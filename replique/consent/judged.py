"""Each rule, asked of one use."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from replique.consent import verdict as verdicts
from replique.consent.answer import DutyState, Question, Reason
from replique.consent.compiled import Compiled
from replique.consent.dates import When
from replique.consent.duties import duty_state
from replique.consent.facts import Facts
from replique.consent.force import in_force
from replique.consent.records import Agreement, Duty, Rule
from replique.consent.replacing import Later, lifted, still_speaks
from replique.consent.statutes import questions
from replique.consent.truth import Truth, every, no, some
from replique.consent.validity import DISPUTED, met, validity

_PAUSED = frozenset({"withdrawn", "revoked", "suspended"})
_INSTEAD = frozenset({"version", "replaced"})
_PAPER = Rule(id="", kind="grant", acts=None, subjects=None)
"""A rule without limits: what stands for the paper as a whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What one grant says of the use."""

    compiled: Compiled
    facts: Facts
    coverage: Truth
    valid: Truth
    in_force: Truth
    speaks: Truth
    owes: Truth
    possible: frozenset[str]
    force: tuple[Reason, ...] = ()
    validity: tuple[Reason, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def replaced(self) -> bool:
        """Whether another paper took its place."""
        return any(each.truth is False and each.outcome in _INSTEAD for each in self.force)

    @property
    def disputed(self) -> bool:
        """Whether something is said against its validity."""
        return any(each.outcome == DISPUTED for each in self.validity)


@dataclasses.dataclass(frozen=True, slots=True)
class Ruled:
    """What one prohibition or requirement says of the use."""

    compiled: Compiled
    reach: Truth
    in_force: Truth
    force: tuple[Reason, ...]

    @property
    def applies(self) -> Truth:
        """Whether it forbids, or requires, on that day."""
        return every((self.reach, self.in_force))


@dataclasses.dataclass(frozen=True, slots=True)
class Whole:
    """All grants, prohibitions and duties together.

    standing : the duties that stand, each once, with whether they certainly stand.
    prohibited : by any of the prohibitions.
    """

    standing: tuple[tuple[DutyState, Truth], ...]
    duties: Truth
    prohibited: Truth
    possible: frozenset[str]


class Judging:
    """Asks the rules about one use; what is common to a paper is asked once."""

    def __init__(self, facts: Facts, asked: When, requirements: Sequence[Compiled]) -> None:
        self.facts, self.asked = facts, asked
        self._required: list[Ruled] | None = None
        self._requirements = requirements
        self._papers: dict[tuple[str, int], tuple[tuple[Reason, ...], tuple[Question, ...]]] = {}

    def grant(self, grant: Compiled, *, fully: bool = False) -> Judged:
        """Ask a grant. fully: also what cannot change its answer, for the report."""
        coverage = grant.reaches(self.facts)
        speaks = True if coverage else grant.speaks(self.facts)
        if coverage is False and not fully:
            possible = verdicts.of_grant(
                coverage=False, valid=None, in_force=None, speaks=speaks, given=grant.given
            )
            return Judged(grant, self.facts, False, None, None, speaks, False, possible)
        force = (
            *in_force(grant.agreement, grant.rule, self.facts),
            *still_speaks(grant.laters, self.facts, self._valid),
        )
        reasons, asked = self._validity(grant.agreement)
        valid = every(each.truth for each in reasons)
        forced = every(each.truth for each in force)
        unpaused = every(each.truth for each in force if not _paused(each))
        # what another paper took the place of no longer speaks
        speaking = every(each.truth for each in force if each.outcome in _INSTEAD)
        possible = verdicts.of_grant(
            coverage=every((coverage, speaking)),
            valid=valid,
            in_force=every(each.truth for each in force if each.outcome not in _INSTEAD),
            speaks=speaks,
            given=grant.given,
        )
        owes = every((coverage, unpaused, grant.given))
        return Judged(
            compiled=grant,
            facts=self.facts,
            coverage=coverage,
            valid=valid,
            in_force=forced,
            speaks=speaks,
            owes=owes,
            possible=possible,
            force=force,
            validity=reasons,
            questions=asked,
        )

    def ruled(self, rule: Compiled, *, fully: bool = False) -> Ruled:
        """Ask a prohibition or a requirement. fully: also what cannot change its answer."""
        reach = rule.reaches(self.facts)
        if reach is False and not fully:
            return Ruled(rule, False, None, ())
        force = tuple(self._restricting(rule))
        return Ruled(rule, reach, every(each.truth for each in force), force)

    def standing(self, judged: Sequence[Judged]) -> list[tuple[DutyState, Truth]]:
        """Return the duties that stand, or may stand: of every grant that covers the use,
        whichever the user relies on, and of every requirement that speaks of it.

        Withdrawing ends what was allowed, not what is owed.
        """
        found: dict[str, tuple[DutyState, Truth]] = {}
        for path, agreement, duty, stands in self._owed(judged):
            known = found.get(path)
            if known is None or (stands and not known[1]):
                # of two versions of a paper, the duty of the one that certainly stands
                found[path] = (duty_state(agreement, duty, path, self.facts, self.asked), stands)
            else:
                found[path] = (known[0], some((known[1], stands)))
        return [found[path] for path in sorted(found)]

    def _owed(self, judged: Sequence[Judged]) -> Iterator[tuple[str, Agreement, Duty, Truth]]:
        for each in judged:
            if each.owes is False:
                continue
            agreement, rule = each.compiled.agreement, each.compiled.rule
            for duty in agreement.duties:
                yield f"{agreement.id}/{duty.id}", agreement, duty, each.owes
            for duty in rule.duties:
                yield f"{agreement.id}/{rule.id}/{duty.id}", agreement, duty, each.owes
        for required in self.required:
            if required.applies is False:
                continue
            agreement, rule = required.compiled.agreement, required.compiled.rule
            for duty in rule.duties:
                yield f"{agreement.id}/{rule.id}/{duty.id}", agreement, duty, required.applies

    @property
    def required(self) -> list[Ruled]:
        """What the requirements say of this use."""
        if self._required is None:
            self._required = [self.ruled(each) for each in self._requirements]
        return self._required

    def _validity(self, agreement: Agreement) -> tuple[tuple[Reason, ...], tuple[Question, ...]]:
        key = (agreement.id, agreement.version)
        if key not in self._papers:
            asked = tuple(questions(agreement, self.facts))
            reasons = (*validity(agreement, self.facts, asked), *self._needs(agreement))
            self._papers[key] = (reasons, asked)
        return self._papers[key]

    def _valid(self, agreement: Agreement) -> Truth:
        return every(each.truth for each in self._validity(agreement)[0])

    def _needs(self, agreement: Agreement) -> Iterator[Reason]:
        for required in self.required:
            applies = required.applies
            if applies is False:
                continue
            needed = required.compiled
            for reason in met(
                needed.rule.needs, agreement, needed.rule.clause, needed.agreement.id
            ):
                if reason.truth is False and applies is None:
                    yield dataclasses.replace(reason, truth=None)
                else:
                    yield reason

    def _restricting(self, rule: Compiled) -> Iterator[Reason]:
        """Yield whether what forbids or requires did so on the day.

        Neither withdrawal nor the end of the licence ends a prohibition; a requirement
        ends with its collective agreement.
        """
        date, scope = self.facts.date, rule.rule.scope
        if rule.since is not None:
            begun = None if date is None else rule.since.by(date)
            yield Reason("since", begun, facts={"since": rule.since.written})
        starts, ends = [scope.start], [scope.end]
        if rule.rule.kind == "requirement":
            starts.append(rule.agreement.term.start)
            ends.append(rule.agreement.term.end)
        for start in starts:
            if start is not None:
                begun = None if date is None else start.by(date)
                yield Reason("rule_term_start", begun, facts={"start": start.written})
        for end in ends:
            if end is not None:
                running = None if date is None else date.by(end)
                yield Reason("rule_term_end", running, facts={"end": end.written})
        for later in rule.laters:
            yield Reason(
                "lifted", no(self._lifts(later, rule.rule.kind)), later.how, {"by": later.by.id}
            )

    def _lifts(self, later: Later, kind: str) -> Truth:
        force = in_force(later.by, _PAPER, self.facts)
        if kind == "requirement":  # requirements are not asked of what may end them
            reasons = tuple(validity(later.by, self.facts, questions(later.by, self.facts)))
        else:
            reasons, _asked = self._validity(later.by)
        holds = every((*(each.truth for each in force), *(each.truth for each in reasons)))
        return lifted(later, self.facts, holds=holds)


def _paused(reason: Reason) -> bool:
    return reason.code == "state" and reason.facts.get("status") in _PAUSED
