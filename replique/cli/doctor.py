"""`replique doctor`: what works here, what is missing, what that costs, how to mend it."""

from __future__ import annotations

import click

from replique.cli.grammar import N_, command, option
from replique.cli.terminal import is_terminal, say, say_json, shown
from replique.errors import MissingPart
from replique.language import gettext as _

_COLOURS = {"works": "green", "attention": "yellow", "missing": "red", "absent": None}


@command(
    "doctor",
    help=N_("Say what works here, what is missing, what that costs and how to mend it."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Look at everything, and say it."""
    from replique.cli.checks import checks

    found = list(checks())
    sick = any(check.state == "missing" for check in found)
    if as_json:
        say_json(
            {
                "ok": not sick,
                "checks": [
                    {
                        "code": check.code,
                        "state": check.state,
                        "what": check.what,
                        "found": check.found,
                        "costs": check.costs,
                        "mend": check.mend,
                    }
                    for check in found
                ],
            }
        )
        ctx.exit(MissingPart.exit_status if sick else 0)
    words = {
        "works": _("works"),
        "attention": _("attention"),
        "missing": _("missing"),
        "absent": _("not there"),
    }
    width = max(len(word) for word in words.values())
    for check in found:
        word = words[check.state].ljust(width)
        colour = _COLOURS[check.state]
        if colour and is_terminal():
            word = click.style(word, fg=colour)
        said = _("{what}: {found}").format(what=shown(check.what), found=shown(check.found))
        click.echo(f"{word}  {said}")
        for line in (check.costs, check.mend):
            if line and check.state != "works":
                say(" " * (width + 2) + line)
    say()
    say(
        _("Something that is needed is missing: see above how to mend it.")
        if sick
        else _("Everything that is needed works.")
    )
    ctx.exit(MissingPart.exit_status if sick else 0)
