"""Consent records and receipts: valid, honest about what is missing, and discreet."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from rdflib import URIRef
from rdflib.namespace import SKOS

from replique.consent.dates import When, when
from replique.consent.exchange import consent_record
from replique.consent.exchange.standing import standing
from replique.consent.exchange.terms import DPV, compact, iri
from replique.consent.records import (
    Agreement,
    Circumstance,
    Duty,
    Form,
    Onward,
    Rule,
    Scope,
    Signature,
    State,
    Term,
)
from replique.consent.vocabulary import STATUSES
from replique.errors import UsageError
from tests.consent.exchange.graphs import graph, ontology, slips
from tests.consent.exchange.papers import AGREEMENTS

TODAY = dt.date(2026, 11, 23)
KEY = bytes(range(32))


def day(written: str) -> When:
    found = when(written)
    assert found is not None
    return found


def paper(**changes: Any) -> Agreement:
    made: dict[str, Any] = {
        "title": "Rider",
        "company": "Studio A",
        "law": frozenset({"FR"}),
        "form": Form("rider", day("2026-03-01"), language="fr", document_sha256="ab" * 32),
        "signatures": (Signature("performer", "Awa Diop", day("2026-03-01")),),
        "onward": Onward(to=frozenset({"Dub House"})),
        "duties": (Duty("wipe", "delete", clause="§9"),),
        "rules": (
            Rule(
                "dub",
                "grant",
                frozenset({"dub_language", "lip_sync"}),
                frozenset({"voice", "face"}),
                scope=Scope(territories=frozenset({"FR"})),
            ),
        ),
    } | changes
    return Agreement("rider-7", "individual", frozenset({"awa-diop"}), **made)


@given(AGREEMENTS)
@settings(max_examples=12)
def test_every_record_and_receipt_is_valid_against_the_shapes(agreement: Agreement) -> None:
    for document in (
        consent_record.record(agreement, on=TODAY, withdrawal="by letter", testimony=True),
        consent_record.receipt(agreement, on=TODAY),
        consent_record.minimal_receipt(agreement, on=TODAY, key=KEY),
    ):
        assert slips(document) == ""


@given(AGREEMENTS)
@settings(max_examples=60)
def test_testimony_is_in_a_record_only_when_it_is_asked_for(agreement: Agreement) -> None:
    plain = consent_record.record(agreement, on=TODAY)
    assert "canary" not in json.dumps(plain)
    assert "canary" not in json.dumps(consent_record.receipt(agreement, on=TODAY))
    silent = [*(each.marker for each in agreement.circumstances)]
    assert not any(compact("circumstance", each) in json.dumps(plain) for each in silent)


def test_the_holder_may_keep_testimony_in_the_record() -> None:
    told = paper(
        circumstances=(Circumstance("presented_on_set", text="canary one"),),
        states=(State("given", day("2026-03-01"), note="canary two"),),
        note="canary three",
    )
    written = json.dumps(consent_record.record(told, on=TODAY, testimony=True))
    assert all(f"canary {number}" in written for number in ("one", "two", "three"))


def test_a_minimal_receipt_names_neither_performer_nor_record() -> None:
    made = consent_record.minimal_receipt(paper(), on=TODAY, key=KEY)
    written = json.dumps({key: held for key, held in made.items() if key != "@context"})
    for name in ("awa", "Awa", "rider-7", "Rider"):
        assert name not in written
    full = consent_record.receipt(paper(), on=TODAY)
    names = {str(each) for each in graph(full).subjects()}
    assert not names & {str(each) for each in graph(made).subjects() if "party" in str(each)}
    assert made["uid"] not in json.dumps(full)


def test_two_receipts_of_one_paper_cannot_be_tied_together_without_their_keys() -> None:
    one = consent_record.minimal_receipt(paper(), on=TODAY, key=KEY)
    other = consent_record.minimal_receipt(paper(), on=TODAY, key=KEY[::-1])
    again = consent_record.minimal_receipt(paper(), on=TODAY, key=KEY)
    assert one == again
    assert one["uid"] != other["uid"]
    assert one["dpv:hasDataSubject"] != other["dpv:hasDataSubject"]


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="16 bytes"):
        consent_record.minimal_receipt(paper(), on=TODAY, key=b"secret")


def test_what_the_paper_does_not_say_is_listed_and_never_invented() -> None:
    bare = consent_record.record(Agreement("x", "individual", frozenset({"awa"})), on=TODAY)
    missing = {each["@id"] for each in bare["replique:notStated"]}
    assert {
        "dpv:hasDataController",
        "dpv:hasNotice",
        "dct:language",
        "dpv:hasProcess",
        "dpv:hasStorageCondition",
        "dpv:hasLocation",
        "dpv:hasJurisdiction",
        "dpv:hasRecipient",
        "dpv:hasConsentControl",
    } == missing
    assert bare["dpv:hasConsentStatus"] == {"@id": "dpv:ConsentUnknown"}


def test_a_schema_of_others_is_claimed_only_where_nothing_is_missing() -> None:
    made = consent_record.record(paper(), on=TODAY, withdrawal="by letter to the producer")
    assert [each["@id"] for each in made["replique:notStated"]] == ["dpv:hasLocation"]
    assert [each["@id"] for each in made["dct:conformsTo"]] == [consent_record.RECORD_SCHEMA]


def test_purposes_come_from_acts() -> None:
    (process,) = consent_record.record(paper(), on=TODAY)["dpv:hasProcess"]
    assert [each["replique:act"]["@id"] for each in process["dpv:hasPurpose"]] == [
        "acts:dub_language",
        "acts:lip_sync",
    ]
    assert [each["@id"] for each in process["dpv:hasProcessing"]] == ["dpv:Alter", "dpv:Transform"]


def test_every_status_is_of_dpv_or_says_which_of_dpv_is_broader() -> None:
    for status in STATUSES:
        made = consent_record.record(paper(states=(State(status, day("2026-04-01")),)), on=TODAY)
        (event,) = made["dct:hasPart"]
        said = event["dpv:hasConsentStatus"]
        own = said["@id"] == compact("status", status)
        assert own == (status in {"not_asked", "suspended", "resumed"})
        assert own == ("skos:broader" in said)
        matches = graph_matches(status)
        assert (said["skos:broader"]["@id"] if own else said["@id"]) in matches


def graph_matches(status: str) -> set[str]:
    """Return what the ontology says of a status, in short."""
    term = URIRef(iri("status", status))
    found = {*ontology().objects(term, SKOS.exactMatch), *ontology().objects(term, SKOS.broader)}
    return {str(each).replace(DPV, "dpv:") for each in found}


def test_the_history_keeps_every_change_in_its_order() -> None:
    states = (
        State("given", day("2025-01-01")),
        State("suspended", day("2026-05-01"), until=day("2026-06-01"), by="union"),
        State("withdrawn", day("2026-09"), acts=frozenset({"train_generative"})),
    )
    made = consent_record.record(paper(states=states), on=TODAY)
    said = [each["dpv:hasConsentStatus"]["@id"] for each in made["dct:hasPart"]]
    assert said == ["dpv:ConsentGiven", "statuses:suspended", "dpv:ConsentWithdrawn"]
    assert made["dct:hasPart"][2]["concerns"] == ["acts:train_generative"]
    assert made["dpv:hasConsentStatus"] == {"@id": "dpv:ConsentGiven"}


STANDING: dict[str, tuple[Agreement, str]] = {
    "signed": (paper(), "given"),
    "nothing known": (paper(form=Form(), signatures=()), "unknown"),
    "signed later": (
        paper(form=Form(), signatures=(Signature("performer", on=day("2027")),)),
        "unknown",
    ),
    "over": (paper(term=Term(end=day("2026-01-31"))), "expired"),
    "perhaps over": (paper(term=Term(end=day("2026-11"))), "unknown"),
    "not over": (paper(term=Term(end=day("2027-01-31"))), "given"),
    "withdrawn": (
        paper(states=(State("withdrawn", day("2026-02")), State("given", day("2025")))),
        "withdrawn",
    ),
    "withdrawn next year": (
        paper(states=(State("given", day("2025")), State("withdrawn", day("2027")))),
        "given",
    ),
    "withdrawn, nobody knows when": (
        paper(states=(State("given", day("2025")), State("withdrawn"))),
        "unknown",
    ),
    "perhaps withdrawn": (
        paper(states=(State("given", day("2025")), State("withdrawn", day("2026")))),
        "unknown",
    ),
    "in a strike": (
        paper(states=(State("given", day("2025")), State("suspended", day("2026-10")))),
        "suspended",
    ),
    "after a strike": (
        paper(
            states=(
                State("given", day("2025")),
                State("suspended", day("2026-05"), until=day("2026-06-30")),
            )
        ),
        "given",
    ),
    "at the end of a strike": (
        paper(
            states=(
                State("given", day("2025")),
                State("suspended", day("2026-05"), until=day("2026-11")),
            )
        ),
        "unknown",
    ),
}


@pytest.mark.parametrize("case", STANDING)
def test_how_a_paper_stands_on_a_day(case: str) -> None:
    agreement, expected = STANDING[case]
    assert standing(agreement, TODAY) == expected


FLAWS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no identifier": lambda made: made.pop("identifier"),
    "no schema": lambda made: made.pop("dct:conformsTo"),
    "no status": lambda made: made.pop("dpv:hasConsentStatus"),
    "a status of no list": lambda made: made.update({"dpv:hasConsentStatus": {"@id": "dpv:Maybe"}}),
    "no history": lambda made: made.pop("dct:hasPart"),
    "an event without a state": lambda made: made["dct:hasPart"][0].pop("dpv:hasConsentStatus"),
    "no performer, and not said": lambda made: made.pop("dpv:hasDataSubject"),
    "no controller, and not said": lambda made: made.pop("dpv:hasDataController"),
    "no law, and not said": lambda made: made.pop("dpv:hasJurisdiction"),
    "no way back, and not said": lambda made: made.pop("dpv:hasConsentControl"),
    "a purpose without an act": lambda made: made["dpv:hasProcess"][0]["dpv:hasPurpose"][0].pop(
        "replique:act"
    ),
    "data of nothing": lambda made: made["dpv:hasProcess"][0].pop("dpv:hasPersonalData"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_broken_record_fails_the_shapes(flaw: str) -> None:
    made = consent_record.record(paper(), on=TODAY, withdrawal="by letter")
    assert slips(made) == ""
    broken = copy.deepcopy(made)
    FLAWS[flaw](broken)
    assert "Constraint Violation" in slips(broken)


def test_a_minimal_receipt_that_names_its_performer_fails_the_shapes() -> None:
    made = consent_record.minimal_receipt(paper(), on=TODAY, key=KEY)
    assert slips(made) == ""
    made["dpv:hasDataSubject"][0]["name"] = "Awa Diop"
    assert "Constraint Violation" in slips(made)
