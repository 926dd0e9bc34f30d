"""`replique judge`: what a person who listened says of an occurrence."""

from __future__ import annotations

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.speaker import private_words, speaker
from replique.cli.terminal import say, say_json, shown
from replique.language import gettext as _

VERDICTS = ("yes", "no", "unsure")


@command(
    "judge",
    help=N_(
        "Say what you make of an occurrence once you have listened.\n\n"
        "yes: it is this performance, used there, or this voice, or one made to resemble it. "
        "no: it is not. unsure: you cannot tell. "
        "The newest judgement holds; the earlier ones stay on record.\n\n"
        "Why is private: it appears in no list, report, ledger or export that did not ask for "
        "it. What is typed after --why stays in the history of your shell: leave --why out to "
        "be asked, or write --why - to give it on standard input."
    ),
)
@argument("occurrence", metavar=N_("OCCURRENCE"), type=click.IntRange(1), help=N_("Its number."))
@argument(
    "verdict", metavar="yes|no|unsure", type=click.Choice(VERDICTS), help=N_("What you make of it.")
)
@option("--why", metavar=N_("TEXT"), help=N_("Why you think so: private; - reads it."))
@option("--by", metavar=N_("NAME"), help=N_("Who says so, if not the owner of this account."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def judge(occurrence: int, verdict: str, why: str | None, by: str | None, *, as_json: bool) -> None:
    """Keep a judgement."""
    from replique import store
    from replique.cli.findings import judged

    store.open()
    reason = private_words(why, _("Why?"))
    made = store.judge(occurrence, verdict, reason, speaker(by))
    if as_json:
        say_json({"ok": True, "occurrence": occurrence, "judgement": judged(made)})
        return
    say(
        _("Occurrence {number}: {verdict}, says {name}.").format(
            number=occurrence, verdict=judgement_name(made.verdict), name=shown(made.by)
        )
    )


def judgement_name(verdict: str) -> str:
    """Return a judgement in a word."""
    return {"yes": _("yes"), "no": _("no"), "unsure": _("unsure")}[verdict]
