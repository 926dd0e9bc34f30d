"""An agreement in plain words: what is granted, what is refused, what was left open.

Says what the paper says, and nothing on whether it holds. Testimony is told only if it is
in the record: `store.agreement` leaves it out unless it was asked for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from replique.consent.dates import UNKNOWN_DAY, When
from replique.consent.labels import label, labels
from replique.consent.records import Agreement, Circumstance, Duty, Needs, Rule, Scope
from replique.consent.terms import content, event, kind, onward, period, unit
from replique.consent.vocabulary import ANY, INPUT, REPLICA_ACTS, TRAINING
from replique.language import gettext as _


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: tuple[str, ...]


def summary(agreement: Agreement) -> list[Section]:
    """Return the agreement in plain words, sections without lines left out."""
    sections = [
        Section(_("What it is"), tuple(_what(agreement))),
        Section(_("What may be done"), tuple(_rules(agreement, "grant"))),
        Section(_("What may not be done"), tuple(_rules(agreement, "prohibition"))),
        Section(_("What any permission must meet"), tuple(_rules(agreement, "requirement"))),
        Section(_("What is owed"), tuple(_owed(agreement))),
        Section(_("What holds besides"), tuple(_besides(agreement))),
        Section(_("What happened since"), tuple(_since(agreement))),
        Section(
            _("How it came to be signed (private)"),
            tuple(line for each in agreement.circumstances for line in _testimony(each)),
        ),
        Section(_("What was left open"), tuple(left_open(agreement))),
    ]
    return [each for each in sections if each.lines]


def _what(agreement: Agreement) -> Iterator[str]:
    who = _("everybody it binds") if ANY in agreement.performers else _listed(agreement.performers)
    yield _("{kind}, for {who}").format(kind=kind(agreement.kind), who=who)
    if agreement.title:
        yield _("Title: {title}").format(title=agreement.title)
    if agreement.company:
        yield _("With: {company}").format(company=agreement.company)
    if agreement.form.kind:
        yield _("Form: {form}").format(form=label("form", agreement.form.kind))
    if agreement.form.given:
        yield _("Given: {day}").format(day=_day(agreement.form.given))
    for each in agreement.signatures:
        day = f", {_day(each.on)}" if each.on else ""
        name = f" ({each.name})" if each.name else ""
        yield _("Signed by: {who}").format(who=f"{label('signer', each.by)}{name}{day}")
    if agreement.representation:
        yield _("Represented by: {who}").format(
            who=label("representation", agreement.representation)
        )
    yield from _term(agreement)


def _term(agreement: Agreement) -> Iterator[str]:
    term = agreement.term
    start = term.start or agreement.effective
    if start:
        yield _("From: {day}").format(day=_day(start))
    if term.endless:
        yield _("The paper says that it has no end.")
    elif term.end:
        yield _("To: {day}, the last day").format(day=_day(term.end))
    if term.begun_uses == "may_finish":
        yield _("A use that has begun may go on when it ends.")
    if term.begun_uses == "must_stop":
        yield _("A use that has begun must stop when it ends.")


def _rules(agreement: Agreement, which: str) -> Iterator[str]:
    for rule in agreement.rules:
        if rule.kind == which:
            yield _rule(rule)


def _rule(rule: Rule) -> str:
    acts = _words("act", rule.acts) or _("all acts")
    parts = [acts]
    if rule.subjects is not None:
        parts.append(_("with: {things}").format(things=_words("subject", rule.subjects)))
    if rule.artefacts is not None:
        parts.append(
            _("what comes out: {things}").format(things=_words("artefact", rule.artefacts))
        )
    if rule.practices:
        parts.append(_("namely: {things}").format(things=_words("practice", rule.practices)))
    parts += _scope(rule.scope)
    if rule.needs != Needs():
        parts += _needs(rule.needs)
    text = "; ".join(parts)
    return f"{text} [{rule.clause}]" if rule.clause else text


def _scope(scope: Scope) -> Iterator[str]:
    said: Mapping[str, frozenset[str] | None] = {
        _("only for the productions: {names}"): scope.productions,
        _("only for the companies: {names}"): scope.companies,
        _("only for the characters: {names}"): scope.characters,
        _("only in the media: {names}"): scope.media,
        _("only on the channels: {names}"): scope.channels,
        _("only in the places: {names}"): scope.territories,
        _("only in the languages: {names}"): scope.languages,
        _("only with the models: {names}"): scope.models,
        _("not for the productions: {names}"): scope.not_productions,
        _("not for the companies: {names}"): scope.not_companies,
        _("not in the media: {names}"): scope.not_media,
        _("not on the channels: {names}"): scope.not_channels,
        _("not in the places: {names}"): scope.not_territories,
        _("not in the languages: {names}"): scope.not_languages,
    }
    for sentence, names in said.items():
        if names and ANY not in names:
            yield sentence.format(names=_listed(names))
    if scope.content_refused:
        refused = ", ".join(content(each) for each in sorted(scope.content_refused))
        yield _("not with: {content}").format(content=refused)
    for counted, most in sorted(scope.max_counts.items()):
        yield _("at most {count} ({unit})").format(count=f"{most:g}", unit=unit(counted))
    yield from _scope_days(scope)


def _scope_days(scope: Scope) -> Iterator[str]:
    if scope.start:
        yield _("from {day}").format(day=_day(scope.start))
    if scope.end:
        yield _("to {day}").format(day=_day(scope.end))
    if scope.identifiable is False:
        yield _("only if the performer cannot be recognised in it")
    if scope.not_during_strike:
        yield _("not while a strike is called")


def _needs(needs: Needs) -> Iterator[str]:
    if needs.forms:
        yield _("in the form of: {forms}").format(forms=_words("form", needs.forms))
    if needs.signed_by:
        yield _("signed by: {who}").format(who=_words("signer", needs.signed_by))
    if needs.representation:
        yield _("represented by: {who}").format(who=_words("representation", needs.representation))
    if needs.clear_and_conspicuous:
        yield _("clear and conspicuous")
    if needs.reasonably_specific:
        yield _("with a reasonably specific description of the use")


def _owed(agreement: Agreement) -> Iterator[str]:
    for duty in agreement.duties:
        yield _duty(duty)
    for rule in agreement.rules:
        for duty in rule.duties:
            acts = _words("act", rule.acts) or _("all acts")
            yield _("{duty}, for: {acts}").format(duty=_duty(duty), acts=acts)


def _duty(duty: Duty) -> str:
    text = label("duty", duty.kind)
    if duty.amount is not None:
        amount = f"{duty.amount:g} {duty.currency}".strip()
        text = f"{text}, {amount}"
    if duty.percent is not None:
        text = f"{text}, {duty.percent:g} %"
    if duty.unit:
        text = f"{text} ({unit(duty.unit)})"
    return f"{text}, {_due(duty)}"


def _due(duty: Duty) -> str:
    if duty.before_use:
        return _("before the use")
    if duty.with_use:
        return _("with each use")
    if duty.due is not None:
        return _("by {day}").format(day=_day(duty.due))
    return _due_after(duty) or _("when is not said")


def _due_after(duty: Duty) -> str:
    after = event(duty.after)
    if duty.hours_before is not None:
        hours = f"{duty.hours_before:g}"
        return _("{hours} hours before: {event}").format(hours=hours, event=after)
    if duty.within_days is not None:
        return _("within {days} days of: {event}").format(days=duty.within_days, event=after)
    if duty.every:
        return _("every {period} from: {event}").format(period=period(duty.every), event=after)
    return ""


def _besides(agreement: Agreement) -> Iterator[str]:
    yield _("To be sublicensed: {answer}").format(answer=onward(agreement.onward.sublicense))
    yield _("To be transferred: {answer}").format(answer=onward(agreement.onward.transfer))
    if agreement.onward.approver:
        yield _("Who must approve it: {who}").format(who=agreement.onward.approver)
    survives = agreement.posthumous.survives
    if survives is not None:
        yield _("It goes on after death.") if survives else _("It ends with death.")
    if agreement.replaces:
        yield _("It replaces: {ids}").format(ids=", ".join(agreement.replaces))
    if agreement.amends:
        yield _("It changes: {id}").format(id=agreement.amends)


def _since(agreement: Agreement) -> Iterator[str]:
    for each in agreement.states:
        parts = [label("status", each.status)]
        if each.on:
            parts.append(_("from {day}").format(day=_day(each.on)))
        if each.until:
            parts.append(_("to {day}").format(day=_day(each.until)))
        if each.acts:
            parts.append(_("for: {acts}").format(acts=_words("act", each.acts)))
        if each.note:
            parts.append(_("“{quote}”").format(quote=each.note))
        yield ", ".join(parts)


def _testimony(each: Circumstance) -> Iterator[str]:
    day = f", {_day(each.on)}" if each.on else ""
    yield f"{label('circumstance', each.marker)}{day}"
    if each.said_by:
        yield _("says: {who}").format(who=each.said_by)
    if each.text:
        yield _("“{quote}”").format(quote=each.text)
    if each.evidence:
        yield _("shown by: {what}").format(what=each.evidence)


def left_open(agreement: Agreement) -> Iterator[str]:
    """Yield what a reader of the paper would have to ask. Nothing of it counts as allowed."""
    grants = [rule for rule in agreement.rules if rule.kind == "grant"]
    if not agreement.form.given:
        yield _("On which day it was given.")
    if not agreement.form.kind:
        yield _("In what form it was given.")
    if not agreement.signatures and agreement.kind != "refusal":
        yield _("Who signed.")
    if grants:
        yield from _open_in(agreement, grants)
    named = {act for rule in agreement.rules for act in rule.acts or ()}
    everything = ANY in named or any(rule.acts is None for rule in agreement.rules)
    if not everything and not named & TRAINING:
        yield _("Training of models is not mentioned: it is not granted.")
    if not everything and not named & REPLICA_ACTS:
        yield _("Replicas are not mentioned: they are not granted.")


def _open_in(agreement: Agreement, grants: list[Rule]) -> Iterator[str]:
    if agreement.term.end == UNKNOWN_DAY or not (agreement.term.end or agreement.term.endless):
        yield _("When it ends.")
    if agreement.posthumous.survives is None:
        yield _("Whether it goes on after death.")
    if not agreement.company and not all(rule.scope.companies for rule in grants):
        yield _("Who may do it: no company is named.")
    for rule in grants:
        acts = _words("act", rule.acts)
        if not any(duty.kind == "pay" for duty in (*rule.duties, *agreement.duties)):
            yield _("What is paid for: {acts}.").format(acts=acts)
        if rule.scope.territories is None and (rule.acts or frozenset()) - INPUT:
            yield _("Where: no place is named, so the paper sets no limit, for: {acts}.").format(
                acts=acts
            )


def _words(family: str, codes: frozenset[str] | None) -> str:
    return labels(family, ", ".join(sorted(codes))) if codes else ""


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _day(day: When) -> str:
    return _("a day that is not known") if day == UNKNOWN_DAY else day.written
