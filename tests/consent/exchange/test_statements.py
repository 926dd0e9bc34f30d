"""Statements for publications: the most restrictive wins, and silence never allows."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import astuple, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.consent.dates import when
from replique.consent.exchange import aipref, cawg, odrl, tdmrep
from replique.consent.exchange.expansion import expand
from replique.consent.exchange.preferences import (
    ALLOWED,
    CONSTRAINED,
    IN_A_PUBLICATION,
    NOT_STATED,
    REFUSED,
    USES,
    Preferences,
    preferences,
)
from replique.consent.exchange.terms import ODRL, TDM
from replique.consent.records import Agreement, Duty, Form, Rule, Scope, State, Term
from replique.consent.vocabulary import ANY
from replique.errors import UsageError
from tests.consent.exchange.papers import AGREEMENTS

TODAY = dt.date(2026, 11, 23)
WORDS = (ALLOWED, CONSTRAINED, REFUSED, NOT_STATED)
EVERY = [Preferences(*each) for each in itertools.product(WORDS, repeat=4)]
OPEN = frozenset().union(*USES.values())


def licence(**changes: Any) -> Agreement:
    """Return what would allow everything to everybody."""
    rule = Rule("open", "grant", OPEN, IN_A_PUBLICATION)
    made: dict[str, Any] = {
        "form": Form("separate_writing", when("2026-01-01")),
        "rules": (rule,),
    } | changes
    return Agreement("open", "individual", frozenset({"awa"}), **made)


def refusal(*acts: str, **changes: Any) -> Agreement:
    rule = Rule("no", "prohibition", frozenset(acts), None, **changes)
    return Agreement("no", "refusal", frozenset({"awa"}), rules=(rule,))


def stated(*agreements: Agreement) -> Preferences:
    return preferences(agreements, "awa", on=TODAY)


def test_where_nothing_is_known_nothing_is_stated() -> None:
    assert stated() == Preferences()
    assert set(astuple(Preferences())) == {NOT_STATED}


def test_an_open_grant_without_limits_allows() -> None:
    assert set(astuple(stated(licence()))) == {ALLOWED}


def rule_with(**changes: Any) -> dict[str, Any]:
    return {"rules": (replace(licence().rules[0], **changes),)}


NEVER_ALLOWED: dict[str, dict[str, Any]] = {
    "to one company by its paper": {"company": "Studio A"},
    "to one company by its scope": rule_with(scope=Scope(companies=frozenset({"Studio A"}))),
    "of one territory": rule_with(scope=Scope(territories=frozenset({"FR"}))),
    "of one production": rule_with(scope=Scope(productions=frozenset({"Film"}))),
    "so many times": rule_with(scope=Scope(max_counts={"use": 3})),
    "not in a strike": rule_with(scope=Scope(not_during_strike=True)),
    "of the voice alone": rule_with(subjects=frozenset({"voice"})),
    "of one artefact": rule_with(artefacts=frozenset({"original_recording"})),
    "for pay": rule_with(duties=(Duty("fee", "pay"),)),
    "for pay, for the whole paper": {"duties": (Duty("fee", "pay"),)},
    "over": {"term": Term(end=when("2026-01-31"))},
    "perhaps over": {"term": Term(end=when("2026-11"))},
    "not begun": {"term": Term(start=when("2027-01-01"))},
    "perhaps not begun": {"effective": when("2026-11")},
    "its clause is over": rule_with(scope=Scope(end=when("2026-01-31"))),
    "its clause is perhaps over": rule_with(scope=Scope(end=when("2026-11"))),
    "withdrawn": {"states": (State("withdrawn", when("2026-05-01")),)},
    "withdrawn in part": {
        "states": (State("withdrawn", when("2026-05-01"), acts=frozenset({"generate"})),)
    },
    "suspended": {"states": (State("suspended", when("2026-05-01")),)},
    "only asked for": {"states": (State("requested", when("2026-05-01")),)},
    "never signed as far as is known": {"form": Form()},
}


@pytest.mark.parametrize("limit", NEVER_ALLOWED)
def test_a_grant_that_is_not_open_never_allows_the_public(limit: str) -> None:
    assert ALLOWED not in astuple(stated(licence(**NEVER_ALLOWED[limit])))


@pytest.mark.parametrize("limit", ["to one company by its paper", "to one company by its scope"])
def test_a_statement_does_not_tell_that_a_private_deal_exists(limit: str) -> None:
    assert stated(licence(**NEVER_ALLOWED[limit])) == Preferences()


def test_a_grant_with_conditions_is_constrained() -> None:
    assert set(astuple(stated(licence(**NEVER_ALLOWED["for pay"])))) == {CONSTRAINED}


def test_what_a_union_granted_is_not_granted_to_everybody() -> None:
    assert stated(replace(licence(), kind="collective", performers=frozenset({ANY}))) == (
        Preferences()
    )


def test_a_refusal_wins_whatever_its_limits_and_whatever_allows() -> None:
    no = refusal("train_generative", scope=Scope(territories=frozenset({"FR"})))
    for order in ((licence(), no), (no, licence())):
        assert stated(*order) == Preferences(ALLOWED, ALLOWED, REFUSED, ALLOWED)
    assert set(astuple(stated(licence(), refusal(ANY)))) == {REFUSED}


def test_the_refusal_of_somebody_else_says_nothing() -> None:
    theirs = replace(refusal(ANY), performers=frozenset({"bo"}))
    assert set(astuple(stated(licence(), theirs))) == {ALLOWED}


def test_a_refusal_that_a_later_statement_replaced_no_longer_counts() -> None:
    later = replace(licence(), id="new", replaces=("no",), effective=when("2026-06-01"))
    assert set(astuple(stated(refusal(ANY), later))) == {ALLOWED}
    unsure = replace(later, effective=when("2026-11"))
    assert set(astuple(stated(refusal(ANY), unsure))) == {REFUSED}


def test_a_newer_version_speaks_instead_of_an_older_one() -> None:
    older = licence()
    newer = replace(older, version=2, rules=(), form=Form("rider", when("2026-05-01")))
    assert stated(older, newer) == Preferences()
    undated = replace(newer, form=Form())
    assert ALLOWED not in astuple(stated(older, undated)), "it may hold already"
    no = refusal("data_mining")
    mended = replace(no, version=2, rules=(), effective=when("2026-05-01"))
    assert stated(no, mended) == Preferences()
    assert stated(no, replace(mended, effective=None)).data_mining == REFUSED
    assert stated(no, replace(mended, effective=when("2027-05-01"))).data_mining == REFUSED


@given(st.lists(AGREEMENTS, max_size=3), st.sampled_from([*OPEN, ANY]))
@settings(max_examples=40)
def test_a_further_refusal_never_makes_anything_allowed(papers: list[Agreement], act: str) -> None:
    before = preferences(papers, "awa", on=TODAY)
    after = preferences([*papers, refusal(act)], "awa", on=TODAY)
    for one, other in zip(astuple(before), astuple(after), strict=True):
        assert other in {one, REFUSED}
    assert preferences(papers[::-1], "awa", on=TODAY) == before


@pytest.mark.parametrize("said", EVERY)
def test_no_form_allows_more_than_was_stated(said: Preferences) -> None:
    allowed = {name for name in USES if getattr(said, name) == ALLOWED}
    entries = cawg.assertion(said, constraint_info="ask me")["data"]["entries"]
    assert {name for name, each in entries.items() if each["use"] == "allowed"} == {
        f"cawg.{name}" for name in allowed
    }
    free = allowed >= {"data_mining", "ai_generative_training", "ai_training"}
    assert tdmrep.reservation(said) == (0 if free else 1)
    usage = aipref.usage(said)
    assert ("train-ai=y" in usage) == ("ai_generative_training" in allowed)
    assert ("ai-use=y" in usage) == ("ai_inference" in allowed)
    assert "search" not in usage
    assert ("train-ai" in usage) == (said.ai_generative_training != NOT_STATED)


def test_the_file_of_a_site() -> None:
    url = "https://awa.example/policies/1"
    assert tdmrep.well_known(Preferences(), policy_url=url) == [
        {"location": "/", "tdm-reservation": 1, "tdm-policy": url}
    ]
    assert tdmrep.well_known(stated(licence()), location="/reel/*.mp4", policy_url=url) == [
        {"location": "/reel/*.mp4", "tdm-reservation": 0}
    ]
    assert tdmrep.header(Preferences()) == {"tdm-reservation": "1"}


def test_a_page_cannot_be_broken_out_of() -> None:
    nasty = 'https://awa.example/?a="><script>&b=1'
    lines = tdmrep.meta(Preferences(), policy_url=nasty).splitlines()
    assert lines[0] == '<meta name="tdm-reservation" content="1">'
    assert lines[1].count("<") == 1
    assert "&quot;&gt;&lt;script&gt;&amp;b=1" in lines[1]


@pytest.mark.parametrize("location", ["voice/", "", "/my voice", "/a\nb", "/é"])
def test_what_is_no_path_is_refused(location: str) -> None:
    with pytest.raises(UsageError) as refused:
        tdmrep.well_known(Preferences(), location=location)
    assert refused.value.advice
    with pytest.raises(UsageError):
        aipref.robots(stated(licence()), path=location)


@pytest.mark.parametrize("url", ["ftp://x.example", "x", "https://x.example/a b", "javascript:x"])
def test_what_is_no_address_of_a_policy_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        tdmrep.header(Preferences(), policy_url=url)


def test_a_policy_asks_for_consent_and_is_an_offer_that_allows_nothing() -> None:
    made = tdmrep.policy(
        uid="https://awa.example/policies/1", name="Awa Diop", email="awa@example.org", paid=True
    )
    (node,) = expand(made).nodes
    assert node.types == (ODRL + "Offer",)
    (permission,) = node.properties[ODRL + "permission"]
    assert permission.properties[ODRL + "action"][0].id == TDM + "#mine"  # type: ignore[union-attr] # a node
    duties = {
        duty.properties[ODRL + "action"][0].id  # type: ignore[union-attr] # nodes
        for duty in permission.properties[ODRL + "duty"]  # type: ignore[union-attr] # a node
    }
    assert duties == {ODRL + "obtainConsent", ODRL + "compensate"}
    got = odrl.read(json.loads(json.dumps(made)))
    assert got.agreement.rules == ()


@pytest.mark.parametrize(
    "given_",
    [
        {"uid": "policy", "name": "Awa", "email": "a@example.org"},
        {"uid": "https://awa.example/1", "name": " ", "email": "a@example.org"},
        {"uid": "https://awa.example/1", "name": "Awa"},
    ],
)
def test_a_policy_without_anybody_to_ask_is_refused(given_: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        tdmrep.policy(**given_)


def test_constrained_without_an_explanation_is_not_allowed() -> None:
    said = Preferences(CONSTRAINED, ALLOWED, REFUSED, NOT_STATED)
    assert cawg.assertion(said) == {
        "label": "cawg.training-mining",
        "data": {
            "entries": {
                "cawg.data_mining": {"use": "notAllowed"},
                "cawg.ai_inference": {"use": "allowed"},
                "cawg.ai_generative_training": {"use": "notAllowed"},
                "cawg.ai_training": {"use": "notAllowed"},
            }
        },
    }
    entries = cawg.assertion(said, constraint_info="https://awa.example/ask")["data"]["entries"]
    assert entries["cawg.data_mining"] == {
        "use": "constrained",
        "constraint_info": "https://awa.example/ask",
    }


def test_the_lines_of_aipref() -> None:
    said = Preferences(REFUSED, REFUSED, REFUSED, NOT_STATED)
    assert aipref.header(said) == "Content-Usage: train-ai=n, ai-use=n"
    assert aipref.robots(said, path="/reel/") == (
        "User-Agent: *\nContent-Usage: /reel/ train-ai=n, ai-use=n\n"
    )
    assert aipref.header(Preferences()) == ""
    assert aipref.robots(Preferences()) == ""
