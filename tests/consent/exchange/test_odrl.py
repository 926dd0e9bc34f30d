"""ODRL out and in: without loss, without testimony, valid against our shapes."""

from __future__ import annotations

import json
from typing import Any

import rdflib
from hypothesis import given, settings

from replique.consent.exchange import odrl
from replique.consent.exchange.expansion import Literal, Node, expand, is_iri
from replique.consent.records import Agreement
from tests.consent.exchange.graphs import graph, slips
from tests.consent.exchange.papers import AGREEMENTS


def travelled(document: dict[str, Any]) -> odrl.Received:
    """Read a document as it arrives: as text."""
    return odrl.read(json.loads(json.dumps(document)))


@given(AGREEMENTS)
@settings(max_examples=120)
def test_what_is_written_with_testimony_is_read_without_any_loss(agreement: Agreement) -> None:
    got = travelled(odrl.write(agreement, testimony=True))
    assert got.unread == ()
    assert got.agreement == agreement


@given(AGREEMENTS)
@settings(max_examples=120)
def test_what_is_written_is_read_without_loss_save_what_is_private(agreement: Agreement) -> None:
    document = odrl.write(agreement)
    got = travelled(document)
    assert got.unread == ()
    assert got.agreement == odrl.without_testimony(agreement)
    assert "canary" not in json.dumps(document)
    assert odrl.write(odrl.without_testimony(agreement)) == document, "it tells that there is some"


@given(AGREEMENTS)
@settings(max_examples=15)
def test_what_is_written_is_valid_against_the_shapes(agreement: Agreement) -> None:
    assert slips(odrl.write(agreement, testimony=True)) == ""


@given(AGREEMENTS)
@settings(max_examples=15)
def test_every_key_has_a_meaning_and_rdflib_reads_the_same(agreement: Agreement) -> None:
    document = odrl.write(agreement, testimony=True)
    properties, texts = set(), set()
    for node in expand(document).all():
        properties |= set(node.properties)
        for values in node.properties.values():
            texts |= {each.value for each in values if isinstance(each, Literal)}
    assert all(is_iri(name) for name in properties)
    read = graph(document)
    rdf = str(rdflib.RDF)
    assert {str(p) for p in read.predicates()} - {rdf + "type", rdf + "first", rdf + "rest"} <= (
        properties
    )
    plain = {str(o) for o in read.objects() if isinstance(o, rdflib.Literal) and not o.datatype}
    assert plain <= {str(each) for each in texts}


def test_it_is_written_the_same_each_time() -> None:
    agreement = Agreement("rider", "individual", frozenset({"b", "a"}), law=frozenset(["FR", "GB"]))
    assert json.dumps(odrl.write(agreement)) == json.dumps(odrl.write(agreement))


def test_two_papers_of_one_id_have_two_names() -> None:
    one = Agreement("rider", "individual", frozenset({"awa"}), company="Studio A")
    other = Agreement("rider", "individual", frozenset({"awa"}), company="Studio B")
    assert odrl.write(one)["uid"] != odrl.write(other)["uid"]


def test_a_document_in_a_graph_with_references_is_read_the_same() -> None:
    agreement = Agreement("rider", "individual", frozenset({"awa"}), company="Studio A")
    whole = odrl.write(agreement)
    party = whole.pop("assignee")
    context = whole.pop("@context")
    flat = {
        "@context": context,
        "@graph": [whole | {"assignee": party["uid"]}, party],
    }
    assert travelled(flat).agreement == agreement


def test_what_expansion_makes_has_no_loose_ends() -> None:
    circle = {
        "@context": {"knows": "urn:x:knows"},
        "@graph": [
            {"@id": "urn:x:a", "knows": {"@id": "urn:x:b"}},
            {"@id": "urn:x:b", "knows": {"@id": "urn:x:a"}},
        ],
    }
    document = expand(circle)
    node: Any = document.whole(document.nodes[0])
    for _step in range(2):
        (node,) = node.properties["urn:x:knows"]
    assert node == Node("urn:x:a"), "a circle ends in a reference"
