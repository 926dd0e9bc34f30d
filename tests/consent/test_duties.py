"""How a duty stands on the day of asking: what was done, how much, and when."""

from __future__ import annotations

import datetime as dt

from replique.consent.answer import Answer
from tests.consent.asked import ask, paper, use

PAY = '[[grant.duty]]\nid = "pay"\nkind = "pay"\namount = 6.5\ncurrency = "EUR"\nwithin_days = 30\n'
APPROVAL = '[[grant.duty]]\nid = "draft"\nkind = "approval"\nbefore_use = true\n'


def done(duty: str, on: str, amount: str = "") -> str:
    paid = f'amount = {amount}\ncurrency = "EUR"\n' if amount else ""
    return f'[[done]]\nduty = "{duty}"\non = {on}\nby = "Awa"\nevidence = "slip"\n{paid}'


def status(answer: Answer) -> str:
    (state,) = answer.duty_states
    return state.status


def test_what_was_done_after_the_day_of_asking_was_not_done_by_then() -> None:
    told = use(done("rider/dub/pay", "2025-09-01"))
    assert status(ask(paper(grant=PAY), of=told, on=dt.date(2025, 8, 31))) == "unmet"
    assert status(ask(paper(grant=PAY), of=told, on=dt.date(2025, 9, 1))) == "met"


def test_a_payment_for_one_line_is_not_known_to_pay_for_all() -> None:
    lines = paper(grant=PAY + 'unit = "line"\n')

    def paid(amount: str, counts: str = "counts = { line = 180 }\n") -> str:
        return status(ask(lines, of=use(counts + done("rider/dub/pay", "2025-06-05", amount))))

    assert paid("1170") == "met"
    assert paid("6.5") == "unknown"
    assert paid("6.5", counts="") == "met"
    assert paid("0.01", counts="") == "unknown"


def test_an_approval_for_a_use_of_this_month_may_still_come() -> None:
    told = use(date='"2026-11"')
    papers = paper(grant=APPROVAL)
    assert status(ask(papers, of=told, on=dt.date(2026, 10, 31))) == "pending"
    assert status(ask(papers, of=told, on=dt.date(2026, 11, 15))) == "unknown"
    assert status(ask(papers, of=told, on=dt.date(2026, 11, 30))) == "unmet"


def test_a_grant_whose_own_duty_is_not_met_cannot_become_covered() -> None:
    told = use(artefact="")
    assert ask(paper(), of=told).possible == ("covered", "outside_scope")
    assert ask(paper(grant=PAY), of=told).possible == ("duty_unmet", "outside_scope")


def test_a_notice_of_more_hours_than_there_are_is_asked_all_the_same() -> None:
    notice = '[[grant.duty]]\nid = "n"\nkind = "notice"\nhours_before = 1e12\n'
    told = use(done("rider/dub/n", "2025-05-01"))
    assert status(ask(paper(grant=notice), of=told)) == "unmet"


def test_a_use_that_is_told_to_be_labelled_carries_its_label() -> None:
    label = paper(grant='[[grant.duty]]\nid = "l"\nkind = "label"\nwith_use = true\n')
    assert status(ask(label, of=use(labelled="true"))) == "met"
    assert status(ask(label, of=use(labelled="false"))) == "unmet"
    assert status(ask(label)) == "unmet"
