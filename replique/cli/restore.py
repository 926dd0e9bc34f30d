"""`replique restore`: a backup becomes the records again, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click

from replique.cli.backup import passphrase
from replique.cli.grammar import N_, argument, command, option
from replique.cli.paths import existing
from replique.cli.terminal import say, say_json, shown
from replique.language import gettext as _


@command(
    "restore",
    help=N_(
        "Bring a backup back, into a home that is not there yet or is empty.\n\n"
        "Nothing is restored over what somebody has: move that away first, or name another "
        "place with --home. Every byte is checked before anything gets its name."
    ),
)
@argument("file", metavar=N_("FILE"), type=click.Path(path_type=Path), help=N_("The backup."))
@option(
    "--passphrase-file",
    metavar=N_("FILE"),
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=N_("Read the passphrase from the first line of this file."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def restore(file: Path, passphrase_file: Path | None, *, as_json: bool) -> None:
    """Restore a backup."""
    from replique.store.opening import prepare

    existing([file])
    prepare()
    from replique.store.backup import restore as bring_back
    from replique.store.home import Home

    home = Home.default().path
    told = bring_back(file, passphrase(passphrase_file, new=False), home)
    if as_json:
        say_json({"ok": True, "home": str(home), "version": told.version, "at": told.at,
                  "records": told.records, "files": told.files, "bytes": told.size})  # fmt: skip
        return
    said = _("{count} files are back in {folder}, as they were on {day}.")
    say(said.format(count=told.files, folder=shown(home), day=told.at[:10]))
    say(_("To check the record of every step: replique ledger verify --files"))
