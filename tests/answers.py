"""Agreements, uses and answers made by hand, for whatever tells them to a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from replique.consent.answer import (
    Answer,
    Considered,
    DutyState,
    Gap,
    Question,
    Reason,
)
from replique.consent.dates import When, when
from replique.consent.records import Agreement, Circumstance, Form, Rule, Use

GRANTED = "The Company may use the Recording to dub the Picture into French, for France."
FORBIDDEN = "No part of the Recording shall be used to train a machine learning model."
CANARY = "canary-6b1f-circumstance"
"""Private testimony in the agreement below: nothing but its own page may repeat it."""


def on(text: str) -> When:
    moment = when(text)
    assert moment is not None
    return moment


def use(**changes: Any) -> Use:
    facts: dict[str, Any] = {
        "id": "u1",
        "performer": "awa-diop",
        "act": "dub_language",
        "date": on("2026-05-01"),
        "production": "The Long Night",
        "company": "Northlight Pictures Ltd",
        "territories": frozenset({"FR", "BE"}),
        "languages": frozenset({"fr"}),
    }
    return Use(**{**facts, **changes})


def agreement(**changes: Any) -> Agreement:
    facts: dict[str, Any] = {
        "id": "rider-2024",
        "kind": "individual",
        "performers": frozenset({"awa-diop"}),
        "title": "Dubbing rider",
        "company": "Northlight Pictures Ltd",
        "form": Form(kind="rider", given=on("2024-03-05")),
        "circumstances": (
            Circumstance("presented_on_set", on("2024-03-05"), CANARY, CANARY, CANARY),
        ),
        "note": CANARY,
        "rules": (
            Rule("dub", "grant", frozenset({"dub_language"}), frozenset({"recording"})),
            Rule("no-train", "prohibition", frozenset({"train_generative"}), None),
        ),
    }
    return Agreement(**{**facts, **changes})


def grant(**changes: Any) -> Considered:
    facts: dict[str, Any] = {
        "agreement": "rider-2024",
        "version": 1,
        "title": "Dubbing rider",
        "rule": "dub",
        "kind": "grant",
        "clause": "cl. 4(b)",
        "quote": GRANTED,
        "coverage": True,
        "in_force": True,
        "valid": True,
        "given": True,
        "disputed": False,
        "speaks": True,
        "possible": ("covered",),
    }
    return Considered(**{**facts, **changes})


def prohibition(**changes: Any) -> Considered:
    facts: dict[str, Any] = {
        "rule": "no-train",
        "kind": "prohibition",
        "clause": "cl. 5",
        "quote": FORBIDDEN,
        "possible": ("forbids",),
    }
    return grant(**{**facts, **changes})


def duty(kind: str = "pay", status: str = "unmet", **changes: Any) -> DutyState:
    facts: dict[str, Any] = {
        "duty": f"rider-2024/dub/{kind}",
        "kind": kind,
        "status": status,
        "due": "2026-06-01",
        "reason": Reason("due", False),
        "clause": "cl. 7",
        "amount": "1200 EUR",
    }
    return DutyState(**{**facts, **changes})


def answer(verdict: str = "outside_scope", **changes: Any) -> Answer:
    facts: dict[str, Any] = {
        "use": "u1",
        "performer": "awa-diop",
        "asked_on": dt.date(2026, 11, 22),
        "verdict": verdict,
        "possible": (verdict,),
        "validity": "yes",
        "coverage": "no",
        "in_force": "yes",
        "duties": "none",
        "relied_on": "rider-2024/dub",
        "relied_version": 1,
        "duty_states": (),
        "considered": (grant(),),
        "questions": (),
        "gaps": (),
    }
    return Answer(**{**facts, **changes})


def question(**changes: Any) -> Question:
    facts: dict[str, Any] = {
        "statute": "us-ca-labor-927",
        "title": "California Labor Code",
        "section": "§ 927",
        "state": "in force since 2025-01-01",
        "concerns": "validity",
        "raised": True,
        "text": "Does the provision describe the intended uses specifically enough?",
        "source": "Cal. Labor Code § 927(a)",
        "agreement": "rider-2024",
    }
    return Question(**{**facts, **changes})


def gap(**changes: Any) -> Gap:
    return Gap(**{"fact": "territories", "of": "use", "for_what": "coverage", **changes})
