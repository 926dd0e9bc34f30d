"""`replique consent`: what agreements say of a use, on files alone, without any records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.days import Day
from replique.cli.grammar import N_, Group, command, option
from replique.cli.paths import Given, existing
from replique.cli.terminal import say, say_json, shown, warn
from replique.cli.written import STANDARD_INPUT, all_read, content, name
from replique.errors import Unreadable, UsageError
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.consent.answer import Answer
    from replique.consent.records import Agreement, Life

_HERE = "replique.cli.consent"


@click.group(
    "consent",
    cls=Group,
    verbs={"check": (f"{_HERE}:check", N_("Ask agreements in files about a use in a file."))},
    help=N_(
        "What agreements say of a use, on files alone.\n\n"
        "Nothing is kept, and what Réplique has on record is not read: for that, see "
        "`replique check`."
    ),
)
def consent() -> None:
    """Ask what was agreed."""


@command(
    "check",
    help=N_(
        "Ask agreements in files about a use in a file: the verdict, with the clause, and why.\n\n"
        "Every .toml file of the folder is read: agreements, and performers' dates. How to "
        "write them: docs/agreements.md; the answer: docs/consent.md. The status is 0 whatever "
        "the verdict."
    ),
)
@option(
    "--agreements",
    metavar=N_("FOLDER"),
    multiple=True,
    required=True,
    type=Given(),
    help=N_("Where the agreements are; a file, or several times, too."),
)
@option(
    "--use",
    "uses",
    metavar=N_("FILE"),
    multiple=True,
    required=True,
    help=N_("The use that is asked about; - reads it from standard input. Several times, too."),
)
@option(
    "--on",
    metavar=N_("DATE"),
    type=Day(),
    help=N_("Say how duties stood on this day, instead of today."),
)
@option("--full", is_flag=True, help=N_("Show every rule that was considered."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def check(
    agreements: tuple[Path, ...],
    uses: tuple[str, ...],
    on: dt.datetime | None,
    *,
    full: bool,
    as_json: bool,
) -> None:
    """Read the files, ask, and say the answers."""
    from replique.consent import reading
    from replique.consent.asking import Agreements

    existing([*agreements, *(Path(each) for each in uses if each != STANDARD_INPUT)])
    if uses.count(STANDARD_INPUT) > 1:
        raise UsageError(_("Standard input can be read only once."))
    papers, lives = _papers(agreements)
    asked = all_read(
        [(name(each), content(each)) for each in uses], lambda file, data: reading.use(data, file)
    )
    if not papers:
        warn(_("No agreement was found there: none can grant anything."))
    day = on.date() if on is not None else dt.date.today()  # noqa: DTZ011 - where the person is
    known = Agreements(papers, lives)
    answers = [known.ask(each, day) for each in asked]
    if as_json:
        _say_as_json(answers)
    else:
        _say_as_text(answers, full=full)


def _say_as_json(answers: Sequence[Answer]) -> None:
    from replique.consent.rendering import as_json

    told = [{"ok": True, **as_json(each)} for each in answers]
    say_json(told[0] if len(told) == 1 else told)


def _say_as_text(answers: Sequence[Answer], *, full: bool) -> None:
    from replique.consent.rendering import as_text

    for index, answer in enumerate(answers):
        if len(answers) > 1:
            if index:
                say()
            say(_("Use {use}").format(use=answer.use))
        for line in as_text(answer, fully=full).splitlines():
            say(line)


def _papers(given: Iterable[Path]) -> tuple[list[Agreement], list[Life]]:
    """Return the agreements and the performers' dates of folders and files."""
    from replique.consent import reading
    from replique.consent.records import Agreement

    def read(file: str, data: bytes) -> Agreement | Life | None:
        match reading.kind_of(data, file):
            case "agreement":
                return reading.agreement(data, file)
            case "performer":
                return reading.life(data, file)
            case _:
                return None  # a use may lie beside the agreements

    places = [each for path in given for each in _files(path)]
    files = [(name(each), content(each)) for each in places]
    records = all_read(files, read)
    _told_apart(zip((file for file, _data in files), records, strict=True))
    papers = [each for each in records if isinstance(each, Agreement)]
    lives = [each for each in records if each is not None and not isinstance(each, Agreement)]
    return papers, lives


def _files(path: Path) -> list[str]:
    """Return the .toml files of a folder, by name; a file is itself."""
    if not path.is_dir():
        return [str(path)]
    try:
        return sorted(str(each) for each in path.iterdir() if each.suffix.lower() == ".toml")
    except OSError:
        raise Unreadable(
            _("The folder {path} cannot be read.").format(path=shown(path)),
            advice=_("Check that you may open it."),
        ) from None


def _told_apart(records: Iterable[tuple[str, Agreement | Life | None]]) -> None:
    """Raise UsageError for two files that say they are the same agreement or performer."""
    from replique.consent.records import Agreement

    seen: dict[tuple[str, int], str] = {}
    for file, record in records:
        if record is None:
            continue
        if isinstance(record, Agreement):
            key = (record.id, record.version)
        else:
            key = (record.performer, 0)
        if key in seen:
            raise UsageError(
                _("{one} and {other} are the same, by their id and version.").format(
                    one=seen[key], other=file
                ),
                advice=_("Give a changed agreement a higher version, and another one another id."),
            )
        seen[key] = file
