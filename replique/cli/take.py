"""`replique take`: the recordings to look for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.paths import existing, look_into
from replique.cli.terminal import say, say_json, shown, table, warn
from replique.errors import MediaError, RepliqueError, TakeRefused, UsageError
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replique.store import Registered, TakeRecord

KINDS = ("audition", "self-tape", "session", "outtake", "stem", "released")
NO_SOUND = frozenset({"not-media", "no-audio"})
"""Files beside the recordings (a photograph, a contract) that nobody meant as takes."""
_HERE = "replique.cli.take"


@click.group(
    "take",
    cls=Group,
    verbs={
        "add": (f"{_HERE}:add", N_("Register recordings to look for.")),
        "list": (f"{_HERE}:list_", N_("List the registered takes.")),
        "withdraw": (f"{_HERE}:withdraw", N_("Look for a take no more.")),
        "remove": (f"{_HERE}:remove", N_("Forget a take and all that was found of it.")),
    },
    help=N_(
        "The recordings to look for: auditions, self-tapes, sessions, or parts of them.\n\n"
        "A take is named by its number in the list, its title, the name of its file, or the "
        "first letters of its SHA-256."
    ),
)
def take() -> None:
    """Say what is looked for."""


@command(
    "add",
    help=N_(
        "Register recordings of a performer: files, folders or archives.\n\n"
        "A copy is kept. What is too short or too silent ever to be found is refused at once. "
        "A take that was withdrawn is looked for again."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@look_into()
@option(
    "--kind",
    type=click.Choice(KINDS),
    default="session",
    show_default=True,
    help=N_("What the recording was made for."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@click.pass_context
def add(
    ctx: click.Context, performer: str, paths: tuple[Path, ...], kind: str, *, as_json: bool
) -> None:
    """Register takes, one by one; what cannot be one is told and does not stop the rest."""
    from replique import store

    existing(paths)
    home = store.open()
    outcomes: list[Registered] = []
    for one in store.add_takes(home, performer, paths, kind=kind):
        outcomes.append(one)
        if not as_json:
            _tell(one)
    status = _status(outcomes)
    if as_json:
        say_json(_as_json(outcomes, ok=status == 0))
    else:
        _sum_up(outcomes)
    ctx.exit(status)


def _tell(one: Registered) -> None:
    if one.take is not None:
        say(
            _("{number}: {title}, {length}").format(
                number=one.take.id, title=shown(one.take.title), length=_length(one.take)
            )
        )
    elif one.error is not None and one.error.code not in NO_SOUND:
        warn(f"{shown(one.locator)}: {one.error}")
        if one.error.advice and isinstance(one.error, TakeRefused | MediaError):
            warn(f"  {one.error.advice}")


def _sum_up(outcomes: Sequence[Registered]) -> None:
    made = sum(1 for one in outcomes if one.take is not None)
    silent = sum(1 for one in outcomes if one.error is not None and one.error.code in NO_SOUND)
    say(
        ngettext("{count} take is registered.", "{count} takes are registered.", made).format(
            count=made
        )
        if made
        else _("No take was added.")
    )
    if silent:
        say(
            ngettext(
                "{count} file that holds no sound was left out.",
                "{count} files that hold no sound were left out.",
                silent,
            ).format(count=silent)
        )
    if made:
        say(_("Next, search: replique scan PATHS"))


def _status(outcomes: Sequence[Registered]) -> int:
    """Return 0; the status of a refusal, or of a file that could not be read; or of nothing."""
    errors = [one.error for one in outcomes if one.error is not None]
    refused = [error for error in errors if isinstance(error, TakeRefused)]
    unread = [e for e in errors if isinstance(e, MediaError) and e.code not in NO_SOUND]
    if refused or unread:
        worst: RepliqueError = (refused or unread)[0]
        return worst.exit_status
    nothing = sum(1 for error in errors if error.code in NO_SOUND) == len(outcomes)
    if nothing:
        raise UsageError(
            _("No sound was found there."),
            advice=_("Name recordings, folders or archives that hold some."),
        )
    return 0


def _as_json(outcomes: Sequence[Registered], *, ok: bool) -> dict[str, object]:
    return {
        "ok": ok,
        "registered": [_plain(one.take) for one in outcomes if one.take is not None],
        "not_registered": [
            {
                "file": one.locator,
                "code": one.error.code,
                "message": str(one.error),
                "advice": one.error.advice,
                "retry": one.error.retry,
            }
            for one in outcomes
            if one.error is not None
        ],
    }


@command("list", help=N_("List the takes that are looked for."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only those of one performer."))
@option("--withdrawn", is_flag=True, help=N_("With those that were withdrawn."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(performer: str | None, *, withdrawn: bool, as_json: bool) -> None:
    """List the takes."""
    from replique import store
    from replique.report.wording import kind

    home = store.open()
    known = store.takes(home, performer=performer, withdrawn=withdrawn)
    if as_json:
        say_json({"ok": True, "takes": [_plain(each) for each in known]})
        return
    if not known:
        say(_("No take yet. The first: replique take add PERFORMER FILES"))
        return
    headings = [_("Number"), _("Title"), _("Performer"), _("Kind"), _("Length"), _("SHA-256")]
    rows: list[list[object]] = [
        [each.id, each.title, each.performer, kind(each.kind), _length(each), each.sha256[:12]]
        for each in known
    ]
    if withdrawn:
        headings.append(_("Withdrawn"))
        for row, each in zip(rows, known, strict=True):
            row.append(f"{each.withdrawn_at:%Y-%m-%d}" if each.withdrawn_at else "")
    table(headings, rows, right=(0, 4))


@command(
    "withdraw",
    help=N_(
        "Look for a take no more.\n\n"
        "What was found stays on record, out of the lists and reports. Add the same recording "
        "again to take it back."
    ),
)
@argument("take", metavar=N_("TAKE"), help=N_("Its number, title, file name or SHA-256."))
def withdraw(take: str) -> None:
    """Withdraw a take."""
    from replique import store

    home = store.open()
    gone = store.withdraw_take(home, take)
    say(_("{title} is withdrawn and will not be looked for.").format(title=shown(gone.title)))


@command(
    "remove",
    help=N_(
        "Forget a take: its copy, and all that was found of it.\n\n"
        "This cannot be undone, so --yes must say that it is meant."
    ),
)
@argument("take", metavar=N_("TAKE"), help=N_("Its number, title, file name or SHA-256."))
@option("--yes", is_flag=True, help=N_("Yes, forget it."))
def remove(take: str, *, yes: bool) -> None:
    """Remove a take."""
    from replique import store

    home = store.open()
    meant = store.find_take(home, take)
    if not yes:
        raise UsageError(
            _("{title} of {name} would be forgotten, with all that was found of it.").format(
                title=shown(meant.title), name=shown(meant.performer_name)
            ),
            advice=_("If that is meant, say so with --yes; `replique take withdraw` is milder."),
        )
    store.remove_take(home, str(meant.id))
    say(_("{title} is forgotten.").format(title=shown(meant.title)))


def _length(take: TakeRecord) -> str:
    from replique.report.numerals import duration

    return duration(round(take.duration_s, 1))


def _plain(take: TakeRecord) -> dict[str, object]:
    return {
        "take": take.id,
        "title": take.title,
        "performer": take.performer,
        "performer_name": take.performer_name,
        "kind": take.kind,
        "duration_s": round(take.duration_s, 3),
        "sha256": take.sha256,
        "file_name": take.file_name,
        "origin": take.origin,
        "added": take.added.isoformat(),
        "withdrawn": take.withdrawn_at.isoformat() if take.withdrawn_at else None,
    }
