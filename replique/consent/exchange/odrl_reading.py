"""An ODRL policy as an agreement: ours exactly, a foreign one as far as it is understood.

What is not understood never allows. A permission that says something unread is left out;
a prohibition is kept without it, and so forbids more; where the whole policy says
something unread, all its permissions are left out. Everything of that kind is listed.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

from replique.consent.exchange import duties_reading
from replique.consent.exchange.expansion import Document, Node, Value, refused
from replique.consent.exchange.expansion import Literal as Text
from replique.consent.exchange.rule_reading import Kind, RuleReading
from replique.consent.exchange.tables import (
    AGREEMENT,
    beyond,
    in_order,
    iri,
    taken,
)
from replique.consent.exchange.terms import ANY, ODRL, PROFILE, TDM
from replique.consent.exchange.unread import ANNOTATIONS, SLUG, Notes, Unread
from replique.consent.exchange.values import Mismatch
from replique.consent.records import Agreement, Rule
from replique.consent.vocabulary import ANY as ANY_WORD
from replique.errors import AgreementRefused
from replique.language import gettext as _

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
        self._notes = Notes()
        profiles = {each.id for each in self._nodes(policy, "profile")}
        self._ours = PROFILE in profiles
        for name in sorted(set(policy.types) - _AGREED):  # an offer, a request: nobody has agreed
            self._notes.block(name)
        for name in [*contexts, *sorted(profiles - {PROFILE, TDM, ""})]:
            self._notes.block(name)

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
        return Received(agreement, tuple(dict.fromkeys(self._notes.all)))

    # --- the policy itself -----------------------------------------------------

    def _fields(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for field in AGREEMENT:
            try:
                made |= taken(self._policy, (field,))
            except Mismatch as mismatch:
                self._notes.block(mismatch.what or iri(field.key))
        if not self._ours:
            self._foreign(made)
        if "id" not in made or (not self._ours and not SLUG.match(made["id"])):
            made["id"] = "odrl-" + hashlib.sha256(self._policy.id.encode()).hexdigest()[:12]
        made.setdefault("kind", "individual")
        return made

    def _foreign(self, made: dict[str, Any]) -> None:
        """Rules that are not what two parties agreed allow nothing; what they forbid stands."""
        if ODRL + "Agreement" not in self._policy.types:
            made["kind"] = "refusal"
            self._notes.block(next(iter(self._policy.types), ODRL + "Policy"))
            return
        for key in ("assigner", "assignee"):
            if not self._policy.properties.get(iri(key)):
                self._notes.block(iri(key))

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
                self._notes.note("obligation", number, mismatch.what, "left out")
                self._notes.blocked = True
        return tuple(made)

    def _beyond(self) -> None:
        known = [field.key for field in AGREEMENT]
        known += ["profile", "assigner", "assignee", "obligation", *(key for key, _k in _LISTS)]
        for name in beyond(self._policy, known):
            if name.startswith(ANNOTATIONS):
                self._notes.note("policy", 0, name, "noted")
            else:
                self._notes.block(name)

    # --- the rules -------------------------------------------------------------

    def _rules(self, several: frozenset[str] | None) -> list[Rule]:
        found: list[tuple[int, str, int, Rule]] = []
        for key, kind in _LISTS:
            for number, node in enumerate(in_order(self._nodes(self._policy, key)), 1):
                rule = RuleReading(self._notes, key, kind, number, node, ours=self._ours).rule()
                if rule is not None:
                    at = _position(node, len(found))
                    found.append((at, key, number, _for(rule, several)))
        found.sort(key=lambda each: each[0])
        if self._notes.blocked:
            for _at, key, number, rule in found:
                if rule.kind == "grant":
                    self._notes.note(key, number, "", "left out")
            return [rule for *_rest, rule in found if rule.kind != "grant"]
        return [rule for *_rest, rule in found]

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
