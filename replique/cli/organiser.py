"""`replique organiser`: who looks after a committee's desk, said at its server."""

from __future__ import annotations

import os
import sys

from replique.cli.grammar import N_, argument, command


@command(
    "organiser",
    help=N_(
        "Let the first organiser of a committee's desk in; or an organiser who lost their "
        "password.\n\n"
        "Run it at the server, with the same settings as the desk. It prints an address by which "
        "a password is chosen: it works once, for three days. It opens no private testimony."
    ),
)
@argument("name", metavar=N_("NAME"), help=N_("How they are called."))
@argument("email", metavar=N_("ADDRESS"), help=N_("The e-mail address they sign in with."))
def organiser(name: str, email: str) -> None:
    """Become the desk's own program: what it knows of accounts is its own."""
    sys.stdout.flush()
    os.execv(  # noqa: S606 — ourselves
        sys.executable, [sys.executable, "-P", "-m", "replique.web", "organiser", name, email]
    )
