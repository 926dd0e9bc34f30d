"""The request to take a use down."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report.letters import law, telling
from replique.report.letters.deadline import within
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import line


def subject() -> str:
    """Return the subject line."""
    return _("Request to take down a use of a performance")


def write(draft: Draft, facts: LetterFacts) -> None:
    """Write what is asked, and the grounds between which counsel chooses."""
    telling.found(draft, facts)
    telling.use(draft, facts)
    telling.papers(draft, facts)
    telling.own_words(draft, facts)
    draft.head(_("What I ask"))
    draft.say(_("Unless you can show me an agreement that permits this use, I ask you:"))
    draft.list(
        line(_("to take it down wherever you make it available, and not to put it back;")),
        line(_("to tell those to whom you passed it, and to tell me who they are;")),
        line(_("to keep the files and the records of this use until the question is settled;")),
        line(_("to confirm to me in writing what was done.")),
    )
    draft.say(
        _("Please answer {within}. Silence on either side is no permission."),
        within=within(draft, facts),
    )
    draft.say(
        _("Legal basis: {choice}."),
        choice=draft.open(_("the legal basis; some are proposed below")),
    )
    for each in (law.CPI, law.INFOSOC):
        draft.settle(_("A possible basis: {law}.").format(law=law.cited(each)))
    draft.settle(
        _("If the addressee only hosts what others publish, a notice under: {law}.").format(
            law=law.cited(law.DSA)
        )
    )
    if facts.answer.verdict == "duty_unmet" and telling.told_grant(facts) is not None:
        draft.settle(
            _(
                "The papers permit this use: whether a duty that is not done entitles the"
                " performer to have it stopped."
            )
        )
