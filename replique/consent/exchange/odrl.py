"""ODRL 2.2 as JSON-LD, with a profile of ours: out, in, and back without loss.

Sources: ODRL Information Model 2.2 and ODRL Vocabulary & Expression 2.2 (W3C
Recommendations, 15 February 2018). The profile: docs/profile/replique-odrl.ttl.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from replique.consent.exchange import odrl_reading, odrl_writing
from replique.consent.exchange.expansion import expand
from replique.consent.exchange.odrl_reading import Received
from replique.consent.exchange.unread import Unread
from replique.consent.records import Agreement

__all__ = ["Received", "Unread", "read", "without_testimony", "write"]


def write(agreement: Agreement, *, testimony: bool = False) -> dict[str, Any]:
    """Return an agreement as an ODRL policy in JSON-LD, its context in it.

    testimony : also what is private: the circumstances of signing, notes. Without it
        nothing in the document tells that there is any. AgreementRefused for a number
        that is not finite.
    """
    return odrl_writing.policy(agreement, testimony=testimony)


def read(document: object) -> Received:
    """Return the agreement that an ODRL policy in JSON-LD says, and what was not understood.

    document : what a JSON parser gives. What is not understood never allows: see
        `Unread.effect`. AgreementRefused when it is no such document at all.
    """
    return odrl_reading.received(expand(document))


def without_testimony(agreement: Agreement) -> Agreement:
    """Return an agreement as others may see it: no circumstances, no notes."""
    states = tuple(dataclasses.replace(each, note="") for each in agreement.states)
    return dataclasses.replace(agreement, circumstances=(), states=states, note="")
