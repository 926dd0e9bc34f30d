"""What a person is told when something fails, and the status with which we exit.

docs/exit-codes.md is the table; tests/cli/test_exit_codes.py holds it to this file.
"""

from __future__ import annotations

import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from replique import __version__
from replique.cli.session import Session
from replique.cli.terminal import say_json, shown, warn
from replique.errors import AgreementRefused, Problem, ReferenceRefused, RepliqueError
from replique.language import gettext as _
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home

DONE = 0
USAGE = 2
SOME_MEDIA_FAILED = 4
UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130  # 128 + SIGINT, what shells report


def tell(error: BaseException, session: Session) -> int:
    """Tell a person, or a program, what went wrong; return the exit status."""
    if session.debug and not isinstance(error, click.ClickException):
        click.echo("".join(traceback.format_exception(error)), err=True)
    match error:
        case RepliqueError():
            return _tell(
                session,
                code=error.code,
                message=str(error),
                advice=error.advice,
                retry=error.retry,
                status=error.exit_status,
                problems=error.problems if isinstance(error, AgreementRefused) else (),
                lines=isinstance(error, AgreementRefused | ReferenceRefused),
            )
        case click.ClickException():
            return _tell_usage(error, session)
        case KeyboardInterrupt() | click.Abort() | EOFError():
            return _tell(
                session,
                code="interrupted",
                message=_("Stopped, because you asked."),
                advice=_("What was finished is kept; run the same command again to go on."),
                retry=True,
                status=INTERRUPTED,
            )
        case _:
            return _tell_unexpected(error, session)


def _tell(
    session: Session,
    *,
    code: str,
    message: str,
    advice: str,
    retry: bool,
    status: int,
    problems: Sequence[Problem] = (),
    lines: bool = False,
) -> int:
    """Tell it; lines : whether the message is of several, one for each thing that is wrong."""
    if session.json:
        told: dict[str, object] = {
            "code": code,
            "message": message,
            "advice": advice,
            "retry": retry,
        }
        if problems:
            told["problems"] = [each._asdict() for each in problems]
        say_json({"ok": False, "error": told})
        return status
    label = _("Error:") if status != INTERRUPTED else ""
    if label:
        click.secho(label + " ", fg="red", bold=True, nl=False, err=True)
    for line in message.splitlines() if lines else [message]:
        warn(line)
    if advice:
        warn(advice)
    return status


def _tell_usage(error: click.ClickException, session: Session) -> int:
    context = getattr(error, "ctx", None)
    advice = ""
    if context is not None:
        if isinstance(error, click.exceptions.NoArgsIsHelpError) and not session.json:
            click.echo(context.get_help(), err=True)
            return USAGE
        advice = _("How it is used: {command}").format(command=f"{context.command_path} --help")
    return _tell(
        session,
        code="usage",
        message=re.sub(r"\s*\n\s*", " ", error.format_message()),  # click lists choices below
        advice=advice,
        retry=False,
        status=error.exit_code if error.exit_code != 1 else USAGE,
    )


def _tell_unexpected(error: BaseException, session: Session) -> int:
    written = _write_details(error)
    advice = (
        _(
            "The details were written to {file}. They stay on this computer; "
            "please show them to us."
        ).format(file=shown(written))
        if written
        else _("Run the same command with --debug before its name to see the details.")
    )
    return _tell(
        session,
        code="unexpected",
        message=_(
            "Something went wrong that should not have: a mistake in Réplique, not one of yours. "
            "What was finished before is kept."
        ),
        advice=advice,
        retry=False,
        status=UNEXPECTED,
    )


def _write_details(error: BaseException) -> Path | None:
    """Write the traceback and the versions; no argument, no setting, no environment."""
    now = datetime.now(tz=UTC)
    text = "\n".join(
        [
            f"Réplique {__version__}, {now:%Y-%m-%d %H:%M:%S} UTC",
            f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            "",
            *traceback.format_exception(error),
        ]
    )
    home = Home.default().path
    for parent in (home, Path(tempfile.gettempdir()) / "replique"):
        folder = parent / "logs"
        file = folder / f"crash-{now:%Y%m%dT%H%M%S}-{now.microsecond:06d}.txt"
        try:
            parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            with file.open("x", encoding="utf-8", errors="backslashreplace") as log:
                log.write(text)
            file.chmod(PRIVATE_FILE)
        except OSError:
            continue
        return file
    return None


def silence() -> None:
    """Stop writing: whoever was reading (`| head`) has gone."""
    sys.stdout = click.utils._PacifyFlushWrapper(sys.stdout)  # noqa: SLF001
    sys.stderr = click.utils._PacifyFlushWrapper(sys.stderr)  # noqa: SLF001
