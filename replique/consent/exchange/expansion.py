"""JSON-LD 1.1 expansion, as far as ODRL documents need it; nothing is ever fetched.

Read are: contexts in the document itself, and ODRL's own by its address; prefixes,
aliases and coercion of terms; @id, @type, @value, @list, @set, @graph, and references
from one node to another. Whatever would change the meaning unseen (scoped contexts,
reversed terms, foreign contexts by address) is refused, or noted in `Document.unread`.

Source: JSON-LD 1.1 (W3C Recommendation 16 July 2020), §4 and §9.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any

from replique.consent.exchange.odrl_terms import COERCED, CONTEXTS, TERMS
from replique.consent.exchange.terms import DPV, ODRL, RDF, XSD
from replique.errors import AgreementRefused
from replique.language import gettext as _

DEEPEST = 40
MOST_VALUES = 200_000
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_WELL_KNOWN = {
    "odrl": ODRL,
    "dpv": DPV,
    "rdf": RDF,
    "xsd": XSD,
    "dc": "http://purl.org/dc/terms/",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "http://schema.org/",
    "cc": "http://creativecommons.org/ns#",
}
"""What ODRL's own context declares besides its terms."""
_ALIASED = {"uid": "@id", "type": "@type", "id": "@id"}
_TERM_KEYS = frozenset({"@id", "@type", "@container", "@language", "@prefix", "@protected"})
_CONTAINERS = frozenset({"@set", "@list"})


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a truth, with the IRI of its datatype ("" if none is said)."""

    value: str | int | float | bool
    datatype: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """A thing with its properties; without any, a mere reference. id "" is a blank node."""

    id: str
    types: tuple[str, ...] = ()
    properties: Mapping[str, tuple[Node | Literal, ...]] = dataclasses.field(default_factory=dict)


Value = Node | Literal


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """What a document says. unread: addresses of contexts that are not known here."""

    nodes: tuple[Node, ...]
    unread: tuple[str, ...] = ()

    def all(self) -> Iterator[Node]:
        """Yield every node, at whatever depth."""
        waiting: list[Node] = list(self.nodes)
        while waiting:
            node = waiting.pop(0)
            yield node
            for values in node.properties.values():
                waiting.extend(each for each in values if isinstance(each, Node))

    def described(self) -> dict[str, Node]:
        """Return the nodes that have an id and properties, by id."""
        found: dict[str, Node] = {}
        for node in self.all():
            if node.id and node.properties:
                found.setdefault(node.id, node)
        return found

    def whole(self, node: Node) -> Node:
        """Return a node with the nodes that it refers to in their places."""
        return _Whole(self.described()).of(node, ())


def refused() -> AgreementRefused:
    """Return the error for what is no JSON-LD, or more of it than is read here."""
    return AgreementRefused(
        _("This is not a document that Réplique can read: it is not JSON-LD as ODRL uses it."),
        advice=_("Ask its author for ODRL 2.2 as JSON-LD, with the context in the document."),
    )


def expand(document: object) -> Document:
    """Return what a JSON-LD document says, every name an IRI.

    AgreementRefused when it is no JSON-LD, or uses parts of it that are not read here.
    A key that its context does not define keeps its own name, so that it can be told.
    """
    reader = _Expansion()
    if isinstance(document, Mapping):
        document = [document]
    if not isinstance(document, list) or not document:
        raise refused()
    nodes: list[Node] = []
    for each in document:
        if not isinstance(each, Mapping):
            raise refused()
        context = reader.context(each.get("@context"))
        if "@graph" in each:
            if set(each) - {"@context", "@graph", "@id"}:
                raise refused()
            members = each["@graph"] if isinstance(each["@graph"], list) else [each["@graph"]]
            nodes.extend(reader.node(member, context, 0) for member in members)
        else:
            nodes.append(reader.node(each, context, 0, top=True))
    return Document(tuple(nodes), tuple(dict.fromkeys(reader.unread)))


class _Whole:
    """Puts nodes in the place of references to them; a circle stays a reference."""

    def __init__(self, described: Mapping[str, Node]) -> None:
        self._described, self._left = described, MOST_VALUES

    def of(self, node: Node, above: tuple[str, ...]) -> Node:
        self._left -= 1
        if self._left < 0 or len(above) > DEEPEST:
            raise refused()
        if not node.properties and node.id and node.id not in above:
            node = self._described.get(node.id, node)
        above = (*above, node.id)
        return dataclasses.replace(
            node,
            properties={
                name: tuple(
                    self.of(each, above) if isinstance(each, Node) else each for each in values
                )
                for name, values in node.properties.items()
            },
        )


@dataclasses.dataclass(slots=True)
class _Context:
    terms: dict[str, str] = dataclasses.field(default_factory=dict)
    coerced: dict[str, str] = dataclasses.field(default_factory=dict)
    lists: set[str] = dataclasses.field(default_factory=set)
    vocab: str = ""
    odrl: bool = False

    def property(self, key: str) -> str:
        """Return what a key or a term means; itself if nothing says so."""
        if key in self.terms:
            return self.terms[key]
        if self.odrl and key in _ALIASED:
            return _ALIASED[key]
        if self.odrl and key in TERMS:
            return ODRL + key
        if ":" in key:
            return self.id(key)
        return self.vocab + key if self.vocab and not key.startswith("@") else key

    def id(self, text: str) -> str:
        """Return an IRI, a compact one made long."""
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//"):
            if prefix in self.terms:
                return self.terms[prefix] + rest
            if self.odrl and prefix in _WELL_KNOWN:
                return _WELL_KNOWN[prefix] + rest
        return text


class _Expansion:
    def __init__(self) -> None:
        self.unread: list[str] = []
        self._left = MOST_VALUES

    def context(self, written: object) -> _Context:
        made = _Context()
        for each in written if isinstance(written, list) else [written]:
            if each is None:
                continue
            if isinstance(each, str):
                if each in CONTEXTS:
                    made.odrl = True
                else:
                    self.unread.append(each)
            elif isinstance(each, Mapping):
                self._define(made, each)
            else:
                raise refused()
        return made

    def _define(self, made: _Context, written: Mapping[str, Any]) -> None:
        simple: dict[str, str] = {}
        for key, meaning in written.items():
            if key == "@vocab":
                made.vocab = meaning if isinstance(meaning, str) else ""
            elif key in {"@version", "@language", "@protected"}:
                continue
            elif key.startswith("@"):
                raise refused()
            elif meaning is None:
                made.terms.pop(key, None)
            else:
                simple[key] = self._term(made, key, meaning)
        for key, name in simple.items():
            made.terms[key] = self._resolved(name, simple, made)

    def _term(self, made: _Context, key: str, meaning: object) -> str:
        if isinstance(meaning, str):
            return meaning
        if not isinstance(meaning, Mapping) or set(meaning) - _TERM_KEYS:
            raise refused()
        container = meaning.get("@container")
        for each in container if isinstance(container, list) else [container]:
            if each is not None and each not in _CONTAINERS:
                raise refused()
            if each == "@list":
                made.lists.add(key)
        if isinstance(meaning.get("@type"), str):
            made.coerced[key] = meaning["@type"]
        name = meaning.get("@id", key)
        if not isinstance(name, str):
            raise refused()
        return name

    @staticmethod
    def _resolved(name: str, simple: Mapping[str, str], made: _Context) -> str:
        for _step in range(DEEPEST):
            prefix, colon, rest = name.partition(":")
            if not colon:
                if simple.get(name, name) == name:
                    return made.property(name)
                name = simple[name]
                continue
            if rest.startswith("//") or prefix not in simple:
                return made.id(name)
            name = simple[prefix] + rest
        raise refused()

    def node(self, written: object, context: _Context, depth: int, *, top: bool = False) -> Node:
        self._left -= 1
        if not isinstance(written, Mapping) or depth > DEEPEST or self._left < 0:
            raise refused()
        name, types = "", []
        properties: dict[str, tuple[Value, ...]] = {}
        for key, value in written.items():
            if not isinstance(key, str):
                raise refused()
            if key == "@context":
                if not top:
                    raise refused()
                continue
            meant = context.property(key)
            if meant == "@id":
                if not isinstance(value, str) or name not in {"", context.id(value)}:
                    raise refused()
                name = context.id(value)
            elif meant == "@type":
                types += [self._type(each, context) for each in _several(value)]
            elif meant.startswith("@"):
                raise refused()
            else:
                found = tuple(self._values(key, value, context, depth + 1))
                properties[meant] = properties.get(meant, ()) + found
        return Node(name, tuple(types), properties)

    @staticmethod
    def _type(written: object, context: _Context) -> str:
        if not isinstance(written, str):
            raise refused()
        return context.property(written)

    def _values(self, key: str, value: Any, context: _Context, depth: int) -> Iterator[Value]:  # noqa: ANN401
        for each in _several(value):
            self._left -= 1
            if depth > DEEPEST or self._left < 0:
                raise refused()
            if each is None:
                continue
            if isinstance(each, Mapping) and ("@list" in each or "@set" in each):
                inner = each.get("@list", each.get("@set"))
                yield from self._values(key, inner, context, depth + 1)
            elif isinstance(each, Mapping) and "@value" in each:
                yield self._literal(each, context)
            elif isinstance(each, Mapping):
                yield self.node(each, context, depth)
            elif isinstance(each, str | bool | int | float):
                yield self._plain(key, each, context)
            else:
                raise refused()

    @staticmethod
    def _literal(written: Mapping[str, Any], context: _Context) -> Literal:
        value, datatype = written["@value"], written.get("@type", "")
        if not isinstance(value, str | bool | int | float) or not isinstance(datatype, str):
            raise refused()
        return Literal(value, context.property(datatype) if datatype else "")

    @staticmethod
    def _plain(key: str, value: str | bool | float, context: _Context) -> Value:  # noqa: FBT001
        kind = context.coerced.get(key, "")
        if not kind and context.odrl and key not in context.terms:
            kind = COERCED.get(key, "")
        if not isinstance(value, str) or not kind:
            return Literal(value)
        if kind == "@vocab":
            return Node(context.property(value))
        if kind == "@id":
            return Node(context.id(value))
        return Literal(value, context.property(kind))


def _several(value: Any) -> list[Any]:  # noqa: ANN401 - JSON is any tree
    return value if isinstance(value, list) else [value]


def is_iri(text: str) -> bool:
    """Whether a name is an absolute IRI."""
    return bool(_ABSOLUTE.match(text))
