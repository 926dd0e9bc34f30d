"""From the answers of each rule to the verdict.

A verdict names a ground that certainly holds. Where none does, and something unknown
could still be one, it is `undetermined`, with what it can become:

- a grant whose scope does not reach the use: outside_scope, or no_grant_found where it
  has nothing to do with this company and production; not valid: invalid; not in force:
  not_in_force;
- of several grants the one that reaches furthest counts, since each is a permission;
- a prohibition that applies makes it outside_scope, whatever is granted elsewhere;
- a duty that is not met makes it duty_unmet, whichever of the grants it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable

from replique.consent.truth import Truth

COVERED, DUTY_UNMET = "covered", "duty_unmet"
NOT_IN_FORCE, INVALID = "not_in_force", "invalid"
OUTSIDE, NO_GRANT = "outside_scope", "no_grant_found"
UNDETERMINED = "undetermined"
NOT_SHOWN = "not_shown"
"""Beside the verdicts, in what is possible: that this use took place is not shown."""

_RANK = {NO_GRANT: 0, OUTSIDE: 1, INVALID: 2, NOT_IN_FORCE: 3, DUTY_UNMET: 4, COVERED: 5}
Verdicts = frozenset[str]


def of_grant(
    *, coverage: Truth, valid: Truth, in_force: Truth, speaks: Truth, given: Truth
) -> Verdicts:
    """Return what one grant, taken alone, leaves possible; duties are not counted yet."""
    if given is False:
        return frozenset({NO_GRANT})
    outside = NO_GRANT if speaks is False else OUTSIDE
    grounds = ((coverage, outside), (valid, INVALID), (in_force, NOT_IN_FORCE))
    for truth, verdict in grounds:
        if truth is False:
            return frozenset({verdict})
    open_still = {verdict for truth, verdict in grounds if truth is None}
    if given is None or (coverage is None and speaks is None):
        open_still.add(NO_GRANT)
    return frozenset(open_still | {COVERED})


def furthest(grants: Iterable[Verdicts]) -> Verdicts:
    """Return what several grants together leave possible: the best of each outcome."""
    sets = [each for each in grants if each]
    if not sets:
        return frozenset({NO_GRANT})
    least = max(min(_RANK[verdict] for verdict in each) for each in sets)
    return frozenset(verdict for each in sets for verdict in each if _RANK[verdict] >= least)


def owing(possible: Verdicts, unmet: Iterable[str], agreement: str, rule: str) -> Verdicts:
    """Return what a grant leaves possible whose own duty is not met: never `covered`.

    unmet : duties that are not met, "agreement/rule/duty" or "agreement/duty".
    """
    if COVERED not in possible:
        return possible
    for duty in unmet:
        paper, *inner = duty.split("/")
        if paper == agreement and (len(inner) == 1 or inner[0] == rule):
            return (possible - {COVERED}) | {DUTY_UNMET}
    return possible


def restricted(possible: Verdicts, *, duties: Truth, prohibited: Truth) -> Verdicts:
    """Return what remains possible under the duties and the prohibitions."""
    if prohibited:
        return frozenset({OUTSIDE})
    if COVERED in possible and duties is not True:
        rest = possible - {COVERED}
        possible = rest | ({DUTY_UNMET} if duties is False else {COVERED, DUTY_UNMET})
    if COVERED in possible and prohibited is None:
        possible |= {OUTSIDE}
    return possible


def reach(possible: Iterable[str]) -> tuple[int, int]:
    """Return how far an answer reaches: at best, then at worst."""
    ranks = [_RANK.get(verdict, 0) for verdict in possible]
    return max(ranks), min(ranks)


def in_order(possible: Iterable[str]) -> tuple[str, ...]:
    """Return verdicts from what allows most to what allows least."""
    return tuple(sorted(possible, key=lambda verdict: -_RANK.get(verdict, -1)))


def name(possible: Verdicts) -> str:
    """Return the verdict: the one that is possible, or undetermined."""
    return next(iter(possible)) if len(possible) == 1 else UNDETERMINED
