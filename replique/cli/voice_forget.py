"""`replique voice forget`: a voice destroyed, and shown to be."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import is_terminal, say, say_json, shown
from replique.cli.voice import manner_name
from replique.errors import UsageError
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from replique.store.forgetting import Forgotten


@command(
    "forget",
    help=N_(
        "Destroy an enrolled voice: its key, its recordings and reference, and all that was "
        "found by it.\n\n"
        "No passphrase is needed. This cannot be undone: at a terminal you are asked, elsewhere "
        "--yes must say that it is meant."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@option(
    "--manner",
    metavar=N_("MANNER"),
    help=N_("Only this one: speaking, singing, or the name of a character."),
)
@option(
    "--reports",
    is_flag=True,
    help=N_("Also delete the reports kept in the home that were written since it was enrolled."),
)
@option("--yes", is_flag=True, help=N_("Yes, destroy it."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def forget(performer: str, manner: str | None, *, reports: bool, yes: bool, as_json: bool) -> None:
    """Forget a voice, and show that it is forgotten."""
    from replique import store

    home = store.open()
    if not yes and not _confirmed(performer, manner, ask=not as_json):
        say(_("Nothing was destroyed."))
        return
    gone = store.forget_voice(home, performer, manner, reports=reports)
    if as_json:
        say_json(_plain_forgotten(gone))
        return
    _say_forgotten(gone)


def _confirmed(performer: str, manner: str | None, *, ask: bool) -> bool:
    """Ask whether it is meant. Raises UsageError where nobody can be asked."""
    from replique import store
    from replique.cli.asking import confirm

    known = store.voices(performer)
    meant = [each for each in known if manner is None or each.manner == manner]
    if not meant:
        return True  # the store says what there is
    named = ", ".join(manner_name(each.manner) for each in meant)
    would = _("The voice of {name} ({manners}) would be destroyed, with all that was found by it.")
    would = would.format(name=shown(meant[0].performer_name), manners=shown(named))
    if not (ask and is_terminal() and is_terminal(sys.stdin)):
        raise UsageError(would, advice=_("If that is meant, say so with --yes."))
    say(would)
    return bool(confirm(_("Destroy it?"), default=False))


def _say_forgotten(gone: Forgotten) -> None:
    manners = ", ".join(shown(manner_name(each)) for each in gone.manners)
    say(
        _("The voice of {name} is forgotten ({manners}).").format(
            name=shown(gone.performer_name), manners=manners
        )
    )
    say()
    say(_("Destroyed:"))
    for line in _destroyed(gone):
        say(f"- {line}")
    say()
    say(_("What stays:"))
    for line in _stays(gone):
        say(f"- {line}")
    if gone.notes:
        say()
    for note in gone.notes:
        say(note)


def _destroyed(gone: Forgotten) -> Iterator[str]:
    """Yield what is gone, with how many."""
    from replique.report.numerals import number

    if gone.keys:
        yield ngettext(
            "{count} key; it was looked for afterwards, and is not there",
            "{count} keys; they were looked for afterwards, and none is there",
            gone.keys,
        ).format(count=number(gone.keys))
    if gone.files:
        yield ngettext(
            "{count} file with recordings and reference, overwritten first",
            "{count} files with recordings and references, overwritten first",
            gone.files,
        ).format(count=number(gone.files))
    yield ngettext(
        "{count} occurrence that was found by it", "{count} occurrences that were found by it",
        gone.occurrences,
    ).format(count=number(gone.occurrences))  # fmt: skip
    if gone.judgements:
        yield ngettext(
            "{count} judgement of what was found",
            "{count} judgements of what was found",
            gone.judgements,
        ).format(count=number(gone.judgements))
    for file in gone.reports_deleted:
        yield _("the report {file}").format(file=shown(file))
    if gone.rewritten:
        yield _("the traces of all that in the file of the records, which was written anew")


def _stays(gone: Forgotten) -> Iterator[str]:
    """Yield what is left, and why."""
    from replique.report.numerals import number

    if gone.statements:
        yield ngettext(
            "{count} statement, marked as withdrawn: it proves that the person had agreed",
            "{count} statements, marked as withdrawn: they prove that the person had agreed",
            gone.statements,
        ).format(count=number(gone.statements))
    yield _("the ledger: that a voice was enrolled and forgotten, and when; nothing of its sound")
    if gone.uses:
        yield _(
            "uses that somebody described in their own words, of no occurrence now: {uses}"
        ).format(uses=", ".join(gone.uses))
    for file in gone.reports:
        yield _("the report {file}, which --reports would delete").format(file=shown(file))


def _plain_forgotten(gone: Forgotten) -> dict[str, object]:
    return {
        "ok": True,
        "performer": gone.performer,
        "manners": list(gone.manners),
        "destroyed": {
            "keys": gone.keys,
            "files": gone.files,
            "occurrences": gone.occurrences,
            "judgements": gone.judgements,
            "media": gone.media,
            "reports": [str(each) for each in gone.reports_deleted],
        },
        "keys_left": gone.keys_left,
        "rewritten": gone.rewritten,
        "stays": {
            "statements": gone.statements,
            "uses": list(gone.uses),
            "reports": [str(each) for each in gone.reports],
        },
        "notes": list(gone.notes),
    }
