"""Which letter makes sense for which answer: refusals with advice, and warnings."""

from __future__ import annotations

from replique.errors import UsageError
from replique.language import gettext as _
from replique.report.letters import payment, telling, withdrawal
from replique.report.letters.facts import KINDS, LetterFacts
from replique.report.numerals import iso_day

OF_A_VOICE = frozenset({"access", "withdrawal"})
"""Letters that ask, or speak of papers alone: what a likeness can bear."""


def refuse(kind: str, facts: LetterFacts) -> None:
    """Raise UsageError, with what to do instead, where a letter would make no sense."""
    if kind not in KINDS:
        raise UsageError(
            _("There is no letter of this kind."),
            advice=_("The kinds are: {kinds}.").format(kinds=", ".join(KINDS)),
        )
    if facts.judgement == "no":
        raise UsageError(
            _("A person judged that this finding is none; no letter is written on it."),
            advice=_("If that was a mistake, judge it anew: replique judge"),
        )
    if facts.voices and kind not in OF_A_VOICE:
        raise _likeness_only()
    _REFUSALS[kind](facts)


def _likeness_only() -> UsageError:
    """Return the error for a demand that would rest on a likeness."""
    return UsageError(
        _(
            "This finding is a voice that resembles. A likeness does not show whose voice it is,"
            " nor that a recording was used: it bears no such demand."
        ),
        advice=_(
            "Ask the company first, with a request for access: --kind access. If its answer, a"
            " credit or a paper shows the use, describe it by itself, `replique use describe"
            " --performer PERFORMER`, and write on that one."
        ),
    )


def _access(facts: LetterFacts) -> None:
    """Refuse nothing: whoever is concerned may ask, whatever was agreed."""


def _stop(facts: LetterFacts) -> None:
    if facts.answer.verdict == "covered":
        raise UsageError(
            _("The agreements on record permit this use, so there is nothing to object to."),
            advice=_(
                "To end the permission, write a withdrawal; to learn what is done, a request for"
                " access."
            ),
        )


def _payment(facts: LetterFacts) -> None:
    if payment.owed(facts):
        return
    if payment.owed_by_anyone(facts):
        raise UsageError(
            _("The payment is owed under an agreement that is not with the company written to."),
            advice=_(
                "Write to the company of that agreement, with its name as the agreement has it:"
                " --to. See the duties with: replique check"
            ),
        )
    of_money = [each for each in facts.answer.duty_states if each.kind in payment.PAID]
    if not of_money:
        raise UsageError(
            _("No agreement on record owes a payment for this use."),
            advice=_(
                "If one does, add its duty to the agreement and ask again. A use without a"
                " permission is met with a request to take it down, or for access."
            ),
        )
    later = min(
        (each.due for each in of_money if each.status == "pending" and each.due), default=""
    )
    if later:
        raise UsageError(
            _("The payment is not due before {day}.").format(day=iso_day(later)),
            advice=_("Write the claim when that day has passed."),
        )
    if any(not each.stands and each.status != "met" for each in of_money):
        raise UsageError(
            _("Whether a payment is owed for this use is not known."),
            advice=_(
                "See what would settle it with: replique check; or ask the company with a request"
                " for access."
            ),
        )
    raise UsageError(
        _("No payment stands open for this use: it is done, or was not called for."),
        advice=_("See each duty with: replique check"),
    )


def _withdrawal(facts: LetterFacts) -> None:
    if withdrawal.withdrawable(facts):
        return
    if withdrawal.withdrawable_of_anyone(facts):
        raise UsageError(
            _("The consent stands in an agreement that is not with the company written to."),
            advice=_(
                "Write to the company of that agreement, with its name as the agreement has it:"
                " --to."
            ),
        )
    raise UsageError(
        _("There is no consent of the performer in force that could be withdrawn for this use."),
        advice=_("To have a use without a consent stopped, write an objection or a takedown."),
    )


_REFUSALS = {
    "access": _access,
    "objection": _stop,
    "takedown": _stop,
    "payment": _payment,
    "withdrawal": _withdrawal,
}


def warnings(kind: str, facts: LetterFacts) -> tuple[str, ...]:
    """Return what whoever signs must know first, as sentences.

    They stand on the last page of the same file, which may leave with the letter: what
    rests on another company's paper is left to `replique check`.
    """
    said = []
    tells = telling.told_grant(facts) is not None
    if facts.died:
        said.append(
            _(
                "The performer has died: the GDPR does not speak of the dead (recital 27), and"
                " whoever holds the rights now must write in their own name."
            )
        )
    if (facts.heard or facts.voices) and not facts.judgement:
        said.append(_("Nobody has judged this finding yet: listen to it before the letter leaves."))
    if facts.voices:
        said.append(
            _(
                "This letter rests on a likeness of voices: the voice may be another person’s, who"
                " did nothing wrong. Have somebody else listen, and ask without accusing."
            )
        )
    if facts.judgement == "unsure":
        said.append(_("Whoever judged this finding is not sure: have another person listen."))
    if facts.answer.verdict == "undetermined" and kind != "access":
        said.append(
            _(
                "What is known does not settle whether this use was agreed; a request for access"
                " may settle it first."
            )
        )
    if kind == "withdrawal" and facts.answer.verdict != "covered":
        said.append(_("The consent that this withdraws does not, on record, cover this use."))
    if kind == "access" and facts.answer.verdict == "covered" and tells:
        said.append(
            _("The agreements on record permit this use; access can be asked all the same.")
        )
    if facts.answer.validity == "disputed" and tells:
        said.append(_("Whether the consent is valid raises questions for counsel: see the report."))
    return tuple(said)
