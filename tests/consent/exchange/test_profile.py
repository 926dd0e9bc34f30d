"""The published profile: every word has a term, and the shapes catch what is broken."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
import rdflib
from rdflib.namespace import ODRL2, RDF, RDFS, SKOS

from replique.consent import vocabulary
from replique.consent.dates import when
from replique.consent.exchange import odrl, odrl_terms
from replique.consent.exchange.terms import (
    DPV,
    GROUPS,
    ODRL,
    OPERANDS,
    OURS,
    PREFIXES,
    PROFILE,
    context,
    iri,
)
from replique.consent.records import Agreement, Duty, Rule, Scope, Signature, State
from tests.consent.exchange.graphs import ontology, shapes, slips

TERMS = [
    (group, value) for group, values in {**GROUPS, "operand": OPERANDS}.items() for value in values
]


def labels(term: rdflib.URIRef, kind: rdflib.URIRef) -> dict[str | None, str]:
    return {each.language: str(each) for each in ontology().objects(term, kind)}  # type: ignore[attr-defined] # literals, by the check below


@pytest.mark.parametrize("group", [*GROUPS, "operand"])
def test_every_word_of_the_vocabulary_has_a_term_in_both_languages(group: str) -> None:
    for owner, value in TERMS:
        if owner == group:
            term = rdflib.URIRef(iri(group, value))
            assert set(labels(term, SKOS.prefLabel)) == {"en", "fr"}, value
            assert ontology().value(term, SKOS.definition), value
            assert ontology().value(term, SKOS.inScheme), value


def test_no_list_of_the_vocabulary_is_forgotten() -> None:
    lists = {
        name
        for name, value in vars(vocabulary).items()
        if isinstance(value, tuple) and name not in {"HOW_KNOWN", "VERDICTS"}  # of uses, answers
    }
    assert lists == {
        next(n for n, v in vars(vocabulary).items() if v is values) for values in GROUPS.values()
    }


@pytest.mark.parametrize("group", ["act", "artefact", "subject", "duty", "operand"])
def test_every_term_that_carries_meaning_has_a_broader_one(group: str) -> None:
    for value in GROUPS.get(group, OPERANDS):
        term = rdflib.URIRef(iri(group, value))
        broader = [str(each) for each in ontology().objects(term, SKOS.broader)]
        assert any(each.startswith((ODRL, DPV, PROFILE.removesuffix("odrl"))) for each in broader)


@pytest.mark.parametrize("group", ["act", "duty"])
def test_every_action_is_included_in_one_of_odrl(group: str) -> None:
    core = {str(each) for each in vars(ODRL2).get("__annotations__", {})}
    for value in GROUPS[group]:
        term = rdflib.URIRef(iri(group, value))
        assert (term, RDF.type, ODRL2.Action) in ontology()
        (within,) = ontology().objects(term, ODRL2.includedIn)
        assert str(within).removeprefix(ODRL) in core


def test_every_property_that_is_written_is_defined() -> None:
    meanings = [each for key, each in context().items() if not key.startswith("@")]
    for meaning in meanings:
        name = meaning if isinstance(meaning, str) else meaning["@id"]
        if name.startswith("replique:"):
            term = rdflib.URIRef(OURS + name.removeprefix("replique:"))
            assert set(labels(term, RDFS.label)) == {"en", "fr"}, name


def test_the_terms_of_odrl_are_those_that_rdflib_knows() -> None:
    known = set(ODRL2.__annotations__)
    assert known >= odrl_terms.ACTIONS | odrl_terms.OPERANDS | odrl_terms.OPERATORS
    named = {*odrl_terms.PERMITS, *odrl_terms.FORBIDS, *odrl_terms.BESIDE}
    assert {name.removeprefix(ODRL) for name in named if name.startswith(ODRL)} <= known


def test_the_context_names_the_prefixes_of_every_group() -> None:
    made = context()
    assert all(made[prefix] == iri(group, "") for group, prefix in PREFIXES.items())


def test_what_a_core_action_permits_it_also_forbids() -> None:
    for name, acts in odrl_terms.PERMITS.items():
        assert acts <= odrl_terms.FORBIDS[name], name


def test_the_shapes_know_no_property_that_is_not_defined() -> None:
    defined = {str(each) for each in ontology().subjects()}
    for path in shapes().objects(None, rdflib.SH.path):
        if str(path).startswith(OURS):
            assert str(path) in defined, path


def sound() -> dict[str, Any]:
    day = when("2026-03-01")
    return odrl.write(
        Agreement(
            "rider",
            "individual",
            frozenset({"awa"}),
            company="Studio A",
            signatures=(Signature("performer", "Awa Diop", day, authority=True),),
            states=(State("given", day),),
            rules=(
                Rule(
                    "dub",
                    "grant",
                    frozenset({"dub_language"}),
                    frozenset({"voice"}),
                    scope=Scope(territories=frozenset({"FR"})),
                    duties=(Duty("fee", "pay", amount=500, currency="EUR"),),
                ),
                Rule("no", "prohibition", frozenset({"train_generative"}), frozenset({"voice"})),
            ),
        )
    )


def _without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(key)


def _in_rule(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["permission"][0].update(changes)


def _in_limit(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["permission"][0]["constraint"][0].update(changes)


def _in_duty(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["permission"][0]["duty"][0].update(changes)


FLAWS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an agreement that names no performer": _without("assigner"),
    "an agreement with nobody": _without("assignee"),
    "no identifier": _without("identifier"),
    "no kind": _without("kind"),
    "a kind of no list": lambda document: document.update(kind="kinds/other"),
    "another profile": lambda document: document.update(profile="urn:x:profile"),
    "a party without a name": lambda document: document["assignee"].pop("name"),
    "a permission without an act": lambda document: document["permission"][0].pop("action"),
    "a permission without a target": lambda document: document["permission"][0].pop("target"),
    "a permission of a core act": _in_rule(action=["odrl:use"]),
    "a rule without its place": lambda document: document["permission"][0].pop("position"),
    "a rule that says more": _in_rule(**{"urn:x:unless": "it rains"}),
    "a target that is no collection": _in_rule(target={"@type": "Party", "uid": "urn:x:y"}),
    "a subject of no list": _in_rule(
        target={"@type": "AssetCollection", "subjectMatter": ["acts:publish"]}
    ),
    "a constraint without an operator": lambda document: document["permission"][0]["constraint"][
        0
    ].pop("operator"),
    "an operator of no kind": _in_limit(operator="odrl:isPartOf"),
    "a constraint with nothing to compare": lambda document: document["permission"][0][
        "constraint"
    ][0].pop("rightOperand"),
    "a left operand of no list": _in_limit(leftOperand="urn:x:mood"),
    "a duty without an action": lambda document: document["permission"][0]["duty"][0].pop("action"),
    "a duty of no list": _in_duty(action="odrl:print"),
    "a duty with two identifiers": _in_duty(identifier=["a", "b"]),
    "a duty per unit of no list": _in_duty(per="acts:publish"),
    "hours that are a text": _in_duty(noticeHours="two days"),
    "a signature by nobody": lambda document: document["signature"][0].pop("signedBy"),
    "a state that is none": lambda document: document["state"][0].update(status="acts:publish"),
    "a state of no status": lambda document: document["state"][0].pop("status"),
}


def test_a_sound_document_passes() -> None:
    assert slips(sound()) == ""


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_broken_document_fails_the_shapes(flaw: str) -> None:
    document = copy.deepcopy(sound())
    FLAWS[flaw](document)
    assert re.search(r"Constraint Violation", slips(document)), flaw
