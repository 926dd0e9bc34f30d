"""The request for access: GDPR Article 15."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report.letters import law, telling
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import line


def subject() -> str:
    """Return the subject line."""
    return _("Request for access to personal data (GDPR, Article 15)")


def write(draft: Draft, facts: LetterFacts) -> None:
    """Write what is asked, and by when."""
    telling.found(draft, facts)
    telling.use(draft, facts, ask_unknown=True)
    telling.own_words(draft, facts)
    draft.head(_("What I ask"))
    draft.say(
        _(
            "Please confirm whether you process personal data concerning me: recordings of my"
            " performance, voice or likeness, and whatever is derived from them, such as excerpts,"
            " profiles and models. If you do, please give me:"
        )
    )
    draft.list(
        line(_("a copy of these data, with the dates at which you obtained them (Article 15(3));")),
        line(
            _(
                "the purposes, and the agreement or other ground on which you rely for each"
                " (Article 15(1)(a));"
            )
        ),
        line(
            _(
                "the categories of data, and each recipient to whom they were or will be"
                " disclosed, by name (Article 15(1)(b) and (c));"
            )
        ),
        line(
            _(
                "how long they are kept, and where you obtained what I did not give you"
                " (Article 15(1)(d) and (g));"
            )
        ),
        line(
            _(
                "whether they were used to train, adapt or test a model, and which, or for"
                " automated decisions (Article 15(1)(a) and (h));"
            )
        ),
        line(
            _("the safeguards for any transfer outside the European Economic Area (Article 15(2));")
        ),
        line(
            _(
                "for the use described above: the production, what was done, when, by whom, in"
                " which territories and languages."
            )
        ),
    )
    draft.say(
        _(
            "Please answer within one month of receiving this letter (Article 12(3)). If you need"
            " more to be sure who is writing, please say what, and no more than is necessary"
            " (Article 12(6))."
        )
    )
    draft.say(_("Legal basis: {law}."), law=law.cited(law.GDPR))
    draft.settle(
        _(
            "Whether the GDPR applies to this company: an establishment in the Union, or"
            " Article 3(2)."
        )
    )
