"""Laws and bills as data: the questions for counsel that the facts raise.

Nothing here concludes. A statute's `when` is asked of the facts, three-valued; where it
holds, or may hold, its question is put with the facts that raised it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from replique.consent.answer import Question
from replique.consent.dates import UNKNOWN_DAY, When
from replique.consent.facts import Facts
from replique.consent.force import given_on
from replique.consent.names import lies_within, place
from replique.consent.records import Agreement, Names
from replique.consent.truth import Truth, every, no, some
from replique.language import current

ADULT_MONTHS = 12 * 18
"""Majority at 18: the United States (for contracts, nearly everywhere), the EU, the UK."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statute:
    """One law or bill.

    where, dated : whose place and whose day count, those of the paper or of the use.
    """

    id: str
    title: str
    section: str
    state: str
    since: dt.date
    places: frozenset[str]
    where: str
    dated: str
    concerns: str
    acts: Names
    artefacts: Names
    when: Mapping[str, Any]
    question: Mapping[str, str]
    source: str

    def may_speak_of(self, facts: Facts) -> Truth:
        """Whether it speaks of this act and this artefact."""
        return every((_listed(facts.act, self.acts), _listed(facts.artefact, self.artefacts)))


def _listed(value: str | None, names: Names) -> Truth:
    if not names:
        return True
    return None if value is None else value in names


@cache
def statutes() -> tuple[Statute, ...]:
    """Return all of them, in the order of the data."""
    text = files("replique.consent").joinpath("statutes.toml").read_text("utf-8")
    return tuple(
        Statute(
            id=each["id"],
            title=each["title"],
            section=each["section"],
            state=each["state"],
            since=each["from"],
            places=frozenset(each["places"]),
            where=each.get("where", "paper"),
            dated=each.get("dated", each.get("where", "paper")),
            concerns=each["concerns"],
            acts=frozenset(each.get("acts", ())),
            artefacts=frozenset(each.get("artefacts", ())),
            when=each["when"],
            question=each["question"],
            source=each["source"],
        )
        for each in tomllib.loads(text)["statute"]
    )


def questions(agreement: Agreement, facts: Facts) -> Iterator[Question]:
    """Yield the questions that are raised, or cannot be excluded, by this paper's use."""
    for statute in statutes():
        applies = statute.may_speak_of(facts)
        if applies is False:
            continue
        known = _Known(agreement, facts)
        since = When(
            dt.datetime.combine(statute.since, dt.time.min),
            dt.datetime.combine(statute.since, dt.time.max),
            statute.since.isoformat(),
        )
        day = facts.date if statute.dated == "use" else given_on(agreement)
        dated = None if day is None else since.by(day)
        raised = every((applies, dated, _place(statute, agreement, facts), known.ask(statute.when)))
        if raised is not False:
            yield _question(statute, agreement, facts, raised, known)


def _question(
    statute: Statute, agreement: Agreement, facts: Facts, raised: Truth, known: _Known
) -> Question:
    missing = known.that_matter(statute.when) if raised is None else set()
    if raised is None and statute.where == "paper" and not _placed(statute, agreement, facts):
        missing.add("law")
    return Question(
        statute=statute.id,
        title=statute.title,
        section=statute.section,
        state=statute.state,
        concerns=statute.concerns,
        raised=raised,
        text=statute.question.get(current(), statute.question["en"]),
        source=statute.source,
        agreement=agreement.id,
        facts=tuple(sorted(known.used)),
        missing=tuple(sorted(missing)),
    )


def _placed(statute: Statute, agreement: Agreement, facts: Facts) -> bool:
    return _place(statute, agreement, facts) is not None


def _place(statute: Statute, agreement: Agreement, facts: Facts) -> Truth:
    if statute.where == "use":
        places = facts.territories
    else:
        law = agreement.law
        places = None if law is None else frozenset(place(each) for each in law)
    if places is None:
        return None
    if any(lies_within(each, outer) for each in places for outer in statute.places):
        return True
    # "US" may be California, and the whole world has California in it
    wider = any(lies_within(outer, each) for each in places for outer in statute.places)
    if statute.where == "use":
        return wider
    return None if wider else False


class _Known:
    """The facts that a condition may ask for, and which of them it used or missed."""

    def __init__(self, agreement: Agreement, facts: Facts) -> None:
        self._agreement, self._facts = agreement, facts
        self.used: set[str] = set()
        self.missing: set[str] = set()
        self._supposed: tuple[str, bool] | None = None

    def ask(self, when: Mapping[str, Any]) -> Truth:
        if "all" in when:
            return every([self.ask(each) for each in when["all"]])
        if "any" in when:
            return some([self.ask(each) for each in when["any"]])
        if "not" in when:
            return no(self.ask(when["not"]))
        return self._fact(when)

    def that_matter(self, when: Mapping[str, Any]) -> set[str]:
        """Return the facts that are not known and, known, could settle the condition."""
        found: set[str] = set()
        if self.ask(when) is not None:
            return found
        for name in sorted(self.missing):
            supposed = []
            for truth in (True, False):
                self._supposed = (name, truth)
                supposed.append(self.ask(when))
            self._supposed = None
            if supposed != [None, None]:
                found.add(name)
        return found

    def _fact(self, when: Mapping[str, Any]) -> Truth:
        name = when["fact"]
        if self._supposed is not None and self._supposed[0] == name:
            return self._supposed[1]
        value = self.value(name)
        if value is None:
            self.missing.add(name)
            return None
        self.used.add(name)
        if "above" in when:
            return bool(value > when["above"])
        if "in" in when:
            wanted: Sequence[str] = when["in"]
            values = value if isinstance(value, frozenset) else {value}
            return bool(values & set(wanted))
        return bool(value == when["is"])

    def value(self, name: str) -> Any:  # noqa: ANN401 - whatever that fact is
        agreement, form = self._agreement, self._agreement.form
        found: dict[str, Callable[[], Any]] = {
            "replaces_in_person": lambda: agreement.replaces_in_person,
            "reasonably_specific": lambda: form.reasonably_specific,
            "clear_and_conspicuous": lambda: form.clear_and_conspicuous,
            "representation": lambda: agreement.representation,
            "form": lambda: form.kind,
            "bundled": lambda: bundled(agreement),
            "circumstance": lambda: frozenset(each.marker for each in agreement.circumstances),
            "signed_by": lambda: frozenset(each.by for each in agreement.signatures),
            "survives_death": lambda: agreement.posthumous.survives,
            "term_years": lambda: _term_years(agreement),
            "minor_at_signing": lambda: minor_at_signing(agreement, self._facts) or False,
            "dead_at_use": lambda: self._facts.dead,
            "labelled": lambda: self._facts.use.labelled,
        }
        return found[name]()


def bundled(agreement: Agreement) -> bool | None:
    """Whether the consent came in one with something else; a paper of its own did not."""
    if agreement.bundled is not None:
        return agreement.bundled
    if agreement.form.kind in {"separate_writing", "rider", "initialled_clause"}:
        return False
    if agreement.kind != "individual":
        return False
    return True if agreement.form.kind == "buried_in_terms" else None


def minor_at_signing(agreement: Agreement, facts: Facts) -> Truth:
    """Whether the performer was under 18 when it was given; None is not known."""
    born = facts.life.born if facts.life else None
    given = given_on(agreement)
    if born is None or given is None:
        return None
    return no(born.plus(months=ADULT_MONTHS).by(given))


def _term_years(agreement: Agreement) -> float | None:
    """Years of the licence; one that has no end is longer than any."""
    term = agreement.term
    start = term.start or given_on(agreement)
    if term.end == UNKNOWN_DAY:
        return None
    if term.end is None:
        return float("inf") if term.endless else None
    if start is None:
        return None
    return (term.end.last - start.first).days / 365.2425
