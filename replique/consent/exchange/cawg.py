"""The CAWG training and data mining assertion, to be put into a manifest of a publication.

`constrained` without an explanation counts as `notAllowed`, so it is written only with
one. The text of 1.1 also spells its field `constraints_info`; implementations write
`constraint_info`, as the schema of its C2PA 1.4 ancestor does.

Source: CAWG Training and Data Mining Assertion 1.1, approved 6 May 2025.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from replique.consent.exchange.preferences import ALLOWED, CONSTRAINED, Preferences

LABEL = "cawg.training-mining"


def assertion(stated: Preferences, *, constraint_info: str = "") -> dict[str, Any]:
    """Return the assertion: label, and one entry for each of the four uses.

    constraint_info : under what conditions, or where to ask; it is published. What is
    refused, and what is not stated, is notAllowed.
    """
    entries = {
        f"cawg.{name}": _entry(said, constraint_info)
        for name, said in dataclasses.asdict(stated).items()
    }
    return {"label": LABEL, "data": {"entries": entries}}


def _entry(said: str, constraint_info: str) -> dict[str, str]:
    if said == ALLOWED:
        return {"use": "allowed"}
    if said == CONSTRAINED and constraint_info:
        return {"use": "constrained", "constraint_info": constraint_info}
    return {"use": "notAllowed"}
