"""`python -m replique.web`: open the desk, keep it, and close it with Ctrl-C.

    python -m replique.web [--port N] [--no-browser] [--only server|worker]
    python -m replique.web organiser NAME EMAIL
    python -m replique.web server SOCKET LIFELINE
    python -m replique.web worker SOCKET LIFELINE

The last two are the desk's children, which it starts itself (`keeping`).
"""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from functools import partial

from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _
from replique.store.home import Home
from replique.web.keeping import HERE, ROLES, USUAL_PORT, Keeper, follow, listening
from replique.web.opening import SETTINGS

WORKER_NICE = 5
"""A search takes all the cores there are, but for what somebody at the desk waits for."""


def main(arguments: list[str]) -> int:
    """Do what is asked; return the exit status."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    if arguments and arguments[0] in {"server", "worker"}:
        role, listener, lifeline = arguments[0], int(arguments[1]), int(arguments[2])
        follow(lifeline)
        return {"server": _server, "worker": _worker}[role](listener)
    if arguments and arguments[0] == "organiser":
        return _told(partial(_organiser, *arguments[1:3]))
    parser = argparse.ArgumentParser(prog="replique serve")
    parser.add_argument("--port", type=int)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--only", choices=ROLES)
    asked = parser.parse_args(arguments)
    if asked.only == "worker":
        return _told(partial(_worker, None))
    roles = (asked.only,) if asked.only else ROLES
    return _told(partial(_open, asked.port, roles, browser=not asked.no_browser))


def _told(do: Callable[[], int]) -> int:
    """Do it; tell an error of ours."""
    try:
        return do()
    except RepliqueError as error:
        _tell(f"{error} {error.advice}")
        return error.exit_status


def _organiser(name: str, email: str) -> int:
    """Make a way in for the first organiser, or back in for one."""
    from replique.web.opening import open_desk

    open_desk()
    from django.conf import settings

    from replique.web.ways_back import organiser

    if not settings.COMMITTEE:
        raise UsageError(
            _("A laptop’s desk has no organisers."),
            advice=_("For a committee’s, set REPLIQUE_DESK=committee."),
        )
    path = organiser(name, email)
    origin = f"http://{HERE}:{USUAL_PORT}" if settings.ADDRESS is None else settings.ADDRESS.origin
    _say(_("By this address a password is chosen. It works once, for three days:"))
    _say(f"\n  {origin}{path}\n")
    return 0


def _open(port: int | None, roles: Sequence[str], *, browser: bool) -> int:
    from django.conf import settings

    from replique.web import tickets
    from replique.web.opening import gather_static, open_desk, static_of

    os.environ["REPLIQUE_DESK_STATIC"] = str(static_of(Home.default()))
    home = open_desk()
    gather_static(home)
    try:
        listener = listening(port)
    except OSError:
        _tell(_("Port {port} is taken. Choose another with --port.").format(port=port))
        if not settings.COMMITTEE:
            _tell(_("A desk may be open already: look for its window, or its page in the browser."))
        return 2
    keeper = Keeper(listener, roles)
    keeper.begin()
    if not keeper.ready():
        keeper.end()
        _tell(_("The desk did not start. The file debug.log in the home folder says more."))
        return 1
    if settings.COMMITTEE:
        told = keeper.origin if settings.ADDRESS is None else settings.ADDRESS.origin
        _say(_("The committee’s desk is open; people come in by their accounts:"))
        _say(f"\n  {told}/\n")
    else:
        _say(_("The desk is open at this address, for this computer alone:"))
        _say(f"\n  {keeper.address}\n")
    _say(_("It stays open until you press Ctrl-C here."))
    if browser and not settings.COMMITTEE:
        # others may read a command line: what stands in it works once
        webbrowser.open(f"{keeper.origin}/?ticket={tickets.make(home)}")
    keeper.keep()
    _say(_("The desk is closed. Everything is kept."))
    return 0


def _server(listener: int) -> int:
    from django.conf import settings

    from replique.web import logs
    from replique.web.opening import open_desk
    from replique.web.serving import processes, serve

    home = open_desk()
    logs.keep(home)
    _forget_secrets()
    _close_records()
    serve(listener, log=str(home.log), workers=processes(committee=settings.COMMITTEE))
    return 0


def _worker(listener: int | None) -> int:
    if listener is not None:
        os.close(listener)  # only the server answers
    from django.core.management import call_command

    from replique.web import logs
    from replique.web.opening import open_desk

    home = open_desk()
    logs.keep(home)
    _forget_secrets()
    from replique.web.work import hold, watch  # only now: Django is set up

    if hold(home) is None:
        # another worker of these records is at work: be there when it ends
        import time

        time.sleep(5)
        return 0
    os.nice(WORKER_NICE)
    watch()
    call_command(
        "db_worker", queue_name="*", interval=0.5, startup_delay=False, reload=False, verbosity=0
    )
    return 0


def _forget_secrets() -> None:
    """Take key and secret out of what is inherited: media are decoded in processes of ours."""
    from django.conf import settings

    assert settings.configured  # noqa: S101 — they were read from there
    for name in ("REPLIQUE_DESK_KEY", "REPLIQUE_DESK_SECRET", "REPLIQUE_SMTP"):
        os.environ.pop(name, None)


def _close_records() -> None:
    from replique import store

    store.close()  # the server forks: no child may share a connection


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
