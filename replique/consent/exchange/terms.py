"""The IRIs of our terms, one group for each list of replique.consent.vocabulary.

docs/profile/replique-odrl.ttl defines every one of them, in English and French. They
are names: nothing is ever fetched from there.
"""

from __future__ import annotations

import json
from importlib import resources
from types import MappingProxyType
from typing import Any

from replique.consent import vocabulary

ODRL = "http://www.w3.org/ns/odrl/2/"
DPV = "https://w3id.org/dpv#"
DCT = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TDM = "http://www.w3.org/ns/tdmrep"
BASE = "https://w3id.org/replique/"
OURS = BASE + "ns#"
PROFILE = BASE + "odrl"

ANY = OURS + "any"
NOTHING = OURS + "nothing"
"""An empty list: JSON-LD would let it vanish, and with it a limit that allows nothing."""
NOT_SAID = BASE + "act/not_said"

GROUPS = MappingProxyType(
    {
        "kind": vocabulary.KINDS,
        "subject": vocabulary.SUBJECTS,
        "artefact": vocabulary.ARTEFACTS,
        "act": vocabulary.ACTS,
        "practice": vocabulary.PRACTICES,
        "content": vocabulary.CONTENT,
        "duty": vocabulary.DUTIES,
        "unit": vocabulary.UNITS,
        "event": vocabulary.EVENTS,
        "form": vocabulary.FORMS,
        "signer": vocabulary.SIGNERS,
        "representation": vocabulary.REPRESENTATION,
        "circumstance": vocabulary.CIRCUMSTANCES,
        "status": vocabulary.STATUSES,
        "onward": vocabulary.ONWARD,
        "begun": vocabulary.BEGUN_USES,
        "vote": vocabulary.VOTES,
    }
)
OPERANDS = (
    "artefact",
    "practice",
    "character",
    "model_instance",
    "content",
    "identifiable",
    "strike",
)
"""Left operands for which ODRL has no term."""

PREFIXES = MappingProxyType(
    {
        **{group: f"{group}s" for group in (*GROUPS, "operand")},
        "duty": "duties",
        "status": "statuses",
    }
)
"""The prefix of each group in our context: in the plural, for some singulars are keys."""


def iri(group: str, value: str) -> str:
    """Return the IRI of a value of the vocabulary."""
    return f"{BASE}{group}/{value}"


def compact(group: str, value: str) -> str:
    """Return a value as our documents write it: "acts:dub_language"."""
    return "replique:any" if value == vocabulary.ANY else f"{PREFIXES[group]}:{value}"


def value(group: str, name: str) -> str | None:
    """Return the value of the vocabulary that an IRI names, None if it names none."""
    if name == ANY:
        return vocabulary.ANY
    head, found = f"{BASE}{group}/", name.rpartition("/")[2]
    return found if name == head + found and found in GROUPS[group] else None


def context() -> dict[str, Any]:
    """Return the JSON-LD context of our documents; each carries it whole."""
    text = resources.files(__package__).joinpath("context.jsonld").read_text(encoding="utf-8")
    made: dict[str, Any] = json.loads(text)["@context"]
    return made
