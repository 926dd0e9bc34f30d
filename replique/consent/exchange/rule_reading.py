"""One rule of an ODRL policy as a rule of ours. See odrl_reading.py."""

from __future__ import annotations

from typing import Any, Literal

from replique.consent.exchange import duties_reading
from replique.consent.exchange.constraints import Limits
from replique.consent.exchange.expansion import Node
from replique.consent.exchange.odrl_terms import BESIDE, FORBIDS, PERMITS
from replique.consent.exchange.tables import NEEDS, RULE, Field, beyond, in_order, iri, taken
from replique.consent.exchange.terms import NOT_SAID, ODRL, OURS, TDM
from replique.consent.exchange.unread import ANNOTATIONS, SLUG, Notes
from replique.consent.exchange.values import Mismatch, Words
from replique.consent.records import Needs, Rule

Kind = Literal["grant", "prohibition", "requirement"]
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


class RuleReading:
    """One rule. A grant raises on what it does not understand; the others list it."""

    def __init__(
        self, notes: Notes, where: str, kind: Kind, number: int, node: Node, *, ours: bool
    ) -> None:
        self._notes, self._where, self._kind = notes, where, kind
        self._number, self._node, self._ours = number, node, ours

    def rule(self) -> Rule | None:
        """Return the rule, None if it is left out."""
        try:
            return self._rule()
        except Mismatch as mismatch:
            self._notes.note(self._where, self._number, mismatch.what, "left out")
            if self._kind != "grant":
                self._notes.blocked = True
            return None

    def _rule(self) -> Rule | None:
        self._beyond()
        fields = self._known(RULE)
        if "id" not in fields or (not self._ours and not SLUG.match(fields["id"])):
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
        self._notes.note(self._where, self._number, what, "kept without")

    def _beyond(self) -> None:
        for name in beyond(self._node, _RULE_KEYS):
            if name.startswith(ANNOTATIONS):
                self._notes.note(self._where, self._number, name, "noted")
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
                self._notes.note(self._where, self._number, name, "kept without")
                self._notes.blocked = True
        return acts

    def _act(self, name: str) -> frozenset[str]:
        if name.startswith((ODRL, TDM)):
            table = PERMITS if self._kind == "grant" else FORBIDS
            if name in table:
                return table[name]
            if self._kind != "grant" and name in BESIDE:
                self._notes.note(self._where, self._number, name, "noted")
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
        self._notes.note(self._where, self._number, iri("target"), "noted")
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
