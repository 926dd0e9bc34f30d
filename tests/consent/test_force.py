"""Whether a permission was in force: what takes it away, and what gives it back."""

from __future__ import annotations

import pytest

from replique.consent import wording
from replique.consent.answer import Answer
from tests.consent.asked import ask, paper, state, use

TRAINING = '["train_generative"]'


def verdict(*states: str, **keys: str) -> str:
    return ask(paper("".join(states)), of=use(**keys)).verdict


def test_a_strike_that_is_over_does_not_undo_a_withdrawal() -> None:
    withdrawn = state("withdrawn", "2025-03-01")
    strike = state("suspended", "2025-03-10") + state("resumed", "2025-04-01")
    assert verdict(strike) == "covered"
    assert verdict(withdrawn, strike) == "not_in_force"


def test_whether_a_resumption_alone_undoes_a_withdrawal_is_not_known() -> None:
    states = state("withdrawn", "2025-03-01") + state("resumed", "2025-04-01")
    assert verdict(states) == "undetermined"


def test_given_again_for_one_act_is_not_given_again_for_all() -> None:
    states = state("withdrawn", "2025-03-01") + state("given", "2025-04-01", acts=TRAINING)
    assert verdict(states) == "not_in_force"
    assert verdict(states, act='"train_generative"', how_known='"document"') == "covered"


@pytest.mark.parametrize("status", ["given", "renewed", "resumed"])
def test_what_was_given_again_until_a_day_ends_with_it(status: str) -> None:
    before = state("suspended", "2025-02-01")
    assert verdict(before, state(status, "2025-03-01", until="2025-06-01")) == "covered"
    assert verdict(before, state(status, "2025-03-01", until="2025-05-31")) == "not_in_force"
    assert verdict(before, state(status, "2025-03-01", until='"2025"')) == "undetermined"


def test_what_was_given_until_a_day_ends_with_it() -> None:
    assert verdict(state("given", "2025-01-10", until="2025-06-01")) == "covered"
    assert verdict(state("given", "2025-01-10", until="2025-05-31")) == "not_in_force"


def test_a_day_that_is_not_known_does_not_make_a_renewed_consent_a_withdrawn_one() -> None:
    withdrawn = state("withdrawn", "2025-03-01")
    assert verdict(withdrawn, state("given", '"2025-06"')) == "undetermined"
    assert verdict(withdrawn, state("given", '"unknown"')) == "undetermined"


def test_the_first_giving_does_not_undo_a_withdrawal_of_its_year() -> None:
    form = '[[signature]]\nby = "performer"\non = "unknown"\n[[state]]\nstatus = "given"\n'
    text = paper().replace('given = 2025-01-10\n[[signature]]\nby = "performer"\n', "")
    text = text.replace("[[grant]]", form + 'on = "2025"\n[[grant]]', 1)
    withdrawn = text.replace("[[grant]]", state("withdrawn", "2025-03-01") + "[[grant]]", 1)
    assert ask(withdrawn, of=use(date="2026-02-01")).verdict != "covered"


def test_what_was_refused_of_some_acts_is_not_given_and_the_rest_is() -> None:
    refused = state("refused", "2025-01-10", acts=TRAINING)
    for states in (refused, state("given", "2025-01-10") + refused):
        assert verdict(states) == "covered"
        assert verdict(states, act='"train_generative"', how_known='"document"') == "not_in_force"


def test_a_refusal_after_the_consent_may_be_of_something_else() -> None:
    states = state("given", "2025-01-10") + state("refused", "2025-03-10")
    assert verdict(states) == "undetermined"
    assert verdict(states, date="2025-02-01") == "covered"


def test_what_was_given_for_other_acts_alone_is_not_covered() -> None:
    given = state("given", "2025-01-10", acts=TRAINING)
    assert verdict(given) == "undetermined"


def test_a_renewal_of_one_act_does_not_carry_the_others_past_the_term() -> None:
    term = "[term]\nend = 2025-05-01\n"
    renewed = state("renewed", "2025-04-01", until="2026-01-01", acts=TRAINING)
    assert verdict(term, renewed) == "not_in_force"
    assert verdict(term, renewed, act='"train_generative"', how_known='"document"') == "covered"


def test_a_paper_signed_early_holds_from_the_day_that_it_names() -> None:
    def asked(date: str) -> Answer:
        return ask(paper(effective="2025-06-01"), of=use(date=date))

    assert asked("2025-05-31").verdict == "not_in_force"
    assert asked("2025-06-01").verdict == "covered"
    assert asked('"2025"').verdict == "undetermined"


def test_a_finding_about_one_act_leaves_the_others_valid() -> None:
    found = state("invalidated", "2025-03-01", acts=TRAINING)
    assert verdict(found) == "covered"
    assert verdict(found, act='"train_generative"', how_known='"document"') == "invalid"
    assert verdict(found, act="") == "undetermined"


def test_a_consent_given_anew_after_a_finding_is_not_certainly_invalid() -> None:
    states = state("invalidated", "2025-03-01") + state("given", "2025-04-01")
    assert verdict(states) == "undetermined"
    assert verdict(states, date="2025-03-20") == "invalid"


def test_only_a_refusal_of_the_whole_is_noted_as_one() -> None:
    def notes(*states: str) -> list[str]:
        return [note.code for note in ask(paper("".join(states))).notes]

    assert notes(state("refused", "2025-01-10", acts=TRAINING)) == []
    assert notes(state("refused", "2025-01-10")) == ["never_given"]


def test_what_would_settle_a_consent_given_anew_is_told_in_words() -> None:
    states = state("invalidated", "2025-03-01") + state("given", "2025-04-01")
    (gap,) = ask(paper(states)).gaps
    assert (gap.fact, gap.of) == ("invalidated", "rider")
    assert "invalidated" not in wording.gap(gap)
