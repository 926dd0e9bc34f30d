"""`replique report`: one HTML file to see, hear and print."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import say, say_json, shown
from replique.errors import UsageError
from replique.language import LANGUAGES, current, ngettext
from replique.language import gettext as _


@command(
    "report",
    help=N_(
        "Write a report: one HTML file that works offline.\n\n"
        "Each occurrence can be heard beside its take and seen in a picture; what the agreements "
        "say of each use that was described stands with it. The report holds excerpts of the "
        "recordings and clauses of agreements: give it only to whom you would give those."
    ),
)
@argument(
    "out",
    metavar=N_("OUT.html"),
    type=click.Path(path_type=Path),
    help=N_("The file to write."),
)
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Language of the report."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only the takes of one performer."))
@option(
    "--min-strength",
    metavar=N_("NUMBER"),
    type=float,
    help=N_("Only occurrences at least this strong (docs/strength.md)."),
)
@option(
    "--private",
    is_flag=True,
    help=N_("With what stays out else: kinds of testimony, and why somebody judged so."),
)
@option("--force", is_flag=True, help=N_("Replace a file that is no report."))
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def report(
    out: Path,
    lang: str | None,
    performer: str | None,
    min_strength: float | None,
    *,
    private: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Gather what was found and write it."""
    if not force:
        _spare(out)
    from replique import store
    from replique.cli.gathering import Sounds, contents
    from replique.report import render

    home = store.open()
    with Sounds() as sounds:
        gathered = contents(
            home,
            sounds,
            performer=performer,
            min_strength=min_strength,
            language=lang or current(),
            private=private,
        )
        render(gathered, out, lang or current())
    _note(out)
    count = len(gathered.found)
    if as_json:
        say_json({"ok": True, "report": str(out.absolute()), "occurrences": count})
        return
    said = ngettext(
        "The report is written, with {count} occurrence: {file}",
        "The report is written, with {count} occurrences: {file}",
        count,
    )
    say(said.format(count=count, file=shown(out.absolute())))
    say(_("Open it with any browser; nothing is sent anywhere."))


def _note(out: Path) -> None:
    """Let the ledger know that this very file was made."""
    from replique.store.documents import report_made

    with out.open("rb") as file:
        report_made(hashlib.file_digest(file, "sha256").hexdigest())


def _spare(out: Path) -> None:
    """Raise UsageError where something would be lost: a file that is no report of ours."""
    try:
        with out.open("rb") as file:
            beginning = file.read(4096)
    except FileNotFoundError:
        return
    except IsADirectoryError:
        raise UsageError(
            _("{path} is a folder.").format(path=shown(out)),
            advice=_("Name a file in it, for instance {path}.").format(
                path=shown(out / "report.html")
            ),
        ) from None
    except OSError:
        return  # writing it will say what is wrong
    if beginning and not (
        beginning.startswith(b"<!doctype html>") and "Réplique".encode() in beginning
    ):
        raise UsageError(
            _("{path} is there already, and is not a report.").format(path=shown(out)),
            advice=_("Choose another name, or say --force to replace it."),
        )
