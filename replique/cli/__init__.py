"""The command line: one file a verb. It speaks; the rest of the house does."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `replique` with the arguments of this process, and exit."""
    from replique.cli.root import replique

    # A file name need not be text: show what cannot be encoded instead of failing on it.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    replique.main(prog_name="replique")
