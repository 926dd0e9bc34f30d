"""Documents as RDF graphs, and what the shapes say of them. No network."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import rdflib
from pyshacl import validate

PROFILE = Path(__file__).parents[3] / "docs" / "profile"


def graph(document: dict[str, Any]) -> rdflib.Graph:
    with warnings.catch_warnings():  # rdflib 7's own parser uses what rdflib 7 deprecates
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return rdflib.Graph().parse(data=json.dumps(document), format="json-ld")


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(PROFILE / "replique-odrl.ttl", format="turtle")


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(PROFILE / "shapes.ttl", format="turtle")


def slips(document: dict[str, Any]) -> str:
    """Return what the shapes find wrong, "" if nothing is."""
    conforms, _results, text = validate(graph(document), shacl_graph=shapes(), advanced=False)
    return "" if conforms else str(text)
