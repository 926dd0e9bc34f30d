"""Nothing of what was agreed with one company reaches another."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from replique.consent.answer import Answer
from replique.consent.records import Agreement, Rule, Scope
from replique.errors import UsageError
from replique.report.letters import KINDS, Addressee, LetterFacts, as_text, compose, setting
from replique.report.letters.parties import same_company
from tests import answers

Fitting = Callable[..., LetterFacts]
PLANTED = "zq-planted"
"""In the title, the clauses, the rules and the duty of the paper with another company."""
OTHER = "Zq-Planted Voice Bank SA"
VERDICTS = (
    "covered", "duty_unmet", "not_in_force", "invalid", "outside_scope", "no_grant_found",
    "undetermined",
)  # fmt: skip
SOLE: Any = {"agreement": "other", "title": f"{PLANTED} deal", "clause": f"{PLANTED} cl. 9"}
GRANT = answers.grant(**SOLE, quote=f"{PLANTED}: may use it anywhere.")
BAN = answers.prohibition(**SOLE, quote=f"{PLANTED}: for nobody else.")
OWED = tuple(
    answers.duty(kind, duty=f"other/dub/{kind}", clause=f"{PLANTED} cl. 8", amount=f"7 {PLANTED}")
    for kind in ("pay", "delete")
)


def paper(**changes: Any) -> Agreement:
    facts = {"id": "other", "title": f"{PLANTED} deal", "company": OTHER}
    return answers.agreement(**{**facts, **changes})


def planted(verdict: str, *, own: bool, ban: bool) -> Answer:
    """Return an answer that rests on the paper with another company, beside one's own."""
    return answers.answer(
        verdict,
        relied_on="other/dub",
        validity="disputed",
        considered=(GRANT, *((BAN,) if ban else ()), *((answers.grant(),) if own else ())),
        duty_states=(*OWED, *((answers.duty(),) if own else ())),
    )


WRITTEN = [
    (kind, verdict)
    for kind in KINDS
    for verdict in VERDICTS
    if kind not in {"objection", "takedown"} or verdict != "covered"  # refused: permitted
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("ban", ["forbidden", "not forbidden"])
@pytest.mark.parametrize(("kind", "verdict"), WRITTEN)
def test_an_agreement_with_another_company_is_in_no_letter(
    kind: str, verdict: str, ban: str, language: str, fitting: Fitting
) -> None:
    facts = fitting(
        kind,
        answer=planted(verdict, own=True, ban=ban == "forbidden"),
        agreements=(answers.agreement(), paper()),
    )
    letter = compose(kind, facts, language)
    source = json.dumps(setting._document(letter), ensure_ascii=False).replace("\u200b", "")
    assert "Awa Diop" in source
    assert PLANTED not in (as_text(letter) + source + repr(letter)).casefold()
    if language == "en":
        assert "They permit it" not in as_text(letter)
        assert "permission is on record" not in as_text(letter)
        assert "permission on record" not in as_text(letter)


@pytest.mark.parametrize("verdict", ["not_in_force", "invalid", "outside_scope", "no_grant_found"])
@pytest.mark.parametrize("kind", ["objection", "takedown"])
def test_a_letter_reads_the_same_with_another_contract_as_without(
    kind: str, verdict: str, fitting: Fitting
) -> None:
    hidden = fitting(kind, answer=planted(verdict, own=False, ban=False), agreements=(paper(),))
    none = fitting(
        kind,
        answer=answers.answer("no_grant_found", considered=(), relied_on=""),
        agreements=(),
    )
    said = as_text(compose(kind, hidden, "en"))
    assert said == as_text(compose(kind, none, "en"))
    assert "No permission on my record reaches this use by this company." in said


@pytest.mark.parametrize("kind", ["payment", "withdrawal"])
def test_a_letter_on_another_companys_paper_alone_is_refused_without_naming_it(
    kind: str, fitting: Fitting
) -> None:
    facts = fitting(kind, answer=planted("duty_unmet", own=False, ban=False), agreements=(paper(),))
    with pytest.raises(UsageError, match="not with the company written to") as refused:
        compose(kind, facts, "en")
    assert PLANTED not in f"{refused.value} {refused.value.advice}".casefold()
    to_it = dataclasses.replace(facts, addressee=Addressee(OTHER.upper()))
    assert f"{PLANTED} cl." in as_text(compose(kind, to_it, "en"))


ONLY_OTHER = Scope(companies=frozenset({OTHER}))
HIDDEN: dict[str, dict[str, Any]] = {
    "nobody knows who is written to": {
        "addressee": Addressee(), "use": answers.use(company="unknown"),
    },
    "the paper is not at hand": {"agreements": ()},
    "another version of the paper is with the addressee": {
        "agreements": (answers.agreement(version=2), answers.agreement(company=OTHER)),
    },
    "the paper names no company and its grant another": {
        "agreements": (
            answers.agreement(
                company="",
                rules=(Rule("dub", "grant", None, None, scope=ONLY_OTHER),),
            ),
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize("case", HIDDEN)
def test_what_may_be_anothers_is_not_quoted(case: str, fitting: Fitting) -> None:
    said = as_text(compose("takedown", fitting("takedown", **HIDDEN[case]), "en"))
    assert answers.GRANTED not in said
    assert "Dubbing rider" not in said


@pytest.mark.parametrize("company", ["", "northlight  PICTURES", "Northlight Pictures Ltd."])
def test_a_paper_of_nobody_or_of_the_addressee_is_quoted(company: str, fitting: Fitting) -> None:
    facts = fitting("takedown", agreements=(answers.agreement(company=company),))
    assert answers.GRANTED in as_text(compose("takedown", facts, "en"))


@pytest.mark.parametrize("kind", ["objection", "takedown"])
@pytest.mark.parametrize("company", ["", "Northlight Pictures Ltd"])
def test_what_forbids_the_use_leads(kind: str, company: str, fitting: Fitting) -> None:
    refusal = answers.agreement(id="no", kind="refusal", title="My refusal", company=company)
    ban = answers.prohibition(agreement="no", title="My refusal")
    facts = fitting(
        kind,
        answer=answers.answer(considered=(answers.grant(), ban)),
        agreements=(answers.agreement(), refusal),
    )
    said = as_text(compose(kind, facts, "en"))
    assert f"“{answers.FORBIDDEN}” (My refusal, of 5 March 2024, cl. 5)" in said
    assert said.index("forbids this use") < said.index(answers.FORBIDDEN)
    assert said.index(answers.FORBIDDEN) < said.index(answers.GRANTED)
    assert "does not reach this use" not in said


def test_a_prohibition_in_anothers_contract_is_told_without_its_paper(fitting: Fitting) -> None:
    facts = fitting(
        "takedown",
        answer=answers.answer(considered=(BAN,), relied_on=""),
        agreements=(paper(),),
    )
    said = as_text(compose("takedown", facts, "en"))
    assert "What is on it forbids this use." in said
    assert PLANTED not in said.casefold()


def test_what_may_forbid_the_use_is_not_told_to_forbid_it(fitting: Fitting) -> None:
    unsure = answers.prohibition(possible=("may_forbid",))
    facts = fitting("takedown", answer=answers.answer(considered=(answers.grant(), unsure)))
    assert "forbids" not in as_text(compose("takedown", facts, "en"))


SAME = [("Nord", "NORD SAS"), ("Nord S.A.S.", "nord sas"), ("Nord, Inc.", "Nord")]
TWO = [("Nord SAS", "Nord GmbH"), ("Nord", "Nord Films"), ("", ""), ("", "Nord")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_legal_form_makes_no_other_company(one: str, other: str) -> None:
    assert same_company(one, other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_companies_are_two(one: str, other: str) -> None:
    assert not same_company(one, other)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_it_does_not_matter_which_company_is_named_first(one: str, other: str) -> None:
    assert same_company(one, other) == same_company(other, one)
    assume(one.strip(" .,\t") and one.split())
    assert not same_company(one, f"{one} Films")
