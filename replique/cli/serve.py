"""`replique serve`: the desk, in a browser."""

from __future__ import annotations

import os
import sys

import click

from replique.cli.grammar import N_, command, option


@command(
    "serve",
    help=N_(
        "Open the desk in a browser: takes, scans, listening, judging, cases.\n\n"
        "It answers this computer alone, and only the address that it prints. Nothing leaves "
        "the computer. Ctrl-C closes it."
    ),
)
@option(
    "--port",
    metavar=N_("NUMBER"),
    type=click.IntRange(1, 65535),
    help=N_("Where it answers; 7878 unless said otherwise."),
)
@option("--no-browser", is_flag=True, help=N_("Only print the address."))
@option(
    "--only",
    type=click.Choice(["server", "worker"]),
    help=N_("Run one of the two alone: for a committee's server, which keeps each by itself."),
)
def serve(*, port: int | None, no_browser: bool, only: str | None) -> None:
    """Become the desk: this process is the one that keeps it."""
    words = [sys.executable, "-P", "-m", "replique.web"]  # -P: nothing from the folder one is in
    words += [] if port is None else ["--port", str(port)]
    words += ["--no-browser"] if no_browser else []
    words += [] if only is None else ["--only", only]
    sys.stdout.flush()
    os.execv(sys.executable, words)  # noqa: S606 — ourselves
