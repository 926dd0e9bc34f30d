"""An agreement as an ODRL policy. See odrl.py."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from replique.consent.exchange.constraints import constraint, constraints
from replique.consent.exchange.odrl_terms import DUTIES, PARTIES
from replique.consent.exchange.tables import AGREEMENT, DUTY, NEEDS, RULE, written
from replique.consent.exchange.terms import PROFILE, compact, context
from replique.consent.exchange.values import Moment, Number, Words
from replique.consent.records import Agreement, Duty, Rule
from replique.consent.vocabulary import ANY

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, PROFILE)
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
CURRENCY = "urn:iso:std:iso:4217:"
MONTHS = {"month": "P1M", "quarter": "P3M", "half_year": "P6M", "year": "P1Y"}
_LISTS = {"grant": "permission", "prohibition": "prohibition", "requirement": "requirement"}
_CLASSES = {"grant": "Permission", "prohibition": "Prohibition", "requirement": "Requirement"}


def policy(agreement: Agreement, *, testimony: bool) -> dict[str, Any]:
    """Return the policy, with its context."""
    # ODRL asks two parties of an Agreement; a paper that names only one is a Set of rules.
    kind = "Agreement" if agreement.performers and agreement.company else "Set"
    made: dict[str, Any] = {
        "@context": context(),
        "@type": kind,
        "uid": urn("agreement", agreement.id, *sorted(agreement.performers), agreement.company),
        "profile": PROFILE,
    }
    if agreement.performers:
        made["assigner"] = [party(each) for each in sorted(agreement.performers)]
    if agreement.company:
        made["assignee"] = party(agreement.company)
    made |= written(agreement, AGREEMENT, testimony=testimony)
    for position, rule in enumerate(agreement.rules, 1):
        made.setdefault(_LISTS[rule.kind], []).append(_rule(rule, position))
    if agreement.duties:
        made["obligation"] = _duties(agreement.duties)
    return made


def urn(kind: str, *names: str) -> str:
    """Return a name for something, always the same for the same (RFC 9562, version 5)."""
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, json.dumps([kind, *names]))}"


def party(name: str) -> dict[str, Any]:
    """Return a party; `any` is whoever the agreement speaks of."""
    if name == ANY:
        return {"@type": "PartyCollection", "uid": "replique:any"}
    return {"@type": "Party", "uid": urn("party", name), "name": name}


def _rule(rule: Rule, position: int) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": _CLASSES[rule.kind], "position": position}
    made |= written(rule, RULE, testimony=False)
    if rule.acts is not None:
        made["action"] = Words("act").write(rule.acts)
    elif rule.kind != "requirement":
        made["action"] = "acts:not_said"  # ODRL asks every rule for an action
    if rule.kind != "requirement" or rule.subjects is not None:
        made["target"] = {"@type": "AssetCollection"}
    if rule.subjects is not None:
        made["target"]["subjectMatter"] = Words("subject").write(rule.subjects)
    limits = constraints(rule)
    if limits:
        made["constraint"] = limits
    if rule.duties:
        made["duty"] = _duties(rule.duties)
    return made | written(rule.needs, NEEDS, testimony=False)


def _duties(duties: tuple[Duty, ...]) -> list[dict[str, Any]]:
    return [_duty(each, position) for position, each in enumerate(duties, 1)]


def _duty(duty: Duty, position: int) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "Duty", "position": position, "action": _action(duty)}
    made |= written(duty, DUTY, testimony=False)
    if duty.amount is not None and _CURRENCY.match(duty.currency):
        made.pop("currency", None)  # the unit of the amount says it
    if duty.to:
        made[PARTIES.get(duty.kind, "owedTo")] = party(duty.to)
    limits = list(_times(duty))
    if limits:
        made["constraint"] = limits
    return made


def _action(duty: Duty) -> Any:  # noqa: ANN401 - a term, or an action with refinements
    name = DUTIES.get(duty.kind, "") or compact("duty", duty.kind)
    refinements = []
    if duty.amount is not None:
        unit = {"unit": CURRENCY + duty.currency} if _CURRENCY.match(duty.currency) else {}
        refinements.append(constraint("payAmount", "eq", Number().write(duty.amount), **unit))
    if duty.percent is not None:
        refinements.append(constraint("percentage", "eq", Number().write(duty.percent)))
    if not refinements:
        return name
    core = f"odrl:{name}" if duty.kind in DUTIES else name
    return {"@type": "Action", "rdf:value": {"@id": core}, "refinement": refinements}


def _times(duty: Duty) -> Any:  # noqa: ANN401 - constraints
    if duty.due is not None:
        yield constraint("dateTime", "lteq", Moment().write(duty.due))
    if duty.within_days is not None:
        yield constraint("elapsedTime", "lteq", _duration(f"P{duty.within_days}D"))
    if duty.every:
        yield constraint("timeInterval", "eq", _duration(MONTHS[duty.every]))


def _duration(text: str) -> dict[str, str]:
    return {"@type": "xsd:duration", "@value": text}
