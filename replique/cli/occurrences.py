"""`replique occurrences`: where takes were found."""

from __future__ import annotations

import click

from replique.cli.edl import RATES
from replique.cli.grammar import N_, command, option
from replique.cli.terminal import say, say_json
from replique.errors import UsageError
from replique.language import gettext as _


@command(
    "occurrences",
    help=N_(
        "List where takes were found: number, medium, place, take, and what was measured; with "
        "what the agreements say of it and what a person made of it, where that is known.\n\n"
        "An occurrence is a measurement, never an accusation."
    ),
)
@option("--take", metavar=N_("TAKE"), help=N_("Its number, title, file name or SHA-256."))
@option("--medium", metavar=N_("TEXT"), help=N_("Part of its path, or the start of its SHA-256."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@option(
    "--min-strength",
    metavar=N_("NUMBER"),
    type=float,
    help=N_("Only those at least this strong (docs/strength.md)."),
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
    take: str | None,
    medium: str | None,
    performer: str | None,
    min_strength: float | None,
    fps: str,
    *,
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
    from replique import store
    from replique.cli import listing

    home = store.open()
    found = store.occurrences(
        home, take=take, medium=medium, performer=performer, min_strength=min_strength
    )
    verdicts = _verdicts()
    judged = store.judgements(each.id for each in found)
    rows = [
        listing.Row(
            number=each.id,
            occurrence=each.found,
            medium=each.medium.locator,
            medium_sha256=each.medium.sha256 or "",
            track=each.track,
            language=next((t.language for t in each.medium.tracks if t.index == each.track), ""),
            take=each.take.title,
            take_path=each.take.origin,
            performer=each.take.performer,
            performer_name=each.take.performer_name,
            probe=each.probe,
            probe_version=each.probe_version,
            verdicts=verdicts.get((each.id, each.take.performer), ()),
            judgement=judged[each.id].verdict if each.id in judged else "",
        )
        for each in found
    ]
    if as_json:
        say_json({"ok": True, "occurrences": [listing.plain(row) for row in rows]})
    elif csv:
        click.echo(listing.as_csv(rows), nl=False)
    elif edl:
        for line in listing.as_edl(rows, fps):
            say(line)
    else:
        listing.say_rows(rows)


def _verdicts() -> dict[tuple[int, str], tuple[str, ...]]:
    """Return what the agreements say of each described use, by occurrence and performer."""
    from replique import store

    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for each in store.findings():
        if each.use.occurrence is not None:
            key = each.use.occurrence, each.use.performer
            found[key] = (*found.get(key, ()), each.verdict)
    return found
