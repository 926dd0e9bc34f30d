"""`replique version`."""

from __future__ import annotations

from replique import __version__
from replique.cli.grammar import N_, command, option
from replique.cli.terminal import say, say_json
from replique.language import gettext as _


@command("version", help=N_("Say which version this is, and under which licence."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def version(*, as_json: bool) -> None:
    """Print the version and the licence."""
    if as_json:
        say_json({"ok": True, "version": __version__, "licence": "AGPL-3.0-or-later"})
        return
    say(f"Réplique {__version__}")
    say(
        _(
            "Free software, AGPL-3.0-or-later: you may use, study, share and change it, "
            "and so may whoever gets it from you."
        )
    )
