"""A consent record, and its receipt, shaped on ISO/IEC TS 27560:2023 in the terms of DPV 2.

The record is the holder's; a receipt is the copy for a person. Whatever TS 27560 asks
for and the paper does not say is listed as not stated: nothing is invented. Kantara
warned that a receipt may expose its principal needlessly; the minimal one here names
neither the performer nor the record.

Sources: W3C DPVCG, "Consent Records and Receipts (ISO/IEC TS 27560:2023) with DPV"; DPV
2 (a Community Group report, not a W3C Standard).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from typing import Any

from replique.consent.dates import When
from replique.consent.exchange.odrl_writing import urn
from replique.consent.exchange.standing import standing
from replique.consent.exchange.tables import AGREEMENT, written
from replique.consent.exchange.terms import BASE, compact, context
from replique.consent.exchange.values import Moment, Names, Words
from replique.consent.records import Agreement, Rule, State
from replique.consent.vocabulary import ANY
from replique.errors import UsageError
from replique.language import gettext as _

RECORD_SCHEMA = BASE + "consent-record"
RECEIPT_SCHEMA = BASE + "consent-receipt"
DPV_RECORD = "https://w3id.org/dpv/schema/dpv-27560#record"
"""The Community Group's schema: claimed only where nothing that it asks is missing."""

SHORTEST_KEY = 16  # bytes

STATUSES = {
    "requested": "ConsentRequested",
    "given": "ConsentGiven",
    "refused": "ConsentRefused",
    "expired": "ConsentExpired",
    "withdrawn": "ConsentWithdrawn",
    "revoked": "ConsentRevoked",
    "invalidated": "ConsentInvalidated",
    "unknown": "ConsentUnknown",
    "renewed": "RenewedConsentGiven",
}
_BROADER = {
    "not_asked": "ConsentStatusInvalidForProcessing",
    "suspended": "ConsentStatusInvalidForProcessing",
    "resumed": "ConsentStatusValidForProcessing",
}
_BASES = {
    "separate_writing": "ExplicitlyExpressedConsent",
    "rider": "ExplicitlyExpressedConsent",
    "initialled_clause": "ExplicitlyExpressedConsent",
    "contract": "ExpressedConsent",
    "oral": "ExpressedConsent",
    "implied": "ImpliedConsent",
    "opt_out_absent": "ImpliedConsent",
}
_PROCESSING = {
    "capture": "Collect",
    "store": "Store",
    "data_mining": "Analyse",
    "create_replica": "Derive",
    "generate": "Generate",
    "generate_real_time": "Generate",
    "alter": "Alter",
    "dub_language": "Transform",
    "lip_sync": "Alter",
    "de_age": "Alter",
    "voice_convert": "Transform",
    "text_to_speech": "Generate",
    "sublicense": "Disclose",
    "transfer": "Transfer",
    "sell": "Disclose",
    "publish": "MakeAvailable",
    "processing_practice": "Alter",
}
_ASKED = (
    "dpv:hasDataSubject",
    "dpv:hasDataController",
    "dpv:hasNotice",
    "dct:language",
    "dpv:hasProcess",
    "dpv:hasStorageCondition",
    "dpv:hasLocation",
    "dpv:hasJurisdiction",
    "dpv:hasRecipient",
    "dpv:hasConsentControl",
)


def record(
    agreement: Agreement, *, on: dt.date, withdrawal: str = "", testimony: bool = False
) -> dict[str, Any]:
    """Return the holder's consent record, as JSON-LD.

    on : the day of which it tells. withdrawal : how consent can be taken back, in words;
    empty if the paper does not say. testimony : with circumstances and notes.
    """
    made = {"@context": context()}
    return made | _record(agreement, on=on, withdrawal=withdrawal, testimony=testimony)


def receipt(agreement: Agreement, *, on: dt.date, withdrawal: str = "") -> dict[str, Any]:
    """Return the person's copy with all that the record says, testimony apart."""
    return {
        "@context": context(),
        "@type": "dpv:ConsentReceipt",
        "uid": urn("receipt", agreement.id, str(agreement.version), on.isoformat()),
        "identifier": f"{agreement.id}/{agreement.version}/{on.isoformat()}",
        "dct:conformsTo": {"@id": RECEIPT_SCHEMA},
        "dct:issued": _date(on),
        "replique:record": _record(agreement, on=on, withdrawal=withdrawal, testimony=False),
    }


def minimal_receipt(agreement: Agreement, *, on: dt.date, key: bytes) -> dict[str, Any]:
    """Return a receipt that names neither the performer nor the record.

    key : at least 16 random bytes, for this receipt alone; whoever keeps it can show
        later to whom the receipt belongs. UsageError when it is shorter.
    """
    if len(key) < SHORTEST_KEY:
        raise UsageError(
            _("The key of a receipt must have {count} bytes or more.").format(count=SHORTEST_KEY),
            advice=_("Draw it anew at random for each receipt."),
        )
    name = _pseudonym(key, "receipt", agreement.id, str(agreement.version))
    made: dict[str, Any] = {
        "@context": context(),
        "@type": "dpv:ConsentReceipt",
        "uid": name,
        "identifier": name,
        "dct:conformsTo": {"@id": RECEIPT_SCHEMA},
        "dct:issued": _date(on),
        "dpv:hasConsentStatus": _status(standing(agreement, on)),
        "dpv:hasDataSubject": [
            {"@type": "dpv:DataSubject", "uid": _pseudonym(key, "performer", each)}
            for each in sorted(agreement.performers)
        ],
        "dpv:hasPurpose": _purposes(
            frozenset().union(*(rule.acts or () for rule in _grants(agreement)))
        ),
    }
    if agreement.company:
        made["dpv:hasDataController"] = _entity("dpv:DataController", agreement.company)
    return _pruned(made)


def _pseudonym(key: bytes, *names: str) -> str:
    digest = hmac.new(key, json.dumps(names).encode(), hashlib.sha256).digest()
    # Without the key it cannot be told from a random one, so it is written as one (version 4).
    return f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _record(
    agreement: Agreement, *, on: dt.date, withdrawal: str, testimony: bool
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "dpv:ConsentRecord",
        "uid": urn("record", agreement.id, str(agreement.version)),
        "identifier": agreement.id,
        "title": agreement.title,
        "dct:date": _date(on),
        "dpv:hasConsentStatus": _status(standing(agreement, on)),
        "dpv:hasDataSubject": [
            _entity("dpv:DataSubject", each) for each in sorted(agreement.performers)
        ],
        "dpv:hasNotice": _notice(agreement),
        "dct:language": agreement.form.language,
        "dpv:hasLegalBasis": {"@id": "dpv:" + _BASES.get(agreement.form.kind or "", "Consent")},
        "dpv:hasProcess": [_process(rule, agreement) for rule in _grants(agreement)],
        "dpv:hasStorageCondition": _deletion(agreement),
        "dpv:hasJurisdiction": sorted(agreement.law or ()),
        "dpv:hasRecipient": [_entity("dpv:Recipient", each) for each in _recipients(agreement)],
        "dpv:hasConsentControl": _withdrawal(withdrawal),
        "dct:hasPart": _events(agreement, testimony=testimony),
    }
    if agreement.company:
        made["dpv:hasDataController"] = _entity("dpv:DataController", agreement.company)
    if testimony:
        private = tuple(field for field in AGREEMENT if field.private)
        made |= written(agreement, private, testimony=True)
    made = _pruned(made)
    missing = [name for name in _ASKED if name not in made]
    schemas = [RECORD_SCHEMA] if missing else [RECORD_SCHEMA, DPV_RECORD]
    made["dct:conformsTo"] = [{"@id": each} for each in schemas]
    made["replique:notStated"] = [{"@id": name} for name in missing]
    return _pruned(made)


def _pruned(made: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in made.items() if held not in ("", [], None, {})}


def _grants(agreement: Agreement) -> tuple[Rule, ...]:
    return tuple(rule for rule in agreement.rules if rule.kind == "grant")


def _date(on: dt.date) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": on.isoformat()}


def _entity(role: str, name: str) -> dict[str, Any]:
    if name == ANY:
        return {"@type": role, "uid": "replique:any"}
    return {"@type": role, "uid": urn("party", name), "name": name}


def _status(status: str) -> dict[str, Any]:
    if status in STATUSES:
        return {"@id": "dpv:" + STATUSES[status]}
    return {
        "@id": compact("status", status),
        "skos:broader": {"@id": "dpv:" + _BROADER[status]},
    }


def _notice(agreement: Agreement) -> dict[str, Any]:
    form = agreement.form
    said = {
        "title": agreement.title,
        "documentSha256": form.document_sha256,
        "writtenIn": form.language,
        "explainedBy": form.explained_by,
    }
    said = _pruned(said)
    # A paper counts as the notice only where its very text is known.
    return {"@type": "dpv:ConsentNotice"} | said if form.document_sha256 else {}


def _process(rule: Rule, agreement: Agreement) -> dict[str, Any]:
    acts = rule.acts or frozenset()
    verbs = sorted({"dpv:" + _PROCESSING.get(act, "Use") for act in acts})
    said = {
        "@type": "dpv:Process",
        "identifier": rule.id,
        "clause": rule.clause,
        "dpv:hasPurpose": _purposes(acts),
        "dpv:hasPersonalData": [
            {"@id": each} for each in Words("subject").write(rule.subjects or frozenset())
        ],
        "dpv:hasProcessing": [{"@id": each} for each in verbs],
        "dct:spatial": Names().write(rule.scope.territories) if rule.scope.territories else [],
        "dct:valid": _valid(rule.scope.end or agreement.term.end),
    }
    return _pruned(said)


def _purposes(acts: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"@type": "dpv:Purpose", "replique:act": {"@id": each}}
        for each in Words("act").write(acts)
        if acts
    ]


def _valid(until: When | None) -> dict[str, str]:
    return {} if until is None else Moment().write(until)


def _deletion(agreement: Agreement) -> list[dict[str, Any]]:
    duties = [*agreement.duties, *(duty for rule in agreement.rules for duty in rule.duties)]
    return [
        _pruned({"@type": "dpv:StorageDeletion", "clause": duty.clause, "description": duty.text})
        for duty in duties
        if duty.kind == "delete"
    ]


def _recipients(agreement: Agreement) -> list[str]:
    named = set(agreement.onward.to or ())
    for rule in _grants(agreement):
        named |= rule.scope.companies or frozenset()
    return sorted(named - {agreement.company})


def _withdrawal(words: str) -> dict[str, str]:
    return {"@type": "dpv:WithdrawConsent", "description": words} if words else {}


def _events(agreement: Agreement, *, testimony: bool) -> list[dict[str, Any]]:
    return [
        _event(state, position, agreement, testimony=testimony)
        for position, state in enumerate(_history(agreement), 1)
    ]


def _history(agreement: Agreement) -> tuple[State, ...]:
    """Return the changes of state; a paper that tells of none was at least given, or refused."""
    if agreement.states:
        return agreement.states
    given = agreement.form.given or next((s.on for s in agreement.signatures if s.on), None)
    if agreement.kind == "refusal":
        return (State("refused", on=given),)
    return (State("given", on=given),) if given else (State("unknown"),)


def _event(state: State, position: int, agreement: Agreement, *, testimony: bool) -> dict[str, Any]:
    basis = "dpv:" + _BASES.get(agreement.form.kind or "", "Consent")
    said = {
        "@type": "State",
        "position": position,
        "dpv:hasConsentStatus": _status(state.status),
        "dct:date": Moment().write(state.on) if state.on else {},
        "dct:valid": _valid(state.until),
        "dpv:isImplementedByEntity": _entity("dpv:Entity", state.by) if state.by else {},
        "dpv:hasLegalBasis": {"@id": basis},
        "concerns": Words("act").write(state.acts) if state.acts else [],
        "note": state.note if testimony else "",
    }
    return _pruned(said)
