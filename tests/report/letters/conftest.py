"""Facts for letters, made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from replique.report.contents import Run
from replique.report.letters import Addressee, Heard, LetterFacts, Sender
from tests import answers

HEARD = Heard(
    take="Audition, line 12",
    take_sha256="a1" * 32,
    medium="Films/The Long Night (VF).mkv",
    medium_sha256="b2" * 32,
    track=1,
    start_s=1234.5,
    end_s=1238.9,
    strength=5.2,
)
RUN = Run(
    made=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
    program_version="0.3.0",
    probe="recordings",
    probe_version="3",
    probe_digest="0d" * 32,
    takes_searched=12,
    media_searched=40,
    hours_searched=61.0,
    strength_checked_to=2.6,
)


def letter_facts(**changes: Any) -> LetterFacts:
    facts: dict[str, Any] = {
        "sender": Sender("Awa Diop", ("12 rue des Lilas", "75011 Paris"), "awa@example.org"),
        "addressee": Addressee("Northlight Pictures Ltd", "", ("1 Mill Lane", "London")),
        "date": dt.date(2026, 11, 23),
        "use": answers.use(),
        "answer": answers.answer(),
        "judgement": "yes",
        "place": "Paris",
        "reference": "F-17",
        "heard": (HEARD,),
        "agreements": (answers.agreement(),),
        "run": RUN,
        "answer_within_days": 14,
        "pay_to": "FR76 0000 0000",
    }
    return LetterFacts(**{**facts, **changes})


FITTING: dict[str, dict[str, Any]] = {
    "access": {},
    "objection": {},
    "takedown": {},
    "payment": {"answer": answers.answer("duty_unmet", duty_states=(answers.duty(),))},
    "withdrawal": {"answer": answers.answer("covered")},
}


@pytest.fixture
def fitting() -> Callable[..., LetterFacts]:
    """Return facts on which a letter of a kind makes sense."""

    def make(kind: str, **changes: Any) -> LetterFacts:
        return letter_facts(**{**FITTING[kind], **changes})

    return make
