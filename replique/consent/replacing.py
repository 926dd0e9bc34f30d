"""Versions, amendments and papers that replace others: which of two speaks on a day."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from replique.consent.answer import Reason
from replique.consent.dates import When
from replique.consent.facts import Facts
from replique.consent.force import given_on, was_given
from replique.consent.records import Agreement, Rule
from replique.consent.truth import Truth, every


@dataclasses.dataclass(frozen=True, slots=True)
class Later:
    """A paper that ends what another says, from a day on. rules: which; empty is all."""

    by: Agreement
    how: str
    rules: frozenset[str]

    @property
    def since(self) -> When | None:
        """From when."""
        return self.by.effective or given_on(self.by)


class Replacements:
    """Who is ended by whom, among a set of agreements."""

    def __init__(self, agreements: Sequence[Agreement]) -> None:
        self._later: dict[tuple[str, int], list[Later]] = defaultdict(list)
        by_id: dict[str, list[Agreement]] = defaultdict(list)
        for each in agreements:
            by_id[each.id].append(each)
        for each in agreements:
            for earlier, later in _ended_by(each, by_id):
                self._later[earlier.id, earlier.version].append(later)
        for laters in self._later.values():
            laters.sort(key=lambda later: (later.by.id, later.by.version, later.how))

    def of(self, agreement: Agreement, rule: Rule) -> list[Later]:
        """Return what can have ended this rule."""
        return [
            later
            for later in self._later.get((agreement.id, agreement.version), ())
            if not later.rules or rule.id in later.rules
        ]


def _ended_by(
    later: Agreement, by_id: dict[str, list[Agreement]]
) -> Iterator[tuple[Agreement, Later]]:
    nothing: frozenset[str] = frozenset()
    for other in by_id[later.id]:
        if other.version < later.version:
            yield other, Later(later, "version", nothing)
    for name in later.replaces:
        for other in by_id.get(name, ()):
            if other.id != later.id:
                yield other, Later(later, "replaced", nothing)
    if later.amends and later.ends:
        for other in by_id.get(later.amends, ()):
            if other.id != later.id:
                yield other, Later(later, "amended", frozenset(later.ends))


def still_speaks(
    laters: Iterable[Later], facts: Facts, valid: Callable[[Agreement], Truth]
) -> Iterator[Reason]:
    """Yield, for each later paper, whether a grant still speaks on the day.

    A later paper that is valid ends a grant once it was given, whatever became of it
    since: an agreement that was withdrawn does not bring the older one back.
    """
    for later in laters:
        ended = every((was_given(later.by), _since(later, facts)))
        if ended is not False:
            ended = every((ended, valid(later.by)))
        yield _reason(later, None if ended is None else not ended)


def lifted(later: Later, facts: Facts, *, holds: Truth) -> Truth:
    """Whether a later paper ends a prohibition: only if it is valid and in force itself."""
    return every((was_given(later.by), _since(later, facts), holds))


def _since(later: Later, facts: Facts) -> Truth:
    if later.since is None or facts.date is None:
        return None
    return later.since.by(facts.date)


def _reason(later: Later, truth: Truth) -> Reason:
    since = later.since
    shown = {"by": later.by.id, "since": since.written if since else ""}
    return Reason("replaced", truth, later.how, shown)
