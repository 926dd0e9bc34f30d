"""`replique backup`: everything that is kept, in one locked file."""

from __future__ import annotations

from pathlib import Path

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import is_terminal, say, say_json, shown
from replique.errors import UsageError
from replique.language import gettext as _

LONGEST = 4_096


@command(
    "backup",
    help=N_(
        "Write everything that is kept into one locked file: records, takes, papers, the ledger "
        "and its key.\n\n"
        "Others may go on working meanwhile. Who has not the passphrase cannot open it, and nobody "
        "can give it back to you. With --check, a backup is read to its end instead."
    ),
)
@argument("file", metavar=N_("FILE"), type=click.Path(path_type=Path), help=N_("A new file."))
@option("--check", is_flag=True, help=N_("Read a backup that is there, and say what it holds."))
@option(
    "--passphrase-file",
    metavar=N_("FILE"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Read the passphrase from the first line of this file: for a task."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def backup(file: Path, passphrase_file: Path | None, *, check: bool, as_json: bool) -> None:
    """Make a backup, or check one."""
    from replique import store
    from replique.cli.paths import existing
    from replique.store.opening import prepare

    if check:
        existing([file])
        prepare()
        from replique.store.backup import check as read

        told = read(file, passphrase(passphrase_file, new=False))
    else:
        store.open()
        from replique.store.backup import back_up

        told = back_up(file, passphrase(passphrase_file, new=True))
    if as_json:
        say_json(
            {"ok": True, "file": str(file), "version": told.version, "at": told.at,
             "records": told.records, "files": told.files, "bytes": told.size}
        )  # fmt: skip
        return
    said = (
        _("{file} is whole: {count} files, made on {day}.")
        if check
        else _("{file} holds {count} files, as they were on {day}.")
    )
    say(said.format(file=shown(file), count=told.files, day=told.at[:10]))
    if not check:
        say(_("To bring it back: replique restore {file}").format(file=shown(file)))


def passphrase(file: Path | None, *, new: bool) -> str:
    """Return the passphrase, from a file or asked for. Raises UsageError."""
    if file is not None:
        with file.open(encoding="utf-8") as opened:
            return opened.readline(LONGEST).rstrip("\r\n")
    if not is_terminal():
        raise UsageError(
            _("The passphrase is asked for, and nobody is there."),
            advice=_("Give a file that holds it: --passphrase-file FILE"),
        )
    asked: str = click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=new)
    return asked
