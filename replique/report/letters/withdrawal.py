"""The notice that a consent is withdrawn: GDPR Article 7(3)."""

from __future__ import annotations

from replique.consent.answer import Considered
from replique.consent.labels import label
from replique.consent.rendering import relied
from replique.language import gettext as _
from replique.report.letters import law, parties, telling
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import Line, line, name

_ENDED = frozenset({"withdrawn", "revoked", "invalidated", "expired", "refused"})
_BEGUN = frozenset({"given", "renewed"})


def subject() -> str:
    """Return the subject line."""
    return _("Notice of withdrawal of consent (GDPR, Article 7(3))")


def withdrawable(facts: LetterFacts) -> list[Considered]:
    """Return the grants that a withdrawal can be about, in papers that the company may read.

    The grant that the answer relies on, else every grant that speaks of the use; never
    one of a collective agreement, which no performer withdraws alone, nor one that was
    withdrawn or has ended by the day of the letter.
    """
    grants = [each for each in withdrawable_of_anyone(facts) if parties.may_tell(facts, each)]
    furthest = relied(facts.answer)
    return [furthest] if furthest in grants else grants


def withdrawable_of_anyone(facts: LetterFacts) -> list[Considered]:
    """Return the grants that stand and may concern the use, whoever they were given to."""
    furthest = relied(facts.answer)
    return [
        each
        for each in facts.answer.considered
        if each.kind == "grant"
        and each.given is not False
        and (each == furthest or each.speaks is not False)
        and _stands(facts, each)
    ]


def _stands(facts: LetterFacts, considered: Considered) -> bool:
    """Whether there is still something to withdraw, on the day of the letter."""
    paper = telling.agreement_of(facts, considered.agreement, considered.version)
    if paper is None:
        return considered.in_force is not False
    if paper.kind == "collective" or (
        paper.term.end is not None and paper.term.end.last_day < facts.date
    ):
        return False
    past = [each for each in paper.states if each.on is None or each.on.day <= facts.date]
    changed = [each for each in past if each.status in _ENDED | _BEGUN and not each.acts]
    return not changed or changed[-1].status not in _ENDED


def write(draft: Draft, facts: LetterFacts) -> None:
    """Write what is withdrawn, from when, and what follows."""
    draft.head(_("What I withdraw"))
    draft.say(
        _(
            "I withdraw the consent given in the clauses below, from the day on which you receive"
            " this letter. What was done before then is not touched by it (Article 7(3))."
        )
    )
    for considered in withdrawable(facts):
        _clause(draft, facts, considered)
    telling.use(draft, facts)
    if facts.heard or facts.voices:
        telling.found(draft, facts)
    telling.own_words(draft, facts)
    draft.head(_("What I ask"))
    draft.say(_("I ask you:"))
    draft.list(*_asked(facts))
    draft.say(_("Please answer within one month of receiving this letter (Article 12(3))."))
    draft.say(_("Legal basis: {law}."), law=law.cited(law.GDPR))
    draft.settle(
        _(
            "Whether the processing rests on consent under the GDPR, or on a contract, whose own"
            " terms then say how it ends."
        )
    )
    draft.settle(_("What the agreement says of uses that had begun, and of notice to be given."))


def _clause(draft: Draft, facts: LetterFacts, considered: Considered) -> None:
    source = telling.where_ruled(facts, considered)
    rule = telling.rule_of(facts, considered)
    if considered.quote:
        draft.quote(considered.quote, source)
    else:
        draft.say("{where}.", where=telling.whole(source))
    acts = rule.acts if rule is not None else None
    if acts:
        draft.say(
            _("It concerns: {acts}."),
            acts=name("; ".join(label("act", act) for act in sorted(acts))),
        )


def _asked(facts: LetterFacts) -> list[Line]:
    asked = [
        line(_("to stop every use and every processing that rests on this consent;")),
        line(
            _(
                "to erase the recordings, what is derived from them and the models made with"
                " them, where no other ground allows you to keep them (Article 17(1)(b));"
            )
        ),
        line(_("to tell every recipient of it (Article 19);")),
    ]
    asked += [
        line(
            _("to do what the agreement asks at its end: {duty} ({where});"),
            duty=label("duty", duty.kind),
            where=telling.whole(telling.where_owed(facts, duty)),
        )
        for duty in facts.answer.duty_states
        if duty.kind in {"delete", "return"}
        and duty.stands
        and duty.status != "met"
        and parties.may_tell_duty(facts, duty)
    ]
    asked.append(line(_("to confirm to me in writing what was done, and what is kept and why.")))
    return asked
