"""Which field of a record is which property of our profile: read and written from one list."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from replique.consent import records
from replique.consent.exchange.expansion import Document, Literal, Node, Value, expand
from replique.consent.exchange.terms import OURS, context
from replique.consent.exchange.values import (
    Codec,
    Flag,
    Mismatch,
    Moment,
    Names,
    Number,
    Text,
    Texts,
    Word,
    Words,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field. key: its term in the context. private: testimony, written only when asked."""

    name: str
    key: str
    codec: Codec
    private: bool = False


@cache
def iri(key: str) -> str:
    """Return the IRI of a term of our context."""
    document: Document = expand({"@context": context(), key: "x"})
    return next(iter(document.nodes[0].properties))


def _defaults(kind: type) -> Mapping[str, Any]:
    found = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
    return found


def written(held: Any, table: Sequence[Field], *, testimony: bool) -> dict[str, Any]:  # noqa: ANN401
    """Return the fields of a record that say something, as JSON-LD."""
    defaults = _defaults(type(held))
    made = {}
    for field in table:
        value = getattr(held, field.name)
        if field.private and not testimony:
            continue
        if field.name in defaults and value == defaults[field.name]:
            continue
        codec = field.codec
        made[field.key] = (
            codec.nested(value, testimony=testimony)
            if isinstance(codec, Nested)
            else codec.write(value)
        )
    return made


def taken(node: Node, table: Sequence[Field]) -> dict[str, Any]:
    """Return the fields of a record that a node says. Mismatch on the first not understood."""
    made = {}
    for field in table:
        values = node.properties.get(iri(field.key))
        if values is not None:
            try:
                made[field.name] = field.codec.read(values)
            except Mismatch as mismatch:
                raise Mismatch(mismatch.what or iri(field.key)) from None
    return made


def beyond(node: Node, known: Sequence[str]) -> list[str]:
    """Return the properties of a node that none of the keys names."""
    ours = {iri(key) for key in known}
    return [name for name in node.properties if name not in ours]


@dataclasses.dataclass(frozen=True, slots=True)
class Nested:
    """A record within a record; several of them carry their position."""

    kind: type
    name: str
    table: tuple[Field, ...]
    several: bool = False

    def write(self, held: Any) -> Any:  # noqa: ANN401
        """Return it without testimony."""
        return self.nested(held, testimony=False)

    def nested(self, held: Any, *, testimony: bool) -> Any:  # noqa: ANN401
        """Return one object, or a list of them."""
        if not self.several:
            return {"@type": self.name} | written(held, self.table, testimony=testimony)
        return [
            {"@type": self.name, "position": number}
            | written(each, self.table, testimony=testimony)
            for number, each in enumerate(held, 1)
        ]

    def read(self, values: Sequence[Value]) -> Any:  # noqa: ANN401
        """Return the record, or the records in their order."""
        nodes = [each for each in values if isinstance(each, Node)]
        if len(nodes) != len(values) or (not self.several and len(nodes) != 1):
            raise Mismatch
        if not self.several:
            return self._one(nodes[0])
        return tuple(self._one(each) for each in in_order(nodes))

    def _one(self, node: Node) -> Any:  # noqa: ANN401
        over = beyond(node, [field.key for field in self.table] + ["position"])
        if over:
            raise Mismatch(over[0])
        try:
            return self.kind(**taken(node, self.table))
        except TypeError:  # something that must be said is not
            raise Mismatch(OURS + self.name) from None


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """Return nodes by their position; those that say none keep theirs."""
    return sorted(nodes, key=_position)


def _position(node: Node) -> int:
    values = node.properties.get(iri("position"), ())
    if len(values) == 1 and isinstance(values[0], Literal) and isinstance(values[0].value, int):
        return values[0].value
    return 0


FORM = (
    Field("kind", "formKind", Word("form")),
    Field("given", "given", Moment()),
    Field("clear_and_conspicuous", "clearAndConspicuous", Flag()),
    Field("reasonably_specific", "reasonablySpecific", Flag()),
    Field("language", "writtenIn", Text()),
    Field("document_sha256", "documentSha256", Text()),
    Field("explained_by", "explainedBy", Text()),
)
SIGNATURE = (
    Field("by", "signedBy", Word("signer")),
    Field("name", "name", Text()),
    Field("on", "on", Moment()),
    Field("authority", "authority", Flag()),
)
CIRCUMSTANCE = (
    Field("marker", "marker", Word("circumstance")),
    Field("on", "on", Moment()),
    Field("said_by", "saidBy", Text(), private=True),
    Field("evidence", "evidence", Text(), private=True),
    Field("text", "description", Text(), private=True),
)
STATE = (
    Field("status", "status", Word("status")),
    Field("on", "on", Moment()),
    Field("until", "until", Moment()),
    Field("acts", "concerns", Words("act")),
    Field("by", "statedBy", Text()),
    Field("note", "note", Text(), private=True),
)
TERM = (
    Field("start", "start", Moment()),
    Field("end", "end", Moment()),
    Field("endless", "endless", Flag()),
    Field("begun_uses", "begunUses", Word("begun")),
    Field("grace_days", "graceDays", Number(whole=True)),
)
APPROVAL = (
    Field("to", "to", Text()),
    Field("on", "on", Moment()),
    Field("by", "approvedBy", Text()),
    Field("refused", "refused", Flag()),
)
ONWARD = (
    Field("sublicense", "sublicensing", Word("onward")),
    Field("transfer", "transferring", Word("onward")),
    Field("to", "onwardTo", Names()),
    Field("depth", "depth", Number(whole=True)),
    Field("approver", "approver", Text()),
    Field("clause", "clause", Text()),
    Field("approvals", "approval", Nested(records.Approval, "Approval", APPROVAL, several=True)),
)
POSTHUMOUS = (
    Field("survives", "survives", Flag()),
    Field("years", "years", Number(whole=True)),
    Field("right_holder", "rightHolder", Text()),
    Field("registry", "registry", Text()),
    Field("clause", "clause", Text()),
)
ADOPTION = (
    Field("union", "union", Text()),
    Field("published_to_members", "publishedToMembers", Moment()),
    Field("vote", "vote", Word("vote")),
    Field("vote_opened", "voteOpened", Moment()),
    Field("vote_closed", "voteClosed", Moment()),
    Field("turnout_percent", "turnoutPercent", Number()),
    Field("yes_percent", "yesPercent", Number()),
    Field("quorum", "quorum", Text()),
    Field("text_sha256", "textSha256", Text()),
)
AGREEMENT = (
    Field("id", "identifier", Text()),
    Field("kind", "kind", Word("kind")),
    Field("title", "title", Text()),
    Field("version", "version", Number(whole=True)),
    Field("law", "law", Names()),
    Field("effective", "effective", Moment()),
    Field("replaces", "replaces", Texts()),
    Field("amends", "amends", Text()),
    Field("ends", "ends", Texts()),
    Field("term", "term", Nested(records.Term, "Term", TERM)),
    Field("form", "form", Nested(records.Form, "Form", FORM)),
    Field(
        "signatures", "signature", Nested(records.Signature, "Signature", SIGNATURE, several=True)
    ),
    Field("representation", "representation", Word("representation")),
    Field("replaces_in_person", "replacesInPerson", Flag()),
    Field(
        "circumstances",
        "circumstance",
        Nested(records.Circumstance, "Circumstance", CIRCUMSTANCE, several=True),
        private=True,
    ),
    Field("states", "state", Nested(records.State, "State", STATE, several=True)),
    Field("onward", "onward", Nested(records.Onward, "Onward", ONWARD)),
    Field("posthumous", "posthumous", Nested(records.Posthumous, "Posthumous", POSTHUMOUS)),
    Field("adoption", "adoption", Nested(records.Adoption, "Adoption", ADOPTION)),
    Field("bundled", "bundled", Flag()),
    Field("note", "note", Text(), private=True),
)
NEEDS = (
    Field("forms", "neededForm", Words("form")),
    Field("signed_by", "neededSigner", Words("signer")),
    Field("representation", "neededRepresentation", Words("representation")),
    Field("clear_and_conspicuous", "neededClearAndConspicuous", Flag()),
    Field("reasonably_specific", "neededReasonablySpecific", Flag()),
)
DUTY = (
    Field("id", "identifier", Text()),
    Field("clause", "clause", Text()),
    Field("text", "description", Text()),
    Field("currency", "currency", Text()),
    Field("unit", "per", Word("unit")),
    Field("before_use", "beforeUse", Flag()),
    Field("with_use", "withUse", Flag()),
    Field("hours_before", "noticeHours", Number()),
    Field("or_at_engagement", "orAtEngagement", Flag()),
    Field("after", "after", Word("event")),
    Field("until", "until", Moment()),
)
RULE = (
    Field("id", "identifier", Text()),
    Field("clause", "clause", Text()),
    Field("quote", "quote", Text()),
)
