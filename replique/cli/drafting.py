"""`replique agreement new`: an agreement is written down, by questions or on a form."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.failures import INTERRUPTED
from replique.cli.grammar import N_, command, option, speak
from replique.cli.terminal import is_terminal, say, shown, warn
from replique.errors import AlreadyThere, DiskFull, UsageError
from replique.language import LANGUAGES, current
from replique.language import gettext as _
from replique.store.forms import NAMES

if TYPE_CHECKING:
    from replique.consent.records import Agreement

STANDARD_OUTPUT = "-"
OWNER_ALONE = 0o600


@command(
    "new",
    help=N_(
        "Write down what was agreed, asked in plain words: with whom, what may be done and what "
        "not, where, how long, paid how, signed how.\n\n"
        "Enter leaves a question open. The whole is shown before it is kept. With --template, "
        "a form says what such papers usually say; with --out as well, it is written to a file "
        "to fill in, and nothing is asked.\n\n"
        "\b\n"
        "  replique agreement new\n"
        "  replique agreement new --template rider\n"
        "  replique agreement new --template rider --out rider.toml"
    ),
)
@option("--template", type=click.Choice(NAMES), help=N_("Begin with the form of such a paper."))
@option(
    "--out",
    metavar=N_("FILE"),
    help=N_("Write it to this file instead of keeping it; - writes it here."),
)
@option("--performer", metavar=N_("PERFORMER"), help=N_("Whose: a short name, such as awa-diop."))
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Ask in French or English."))
def new(template: str | None, out: str | None, performer: str | None, lang: str | None) -> None:
    """Write an agreement down."""
    from replique.store.forms import form

    if lang is not None:
        speak(lang)
    if out is not None and out != STANDARD_OUTPUT and os.path.lexists(out):
        raise AlreadyThere(
            _("There is a file {file} already.").format(file=shown(out)),
            advice=_("Give another name; nothing was written."),
        )
    if template is not None and out is not None:
        _write(form(template, current(), performer=performer or ""), out)
        return
    _only_at_a_terminal()
    try:
        drafted = _asked(template, performer)
    except (click.Abort, KeyboardInterrupt):
        warn("")
        warn(_("Stopped, because you asked. Nothing was kept."))
        raise click.exceptions.Exit(INTERRUPTED) from None
    if out is not None:
        from replique.consent import writing

        _write(writing.agreement(drafted), out)
    else:
        _keep(drafted)


def _only_at_a_terminal() -> None:
    if not is_terminal(sys.stdin):
        raise UsageError(
            _("The questions need somebody at a keyboard, and nobody is there."),
            advice=_(
                "Write a form to a file and fill it in: replique agreement new --template rider "
                "--out rider.toml"
            ),
        )


def _asked(template: str | None, performer: str | None) -> Agreement:
    """Return what the interview gave, shown and read back as it will be kept."""
    from replique import store
    from replique.cli.agreement import say_summary
    from replique.cli.interview import interview
    from replique.consent import reading, writing
    from replique.store.forms import form

    store.open()
    known = [each.slug for each in store.performers()]
    if performer is not None:
        known = [each for each in known if each == performer]
    if not known:
        raise UsageError(
            _("There is nobody yet whose agreement it could be."),
            advice=_('First: replique performer add "NAME"'),
        )
    start = None
    if template is not None:
        start = reading.agreement(form(template, current(), performer=known[0]))
    taken = [each.id for each in store.agreements()]
    drafted = interview(known, taken, start)
    drafted = reading.agreement(writing.agreement(drafted))
    say()
    say(_("This is what it says:"))
    say_summary(drafted)
    say()
    return drafted


def _keep(drafted: Agreement) -> None:
    from replique import store
    from replique.cli.asking import confirm
    from replique.consent import writing

    if not confirm(_("Keep it?"), default=True):
        say(_("Nothing was kept."))
        return
    record = store.add_agreement(writing.agreement(drafted))
    say(_("{agreement} is kept.").format(agreement=shown(record.id)))
    say(
        _("The paper itself, if there is one: replique agreement attach {id} FILE").format(
            id=shown(record.id)
        )
    )


def _write(text: str, out: str) -> None:
    """Write a text to a new file that its owner alone can read: it may hold testimony."""
    if out == STANDARD_OUTPUT:
        for line in text.splitlines():
            say(line)
        return
    try:
        handle = os.open(Path(out), os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise DiskFull(
            _("{file} could not be written.").format(file=shown(out)),
            advice=_("Check the folder and the room on the disk."),
        ) from error
    say(
        _("{file} is written. Change what differs, then: replique agreement add {file}").format(
            file=shown(out)
        )
    )
