"""Duties settled at the desk: by a person, with a file; undone by a later word."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from tests.store.papers import verbs

DUTY = "rider-2026/dub/pay"


def shown() -> SimpleUploadedFile:
    return SimpleUploadedFile("bank statement.pdf", b"paid 250 EUR")


def settle(client: Client, **form: object) -> int:
    said = {"duty": DUTY, "do": "done", "on": "2026-03-20", "amount": "250", "currency": "EUR"}
    return int(client.post("/uses/u1/duties/", {**said, **form}).status_code)


def state() -> str:
    return next(each.state.status for each in store.duties(use="u1", all_=True))


def test_the_page_of_a_use_says_what_is_owed(inside: Client) -> None:
    said = inside.get("/uses/u1/").content.decode()
    assert DUTY in said
    assert 'enctype="multipart/form-data"' in said


def test_what_was_done_is_kept_with_its_file_and_the_answer_follows(inside: Client) -> None:
    assert state() == "unmet"
    assert store.find_use("u1").use.done == ()
    assert settle(inside, evidence=shown()) == 302
    assert state() == "met"
    assert store.finding("u1").asked_at is not None, "the answer is kept anew"
    (done,) = store.find_use("u1").use.done
    assert (done.on.written, done.amount, done.currency) == ("2026-03-20", 250.0, "EUR")
    said = inside.get("/uses/u1/").content.decode()
    assert "says that it was done" in said


def test_it_is_undone_by_a_later_word_and_both_are_on_record(inside: Client) -> None:
    settle(inside, evidence=shown())
    assert settle(inside, do="undo") == 302
    assert state() == "unmet"
    assert verbs("duty")[-2:] == ["done", "taken_back"]


@pytest.mark.parametrize(
    "form",
    [
        {},  # no file
        {"evidence": SimpleUploadedFile("empty.pdf", b"")},
        {"evidence": shown(), "on": (dt.date.today() + dt.timedelta(3)).isoformat()},  # noqa: DTZ011
        {"evidence": shown(), "on": "yesterday"},
        {"evidence": shown(), "amount": "1,200"},
        {"evidence": shown(), "duty": "rider-2026/dub/no-such-duty"},
        {"do": "undo"},
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_changes(
    inside: Client, form: dict[str, object]
) -> None:
    assert settle(inside, **form) in {400, 404}
    assert state() == "unmet"


def test_what_was_typed_is_not_lost(inside: Client) -> None:
    answer = inside.post(
        "/uses/u1/duties/",
        {"duty": DUTY, "do": "done", "on": "2026-03-19", "amount": "1,200", "currency": "EUR",
         "evidence": shown()},
    )  # fmt: skip
    said = answer.content.decode()
    assert 'value="2026-03-19"' in said
    assert 'value="1,200"' in said


def test_the_name_of_a_file_leads_nowhere(inside: Client, home: Path) -> None:
    named = SimpleUploadedFile("x", b"paid")
    named.name = "../../../escaped.pdf"
    assert settle(inside, evidence=named) == 302
    assert not list(home.parent.rglob("escaped.pdf"))
