"""`replique report`: one HTML file to see, hear and print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import say, say_json, shown
from replique.cli.thresholds import thresholds
from replique.errors import UsageError
from replique.language import LANGUAGES, current, ngettext
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.report import Contents


@command(
    "report",
    help=N_(
        "Write a report: one HTML file that works offline.\n\n"
        "Each occurrence can be heard beside its take and seen in a picture; what the agreements "
        "say of each use that was described stands with it. The report holds excerpts of the "
        "recordings and clauses of agreements: give it only to whom you would give those.\n\n"
        "Voices that resemble enrolled ones are told beside the takes: what explains them, and how "
        "far that can be trusted. The sound that a voice was enrolled with stays out unless "
        "--with-enrolment is said."
    ),
)
@argument(
    "out",
    metavar=N_("OUT.html"),
    type=click.Path(path_type=Path),
    help=N_("The file to write."),
)
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Language of the report."))
@option(
    "--performer",
    metavar=N_("PERFORMER"),
    help=N_("Only the takes and the voice of one performer."),
)
@thresholds
@option(
    "--with-enrolment",
    is_flag=True,
    help=N_(
        "With excerpts of what voices were enrolled with, to be heard against what was found. "
        "They are biometric material: give such a report to nobody whom its people do not trust."
    ),
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
    min_support: float | None,
    *,
    with_enrolment: bool,
    private: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Gather what was found and write it."""
    if not force:
        _spare(out)
    from replique import store
    from replique.cli import passphrase
    from replique.cli.gathering import Sounds, contents
    from replique.report import render

    home = store.open()
    with Sounds() as sounds:
        gathered = contents(
            home,
            sounds,
            performer=performer,
            min_strength=min_strength,
            min_support=min_support,
            language=lang or current(),
            private=private,
            opener=passphrase.opened if with_enrolment else None,
        )
        render(gathered, out, lang or current())
    _note(out, gathered)
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


def _note(out: Path, gathered: Contents) -> None:
    """Let the ledger know that this very file was made, and of what."""
    from replique.store import report_made

    numbers = [each.number for each in gathered.found if each.number is not None]
    findings = sum(len(each.findings) for each in gathered.found) + len(gathered.known_otherwise)
    report_made(out, occurrences=numbers, findings=findings)


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
