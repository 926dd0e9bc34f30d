"""Open the store under the desk's settings, and bring the desk's own tables up to date."""

from __future__ import annotations

import os
from pathlib import Path

from replique.store.home import PRIVATE_FOLDER, Home
from replique.web.seal import secret_of

SETTINGS = "replique.web.settings"


def open_desk(home: Path | str | None = None) -> Home:
    """Open the records for the desk; make what is missing.

    Raises what `replique.store.open` raises.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    from replique import store
    from replique.store.guard import guarded

    place = Home.default() if home is None else Home(Path(home).expanduser().absolute())
    with guarded():
        place.make()  # before the secret: an empty folder is made private first
        os.environ.setdefault("REPLIQUE_DESK_SECRET", secret_of(place))
    opened = store.open(home)
    with guarded():
        _bring_up_to_date()
    return opened


def static_of(home: Home) -> Path:
    """Return where they lie."""
    return home.path / "desk-static"


def gather_static(home: Home) -> None:
    """Lay style sheets and scripts ready for the server, compressed."""
    from django.core.management import call_command

    from replique.store.guard import guarded

    static_of(home).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    with guarded():
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def _bring_up_to_date() -> None:
    """Migrate the desk's own applications, if need be."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    from replique.web import once

    once.forget()
