"""An ODRL policy as an agreement: ours exactly, a foreign one as far as it is understood.

What is not understood never allows. A permission that says something unread is left out;
a prohibition is kept without it, and so forbids more; where the whole policy says
something unread, all its permissions are left out. Everything of that kind is listed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from typing import Any, Literal

from replique.consent.exchange import duties_reading
from replique.consent.exchange.constraints import Limits
from replique.consent.exchange.expansion import Document, Node, Value, refused
from replique.consent.exchange.expansion import Literal as Text
from replique.consent.exchange.odrl_terms import BESIDE, FORBIDS, PERMITS
from replique.consent.exchange.tables import (
    AGREEMENT,
    NEEDS,
    RULE,
    Field,
    beyond,
    in_order,
    iri,
    taken,
)
from replique.consent.exchange.terms import ANY, NOT_SAID, ODRL, OURS, PROFILE, TDM
from replique.consent.exchange.values import Mismatch, Words
from replique.consent.records import Agreement, Needs, Rule
from replique.consent.vocabulary import ANY as ANY_WORD
from replique.errors import AgreementRefused
from replique.language import gettext as _

Kind = Literal["grant", "prohibition", "requirement"]
_LISTS: tuple[tuple[str, Kind], ...] = (
    ("permission", "grant"),
    ("prohibition", "prohibition"),
    ("requirement", "requirement"),
)
_POLICIES = frozenset(
    ODRL + name
    for name in ("Policy", "Set", "Agreement", "Offer", "Request", "Ticket", "Assertion", "Privacy")
)
_AGREED = frozenset({ODRL + "Agreement", ODRL + "Set", ODRL + "Policy"})
_ANNOTATIONS = (
    "http://purl.org/dc/",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2006/vcard/ns#",
)
_SLUG = re.compile(r"[^\W_][\w.-]{0,79}\Z")
_RULE_KEYS = (
    *(field.key for field in (*RULE, *NEEDS)),
    "position",
    "action",
    "target",
    "constraint",
    "duty",
    "assigner",
    "assignee",
)
_ASSET = frozenset({"original_recording"})


@dataclasses.dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not understood.

    where : policy, permission, prohibition, requirement or obligation; number: which,
        from 1, 0 for the policy. what: the IRI or key; never a text of the document.
    effect : "left out" (the rule is not taken over), "kept without" (the rule is kept,
        and so reaches further), "noted" (it allows and forbids nothing).
    """

    where: str
    number: int
    what: str
    effect: str


@dataclasses.dataclass(frozen=True, slots=True)
class Received:
    """What was read: the agreement, and all that was not understood of its document."""

    agreement: Agreement
    unread: tuple[Unread, ...]


def received(document: Document) -> Received:
    """Return the one agreement that a document holds."""
    found = [node for node in document.nodes if _is_policy(node)]
    if not found:
        raise refused()
    if len(found) > 1:
        raise AgreementRefused(
            _("This document holds {count} policies.").format(count=len(found)),
            advice=_("Give one document for each agreement."),
        )
    return _Reading(document.whole(found[0]), document.unread).received()


def _is_policy(node: Node) -> bool:
    return bool(_POLICIES & set(node.types)) or any(
        iri(key) in node.properties for key, _kind in _LISTS
    )


class _Reading:
    def __init__(self, policy: Node, contexts: Sequence[str]) -> None:
        self._policy = policy
        self._unread: list[Unread] = []
        self._blocked = False
        profiles = {each.id for each in self._nodes(policy, "profile")}
        self._ours = PROFILE in profiles
        for name in sorted(set(policy.types) - _AGREED):  # an offer, a request: nobody has agreed
            self._block(name)
        for name in [*contexts, *sorted(profiles - {PROFILE, TDM, ""})]:
            self._block(name)

    def received(self) -> Received:
        fields = self._fields()
        performers, company, several = self._parties()
        duties = self._obligations()
        self._beyond()
        rules = self._rules(several)
        agreement = Agreement(
            performers=performers,
            company=company,
            rules=tuple(rules),
            duties=duties,
            **fields,
        )
        return Received(agreement, tuple(dict.fromkeys(self._unread)))

    # --- the policy itself -----------------------------------------------------

    def _fields(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in AGREEMENT:
            try:
                made |= taken(self._policy, (field,))
            except Mismatch as mismatch:
                self._block(mismatch.what or iri(field.key))
        if not self._ours:
            self._foreign(made)
        if "id" not in made or (not self._ours and not _SLUG.match(made["id"])):
            made["id"] = "odrl-" + hashlib.sha256(self._policy.id.encode()).hexdigest()[:12]
        made.setdefault("kind", "individual")
        return made

    def _foreign(self, made: dict[str, Any]) -> None:
        """Rules that are not what two parties agreed allow nothing; what they forbid stands."""
        if ODRL + "Agreement" not in self._policy.types:
            made["kind"] = "refusal"
            self._block(next(iter(self._policy.types), ODRL + "Policy"))
            return
        for key in ("assigner", "assignee"):
            if not self._policy.properties.get(iri(key)):
                self._block(iri(key))

    def _parties(self) -> tuple[frozenset[str], str, frozenset[str] | None]:
        performers = frozenset(filter(None, map(_party, self._values("assigner"))))
        takers = frozenset(filter(None, map(_party, self._values("assignee"))))
        if len(takers) < 2:
            return performers, next(iter(takers), ""), None
        return performers, "", takers

    def _obligations(self) -> tuple[Any, ...]:
        made = []
        for number, node in enumerate(in_order(self._nodes(self._policy, "obligation")), 1):
            try:
                made.append(duties_reading.duty(node, number, foreign=not self._ours))
            except Mismatch as mismatch:
                self._note("obligation", number, mismatch.what, "left out")
                self._blocked = True
        return tuple(made)

    def _beyond(self) -> None:
        known = [field.key for field in AGREEMENT]
        known += ["profile", "assigner", "assignee", "obligation", *(key for key, _k in _LISTS)]
        for name in beyond(self._policy, known):
            if name.startswith(_ANNOTATIONS):
                self._note("policy", 0, name, "noted")
            else:
                self._block(name)

    # --- the rules -------------------------------------------------------------

    def _rules(self, several: frozenset[str] | None) -> list[Rule]:
        found: list[tuple[int, str, int, Rule]] = []
        for key, kind in _LISTS:
            for number, node in enumerate(in_order(self._nodes(self._policy, key)), 1):
                rule = _RuleReading(self, key, kind, number, node, ours=self._ours).rule()
                if rule is not None:
                    at = _position(node, len(found))
                    found.append((at, key, number, _for(rule, several)))
        found.sort(key=lambda each: each[0])
        if self._blocked:
            for _at, key, number, rule in found:
                if rule.kind == "grant":
                    self._note(key, number, "", "left out")
            return [rule for *_rest, rule in found if rule.kind != "grant"]
        return [rule for *_rest, rule in found]

    # --- what is not understood ------------------------------------------------

    def _note(self, where: str, number: int, what: str, effect: str) -> None:
        self._unread.append(Unread(where, number, what, effect))

    def note(self, where: str, number: int, what: str, effect: str) -> None:
        """List something that a rule says and nobody understands."""
        self._note(where, number, what, effect)

    def block(self) -> None:
        """Leave out all permissions: something may forbid what they allow."""
        self._blocked = True

    def _block(self, what: str) -> None:
        self._note("policy", 0, what, "left out")
        self._blocked = True

    def _values(self, key: str) -> tuple[Value, ...]:
        return self._policy.properties.get(iri(key), ())

    def _nodes(self, node: Node, key: str) -> list[Node]:
        values = node.properties.get(iri(key), ())
        for each in values:
            if not isinstance(each, Node):
                raise refused()
        return [each for each in values if isinstance(each, Node)]


def _for(rule: Rule, takers: frozenset[str] | None) -> Rule:
    """Return a grant with the several to whom alone it is given."""
    if takers is None or rule.kind != "grant" or rule.scope.companies is not None:
        return rule
    return dataclasses.replace(rule, scope=dataclasses.replace(rule.scope, companies=takers))


def _position(node: Node, otherwise: int) -> int:
    values = node.properties.get(iri("position"), ())
    if len(values) == 1 and isinstance(values[0], Text) and isinstance(values[0].value, int):
        return values[0].value
    return otherwise


def _party(found: Value) -> str:
    """Return a party's name: what the document calls it, else its IRI."""
    if isinstance(found, Text):
        return str(found.value)
    if found.id == ANY:
        return ANY_WORD
    for each in found.properties.get(iri("name"), ()):
        if isinstance(each, Text):
            return str(each.value)
    return found.id


class _RuleReading:
    """One rule. A grant raises on what it does not understand; the others list it."""

    def __init__(
        self, reading: _Reading, where: str, kind: Kind, number: int, node: Node, *, ours: bool
    ) -> None:
        self._reading, self._where, self._kind = reading, where, kind
        self._number, self._node, self._ours = number, node, ours

    def rule(self) -> Rule | None:
        """Return the rule, None if it is left out."""
        try:
            return self._rule()
        except Mismatch as mismatch:
            self._reading.note(self._where, self._number, mismatch.what, "left out")
            if self._kind != "grant":
                self._reading.block()
            return None

    def _rule(self) -> Rule | None:
        self._beyond()
        fields = self._known(RULE)
        if "id" not in fields or (not self._ours and not _SLUG.match(fields["id"])):
            fields["id"] = f"{self._where}-{self._number}"
        acts = self._acts()
        if acts is not None and not acts and not self._ours:
            return None  # print, install…: no act of ours
        limits = Limits(self._ours).read(self._node.properties.get(iri("constraint"), ()))
        for what in limits.unread:
            self._without(what)
        subjects = self._subjects(limits)
        return Rule(
            kind=self._kind,
            acts=acts,
            subjects=subjects,
            artefacts=limits.artefacts,
            practices=limits.practices,
            scope=limits.made(),
            duties=self._duties(),
            needs=Needs(**self._needs()),
            **fields,
        )

    def _known(self, table: tuple[Field, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in table:
            try:
                made |= taken(self._node, (field,))
            except Mismatch as mismatch:
                self._without(mismatch.what)
        return made

    def _needs(self) -> dict[str, Any]:
        # A requirement that asked for less would let more pass.
        return taken(self._node, NEEDS) if self._kind == "requirement" else self._known(NEEDS)

    def _without(self, what: str) -> None:
        """A grant falls with what is not understood; a prohibition is kept, and forbids more."""
        if self._kind == "grant":
            raise Mismatch(what)
        self._reading.note(self._where, self._number, what, "kept without")

    def _beyond(self) -> None:
        for name in beyond(self._node, _RULE_KEYS):
            if name.startswith(_ANNOTATIONS):
                self._reading.note(self._where, self._number, name, "noted")
            else:
                self._without(name)
        for key in ("assigner", "assignee"):  # granted by, or to, somebody else than the policy
            if iri(key) in self._node.properties:
                self._without(iri(key))

    def _acts(self) -> frozenset[str] | None:
        values = self._node.properties.get(iri("action"), ())
        if not values and self._kind == "requirement":
            return None
        names = [each.id for each in values if isinstance(each, Node) and not each.properties]
        if names == [NOT_SAID] and self._ours:
            return None
        if len(names) != len(values) or not names:
            raise Mismatch(iri("action"))
        acts: frozenset[str] = frozenset()
        for name in names:
            try:
                acts |= self._act(name)
            except Mismatch:
                if self._kind == "grant" or len(names) == 1:
                    raise
                self._reading.note(self._where, self._number, name, "kept without")
                self._reading.block()
        return acts

    def _act(self, name: str) -> frozenset[str]:
        if name.startswith((ODRL, TDM)):
            table = PERMITS if self._kind == "grant" else FORBIDS
            if name in table:
                return table[name]
            if self._kind != "grant" and name in BESIDE:
                self._reading.note(self._where, self._number, name, "noted")
                return frozenset()
            raise Mismatch(name)
        return Words("act").read((Node(name),))

    def _subjects(self, limits: Limits) -> frozenset[str] | None:
        values = self._node.properties.get(iri("target"), ())
        if not values:
            return self._nothing_said()
        if len(values) > 1 or not isinstance(values[0], Node):
            self._without(iri("target"))
            return None
        target = values[0]
        said = target.properties.get(iri("subjectMatter"))
        if said is not None or self._ours:
            over = beyond(target, ("subjectMatter",))
            if over:
                self._without(over[0])
            try:
                return Words("subject").read(said) if said is not None else None
            except Mismatch as mismatch:
                self._without(mismatch.what)
                return None
        return self._asset(target, limits)

    def _nothing_said(self) -> frozenset[str] | None:
        if self._kind == "grant" and not self._ours:
            raise Mismatch(iri("target"))
        return None

    def _asset(self, target: Node, limits: Limits) -> frozenset[str] | None:
        """An asset of a foreign policy is one recording, named as it is there; no more."""
        if self._kind != "grant":
            self._without(iri("target"))
            return None
        if not target.id or "productions" in limits.scope:
            raise Mismatch(iri("target"))
        limits.scope["productions"] = frozenset({target.id})
        limits.artefacts = limits.artefacts & _ASSET if limits.artefacts else _ASSET
        self._reading.note(self._where, self._number, iri("target"), "noted")
        return frozenset({"recording"})

    def _duties(self) -> tuple[Any, ...]:
        made = []
        nodes = [
            each for each in self._node.properties.get(iri("duty"), ()) if isinstance(each, Node)
        ]
        if len(nodes) != len(self._node.properties.get(iri("duty"), ())):
            raise Mismatch(iri("duty"))
        for number, node in enumerate(in_order(nodes), 1):
            try:
                made.append(
                    duties_reading.duty(node, number, foreign=not self._ours, before_use=True)
                )
            except Mismatch as mismatch:
                if self._kind == "requirement":
                    raise
                self._without(mismatch.what or OURS + "duty")
        return tuple(made)
