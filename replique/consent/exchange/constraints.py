"""How far a rule reaches, as constraints of ODRL: from a scope and back.

Several constraints of one rule hold together (ODRL Information Model 2.2, §2.6), so two
on one dimension leave what both allow.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from replique.consent.dates import When, when
from replique.consent.exchange.expansion import Literal, Node, Value
from replique.consent.exchange.tables import beyond, iri
from replique.consent.exchange.terms import BASE, GROUPS, ODRL, compact
from replique.consent.exchange.values import Flag, Mismatch, Moment, Names, Number, Text, Word
from replique.consent.records import Rule, Scope

_CODE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class _Dimension:
    operand: str
    within: str = ""
    without: str = ""
    group: str = ""
    coded: bool = False


_DIMENSIONS = (
    _Dimension("product", "productions", "not_productions"),
    _Dimension("recipient", "companies", "not_companies"),
    _Dimension("media", "media", "not_media"),
    _Dimension("deliveryChannel", "channels", "not_channels"),
    _Dimension("spatial", "territories", "not_territories", coded=True),
    _Dimension("language", "languages", "not_languages", coded=True),
    _Dimension("operands:character", "characters"),
    _Dimension("operands:model_instance", "models"),
    _Dimension("operands:content", "", "content_refused", group="content"),
)
_ARTEFACT = _Dimension("operands:artefact", "artefacts", group="artefact")
_PRACTICE = _Dimension("operands:practice", "practices", group="practice")


def operand(name: str) -> str:
    """Return the IRI of a left operand: "spatial", or "operands:character" of ours."""
    _prefix, colon, rest = name.partition(":")
    return f"{BASE}operand/{rest}" if colon else ODRL + name


_BY_OPERAND = {operand(each.operand): each for each in (*_DIMENSIONS, _ARTEFACT, _PRACTICE)}


def constraint(left: str, operator: str, right: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one constraint."""
    made = {"@type": "Constraint", "leftOperand": left, "operator": operator}
    return made | {"rightOperand": right} | more


def constraints(rule: Rule) -> list[dict[str, Any]]:
    """Return the constraints that say how far a rule reaches."""
    made = list(_sets(rule))
    scope = rule.scope
    for unit, most in sorted(scope.max_counts.items()):
        named = {"unit": compact("unit", unit)} if unit in GROUPS["unit"] else {"unitName": unit}
        made.append(constraint("count", "lteq", Number().write(most), **named))
    if scope.start is not None:
        made.append(constraint("dateTime", "gteq", Moment().write(scope.start)))
    if scope.end is not None:
        made.append(constraint("dateTime", "lteq", Moment().write(scope.end)))
    if scope.identifiable is not None:
        made.append(constraint("operands:identifiable", "eq", scope.identifiable))
    if scope.not_during_strike:
        made.append(constraint("operands:strike", "eq", right=False))
    return made


def _sets(rule: Rule) -> Iterable[dict[str, Any]]:
    if rule.artefacts is not None:
        yield _set(_ARTEFACT, "isAnyOf", rule.artefacts)
    if rule.practices:
        yield _set(_PRACTICE, "isAnyOf", rule.practices)
    for each in _DIMENSIONS:
        within = getattr(rule.scope, each.within) if each.within else None
        if within is not None:
            yield _set(each, "isAnyOf", within)
        if each.without and getattr(rule.scope, each.without):
            yield _set(each, "isNoneOf", getattr(rule.scope, each.without))


def _set(dimension: _Dimension, operator: str, held: frozenset[str]) -> dict[str, Any]:
    return constraint(dimension.operand, operator, Names(dimension.group).write(held))


@dataclasses.dataclass(slots=True)
class Limits:
    """What the constraints of one rule say.

    ours : whether a document of our profile is read: any name is then taken as it is.
    unread : operands, operators and values that are not understood.
    """

    ours: bool
    scope: dict[str, Any] = dataclasses.field(default_factory=dict)
    artefacts: frozenset[str] | None = None
    practices: frozenset[str] = frozenset()
    unread: list[str] = dataclasses.field(default_factory=list)

    def read(self, values: Sequence[Value]) -> Limits:
        """Take every constraint; what is not understood goes to `unread`."""
        for each in values:
            try:
                self._one(each)
            except Mismatch as mismatch:
                self.unread.append(mismatch.what or _left(each))
        return self

    def made(self) -> Scope:
        """Return the scope."""
        return Scope(**self.scope)

    def _one(self, found: Value) -> None:
        if not isinstance(found, Node):
            raise Mismatch
        together = found.properties.get(ODRL + "and")
        if together is not None and len(found.properties) == 1:
            self.read(together)
            return
        left, operator, right = parts(found)
        if left in _BY_OPERAND:
            self._set(_BY_OPERAND[left], operator, right)
        elif left == ODRL + "dateTime":
            self._date(operator, Moment().read(right))
        elif left == ODRL + "count" and operator == "lteq":
            self._count(found, Number().read(right))
        elif left == operand("operands:identifiable") and operator == "eq":
            self._once("identifiable", Flag().read(right))
        elif left == operand("operands:strike") and operator == "eq" and not Flag().read(right):
            self.scope["not_during_strike"] = True
        else:
            raise Mismatch(left)

    def _set(self, dimension: _Dimension, operator: str, right: Sequence[Value]) -> None:
        names = Names(dimension.group).read(right)
        if dimension.coded and not self.ours and not all(map(_CODE.match, names)):
            raise Mismatch
        one = len(right) == 1
        part = dimension.coded and operator == "isPartOf"
        if operator == "isAnyOf" or (one and operator == "eq") or (one and part):
            self._within(dimension, names)
        elif dimension.without and (operator == "isNoneOf" or (one and operator == "neq")):
            self.scope[dimension.without] = self.scope.get(dimension.without, frozenset()) | names
        else:
            raise Mismatch(ODRL + operator)

    def _within(self, dimension: _Dimension, names: frozenset[str]) -> None:
        if dimension is _ARTEFACT:
            self.artefacts = names if self.artefacts is None else self.artefacts & names
        elif dimension is _PRACTICE:
            self.practices = self.practices & names if self.practices else names
        elif not dimension.within:
            raise Mismatch
        else:
            held = self.scope.get(dimension.within)
            self.scope[dimension.within] = names if held is None else held & names

    def _date(self, operator: str, day: When) -> None:
        if operator in {"gteq", "gt"}:
            day = _beside(day, 1) if operator == "gt" else day
            held = self.scope.get("start")
            self.scope["start"] = day if held is None or day.first > held.first else held
        elif operator in {"lteq", "lt"}:
            day = _beside(day, -1) if operator == "lt" else day
            held = self.scope.get("end")
            self.scope["end"] = day if held is None or day.last < held.last else held
        else:
            raise Mismatch(ODRL + operator)

    def _count(self, found: Node, most: float) -> None:
        unit, named = iri("unit"), iri("unitName")
        if unit in found.properties:
            name = Word("unit").read(found.properties[unit])
        elif named in found.properties:
            name = Text().read(found.properties[named])
        else:
            name = "use"
        counts = self.scope.setdefault("max_counts", {})
        counts[name] = min(most, counts.get(name, most))

    def _once(self, field: str, held: object) -> None:
        if self.scope.get(field, held) != held:
            raise Mismatch
        self.scope[field] = held


def _beside(day: When, days: int) -> When:
    """Return the whole day before or after; what says strictly less must not allow that day."""
    edge = day.first if days < 0 else day.last
    try:
        found = when((edge + dt.timedelta(days=days)).date())
    except OverflowError:
        found = None
    if found is None:
        raise Mismatch
    return found


def parts(found: Node) -> tuple[str, str, tuple[Value, ...]]:
    """Return left operand (IRI), operator (its name in ODRL) and right operand."""
    over = beyond(found, ("leftOperand", "operator", "rightOperand", "unit", "unitName"))
    if over:
        raise Mismatch(over[0])
    left, operator = (_name(found, key) for key in ("leftOperand", "operator"))
    if not operator.startswith(ODRL):
        raise Mismatch(operator)
    return left, operator.removeprefix(ODRL), found.properties.get(iri("rightOperand"), ())


def _name(found: Node, key: str) -> str:
    values = found.properties.get(iri(key), ())
    if len(values) != 1 or isinstance(values[0], Literal) or not values[0].id:
        raise Mismatch(iri(key))
    return values[0].id


def _left(found: Value) -> str:
    values: Mapping[str, tuple[Value, ...]] = found.properties if isinstance(found, Node) else {}
    for each in values.get(iri("leftOperand"), ()):
        if isinstance(each, Node) and each.id:
            return each.id
    return iri("constraint")
