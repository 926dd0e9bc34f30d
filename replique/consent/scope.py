"""How far a rule reaches: one check for each dimension that its paper limits.

A grant *covers* a use when every dimension of the use lies within it. A prohibition
*touches* a use when some part of the use lies within each of its dimensions. An unknown
fact makes a check unknown: in a grant it then does not cover, in a prohibition it may
forbid.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from replique.consent.answer import Reason
from replique.consent.chains import HANDS, NO_HAND, handed_on, passed_on
from replique.consent.facts import Facts
from replique.consent.names import (
    WORLD,
    all_within,
    any_overlap,
    language_within,
    normal,
    normals,
    place,
    stem,
    tag,
)
from replique.consent.records import Agreement, Names, Onward, Rule
from replique.consent.truth import Truth, every, no, some
from replique.consent.vocabulary import ANY, MACHINE_ACTS, NOTHING_MADE, REPLICAS

Ask = Callable[[Facts], Truth]


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One dimension of one rule. limit: what the paper says; value: what the use says.

    party : for a company, whether the use has to do with it, however it came there.
    """

    code: str
    ask: Ask
    limit: str
    clause: str
    value: Callable[[Facts], str]
    party: Ask | None = None

    def with_party(self, facts: Facts) -> Truth:
        """Ask whether the use has to do with the company or production that it names."""
        return self.ask(facts) if self.party is None else self.party(facts)

    def reason(self, facts: Facts) -> Reason:
        """Ask, and say what was compared with what."""
        return Reason(
            self.code,
            self.ask(facts),
            facts={"limit": self.limit, "use": self.value(facts)},
            clause=self.clause,
        )


def checks(agreement: Agreement, rule: Rule) -> tuple[Check, ...]:
    """Return the checks of a rule, those that fail most often first."""
    return tuple(_Dimensions(agreement, rule).all())


def companies(agreement: Agreement, rule: Rule) -> Names | None:
    """Return to whom a grant is given: those it names, else the company of the paper.

    A licence is personal (Equity, AI vision, right 3). A prohibition or a requirement
    that names nobody holds for everybody.
    """
    if rule.scope.companies is not None:
        return rule.scope.companies
    if rule.kind == "grant" and agreement.company:
        return frozenset({agreement.company})
    return None


class _Dimensions:
    def __init__(self, agreement: Agreement, rule: Rule) -> None:
        self._agreement, self._rule, self._scope = agreement, rule, rule.scope
        self._grants = rule.kind == "grant"

    def all(self) -> Iterable[Check]:
        rule, scope = self._rule, self._scope
        if rule.acts is not None:
            yield self._check(
                "act", _act(rule, self._agreement.onward), rule.acts, lambda facts: facts.act
            )
        if rule.acts is None or "processing_practice" in rule.acts:
            yield self._check(
                "practice", _practice(rule), rule.practices, lambda facts: facts.practice
            )
        yield from self._company()
        yield from self._named("production", scope.productions, scope.not_productions)
        if rule.subjects is not None:
            yield self._check("subject", self._subject(), rule.subjects, lambda f: f.subjects)
        if self._grants or rule.artefacts is not None:
            yield self._check("artefact", _artefact(rule), rule.artefacts, lambda f: f.artefact)
        yield from self._named("character", scope.characters, frozenset())
        yield from self._named("medium", scope.media, scope.not_media)
        yield from self._named("channel", scope.channels, scope.not_channels)
        yield from self._named("model", scope.models, frozenset())
        yield from self._territory()
        yield from self._language()
        yield from self._output()
        yield from self._counts()

    def _check(
        self,
        code: str,
        ask: Ask,
        limit: Names | str | None,
        value: Callable[[Facts], Names | str | None],
    ) -> Check:
        return Check(code, ask, _said(limit), self._rule.clause, lambda facts: _said(value(facts)))

    def _named(self, code: str, limit: Names | None, barred: Names) -> Iterable[Check]:
        def value(facts: Facts) -> str | None:
            return getattr(facts, code)  # type: ignore[no-any-return] # one of its names

        def shown(facts: Facts) -> str | None:
            return getattr(facts.use, code)  # type: ignore[no-any-return] # one of its names

        if limit is not None and ANY not in limit:
            allowed = normals(limit)
            yield self._check(code, lambda facts: _one_of(value(facts), allowed), limit, shown)
        if barred:
            names = normals(barred)
            yield self._check(
                f"not_{code}", lambda facts: no(_one_of(value(facts), names)), barred, shown
            )

    def _company(self) -> Iterable[Check]:
        limit = companies(self._agreement, self._rule)
        if limit is not None and ANY not in limit:
            allowed = normals(limit)
            stems = frozenset(stem(each) for each in allowed)
            onward = self._agreement.onward if self._grants else None

            def ask(facts: Facts) -> Truth:
                direct = _firm_of(facts.company, allowed, stems)
                if direct is not False or onward is None:
                    return direct
                return passed_on(facts, allowed, onward)

            def party(facts: Facts) -> Truth:
                if facts.chain and facts.chain[0][0] in allowed:
                    return True
                return ask(facts)

            check = self._check("company", ask, limit, lambda facts: facts.use.company)
            yield dataclasses.replace(check, party=party)
        elif limit is None and self._rule.kind == "requirement" and self._agreement.company:
            # whom a collective agreement binds, beside those it names, is not known here
            bound = frozenset({normal(self._agreement.company)})
            yield self._check(
                "bound",
                lambda facts: _one_of(facts.company, bound) or None,
                self._agreement.company,
                lambda facts: facts.use.company,
            )
        elif limit is None and self._grants and self._agreement.kind == "individual":
            # a licence is personal: to whom this one was given is not known
            yield self._check("company", lambda _facts: None, None, lambda f: f.use.company)
        if self._scope.not_companies:
            barred = normals(self._scope.not_companies)

            def outside(facts: Facts) -> Truth:
                return no(_one_of(facts.company, barred))

            yield self._check(
                "not_company", outside, self._scope.not_companies, lambda f: f.use.company
            )

    def _subject(self) -> Ask:
        limit = self._rule.subjects or frozenset()
        if ANY in limit:
            return lambda _facts: True
        if self._grants:
            return lambda facts: None if facts.subjects is None else facts.subjects <= limit
        return lambda facts: None if facts.subjects is None else bool(facts.subjects & limit)

    def _territory(self) -> Iterable[Check]:
        limit, barred = self._scope.territories, self._scope.not_territories
        reaches = all_within if self._grants else any_overlap
        places = frozenset(place(each) for each in limit or ())
        if limit is not None and ANY not in limit:

            def inside(facts: Facts) -> Truth:
                if WORLD in places:  # wherever it was, it was there
                    return True
                return None if facts.territories is None else reaches(facts.territories, places)

            yield self._check("territory", inside, limit, lambda facts: facts.use.territories)
        if barred:
            kept_out = frozenset(place(each) for each in barred)
            touches = any_overlap if self._grants else all_within

            def outside(facts: Facts) -> Truth:
                if facts.territories is None:
                    return None
                return not touches(facts.territories, kept_out)

            yield self._check("not_territory", outside, barred, lambda f: f.use.territories)

    def _language(self) -> Iterable[Check]:
        limit, barred = self._scope.languages, self._scope.not_languages
        each_of = every if self._grants else some
        if limit is not None and ANY not in limit:
            tags = frozenset(tag(each) for each in limit)

            def inside(facts: Facts) -> Truth:
                if facts.languages is None:
                    return None
                if ANY in facts.languages:  # all there are: more than any paper names
                    return not self._grants
                return each_of(_spoken(each, tags) for each in facts.languages)

            yield self._check("language", inside, limit, lambda facts: facts.use.languages)
        if barred:
            kept_out = frozenset(tag(each) for each in barred)

            def outside(facts: Facts) -> Truth:
                if facts.languages is None:
                    return None
                if ANY in facts.languages:
                    return not self._grants
                return each_of(no(_spoken(each, kept_out)) for each in facts.languages)

            yield self._check("not_language", outside, barred, lambda f: f.use.languages)

    def _output(self) -> Iterable[Check]:
        refused = normals(self._scope.content_refused)
        if refused:

            def content(facts: Facts) -> Truth:
                if facts.content is None:
                    return None
                found = bool(facts.content & refused or (ANY in refused and facts.content))
                return not found if self._grants else found

            yield self._check("content", content, refused, lambda facts: facts.content)
        if self._scope.identifiable is False:

            def identifiable(facts: Facts) -> Truth:
                return no(facts.use.identifiable) if self._grants else facts.use.identifiable

            yield self._check("identifiable", identifiable, "no", _identifiable)

    def _counts(self) -> Iterable[Check]:
        for unit, most in sorted(self._scope.max_counts.items()):

            def ask(facts: Facts, unit: str = unit, most: float = most) -> Truth:
                count = facts.use.counts.get(unit)
                if count is None:
                    return None
                return count <= most if self._grants else count > most

            def value(facts: Facts, unit: str = unit) -> str | None:
                count = facts.use.counts.get(unit)
                return None if count is None else f"{count:g} {unit}"

            yield self._check("count", ask, f"{most:g} {unit}", value)


def _act(rule: Rule, onward: Onward) -> Ask:
    acts = rule.acts or frozenset()
    if (
        rule.kind == "grant"
        and not acts & HANDS
        and (onward.sublicense, onward.transfer) != NO_HAND
    ):
        return lambda facts: _act_or_hand(facts, acts, onward)
    if ANY not in acts:
        return lambda facts: None if facts.act is None else facts.act in acts
    if rule.kind != "grant":
        return lambda _facts: True
    # "All uses" in an old assignment names no machine's act (Equity, AI vision).
    return lambda facts: None if facts.act is None else facts.act not in MACHINE_ACTS


def _practice(rule: Rule) -> Ask:
    listed = rule.practices

    def ask(facts: Facts) -> Truth:
        if facts.act is not None and facts.act != "processing_practice":
            return True
        if rule.kind != "grant" and not listed:
            return True
        if ANY in listed:
            return True
        if facts.act is None or facts.practice is None:
            return None if listed else False
        return facts.practice in listed

    return ask


def _act_or_hand(facts: Facts, acts: Names, onward: Onward) -> Truth:
    """Whether the act is granted; of the passing-on itself, what the paper says of that."""
    if facts.act is None:
        return None
    if facts.act in HANDS:
        return handed_on(facts, onward)
    return facts.act in acts if ANY not in acts else facts.act not in MACHINE_ACTS


_ALTERED = frozenset({"original_recording", "digital_alteration"})


def _artefact(rule: Rule) -> Ask:
    limit = rule.artefacts
    if rule.kind != "grant":
        return lambda facts: _among(facts, limit or frozenset())

    def ask(facts: Facts) -> Truth:
        if facts.act in NOTHING_MADE:
            return True
        if limit is None:
            return _implied(facts)
        return _all_made(facts) if ANY in limit else _among(facts, limit)

    return ask


def _among(facts: Facts, limit: Names) -> Truth:
    if ANY in limit:
        return True
    return None if facts.artefact is None else facts.artefact in limit


def _all_made(facts: Facts) -> Truth:
    """What "anything made" covers: what a person played, and what a machine's act makes."""
    if facts.act in MACHINE_ACTS:
        return True
    return None if facts.artefact is None else facts.artefact not in REPLICAS


def _implied(facts: Facts) -> Truth:
    """What a grant covers that names no artefact: never a replica by silence."""
    if facts.act is None:
        return True if facts.artefact == "original_recording" else None
    if facts.act in {"alter", "lip_sync", "processing_practice"}:
        return None if facts.artefact is None else facts.artefact in _ALTERED
    if facts.act in MACHINE_ACTS:
        return True
    return None if facts.artefact is None else facts.artefact == "original_recording"


def _one_of(value: str | None, names: Names) -> Truth:
    if value is None:
        return None
    return value in names or ANY in names


def _firm_of(value: str | None, names: Names, stems: Names) -> Truth:
    """Whether a company is one of these; "Nord Films" and "Nord Films SAS" may be one."""
    one = _one_of(value, names)
    if one is False and value is not None and stem(value) in stems:
        return None
    return one


def _spoken(language: str, tags: Names) -> Truth:
    return some(language_within(language, each) for each in tags)


def _identifiable(facts: Facts) -> str | None:
    return {True: "yes", False: "no", None: None}[facts.use.identifiable]


def _said(value: Names | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else ", ".join(sorted(value))
