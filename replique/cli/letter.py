"""`replique letter`: a letter to sign, as PDF, and its plain text."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import say, say_json, shown
from replique.errors import DiskFull, UsageError
from replique.language import LANGUAGES, current, ngettext
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.report.letters import Letter

KINDS = ("access", "objection", "takedown", "payment", "withdrawal")


@command(
    "letter",
    help=N_(
        "Write a letter about a finding: a PDF to sign, and beside it the same as plain text.\n\n"
        "\b\n"
        "  access      what do you hold of me, and what did you do with it (GDPR Art. 15)\n"
        "  objection   to processing that rests on your interests alone (GDPR Art. 21)\n"
        "  takedown    take this use down\n"
        "  payment     pay what the agreement owes\n"
        "  withdrawal  I withdraw my consent (GDPR Art. 7(3))\n\n"
        "What is not known, and what counsel must choose, is marked in the letter and listed on "
        "a last page that is no part of it. Nothing is sent: you read, sign and send it."
    ),
)
@argument(
    "finding",
    metavar=N_("FINDING"),
    help=N_("A use, such as u3, or the number of an occurrence."),
)
@option("--kind", type=click.Choice(KINDS), required=True, help=N_("Which letter."))
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Language of the letter."))
@option("--to", metavar=N_("COMPANY"), default="", help=N_("To whom, if not the company known."))
@option(
    "--details",
    metavar=N_("FILE.toml"),
    type=click.Path(path_type=Path),
    help=N_("Addresses, place, deadline, account, your own words: docs/letters.md."),
)
@option(
    "--out",
    metavar=N_("FILE.pdf"),
    type=click.Path(path_type=Path),
    help=N_("The PDF to write; its text goes beside it, with .txt at the end."),
)
@option("--force", is_flag=True, help=N_("Replace the files if they are there."))
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def letter(
    finding: str,
    kind: str,
    *,
    lang: str | None,
    to: str,
    details: Path | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Gather the facts, write the letter, note it on the ledger."""
    from replique import store
    from replique.cli.letter_details import read_details
    from replique.gathering import letters
    from replique.report.letters import as_pdf, as_text, compose

    home = store.open()
    one = letters.finding(finding)
    told = read_details(details) if details is not None else letters.Details()
    facts = letters.facts(home, one, told, to.strip())
    composed = compose(kind, facts, lang or current())
    pdf = out or Path(f"letter-{one.use.name or one.use.occurrence}-{kind}.pdf")
    files = {pdf: as_pdf(composed), pdf.with_suffix(".txt"): as_text(composed).encode()}
    _write(files, force=force)
    from replique.store.documents import letter_made

    sha256 = hashlib.sha256(files[pdf]).hexdigest()
    letter_made(kind, sha256)
    if as_json:
        say_json(
            {
                "ok": True,
                "letter": str(pdf.absolute()),
                "text": str(pdf.with_suffix(".txt").absolute()),
                "kind": kind,
                "language": composed.language,
                "sha256": sha256,
                "open_points": list(composed.open_points),
                "warnings": list(composed.warnings),
            }
        )
        return
    _tell(composed, pdf)


def _tell(composed: Letter, pdf: Path) -> None:
    say(_("The letter is written: {file}").format(file=shown(pdf.absolute())))
    say(_("Its text, for an e-mail: {file}").format(file=shown(pdf.with_suffix(".txt").name)))
    for warning in composed.warnings:
        say(f"! {warning}")
    if not composed.open_points:
        say(_("Nothing is left open. Read it, sign it, send it."))
        return
    count = len(composed.open_points)
    said = ngettext(
        "{count} point to settle before sending:", "{count} points to settle before sending:", count
    )
    say(said.format(count=count))
    for number, point in enumerate(composed.open_points, 1):
        say(f"  {number}. {point}")


def _write(files: dict[Path, bytes], *, force: bool) -> None:
    """Write both files or neither; only their owner reads them. Raises UsageError, DiskFull."""
    if len(files) != 2:  # --out letter.txt
        raise UsageError(
            _("The PDF and its text cannot have the same name."),
            advice=_("Give the PDF a name that ends in .pdf."),
        )
    for path in files:
        if path.exists() and not force:
            raise UsageError(
                _("{path} is there already.").format(path=shown(path)),
                advice=_("Choose another name with --out, or say --force to replace it."),
            )
    written: dict[Path, str] = {}
    try:
        for path, content in files.items():
            handle, temporary = tempfile.mkstemp(prefix=".letter-", dir=path.parent)
            written[path] = temporary
            with os.fdopen(handle, "wb") as target:
                target.write(content)
                target.flush()
                os.fsync(target.fileno())
        for path, temporary in written.items():
            Path(temporary).replace(path)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                _("There is no room left for the letter."),
                advice=_("Free some space, or write it to another disk."),
            ) from error
        raise UsageError(
            _("The letter could not be written: {reason}").format(reason=error.strerror or ""),
            advice=_("Choose a folder that exists and that you may write in."),
        ) from error
    finally:
        for temporary in written.values():
            Path(temporary).unlink(missing_ok=True)
