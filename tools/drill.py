"""Restore a backup where it harms nothing, and see whether everything is there and works.

    python tools/drill.py BACKUP PASSPHRASE_FILE [FOLDER]

FOLDER : a new one, for the restored home; without it one for the moment.  Records of a server go
into the empty database that DATABASE_URL names.  The ledger is verified with every file, and
every page is opened.  Ends with 1 when something is wrong.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SERVER_FAILED = 500
KEY = "the key of a drill"


def main(arguments: list[str]) -> int:
    """Do the drill; return the exit status."""
    backup, word = Path(arguments[0]), Path(arguments[1])
    with tempfile.TemporaryDirectory(prefix="replique-drill-") as scratch:
        home = Path(arguments[2]) if len(arguments) > 2 else Path(scratch) / "home"
        os.environ |= {
            "REPLIQUE_HOME": str(home),
            "REPLIQUE_DESK_KEY": KEY,
            "DJANGO_SETTINGS_MODULE": "replique.web.settings",
        }
        os.environ.pop("REPLIQUE_DESK", None)  # the one who does the drill sees all of it
        return drill(backup, word.read_text(encoding="utf-8").splitlines()[0], home)


def drill(backup: Path, passphrase: str, home: Path) -> int:
    """Restore, verify, open every page; tell each; return the exit status."""
    import django

    django.setup()
    from replique.errors import RepliqueError
    from replique.store.backup import restore
    from replique.store.ledger_checking import check
    from replique.web.opening import open_desk

    try:
        told = restore(backup, passphrase, home)
        tell(f"restored: {told.files} files, {told.size} bytes, of {told.at}, {told.records}")
        open_desk(home)
        report = check(files=True)
    except RepliqueError as error:
        tell(f"failed: {error} {error.advice}")
        return 1
    problems = list(report.problems)
    tell(f"the ledger: {len(problems)} problems")
    for each in problems:
        tell(f"  {each}")
    asked, wrong = 0, []
    for where, status in opened():
        asked += 1
        if status >= SERVER_FAILED:
            wrong.append(f"  {status} {where}")
    tell(f"pages: {asked} opened, {len(wrong)} failed")
    for line in wrong:
        tell(line)
    return 1 if problems or wrong or not asked else 0


def opened() -> Iterator[tuple[str, int]]:
    """Open every address that can be read, each with the first thing of its kind."""
    from django.test import Client
    from django.urls import URLPattern, get_resolver

    from replique import store
    from replique.store.consent_models import Agreement

    client = Client(HTTP_HOST="127.0.0.1", raise_request_exception=False)
    client.get("/", {"key": KEY})
    known = {
        "performer": next((each.slug for each in store.performers()), "nobody"),
        "agreement": Agreement.objects.values_list("slug", flat=True).first() or "none",
        "use": "u1",
        "part": "medium",
    }
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            where = "/" + re.sub(
                r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], 1)), str(pattern.pattern)
            )
            answer = client.get(where)
            answer.close()
            yield where, int(answer.status_code)


def tell(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
