"""A use of several things or in several places, taken apart.

Two grants may cover it together: one for France, another for Belgium. So it is asked
part by part, one subject, place and language at a time, and the part that is least
covered speaks for the whole.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

from replique.consent.records import Names, Use

MOST = 64
"""Parts; a use of more is asked as a whole alone, which never allows more."""
_APART = ("subjects", "territories", "languages")


def parts(use: Use) -> list[Use]:
    """Return the parts of a use in a fixed order; none where it has but one, or too many."""
    values: list[list[Names | None]] = []
    for name in _APART:
        several: Names | None = getattr(use, name)
        several_known = several is not None and len(several) > 1 and "unknown" not in several
        values.append(
            [frozenset({one}) for one in sorted(several or ())] if several_known else [several]
        )
    if not 1 < math.prod(map(len, values)) <= MOST:
        return []
    return [
        dataclasses.replace(use, subjects=subjects, territories=territories, languages=languages)
        for subjects, territories, languages in itertools.product(*values)
    ]


def named(part: Use, whole: Use) -> str:
    """Return what tells a part from the others: "BE, voice"."""
    told = [
        value
        for name in _APART
        if getattr(part, name) != getattr(whole, name)
        for value in getattr(part, name) or ()
    ]
    return ", ".join(told)
