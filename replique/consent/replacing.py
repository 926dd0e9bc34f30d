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
from replique.consent.vocabulary import ANY


@dataclasses.dataclass(frozen=True, slots=True)
class Later:
    """A paper that ends what another says, from a day on. rules: which; empty is all.

    mutual : the other says that it replaces this one, at once or through others: which of
        them came last is then not known.
    """

    by: Agreement
    how: str
    rules: frozenset[str]
    mutual: bool = False

    @property
    def since(self) -> When | None:
        """From when."""
        return self.by.effective or given_on(self.by)

    def binds(self, facts: Facts) -> bool:
        """Whether it is a paper of the performer of this use too."""
        return facts.use.performer in self.by.performers or ANY in self.by.performers


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
                mutual = later.id in _replaced_by(other, by_id)
                yield other, Later(later, "replaced", nothing, mutual)
    if later.amends and later.ends:
        for other in by_id.get(later.amends, ()):
            if other.id != later.id:
                yield other, Later(later, "amended", frozenset(later.ends))


def _replaced_by(paper: Agreement, by_id: dict[str, list[Agreement]]) -> set[str]:
    """Return the ids of all that a paper replaces, at once or through others."""
    found: set[str] = set()
    left = list(paper.replaces)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [each for other in by_id.get(name, ()) for each in other.replaces]
    return found


def still_speaks(
    laters: Iterable[Later], facts: Facts, valid: Callable[[Agreement], Truth]
) -> Iterator[Reason]:
    """Yield, for each later paper, whether a grant still speaks on the day.

    A later paper that is valid ends a grant once it was given, whatever became of it
    since: an agreement that was withdrawn does not bring the older one back.
    """
    for later in laters:
        if later.how != "version" and not later.binds(facts):
            continue
        ended = every((was_given(later.by), _since(later, facts)))
        if ended is not False:
            ended = every((ended, valid(later.by)))
        yield _reason(later, None if ended is None else not ended)


def lifted(later: Later, facts: Facts, *, holds: Truth) -> Truth:
    """Whether a later paper ends a prohibition: only if it is valid and in force itself.

    A paper that is not this performer's takes nothing away from them.
    """
    if not later.binds(facts):
        return False
    return every((was_given(later.by), _since(later, facts), holds))


def _since(later: Later, facts: Facts) -> Truth:
    if later.since is None or facts.date is None:
        return None
    since = later.since.by(facts.date)
    return None if since and later.mutual else since


def _reason(later: Later, truth: Truth) -> Reason:
    since = later.since
    shown = {"by": later.by.id, "since": since.written if since else ""}
    return Reason("replaced", truth, later.how, shown)
