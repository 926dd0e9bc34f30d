"""A rule made ready: its checks, what may have ended it, and whom it speaks of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from replique.consent.chains import HANDS, NO_HAND
from replique.consent.dates import When
from replique.consent.facts import Facts
from replique.consent.force import given_on, was_given
from replique.consent.records import Agreement, Names, Rule
from replique.consent.replacing import Later, Replacements
from replique.consent.scope import Check, checks
from replique.consent.truth import Truth
from replique.consent.vocabulary import ANY


@dataclasses.dataclass(frozen=True, slots=True)
class Compiled:
    """One rule of one paper. acts: those it names; None is all of them.

    quick : its checks, those first that fail most often.
    """

    agreement: Agreement
    rule: Rule
    checks: tuple[Check, ...]
    quick: tuple[Callable[[Facts], Truth], ...]
    parties: tuple[Check, ...]
    laters: tuple[Later, ...]
    acts: Names | None
    given: Truth
    since: When | None

    @property
    def path(self) -> str:
        """Its name: "agreement/rule"."""
        return f"{self.agreement.id}/{self.rule.id}"

    def reaches(self, facts: Facts) -> Truth:
        """Whether a grant covers the use, or another rule touches it."""
        result: Truth = True
        for ask in self.quick:
            truth = ask(facts)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    def speaks(self, facts: Facts) -> Truth:
        """Whether it has to do with this use.

        No if it names a company or a production and neither is the use's.
        """
        if not self.parties:
            return True
        truths = [check.with_party(facts) for check in self.parties]
        if True in truths:
            return True
        return None if None in truths else False

    def speaks_by(self, party: str, facts: Facts) -> bool:
        """Whether it may have to do with this use by that party.

        party : company, production, or neither: it names none.
        """
        if party == "neither":
            return not self.parties
        return any(
            check.code == party and check.with_party(facts) is not False for check in self.parties
        )


def compiled(agreement: Agreement, rule: Rule, replacements: Replacements) -> Compiled:
    """Make a rule ready."""
    all_checks = checks(agreement, rule)
    parties = tuple(each for each in all_checks if each.code in {"company", "production"})
    rest = tuple(each for each in all_checks if each not in parties)
    acts = rule.acts
    onward = agreement.onward
    if (
        rule.kind == "grant"
        and acts is not None
        and (onward.sublicense, onward.transfer) != NO_HAND
    ):
        acts |= HANDS
    return Compiled(
        agreement=agreement,
        rule=rule,
        checks=all_checks,
        quick=tuple(each.ask for each in (*parties, *rest)),
        parties=parties,
        laters=tuple(replacements.of(agreement, rule)),
        acts=None if acts is None or ANY in acts else acts,
        given=was_given(agreement),
        since=agreement.effective or given_on(agreement),
    )
