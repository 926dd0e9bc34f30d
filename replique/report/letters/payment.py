"""The claim for a payment that an agreement owes."""

from __future__ import annotations

from replique.consent import wording
from replique.consent.answer import DutyState
from replique.consent.labels import label
from replique.language import gettext as _
from replique.report.letters import law, parties, telling
from replique.report.letters.deadline import within
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import Line, Piece, line, name
from replique.report.numerals import day, iso_day

PAID = frozenset({"pay", "benefit"})
"""Duties that are money: to the performer, or to a fund for them."""


def subject() -> str:
    """Return the subject line."""
    return _("Claim for payment under an agreement")


def owed(facts: LetterFacts) -> list[DutyState]:
    """Return the duties of the company written to that are not done, or not known to be."""
    return [duty for duty in owed_by_anyone(facts) if parties.may_tell_duty(facts, duty)]


def owed_by_anyone(facts: LetterFacts) -> list[DutyState]:
    """Return the duties of payment that are not done, or not known to be done."""
    return [
        duty
        for duty in facts.answer.duty_states
        if duty.kind in PAID and duty.stands and duty.status in {"unmet", "unknown"}
    ]


def write(draft: Draft, facts: LetterFacts) -> None:
    """Write what is owed under which clause, and how to pay it."""
    telling.found(draft, facts)
    telling.use(draft, facts)
    telling.papers(draft, facts)
    draft.head(_("What is owed"))
    for duty in owed(facts):
        draft.rows(*_told(draft, facts, duty))
    draft.say(
        _("On my record, nothing shows that this was done by {day}."),
        day=day(facts.answer.asked_on),
    )
    telling.own_words(draft, facts)
    draft.head(_("What I ask"))
    draft.say(_("I ask you:"))
    draft.list(
        line(
            _("to pay what is owed {within}, to: {account};"),
            within=within(draft, facts),
            account=draft.given(facts.pay_to, _("where to pay")),
        ),
        line(
            _("if it was paid, to tell me when, to whom and how, so that my record is set right;")
        ),
        line(
            _(
                "where the amount depends on the use, to give me the figures from which it is"
                " counted."
            )
        ),
    )
    draft.say(_("This claim widens no permission and gives up no right."))
    draft.say(_("Legal basis: the clauses named above."))
    draft.settle(_("Which law governs the agreement, and from when a claim is barred by time."))
    draft.settle(
        _("Whether interest and costs are claimed; possibly: {law}.").format(
            law=law.cited(law.LATE_PAYMENT)
        )
    )


def _told(draft: Draft, facts: LetterFacts, duty: DutyState) -> list[tuple[str, Line]]:
    if duty.due:
        due: Piece = name(iso_day(duty.due))
    else:
        due = draft.open(_("the day on which it was due"))
    amount = draft.given(wording.amount(duty.amount), _("the amount"))
    kind = label("duty", duty.kind)
    if duty.status != "unmet":
        kind = _("{duty}; whether it was done is not known").format(duty=kind)
    return [
        (_("Duty"), (Piece("text", kind),)),
        (_("Amount"), (amount,)),
        (_("Due on"), (due,)),
        (_("Where it is agreed"), telling.where_owed(facts, duty)),
    ]
