"""The objection to processing: GDPR Article 21."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report.letters import law, telling
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import line


def subject() -> str:
    """Return the subject line."""
    return _("Objection to the processing of personal data (GDPR, Article 21)")


def write(draft: Draft, facts: LetterFacts) -> None:
    """Write what is objected to, why, and what is asked."""
    telling.found(draft, facts)
    telling.use(draft, facts)
    telling.papers(draft, facts)
    draft.head(_("What I ask"))
    draft.say(
        _(
            "So far as you process the data described above under Article 6(1)(e) or (f), I object"
            " to it on grounds relating to my particular situation (Article 21(1))."
        )
    )
    if facts.note.strip():
        telling.own_words(draft, facts)
    else:
        draft.say(
            _("My grounds: {grounds}."),
            grounds=draft.open(_("the grounds that relate to the performer’s situation")),
        )
    draft.say(_("I ask you:"))
    draft.list(
        line(
            _(
                "to stop this processing, unless you demonstrate compelling legitimate grounds"
                " that override mine (Article 21(1));"
            )
        ),
        line(_("to restrict it until that is verified (Article 18(1)(d));")),
        line(_("to erase the data, and to tell every recipient (Articles 17(1)(c) and 19);")),
        line(
            _(
                "to tell me what was done and, if you rely on another ground than those named,"
                " on which."
            )
        ),
    )
    draft.say(_("Please answer within one month of receiving this letter (Article 12(3))."))
    draft.say(_("Legal basis: {law}."), law=law.cited(law.GDPR))
    if facts.use.act == "advertise":
        draft.settle(
            _("Whether this is direct marketing: then no grounds are needed (Article 21(2)).")
        )
    draft.settle(
        _(
            "Whether the GDPR applies to this company: an establishment in the Union, or"
            " Article 3(2)."
        )
    )
    draft.settle(_("Which ground the company relies on, if it has said so (Article 6(1))."))
