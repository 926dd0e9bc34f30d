"""`replique`: the verbs, the options before them, and the last line of defence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from replique.cli import failures
from replique.cli.grammar import N_, Group, language_asked, option, speak
from replique.cli.session import Session
from replique.language import LANGUAGES

VERBS = {
    "performer": ("replique.cli.performer:performer", N_("The people whose work it is.")),
    "take": ("replique.cli.take:take", N_("The recordings to look for.")),
    "models": ("replique.cli.models:models", N_("What hears voices, fetched once.")),
    "voice": ("replique.cli.voice:voice", N_("Enrolled voices, to look for.")),
    "scan": ("replique.cli.scan:scan", N_("Look for takes and voices in media.")),
    "occurrences": (
        "replique.cli.occurrences:occurrences",
        N_("List where takes were found, and voices heard."),
    ),
    "media": ("replique.cli.media:media", N_("List what was searched, and what could not be.")),
    "report": ("replique.cli.report:report", N_("Write a report to see, hear and print.")),
    "agreement": ("replique.cli.agreement:agreement", N_("What was agreed, on paper.")),
    "use": ("replique.cli.use:use", N_("What was done with the work, as far as is known.")),
    "check": ("replique.cli.check:check", N_("Say what the agreements say of a use.")),
    "judge": ("replique.cli.judge:judge", N_("Say what you make of an occurrence.")),
    "duty": ("replique.cli.duty:duty", N_("What is owed for a permission, and what was done.")),
    "letter": ("replique.cli.letter:letter", N_("Write a letter about a finding, to sign.")),
    "serve": ("replique.cli.serve:serve", N_("Open the desk in a browser.")),
    "organiser": ("replique.cli.organiser:organiser", N_("Let a committee's organiser in.")),
    "backup": ("replique.cli.backup:backup", N_("Write everything into one locked file.")),
    "restore": ("replique.cli.restore:restore", N_("Bring a backup back.")),
    "ledger": ("replique.cli.ledger:ledger", N_("The record of every step, and proofs of it.")),
    "consent": ("replique.cli.consent:consent", N_("Ask agreements in files about a use.")),
    "statements": (
        "replique.cli.exchange:statements",
        N_("Say what your publications allow of data mining and training."),
    ),
    "doctor": ("replique.cli.doctor:doctor", N_("Say what works here and what is missing.")),
    "version": ("replique.cli.version:version", N_("Say which version this is.")),
}


class _Root(Group):
    def main(  # type: ignore[override] # always exits, as click does when it stands alone
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> NoReturn:
        """Run, and turn whatever happens into words and an exit status."""
        arguments = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        session = Session.of(arguments)
        speak(language_asked(arguments))
        try:
            status = super().main(
                arguments, prog_name=prog_name, standalone_mode=False, obj=session, **extra
            )
        except BrokenPipeError:
            failures.silence()
            sys.exit(failures.DONE)
        except Exception as error:  # noqa: BLE001 - the last line of defence
            sys.exit(failures.tell(error, session))
        except KeyboardInterrupt as error:
            sys.exit(failures.tell(error, session))
        sys.exit(status if isinstance(status, int) else failures.DONE)


@click.group(
    "replique",
    cls=_Root,
    verbs=VERBS,
    help=N_(
        "Find where performers' recordings and voices are used in films, games and data sets.\n\n"
        "Everything happens on this computer, and nothing leaves it. First add a performer, "
        "then their takes, then scan the media:\n\n"
        "\b\n"
        '  replique performer add "Awa Diop"\n'
        "  replique take add awa-diop auditions/\n"
        "  replique scan ~/Films\n"
        "  replique report report.html"
    ),
)
@option(
    "--home",
    metavar=N_("FOLDER"),
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("Keep the records here instead of the usual place (or set REPLIQUE_HOME)."),
)
@option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help=N_("Speak French or English (or set REPLIQUE_LANG)."),
)
@option("--debug", is_flag=True, help=N_("When something fails, show the technical details."))
def replique(home: Path | None, lang: str | None, *, debug: bool) -> None:
    """Set what holds for every verb."""
    del lang, debug  # read before parsing, so that a slip in the arguments is told rightly
    if home is not None:
        os.environ["REPLIQUE_HOME"] = str(home.expanduser().absolute())
