"""Three-valued truth: yes, no, not known. Kleene's strong logic (Kleene 1952, §64).

`None` is "not known". An unknown never becomes a yes: `every` of unknown and yes is
unknown, `some` of unknown and no is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def every(truths: Iterable[Truth]) -> Truth:
    """Return whether all hold: no as soon as one is no, else unknown if one is."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def some(truths: Iterable[Truth]) -> Truth:
    """Return whether one at least holds: yes as soon as one is yes, else unknown if one is."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def no(truth: Truth) -> Truth:
    """Return the contrary; the contrary of unknown is unknown."""
    return None if truth is None else not truth


def word(truth: Truth) -> str:
    """Return the word that answers in JSON: yes, no, unknown."""
    return {True: "yes", False: "no", None: "unknown"}[truth]
