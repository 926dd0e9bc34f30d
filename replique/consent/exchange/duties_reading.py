"""A duty of an ODRL policy as a duty of ours; Mismatch on what is not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from replique.consent.exchange.constraints import parts
from replique.consent.exchange.expansion import Literal, Node, Value
from replique.consent.exchange.odrl_terms import DUTIES, PARTIES
from replique.consent.exchange.odrl_writing import CURRENCY, MONTHS
from replique.consent.exchange.tables import DUTY, beyond, iri, taken
from replique.consent.exchange.terms import ANY, ODRL, RDF, XSD, value
from replique.consent.exchange.values import Mismatch, Moment, Number, Text
from replique.consent.records import Duty
from replique.consent.vocabulary import ANY as ANY_WORD

_BY_ACTION = {ODRL + name: kind for kind, name in DUTIES.items()}
_PARTIES = (*PARTIES.values(), "owedTo")
_KNOWN = (*(field.key for field in DUTY), *_PARTIES, "action", "constraint", "position")
_DAYS = re.compile(r"P(\d{1,9})D\Z")
_BY_MONTHS = {written: name for name, written in MONTHS.items()}


def duty(node: Node, number: int, *, foreign: bool, before_use: bool = False) -> Duty:
    """Return a duty. before_use: a foreign one that says no time is due before the use.

    In ODRL the duties of a permission are its pre-conditions (Information Model, §2.6.3).
    """
    over = beyond(node, _KNOWN)
    if over:
        raise Mismatch(over[0])
    fields = taken(node, DUTY)
    kind, refinements = _action(node)
    fields |= {"kind": kind, **_party(node, kind)}
    fields.setdefault("id", f"duty-{number}")
    for each in (*refinements, *node.properties.get(iri("constraint"), ())):
        _limit(each, fields)
    if foreign and before_use and not {"due", "within_days", "every"} & set(fields):
        fields["before_use"] = True
    return Duty(**fields)


def _action(node: Node) -> tuple[str, Sequence[Value]]:
    values = node.properties.get(iri("action"), ())
    if len(values) != 1 or not isinstance(values[0], Node):
        raise Mismatch(iri("action"))
    action, refinements = values[0], ()
    named = action.properties.get(RDF + "value", ())
    if action.properties:
        over = beyond(action, ("rdf:value", "refinement"))
        if over or len(named) != 1 or not isinstance(named[0], Node):
            raise Mismatch(over[0] if over else iri("action"))
        return _kind(named[0].id), action.properties.get(iri("refinement"), ())
    return _kind(action.id), refinements


def _kind(name: str) -> str:
    kind = _BY_ACTION.get(name) or value("duty", name)
    if kind is None or kind == ANY_WORD:
        raise Mismatch(name)
    return kind


def _party(node: Node, kind: str) -> dict[str, str]:
    found = {key: node.properties[iri(key)] for key in _PARTIES if iri(key) in node.properties}
    if not found:
        return {}
    key, values = next(iter(found.items()))
    if len(found) > 1 or len(values) != 1 or key != PARTIES.get(kind, "owedTo"):
        raise Mismatch(iri(key))
    owed = values[0]
    if isinstance(owed, Literal):
        raise Mismatch(iri(key))
    if owed.id == ANY:
        return {"to": ANY_WORD}
    named = owed.properties.get(iri("name"))
    return {"to": Text().read(named) if named else owed.id}


def _limit(found: Value, fields: dict[str, Any]) -> None:
    if not isinstance(found, Node):
        raise Mismatch(iri("constraint"))
    left, operator, right = parts(found)
    match left.removeprefix(ODRL), operator:
        case "payAmount", "eq":
            held: dict[str, Any] = {"amount": Number().read(right), **_currency(found)}
        case "percentage", "eq":
            held = {"percent": Number().read(right)}
        case "dateTime", "lteq":
            held = {"due": Moment().read(right)}
        case "elapsedTime", "lteq":
            held = {"within_days": _days(right, left)}
        case "timeInterval", "eq":
            held = {"every": _BY_MONTHS.get(_duration(right, left), "")}
        case _:
            raise Mismatch(left)
    if set(held) & set(fields) or held.get("every") == "":
        raise Mismatch(left)
    fields |= held


def _currency(found: Node) -> dict[str, str]:
    values = found.properties.get(iri("unit"), ())
    if not values:
        return {}
    unit = values[0]
    if len(values) > 1 or isinstance(unit, Literal) or not unit.id.startswith(CURRENCY):
        raise Mismatch(iri("unit"))
    return {"currency": unit.id.removeprefix(CURRENCY)}


def _duration(right: Sequence[Value], left: str) -> str:
    if len(right) != 1 or not isinstance(right[0], Literal):
        raise Mismatch(left)
    if right[0].datatype != XSD + "duration":
        raise Mismatch(left)
    return str(right[0].value)


def _days(right: Sequence[Value], left: str) -> int:
    found = _DAYS.match(_duration(right, left))
    if found is None:
        raise Mismatch(left)
    return int(found[1])
