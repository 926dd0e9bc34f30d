"""Whose papers a letter may tell of: what was agreed with one company is not another's to read.

A paper is told when it is with the company written to, or names no company. Where it is
not known who is written to, or the paper itself is not at hand, nothing of it is told.
"""

from __future__ import annotations

from collections.abc import Iterable

from replique.consent import names
from replique.consent.answer import Considered, DutyState
from replique.consent.records import Agreement
from replique.report.letters.facts import LetterFacts


def company_written_to(facts: LetterFacts) -> str:
    """Return the company that the letter goes to, else that of the use, "" if not known."""
    if facts.addressee.name.strip():
        return facts.addressee.name
    company = facts.use.company
    return "" if company is None or names.unknown(company) else company


def may_tell(facts: LetterFacts, considered: Considered) -> bool:
    """Whether the letter may quote or name the paper in which a rule stands."""
    papers = [
        each
        for each in facts.agreements
        if (each.id, each.version) == (considered.agreement, considered.version)
    ]
    return _all_told(facts, papers, considered.rule)


def may_tell_duty(facts: LetterFacts, duty: DutyState) -> bool:
    """Whether the letter may name a duty, and the paper in which it stands.

    duty.duty : "agreement/rule/duty", of no version: every version must be one to tell.
    """
    agreement, _slash, rest = duty.duty.partition("/")
    papers = [each for each in facts.agreements if each.id == agreement]
    return _all_told(facts, papers, rest.partition("/")[0])


def _all_told(facts: LetterFacts, papers: Iterable[Agreement], rule: str) -> bool:
    to = company_written_to(facts)
    found = [_parties(each, rule) for each in papers]
    return bool(found) and all(
        not parties or any(same_company(to, each) for each in parties) for parties in found
    )


def _parties(paper: Agreement, rule: str) -> frozenset[str]:
    """Return the company of a paper, else those to whom it gives the permission by name."""
    if paper.company.strip():
        return frozenset({paper.company})
    named = [each.scope.companies for each in paper.rules if each.id == rule]
    return next((each for each in named if each), frozenset())


def same_company(one: str, other: str) -> bool:
    """Whether two names are of one company, written with or without its legal form.

    "Nord" and "Nord SAS" are; "Nord SAS" and "Nord GmbH" are two companies.
    """
    first, second = _spelled(one), _spelled(other)
    if not first or not second:
        return False
    stems = names.stem(first), names.stem(second)
    return first == second or (stems[0] == stems[1] and stems[0] in {first, second})


def _spelled(company: str) -> str:
    return " ".join(names.normal(company).replace(".", "").replace(",", " ").split())
