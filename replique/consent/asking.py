"""A use, asked of all agreements at once.

    answer = Agreements(agreements, lives).ask(use, date.today())
    answer.verdict, answer.possible, answer.considered

`outcome` gives the verdict alone, quickly, for thousands of uses; `ask` gives the same
verdict with every step that led to it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from replique.consent import duties as owed
from replique.consent import verdict as verdicts
from replique.consent.answer import Answer, DutyState, Reason
from replique.consent.compiled import Compiled, compiled
from replique.consent.dates import When
from replique.consent.explaining import explained
from replique.consent.facts import Facts, facts
from replique.consent.judged import Judged, Judging, Whole
from replique.consent.parts import named, parts
from replique.consent.records import Agreement, Life, Use
from replique.consent.replacing import Replacements
from replique.consent.truth import Truth, every, some
from replique.consent.vocabulary import ANY, TRAINING


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict alone, and what it can become."""

    verdict: str
    possible: tuple[str, ...]


class Agreements:
    """Agreements and performers' dates, made ready to be asked. Order does not matter."""

    def __init__(self, agreements: Iterable[Agreement], lives: Iterable[Life] = ()) -> None:
        known = sorted(set_of(agreements), key=lambda each: (each.id, each.version))
        self._lives = {each.performer: each for each in lives}
        self._replacements = Replacements(known)
        self._rules = [
            compiled(each, rule, self._replacements) for each in known for rule in each.rules
        ]
        self._known = known
        self._by_performer: dict[str, _Rules] = {}

    def ask(self, use: Use, asked_on: dt.date) -> Answer:
        """Return the answer with every rule that was considered.

        asked_on : the day by which duties are late or not.
        """
        whole = self._answer(use, asked_on)
        if whole.verdict == verdicts.COVERED:
            return whole
        several = parts(use)
        least = self._least(several, asked_on)
        if least is None or least[1] == frozenset(whole.possible):
            return whole
        answer = self._answer(several[least[0]], asked_on)
        part = Reason("part", None, facts={"part": named(several[least[0]], use)})
        return dataclasses.replace(answer, notes=(part, *answer.notes))

    def outcome(self, use: Use, asked_on: dt.date) -> Outcome:
        """Return the verdict alone: the same as `ask`, for thousands of uses."""
        possible = self._possible(use, asked_on)
        if possible != {verdicts.COVERED}:
            least = self._least(parts(use), asked_on)
            possible = possible if least is None else least[1]
        return Outcome(verdicts.name(possible), verdicts.in_order(possible))

    def _answer(self, use: Use, asked_on: dt.date) -> Answer:
        asking = self._asking(use, asked_on)
        judged = [asking.judging.grant(each, fully=True) for each in asking.rules.grants]
        whole = asking.whole(judged, fully=True)
        return explained(
            asking.judging, judged, asking.rules.restrictions, self._known_to(use), whole
        )

    def _possible(self, use: Use, asked_on: dt.date) -> verdicts.Verdicts:
        asking = self._asking(use, asked_on)
        near = asking.rules.near(asking.facts)
        judged = [asking.judging.grant(each) for each in near]
        elsewhere = asking.rules.speak_elsewhere(asking.facts, near)
        return asking.whole(judged, elsewhere=elsewhere).possible

    def _least(
        self, several: Sequence[Use], asked_on: dt.date
    ) -> tuple[int, verdicts.Verdicts] | None:
        """Return which part is least covered, the first of equals, and its possible verdicts."""
        asked = [self._possible(part, asked_on) for part in several]
        places = range(len(asked))
        least = min(places, key=lambda place: verdicts.reach(asked[place]), default=None)
        return None if least is None else (least, asked[least])

    def _asking(self, use: Use, asked_on: dt.date) -> _Asking:
        rules = self._of(use.performer)
        known = facts(use, self._lives.get(use.performer))
        return _Asking(rules, known, owed.day(asked_on))

    def _of(self, performer: str) -> _Rules:
        if performer not in self._by_performer:
            theirs = [each for each in self._rules if _binds(each.agreement, performer)]
            self._by_performer[performer] = _Rules(theirs)
        return self._by_performer[performer]

    def _known_to(self, use: Use) -> list[Agreement]:
        return [each for each in self._known if _binds(each, use.performer)]


def set_of(agreements: Iterable[Agreement]) -> list[Agreement]:
    """Return each agreement once, by id and version."""
    return list({(each.id, each.version): each for each in agreements}.values())


def _binds(agreement: Agreement, performer: str) -> bool:
    return performer in agreement.performers or ANY in agreement.performers


class _Rules:
    """The rules that speak for one performer, by kind and by act."""

    def __init__(self, rules: Sequence[Compiled]) -> None:
        self.grants = [each for each in rules if each.rule.kind == "grant"]
        self.prohibitions = [each for each in rules if each.rule.kind == "prohibition"]
        self.requirements = [each for each in rules if each.rule.kind == "requirement"]
        self.restrictions = [each for each in rules if each.rule.kind != "grant"]
        self._granting = _by_act(self.grants)
        self._forbidding = _by_act(self.prohibitions)
        self._requiring = _by_act(self.requirements)
        self._spoken: dict[tuple[object, ...], list[int]] = {}

    def near(self, facts: Facts) -> Sequence[Compiled]:
        """Return the grants that cover the use, or may; all others are outside it."""
        act = facts.act
        named = self.grants if act is None else self._granting.get(act, self._granting[ANY])
        return [each for each in named if each.reaches(facts) is not False]

    def forbidding(self, act: str | None) -> Sequence[Compiled]:
        """Return the prohibitions that can forbid an act."""
        return (
            self.prohibitions if act is None else self._forbidding.get(act, self._forbidding[ANY])
        )

    def requiring(self, act: str | None) -> Sequence[Compiled]:
        """Return the requirements that can speak of an act."""
        return self.requirements if act is None else self._requiring.get(act, self._requiring[ANY])

    def speak_elsewhere(self, facts: Facts, near: Sequence[Compiled]) -> bool:
        """Whether a grant that does not reach the use has to do with its company or production."""
        asked = {id(each) for each in near}
        by_company = ("company", facts.company, facts.chain)
        by_production = ("production", facts.production)
        return any(
            each not in asked
            for speaking in (
                self._speaking(by_company, facts),
                self._speaking(by_production, facts),
                self._speaking(("neither",), facts),
            )
            for each in speaking
        )

    def _speaking(self, key: tuple[object, ...], facts: Facts) -> list[int]:
        """Return the grants that a company, a production, or neither has to do with."""
        if key not in self._spoken:
            self._spoken[key] = [
                id(each)
                for each in self.grants
                if each.given is not False and each.speaks_by(str(key[0]), facts)
            ]
        return self._spoken[key]


def _by_act(rules: Sequence[Compiled]) -> dict[str, list[Compiled]]:
    """Rules by the acts they name; those of any act are in each, and under `any`."""
    acts = {act for each in rules for act in each.acts or ()} | {ANY}
    found: dict[str, list[Compiled]] = defaultdict(list)
    for act in acts:
        found[act] = [each for each in rules if each.acts is None or act in each.acts]
    return dict(found)


class _Asking:
    def __init__(self, rules: _Rules, known: Facts, asked: When) -> None:
        self.rules, self.facts = rules, known
        self.judging = Judging(known, asked, rules.requiring(known.act))

    def whole(
        self, judged: Sequence[Judged], *, elsewhere: bool = False, fully: bool = False
    ) -> Whole:
        """Put the answers of the rules together.

        elsewhere : grants that do not reach the use were left out, and one has to do with
        it. fully : also the duties that cannot change the verdict.
        """
        facts = self.facts
        sets = [each.possible for each in judged]
        if elsewhere:
            sets.append(frozenset({verdicts.OUTSIDE}))
        possible = verdicts.furthest(sets)
        forbidding = (self.judging.ruled(each) for each in self.rules.forbidding(facts.act))
        prohibited = some(each.applies for each in forbidding)
        standing = self.judging.standing(judged) if fully or verdicts.COVERED in possible else ()
        met = every(_counts(state, stands) for state, stands in standing)
        unmet = [state.duty for state, _stands in standing if state.status == "unmet"]
        if unmet and verdicts.COVERED in possible:
            possible = verdicts.furthest([*_owing(judged, unmet), *sets[len(judged) :]])
        possible = verdicts.restricted(possible, duties=met, prohibited=prohibited)
        # Likeness of an output is no evidence of training: nothing is held against anybody.
        training = facts.act is None or facts.act in TRAINING
        shown = facts.use.how_known != "likeness" or not training
        if not shown and possible != {verdicts.COVERED}:
            possible |= {verdicts.NOT_SHOWN}
        return Whole(tuple(standing), met, prohibited, possible)


def _owing(judged: Iterable[Judged], unmet: Sequence[str]) -> Iterator[frozenset[str]]:
    for each in judged:
        compiled = each.compiled
        yield verdicts.owing(each.possible, unmet, compiled.agreement.id, compiled.rule.id)


def _counts(state: DutyState, stands: Truth) -> Truth:
    """Whether a duty leaves the permission whole; one that may not stand can only raise doubt."""
    met = owed.stands(state)
    return met if stands or met else None
