"""The terms of ODRL 2.2 themselves, and what a foreign document means by its actions.

Source: ODRL Vocabulary & Expression 2.2 (W3C Recommendation 15 February 2018); TDMRep
(W3C Community Group Final Report, 10 May 2024) for tdm:mine.
"""

from __future__ import annotations

from types import MappingProxyType

from replique.consent.exchange.terms import ODRL, TDM
from replique.consent.vocabulary import ACTS, ANY, MACHINE_ACTS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTEXTS = frozenset(
    {
        "http://www.w3.org/ns/odrl.jsonld",
        "https://www.w3.org/ns/odrl.jsonld",
        "http://www.w3.org/ns/odrl/2/ODRL22.json",
        "https://www.w3.org/ns/odrl/2/ODRL22.json",
    }
)
"""Addresses under which ODRL's own context is cited: known here, never fetched."""

ACTIONS = _words(
    "acceptTracking aggregate annotate anonymize archive attribute compensate concurrentUse "
    "delete derive digitize display distribute ensureExclusivity execute extract give "
    "grantUse include index inform install modify move nextPolicy obtainConsent play present "
    "print read reproduce reviewPolicy sell stream synchronize textToSpeech transfer "
    "transform translate uninstall use watermark"
)
OPERATORS = _words("eq gt gteq hasPart isA isAllOf isAnyOf isNoneOf isPartOf lt lteq neq")
OPERANDS = _words(
    "absolutePosition absoluteSize absoluteSpatialPosition absoluteTemporalPosition count "
    "dateTime delayPeriod deliveryChannel device elapsedTime event fileFormat industry "
    "language media meteredTime payAmount percentage product purpose recipient "
    "relativePosition relativeSize relativeSpatialPosition relativeTemporalPosition "
    "resolution spatial spatialCoordinates system systemDevice timeInterval unitOfCount "
    "version virtualLocation"
)
_PROPERTIES = _words(
    "action and andSequence assignee assigneeOf assigner assignerOf attributedParty "
    "attributingParty compensatedParty compensatingParty conflict consentedParty "
    "consentingParty consequence constraint contractedParty contractingParty dataType duty "
    "failure function hasPolicy implies includedIn informedParty informingParty "
    "inheritAllowed inheritFrom inheritRelation leftOperand obligation operand operator or "
    "output partOf permission profile prohibition refinement relation remedy rightOperand "
    "rightOperandReference scope source status target trackedParty trackingParty undefined "
    "unit xone"
)
_CLASSES = _words(
    "Action Agreement Assertion Asset AssetCollection Constraint Duty LogicalConstraint Offer "
    "Party PartyCollection Permission Policy Privacy Prohibition Request Rule Set Ticket"
)
_CONFLICTS = frozenset({"perm", "prohibit", "invalid"})
TERMS = ACTIONS | OPERATORS | OPERANDS | _PROPERTIES | _CLASSES | _CONFLICTS

_VOCAB = "action leftOperand operator conflict"
_IDS = (
    "target assigner assignee profile inheritFrom unit attributedParty compensatedParty "
    "consentingParty informedParty rightOperandReference output relation function hasPolicy "
    "partOf source includedIn implies dataType status"
)
COERCED = MappingProxyType(
    {**dict.fromkeys(_VOCAB.split(), "@vocab"), **dict.fromkeys(_IDS.split(), "@id")}
)
"""How ODRL's own context reads a plain text under these terms."""

_PERMITS = {
    "archive": {"store"},
    "distribute": {"publish"},
    "extract": {"edit_reuse"},
    "grantUse": {"sublicense"},
    "modify": {"alter"},
    "sell": {"sell"},
    "transfer": {"transfer"},
}
PERMITS = MappingProxyType(
    {
        **{ODRL + name: frozenset(acts) for name, acts in _PERMITS.items()},
        TDM + "#mine": frozenset({"data_mining"}),
    }
)
"""A core action that is permitted, and the acts that this surely names. No more: `use`,
`derive`, `translate` or `textToSpeech` of a recording do not say that a replica is meant."""

_CHANGES = frozenset({"alter", "dub_language", "lip_sync", "de_age", "voice_convert", "edit_reuse"})
_COPIES = frozenset({"capture", "store", "edit_reuse", "publish"}) | MACHINE_ACTS
_SHOWS = frozenset({"publish", "advertise"})
_PASSES = frozenset({"sublicense", "transfer", "sell"})
_MINES = frozenset(act for act in ACTS if act.startswith("train_")) | {"data_mining"}
_FORBIDS = {
    "use": {ANY},
    "reproduce": _COPIES,
    "derive": _CHANGES | MACHINE_ACTS,
    "modify": _CHANGES,
    "transform": _CHANGES,
    "translate": {"dub_language"},
    "textToSpeech": {"text_to_speech"},
    "extract": {"edit_reuse"} | _MINES,
    "include": {"edit_reuse"},
    "aggregate": {"edit_reuse"} | _MINES,
    "synchronize": {"edit_reuse", "lip_sync", "dub_language"},
    "annotate": {"data_mining", "train_non_generative"},
    "index": {"data_mining"},
    "read": _MINES,
    "execute": {"generate", "generate_real_time"},
    "archive": {"store"},
    "move": {"store", "transfer"},
    "digitize": {"capture"},
    "distribute": _SHOWS | _PASSES,
    "display": _SHOWS,
    "present": _SHOWS,
    "play": _SHOWS,
    "stream": _SHOWS,
    "give": _PASSES,
    "sell": {"sell"},
    "transfer": {"transfer", "sell"},
    "grantUse": {"sublicense"},
}
FORBIDS = MappingProxyType(
    {
        **{ODRL + name: frozenset(acts) for name, acts in _FORBIDS.items()},
        TDM + "#mine": _MINES,
    }
)
"""A core action that is prohibited, and every act that may fall under it."""
BESIDE = frozenset(ODRL + name for name in ACTIONS - set(_FORBIDS))
"""Core actions under which no act of ours can fall: print, install, watermark…"""

DUTIES = MappingProxyType(
    {
        "pay": "compensate",
        "approval": "obtainConsent",
        "notice": "inform",
        "credit": "attribute",
        "delete": "delete",
    }
)
"""Our duties for which ODRL has a term."""
PARTIES = MappingProxyType(
    {
        "pay": "compensatedParty",
        "approval": "consentingParty",
        "notice": "informedParty",
        "credit": "attributedParty",
    }
)
"""ODRL's function of the party to whom a duty is owed."""
