"""What a performer's own papers say to everybody of mining and training: for statements.

A grant to one company says nothing to the public, and a statement must not tell that it
exists: only a grant to anybody counts, and only if it holds today and has neither limit
nor duty. A prohibition counts whatever its limits. What is not known is not allowed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from replique.consent.dates import When
from replique.consent.exchange.standing import HOLDING, day, standing
from replique.consent.records import Agreement, Needs, Rule, Scope
from replique.consent.replacing import Later, Replacements
from replique.consent.truth import Truth, every
from replique.consent.vocabulary import ANY, MACHINE_ACTS, TRAINING

ALLOWED, CONSTRAINED, REFUSED, NOT_STATED = "allowed", "constrained", "refused", "not_stated"

USES = {
    "data_mining": frozenset({"data_mining"}),
    "ai_inference": MACHINE_ACTS - TRAINING - {"data_mining"},
    "ai_generative_training": frozenset({"train_generative", "train_foundation"}),
    "ai_training": frozenset({"train_non_generative"}),
}
"""The four uses of CAWG training-mining, and the acts of ours that each means."""

IN_A_PUBLICATION = frozenset({"recording", "performance", "voice", "face", "body"})
"""What of a performer a published recording holds: a grant must reach all of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Preferences:
    """For each of the four uses: allowed, constrained, refused or not_stated."""

    data_mining: str = NOT_STATED
    ai_inference: str = NOT_STATED
    ai_generative_training: str = NOT_STATED
    ai_training: str = NOT_STATED


def preferences(agreements: Sequence[Agreement], performer: str, *, on: dt.date) -> Preferences:
    """Return what the agreements of a performer say to the public on a day."""
    theirs = [each for each in agreements if each.performers & {performer, ANY}]
    replacements = Replacements(theirs)
    rules = [
        (each, rule)
        for each in theirs
        for rule in each.rules
        if not _ended(each, rule, replacements.of(each, rule), on)
    ]
    return Preferences(**{name: _use(acts, rules, on) for name, acts in USES.items()})


def _use(acts: frozenset[str], rules: Iterable[tuple[Agreement, Rule]], on: dt.date) -> str:
    granted: dict[str, str] = {}
    for agreement, rule in rules:
        if rule.kind == "prohibition" and (rule.acts is None or rule.acts & (acts | {ANY})):
            return REFUSED
        if rule.kind == "grant" and _to_anybody(agreement, rule):
            found = _reach(agreement, rule, on)
            for act in acts & _acts(rule):
                granted[act] = max(granted.get(act, found), found, key=_ORDER.index)
    if not acts <= set(granted):
        return NOT_STATED
    return min(granted.values(), key=_ORDER.index)


_ORDER = (NOT_STATED, CONSTRAINED, ALLOWED)


def _acts(rule: Rule) -> frozenset[str]:
    if rule.acts is None:
        return frozenset()
    return frozenset().union(*USES.values()) if ANY in rule.acts else rule.acts


def _to_anybody(agreement: Agreement, rule: Rule) -> bool:
    named = rule.scope.companies
    if agreement.kind != "individual":  # what a union negotiated is granted to its signatories
        return False
    return (named is None and not agreement.company) or (named is not None and ANY in named)


def _reach(agreement: Agreement, rule: Rule, on: dt.date) -> str:
    if _holds(agreement, rule, on) is not True or not _subjects(rule):
        return NOT_STATED
    scope = dataclasses.replace(rule.scope, companies=None, start=None, end=None)
    bare = scope == Scope() and not rule.duties and not agreement.duties
    unlimited = rule.artefacts is None or ANY in rule.artefacts
    return ALLOWED if bare and unlimited and rule.needs == Needs() else CONSTRAINED


def _subjects(rule: Rule) -> bool:
    said = rule.subjects or frozenset()
    return ANY in said or said >= IN_A_PUBLICATION


def _holds(agreement: Agreement, rule: Rule, on: dt.date) -> Truth:
    if standing(agreement, on) not in HOLDING or any(each.acts for each in agreement.states):
        return False
    begun = [each.by(day(on)) for each in _starts(agreement, rule)]
    over = [each.before(day(on)) for each in (rule.scope.end,) if each is not None]
    return every([*begun, *(None if each is None else not each for each in over)])


def _starts(agreement: Agreement, rule: Rule) -> list[When]:
    said = (agreement.effective, agreement.term.start, rule.scope.start)
    return [each for each in said if each is not None]


def _ended(agreement: Agreement, rule: Rule, laters: Iterable[Later], on: dt.date) -> bool:
    """Whether a rule no longer speaks: a grant if it may be over, a prohibition if it surely is."""
    ends = [each for each in (agreement.term.end, rule.scope.end) if each is not None]
    if any(each.before(day(on)) for each in ends):
        return True
    return any(_taken_back(later, rule, on) for later in laters)


def _taken_back(later: Later, rule: Rule, on: dt.date) -> bool:
    begun = None if later.since is None else later.since.by(day(on))
    if rule.kind == "grant":
        return begun is not False
    return begun is True and standing(later.by, on) in HOLDING | {"refused"}
