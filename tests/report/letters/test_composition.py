"""What letters say, what they leave open, and which are refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.consent.records import State, Term
from replique.errors import UsageError
from replique.report.letters import KINDS, Addressee, LetterFacts, Sender, as_text, compose
from replique.report.letters.banned import met
from replique.report.letters.composition import said_by_us
from tests import answers

Fitting = Callable[..., LetterFacts]
LANGUAGES = ("en", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_letter_in_each_language_says_no_banned_word(
    kind: str, language: str, fitting: Fitting
) -> None:
    letter = compose(kind, fitting(kind), language)
    assert met(said_by_us(letter)) == []
    assert letter.language == language


@pytest.mark.parametrize("kind", KINDS)
def test_the_facts_are_filled_in(kind: str, fitting: Fitting) -> None:
    text = as_text(compose(kind, fitting(kind), "en"))
    for told in (
        "Awa Diop", "75011 Paris", "Northlight Pictures Ltd", "1 Mill Lane", "F-17",
        "Paris, 23 November 2026", "Audition, line 12", "Films/The Long Night (VF).mkv",
        "0:20:34.500", "0:20:38.900", "a1" * 32, "b2" * 32, "strength 5.2", "The Long Night",
        "dubbing into a language", "1 May 2026", "BE, FR",
    ):  # fmt: skip
        assert told in text


@pytest.mark.parametrize("kind", KINDS)
def test_strength_is_told_in_the_words_of_the_report(kind: str, fitting: Fitting) -> None:
    text = as_text(compose(kind, fitting(kind), "en"))
    assert "fewer than one false alarm in 1,000,000 hours of media" in text
    assert "12 takes were searched for here" in text
    assert "False alarms were counted as far as about one in 390,000" in text
    assert "no likelihood ratio is available" in text
    assert "It says nothing of who chose the use, nor whether it was agreed." in text


@pytest.mark.parametrize(
    ("kind", "article"),
    [("access", "Article 15"), ("objection", "Article 21"), ("withdrawal", "Article 7(3)")],
)
def test_a_letter_under_the_gdpr_cites_it_and_its_time(
    kind: str, article: str, fitting: Fitting
) -> None:
    text = as_text(compose(kind, fitting(kind), "en"))
    assert article in text
    assert "Regulation (EU) 2016/679 of 27 April 2016" in text
    assert "applicable since 25 May 2018" in text
    assert "within one month of receiving this letter (Article 12(3))" in text


def test_a_claim_names_duty_amount_day_and_clause(fitting: Fitting) -> None:
    text = as_text(compose("payment", fitting("payment"), "en"))
    for told in ("payment", "1200 EUR", "1 June 2026", "Dubbing rider, of 5 March 2024, cl. 7"):
        assert told in text
    assert "by 7 December 2026" in text
    assert "FR76 0000 0000" in text


def test_where_to_pay_is_told_in_a_claim_for_payment_only(fitting: Fitting) -> None:
    for kind in set(KINDS) - {"payment"}:
        assert "FR76" not in as_text(compose(kind, fitting(kind), "en"))


def test_a_clause_is_quoted_with_its_place(fitting: Fitting) -> None:
    text = as_text(compose("takedown", fitting("takedown"), "en"))
    assert f"“{answers.GRANTED}” (Dubbing rider, of 5 March 2024, cl. 4(b))" in text


def test_a_prohibition_that_speaks_of_the_use_is_quoted_and_another_is_not(
    fitting: Fitting,
) -> None:
    forbids = answers.answer(considered=(answers.grant(), answers.prohibition()))
    silent = answers.answer(considered=(answers.prohibition(possible=("silent",)),))
    said = as_text(compose("takedown", fitting("takedown", answer=forbids), "en"))
    assert answers.FORBIDDEN in said
    said = as_text(compose("takedown", fitting("takedown", answer=silent), "en"))
    assert answers.FORBIDDEN not in said


@pytest.mark.parametrize("kind", KINDS)
def test_private_testimony_stays_out(kind: str, fitting: Fitting) -> None:
    letter = compose(kind, fitting(kind), "en")
    assert answers.CANARY not in as_text(letter)
    assert answers.CANARY not in repr(letter)


OPEN: dict[str, dict[str, Any]] = {
    "the performer’s address for answers": {"sender": Sender("Awa Diop")},
    "the company that is written to": {
        "addressee": Addressee(),
        "use": answers.use(company=None),
    },
    "the company’s address": {"addressee": Addressee("Northlight")},
    "the place where the letter is written": {"place": ""},
    "by when an answer is asked": {"answer_within_days": None},
    "the production": {"use": answers.use(production="unknown")},
    "what was done with the recording": {"use": answers.use(act=None)},
    "the date of the use": {"use": answers.use(date=None)},
    "how the use became known": {"heard": ()},
}


@pytest.mark.parametrize("point", OPEN)
def test_what_is_not_known_is_marked_and_listed(point: str, fitting: Fitting) -> None:
    settled = compose("takedown", fitting("takedown"), "en")
    letter = compose("takedown", fitting("takedown", **OPEN[point]), "en")
    assert point not in settled.open_points
    assert point in letter.open_points
    number = letter.open_points.index(point) + 1
    body, _rule, listed = as_text(letter).partition("To settle before sending")
    assert f"[{number}: {point}]" in body
    assert f"{number}. {point}" in listed


def test_an_amount_that_is_not_known_is_left_open(fitting: Fitting) -> None:
    owed = answers.duty(amount="", due="")
    facts = fitting("payment", answer=answers.answer("duty_unmet", duty_states=(owed,)))
    points = compose("payment", facts, "en").open_points
    assert {"the amount", "the day on which it was due"} <= set(points)


def test_access_asks_what_is_not_known_instead_of_leaving_it_open(fitting: Fitting) -> None:
    letter = compose("access", fitting("access", use=answers.use(production=None, act=None)), "en")
    assert "the production" not in letter.open_points
    assert "Production: not known to me; asked below" in as_text(letter)


def test_a_month_is_told_as_a_month(fitting: Fitting) -> None:
    facts = fitting("takedown", use=answers.use(date=answers.on("2026-05")))
    assert "Day of the use: 2026-05\n" in as_text(compose("takedown", facts, "en"))


def test_whoever_represents_signs_for_the_performer(fitting: Fitting) -> None:
    facts = fitting("access", sender=Sender("Awa Diop", ("x",), represented_by="Léa Roy"))
    letter = compose("access", facts, "en")
    assert "represented by Léa Roy" in as_text(letter)
    assert "Léa Roy, for Awa Diop" in as_text(letter)
    assert "Enclose the authority of whoever signs for the performer." in letter.open_points


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a finding judged to be none": ("access", {"judgement": "no"}, "judged"),
    "an objection to what is permitted": (
        "objection", {"answer": answers.answer("covered")}, "permit",
    ),
    "a takedown of what is permitted": (
        "takedown", {"answer": answers.answer("covered")}, "permit",
    ),
    "a claim where nothing is owed": ("payment", {"answer": answers.answer()}, "owes"),
    "a claim before the day": (
        "payment",
        {"answer": answers.answer("covered", duty_states=(answers.duty(status="pending"),))},
        "1 June 2026",
    ),
    "a claim for what was paid": (
        "payment",
        {"answer": answers.answer("covered", duty_states=(answers.duty(status="met"),))},
        "it is done",
    ),
    "a claim for what may not be owed": (
        "payment",
        {"answer": answers.answer("covered", duty_states=(answers.duty(stands=False),))},
        "not known",
    ),
    "a claim for another duty than money": (
        "payment",
        {"answer": answers.answer("duty_unmet", duty_states=(answers.duty("credit"),))},
        "owes",
    ),
    "a withdrawal of nothing": (
        "withdrawal", {"answer": answers.answer("no_grant_found", considered=())}, "no consent",
    ),
    "a withdrawal of what is no longer in force": (
        "withdrawal",
        {
            "answer": answers.answer("covered"),
            "agreements": (answers.agreement(term=Term(end=answers.on("2026-10-31"))),),
        },
        "no consent",
    ),
    "a withdrawal of what was withdrawn": (
        "withdrawal",
        {
            "answer": answers.answer("covered"),
            "agreements": (
                answers.agreement(states=(State("withdrawn", answers.on("2026-06-01")),)),
            ),
        },
        "no consent",
    ),
    "a withdrawal of what was never given": (
        "withdrawal",
        {"answer": answers.answer("no_grant_found", considered=(answers.grant(given=False),))},
        "no consent",
    ),
    "a withdrawal from a collective agreement": (
        "withdrawal",
        {
            "answer": answers.answer("covered"),
            "agreements": (answers.agreement(kind="collective"),),
        },
        "no consent",
    ),
    "a withdrawal of a prohibition": (
        "withdrawal",
        {"answer": answers.answer("outside_scope", considered=(answers.prohibition(),))},
        "no consent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_letter_that_makes_no_sense_is_refused_with_advice(case: str, fitting: Fitting) -> None:
    kind, changes, words = REFUSED[case]
    with pytest.raises(UsageError, match=words) as refused:
        compose(kind, fitting(kind, **changes), "en")
    assert refused.value.advice


def test_an_unknown_kind_is_refused(fitting: Fitting) -> None:
    with pytest.raises(UsageError) as refused:
        compose("threat", fitting("access"), "en")
    assert "access, objection, takedown, payment, withdrawal" in refused.value.advice


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("judgement", ["", "unsure"])
def test_a_finding_that_nobody_confirmed_carries_a_warning(
    kind: str, judgement: str, fitting: Fitting
) -> None:
    letter = compose(kind, fitting(kind, judgement=judgement), "en")
    assert letter.warnings
    assert f"! {letter.warnings[0]}" in as_text(letter)
    assert compose(kind, fitting(kind), "en").warnings == ()


@pytest.mark.parametrize("kind", ["objection", "takedown"])
def test_an_answer_that_is_not_settled_carries_a_warning(kind: str, fitting: Fitting) -> None:
    facts = fitting(kind, answer=answers.answer("undetermined", possible=("covered", "invalid")))
    letter = compose(kind, facts, "en")
    assert any("does not settle" in warning for warning in letter.warnings)


def test_a_prior_withdrawal_reaches_only_the_grant_that_is_relied_on(fitting: Fitting) -> None:
    other = answers.grant(rule="other", quote="Another permission.", clause="cl. 8")
    facts = fitting(
        "withdrawal", answer=answers.answer("covered", considered=(answers.grant(), other))
    )
    said = as_text(compose("withdrawal", facts, "en"))
    assert answers.GRANTED in said
    assert "Another permission." not in said


def test_a_consent_that_was_given_again_can_be_withdrawn_again(fitting: Fitting) -> None:
    states = (State("withdrawn", answers.on("2025")), State("given", answers.on("2026-01-01")))
    facts = fitting("withdrawal", agreements=(answers.agreement(states=states),))
    assert answers.GRANTED in as_text(compose("withdrawal", facts, "en"))


def test_many_places_are_counted_and_not_all_told(fitting: Fitting) -> None:
    one = fitting("access").heard[0]
    many = tuple(dataclasses.replace(one, start_s=10.0 * n, end_s=10.0 * n + 2) for n in range(40))
    said = as_text(compose("access", fitting("access", heard=many), "en"))
    assert "37 further places are listed in the annex." in said
    assert "… and 16 more places." in said


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=80))
def test_whatever_a_name_holds_stays_a_name(text: str, fitting: Fitting) -> None:
    facts = fitting(
        "takedown",
        sender=Sender("N" + text, (text,)),
        use=answers.use(production="P" + text),
    )
    letter = compose("takedown", facts, "en")
    said = as_text(letter)
    assert not any(
        (ord(character) < 32 and character != "\n") or character in "\u202e\u2028\x7f"
        for character in said
    )
    assert said.count("\n\nYours faithfully,\n\n") == 1
