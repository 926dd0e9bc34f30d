"""`replique occurrences`: where takes were found, and voices heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from replique.cli.edl import RATES
from replique.cli.grammar import N_, command, option
from replique.cli.terminal import say, say_json
from replique.cli.thresholds import thresholds
from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from replique.cli.listing import Row
    from replique.store import Home, OccurrenceRecord
    from replique.voices.calibration import Range


@command(
    "occurrences",
    help=N_(
        "List where takes were found, and voices heard that resemble an enrolled one: number, "
        "medium, place, and what was measured; with what the agreements say of it and what a "
        "person made of it, where that is known.\n\n"
        "An occurrence is a measurement, never an accusation. A likeness of voices does not say "
        "who spoke."
    ),
)
@option("--takes", is_flag=True, help=N_("Only takes."))
@option("--voices", is_flag=True, help=N_("Only voices."))
@option("--unexplained", is_flag=True, help=N_("Only voices that no take explains."))
@option("--take", metavar=N_("TAKE"), help=N_("Its number, title, file name or SHA-256."))
@option("--medium", metavar=N_("TEXT"), help=N_("Part of its path, or the start of its SHA-256."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@thresholds
@option(
    "--contested",
    is_flag=True,
    help=N_("Also voices in whose place another enrolled person's is better supported."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@option("--csv", is_flag=True, help=N_("Write a table for a spreadsheet."))
@option("--edl", is_flag=True, help=N_("Write an edit list (CMX 3600) for an editing program."))
@option(
    "--fps",
    type=click.Choice(list(RATES)),
    default="25",
    show_default=True,
    help=N_("Frames per second of the edit list."),
)
def occurrences(
    *,
    take: str | None,
    medium: str | None,
    performer: str | None,
    min_strength: float | None,
    min_support: float | None,
    fps: str,
    takes: bool,
    voices: bool,
    unexplained: bool,
    contested: bool,
    as_json: bool,
    csv: bool,
    edl: bool,
) -> None:
    """Print the occurrences in the form asked for."""
    if as_json + csv + edl > 1:
        raise UsageError(
            _("--json, --csv and --edl are three forms of the same list."),
            advice=_("Ask for one of them."),
        )
    if (takes or take is not None) and (voices or unexplained):
        raise UsageError(
            _("These ask for takes only and for voices only at once."),
            advice=_("Leave out --takes and --take, or --voices and --unexplained."),
        )
    from replique import store
    from replique.cli import listing

    home = store.open()
    least = Least(min_strength, min_support)

    def listed(*, contested: bool) -> list[OccurrenceRecord]:
        found = store.occurrences(
            home,
            take=take,
            medium=medium,
            performer=performer,
            voice=True if voices or unexplained else False if takes else None,
            contested=contested,
        )
        return [e for e in found if least.keeps(e) and (not unexplained or _left(e))]

    found = listed(contested=contested)
    rows = _rows(home, found)
    if as_json:
        say_json({"ok": True, "occurrences": [listing.plain(row) for row in rows]})
    elif csv:
        click.echo(listing.as_csv(rows), nl=False)
    elif edl:
        for line in listing.as_edl(rows, fps):
            say(line)
    else:
        told = any(row.record.voice is not None for row in rows)
        hidden = 0 if contested else len(listed(contested=True)) - len(found)
        if rows or not hidden:
            listing.say_rows(rows, people=len({e.performer for e in store.voices()}) if told else 0)
        if hidden > 0:
            say(_hidden(hidden))


def _hidden(count: int) -> str:
    """Return that voices were found which are not in the list: to hide them is to deny them."""
    from replique.report.numerals import number

    said = ngettext(
        "{count} more is not listed: in the same place another manner of the same "
        "voice, or another person, is better supported.",
        "{count} more are not listed: in the same places another manner of the same "
        "voice, or another person, is better supported.",
        count,
    ).format(count=number(count))
    return said + " " + _("To list all: replique occurrences --contested")


@dataclass(frozen=True, slots=True)
class Least:
    """How strong what is told must be: takes and voices are measured on scales of their own."""

    strength: float | None = None
    support: float | None = None

    def keeps(self, one: OccurrenceRecord) -> bool:
        """Return whether an occurrence is strong enough to be told."""
        least = self.strength if one.take is not None else self.support
        return least is None or one.found.strength >= least


def _left(one: OccurrenceRecord) -> bool:
    """Return whether takes leave something of a voice unexplained."""
    return one.explained is not None and one.explained.state in {"unexplained_voice", "partly"}


def _rows(home: Home, found: Sequence[OccurrenceRecord]) -> list[Row]:
    from replique import store
    from replique.cli.listing import Row

    verdicts = _verdicts()
    judged = store.judgements(each.id for each in found)
    valid = _validated(home) if any(each.voice is not None for each in found) else None
    return [
        Row(
            record=each,
            verdicts=verdicts.get((each.id, each.performer), ()),
            judgement=judged[each.id].verdict if each.id in judged else "",
            valid=valid,
        )
        for each in found
    ]


def _validated(home: Home) -> Range | None:
    """Return the range in which likelihood ratios were validated; None where it is not known."""
    from replique.store.ears import voice_settings

    try:
        return voice_settings(home).calibration.range
    except RepliqueError:
        return None  # a list is no place to fail for a slip in the settings: `doctor` tells it


def _verdicts() -> dict[tuple[int, str], tuple[str, ...]]:
    """Return what the agreements say of each described use, by occurrence and performer."""
    from replique import store

    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for each in store.findings():
        if each.use.occurrence is not None:
            key = each.use.occurrence, each.use.performer
            found[key] = (*found.get(key, ()), each.verdict)
    return found
