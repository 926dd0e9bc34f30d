"""Fetch the models into a folder, for tests and benchmarks.

    python tools/models.py FOLDER

`replique models install` does the same for a person, into REPLIQUE_HOME.
"""

from __future__ import annotations

import sys
from pathlib import Path

from replique.errors import RepliqueError
from replique.models import Library, install


def main() -> int:
    """Fetch what is missing, and say so."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        fetched = install(Library(Path(sys.argv[1])))
    except RepliqueError as error:
        print(error, error.advice, sep="\n", file=sys.stderr)
        return error.exit_status
    for model in fetched:
        print(f"{model.title}: {model.licence}, {model.size_bytes / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
