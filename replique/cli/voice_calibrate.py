"""`replique voice calibrate`: what the strength of a voice is worth on speech of one's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import is_terminal, say, say_json, shown, table, warn
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from replique.store import CalibratedVoices
    from replique.voices.calibrating import Measured

    Told = Callable[[str, int, int], None]

_SAME = 0.005
"""Of Cllr: two calibrations are not told apart below it."""


@command(
    "calibrate",
    help=N_(
        "Fit the strength of voices to speech of people you know, and use it from now on.\n\n"
        "FOLDER holds one folder for each person, with recordings of that person alone: 12 people "
        "or more, about 40 s of each in two recordings. Nothing of the speech is kept. It says "
        "what the new calibration costs beside the built-in one, each on people that it was not "
        "fitted on: 0 is perfect, 1 says nothing. All voices are then searched for again."
    ),
)
@argument(
    "folder",
    metavar=N_("FOLDER"),
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=N_("A folder that holds a folder for each person."),
)
@option(
    "--beds",
    metavar=N_("FOLDER"),
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=N_("Music and effects without speech, to lay under the speech."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def calibrate(folder: Path, beds: Path | None, *, as_json: bool) -> None:
    """Calibrate, and say what came of it."""
    from replique import store
    from replique.cli import fetching

    home = store.open()
    fetching.ready(home, ask=not as_json)
    with _shown(quiet=as_json) as progress:
        made = store.calibrate_voices(home, folder, beds, progress)
    if as_json:
        say_json(_plain(made))
        return
    _say(made)


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Told | None]:
    """Show how far it is: a bar on a terminal, a line for each step elsewhere."""
    if quiet:
        yield None
        return
    if not is_terminal(sys.stderr):
        seen: set[str] = set()

        def line(step: str, _done: int, _of: int) -> None:
            if step not in seen:
                seen.add(step)
                warn(_step(step))

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True, highlight=False),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, of: bar.update(
            task, completed=done, total=max(1, of), description=_step(step)
        )


def _step(step: str) -> str:
    return {
        "reading": _("Reading the recordings"),
        "hearing": _("Listening to them"),
        "comparing": _("Listening with the built-in models, to compare"),
    }.get(step, step)


def _say(made: CalibratedVoices) -> None:
    from replique.report.numerals import number
    from replique.voices.measured import words

    mine, builtin = made.measured, made.builtin
    say(
        _("Calibrated on {people} people, in {turns} turns; measured on people left out.").format(
            people=number(mine.people), turns=number(mine.turns)
        )
    )
    say()
    say(_("Cost of the ratios (Cllr): 0 is perfect, 1 says nothing"))
    table(
        [_("Heard with"), _("Fitted here"), _("Built-in"), ""],
        [
            [
                words(condition),
                number(rate.cllr, 3),
                number(builtin.rates[condition].cllr, 3)
                if builtin is not None and condition in builtin.rates
                else "?",
                _compared(condition, mine, builtin),
            ]
            for condition, rate in mine.rates.items()
        ],
        right=(1, 2),
    )
    low, high = made.calibration.range.log10
    say(
        _("Ratios are told from {low} to {high} (log10): fewer people bear out less.").format(
            low=number(low, 1), high=number(high, 1)
        )
    )
    if made.left_out:
        say()
        say(
            ngettext(
                "{count} file could not be read and was left out:",
                "{count} files could not be read and were left out:",
                len(made.left_out),
            ).format(count=number(len(made.left_out)))
        )
        for each in made.left_out:
            say(f"- {shown(each)}")
    say()
    say(_("It is used from now on: {file}").format(file=shown(made.file)))
    say(_("To go back to the built-in one, take its line out of settings.toml in the home."))


def _compared(condition: str, mine: Measured, builtin: Measured | None) -> str:
    """Say whether the new calibration is better on this speech than the built-in one."""
    if builtin is None or condition not in builtin.rates:
        return _("nothing to compare with")
    gain = builtin.rates[condition].cllr - mine.rates[condition].cllr
    if abs(gain) < _SAME:
        return _("about the same")
    return _("better here") if gain > 0 else _("worse here")


def _plain(made: CalibratedVoices) -> dict[str, object]:
    return {
        "ok": True,
        "file": str(made.file),
        "people": made.measured.people,
        "turns": made.measured.turns,
        "range_log10": list(made.calibration.range.log10),
        "cllr": {name: round(rate.cllr, 4) for name, rate in made.measured.rates.items()},
        "builtin_cllr": None
        if made.builtin is None
        else {name: round(rate.cllr, 4) for name, rate in made.builtin.rates.items()},
        "rates": {
            name: {
                "eer": rate.eer,
                "low": rate.low,
                "high": rate.high,
                "targets": rate.targets,
                "others": rate.others,
            }
            for name, rate in made.measured.rates.items()
        },
        "left_out": list(made.left_out),
    }
