"""`replique ledger`: what happened, when, and whether the record of it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from replique.evidence.entries import Entry
    from replique.store.ledger_checking import Checked

_HERE = "replique.cli.ledger"
WRONG = 1
"""Exit status when something is wrong with the ledger."""
MOST_TOLD = 30
"""Problems told one by one; what follows is only counted."""


@click.group(
    "ledger",
    cls=Group,
    verbs={
        "show": (f"{_HERE}:show", N_("List what happened, or all that happened to one thing.")),
        "verify": (f"{_HERE}:verify", N_("Check that nothing was changed, added or taken out.")),
        "export": (f"{_HERE}:export", N_("Write a copy that others can check.")),
        "prove": (f"{_HERE}:prove", N_("Write a proof that one entry is in the ledger.")),
        "stamp": (f"{_HERE}:stamp", N_("Have an authority say that it was there by now.")),
        "rotate": (f"{_HERE}:rotate", N_("Sign with a new key from now on.")),
    },
    help=N_(
        "The record of every step: added, withdrawn, read, found, decided.\n\n"
        "Réplique writes it by itself and signs it. It tells that something happened and when, "
        "not what the papers say."
    ),
)
def ledger() -> None:
    """Open the record of every step."""


@command(
    "show",
    help=N_(
        "List what happened, the newest last.\n\n"
        "SUBJECT is what it is about, such as agreement/3, or a kind, such as agreement."
    ),
)
@argument("subject", metavar=N_("SUBJECT"), required=False, help=N_("What it is about."))
@option(
    "--last",
    metavar=N_("NUMBER"),
    type=click.IntRange(min=1),
    help=N_("Only so many, the newest."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def show(subject: str | None, last: int | None, *, as_json: bool) -> None:
    """Print entries."""
    from replique import store

    store.open()
    from replique.store.ledger_reading import entries

    found = entries(subject, last=last)
    if as_json:
        say_json({"ok": True, "entries": [_plain(entry) for entry in found]})
        return
    if not found:
        say(_("Nothing is on record.") if subject is None else _("Nothing is on record of that."))
        return
    table(
        [_("Number"), _("When (UTC)"), _("About"), _("What")],
        [
            [entry.sequence, _when(entry.at), entry.subject, entry.body.get("verb", "")]
            for entry in found
        ],
        right=(0,),
    )


@command(
    "verify",
    help=N_(
        "Check that nothing was changed, added, taken out or brought back.\n\n"
        "Every entry is read again, with the records that it tells of. Compare with an older "
        "export in other hands now and then: it is what finds a history that was written anew."
    ),
)
@option("--files", is_flag=True, help=N_("Read every file kept as evidence again, too."))
@option(
    "--every-signature",
    is_flag=True,
    help=N_("Check each signature, not only those that bind all others; slower."),
)
@option(
    "--against",
    metavar=N_("EXPORT"),
    type=click.Path(path_type=Path),
    help=N_("Compare with an older export, or its heads.jsonl."),
)
@option(
    "--accept-key",
    metavar=N_("KEY"),
    multiple=True,
    help=N_("A key that replaced a lost one, and that is known to be yours."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@click.pass_context
def verify(
    ctx: click.Context,
    against: Path | None,
    accept_key: tuple[str, ...],
    *,
    files: bool,
    every_signature: bool,
    as_json: bool,
) -> None:
    """Verify, and say what is wrong; the exit status is 1 then."""
    from replique import store

    store.open()
    from replique.store.evidence_files import due
    from replique.store.ledger_checking import check, heads_in

    found = check(
        every_signature=every_signature,
        against=heads_in(against) if against is not None else (),
        accepted=accept_key,
        files=files,
    )
    if as_json:
        say_json(_plain_check(found))
    else:
        _say_check(found)
        if not files and (count := len(due())):
            said = ngettext(
                "{count} file kept as evidence was not read for 30 days: --files reads it again.",
                "{count} files kept as evidence were not read for 30 days: --files reads them "
                "again.",
                count,
            )
            say(said.format(count=count))
    if found.problems:
        ctx.exit(WRONG)


@command(
    "export",
    help=N_(
        "Write a copy of the ledger into a new folder, with all that is needed to check it.\n\n"
        "It tells that things happened and when. What the papers say is left out, unless "
        "--with names the kind of record: then it may be private, so mind to whom you give it."
    ),
)
@argument(
    "folder",
    metavar=N_("FOLDER"),
    type=click.Path(path_type=Path),
    help=N_("The folder to make."),
)
@option(
    "--with",
    "contents",
    metavar=N_("KIND"),
    multiple=True,
    help=N_("Put the contents of these records in, such as agreement; may be said again."),
)
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def export(folder: Path, contents: tuple[str, ...], *, as_json: bool) -> None:
    """Write an export."""
    from replique import store

    store.open()
    from replique.store.ledger_export import export as write

    done = write(folder, contents=contents)
    if as_json:
        say_json(
            {
                "ok": True,
                "export": str(folder.absolute()),
                "entries": done.size,
                "key": done.key,
                "stamps": done.stamps,
                "contents": done.contents,
            }
        )
        return
    said = ngettext(
        "{count} entry is written to {folder}", "{count} entries are written to {folder}", done.size
    )
    say(said.format(count=done.size, folder=shown(folder.absolute())))
    if done.contents:
        say(_("It holds private contents: give it only to whom you would give the papers."))
    say(_("The key that signs it, to confirm by another way: {key}").format(key=done.key))
    say(_("Anybody can check it: README.txt in the folder says how."))


@command(
    "prove",
    help=N_(
        "Write a proof that one entry is in the ledger, to give away without the rest.\n\n"
        "verify_ledger.py, which every export holds, checks it."
    ),
)
@argument(
    "entry",
    metavar=N_("ENTRY"),
    help=N_("Its number, or what it is about: then the newest on it."),
)
@option(
    "--out",
    metavar=N_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Write it to a file instead of the screen."),
)
def prove(entry: str, out: Path | None) -> None:
    """Print a proof."""
    from replique import store

    store.open()
    from replique.store.guard import guarded
    from replique.store.ledger_reading import prove as make

    written = make(entry).written()
    if out is None:
        click.echo(written)
        return
    with guarded():
        out.write_text(written + "\n", encoding="utf-8")
    say(_("The proof is written: {file}").format(file=shown(out.absolute())))


@command(
    "stamp",
    help=N_(
        "Have an authority for time stamps say that the ledger was there by now (RFC 3161).\n\n"
        "Set REPLIQUE_TSA_URL to its address and REPLIQUE_TSA_ROOTS to the file with its root "
        "certificate. Only a hash is sent, and only when you ask for it here."
    ),
)
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def stamp(*, as_json: bool) -> None:
    """Have the newest head stamped."""
    from replique import store

    store.open()
    from replique.store.ledger_stamps import stamp as make

    made = make()
    if as_json:
        say_json({"ok": True, "entries": made.size, "at": made.at.isoformat()})
        return
    said = ngettext(
        "The authority says: {count} entry was there on {at}.",
        "The authority says: {count} entries were there on {at}.",
        made.size,
    )
    say(said.format(count=made.size, at=_when(made.at.isoformat())))


@command(
    "rotate",
    help=N_(
        "Sign with a new key from now on; the old one names it, so that everybody can follow.\n\n"
        "With --lost, when the old key is gone: whoever verifies is told that the key was "
        "replaced, until they accept the new one."
    ),
)
@option("--lost", is_flag=True, help=N_("The old key is gone and cannot name the new one."))
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def rotate(*, lost: bool, as_json: bool) -> None:
    """Change the key."""
    from replique import store

    store.open()
    from replique.store.ledger_rotation import rotate as make

    key = make(lost=lost)
    if as_json:
        say_json({"ok": True, "key": key})
        return
    say(_("From now on the ledger is signed with another key: {key}").format(key=key))
    say(_("Keep a copy of ledger/key.pem, in the home, where only you can find it."))


def _say_check(found: Checked) -> None:
    for problem in found.problems[:MOST_TOLD]:
        say(problem.message)
    more = len(found.problems) - MOST_TOLD
    if more > 0:
        said = ngettext("… and {count} more.", "… and {count} more.", more)
        say(said.format(count=more))
    if found.problems:
        say(_("The ledger is not what was written. Keep everything as it is, and a copy of it."))
        return
    verified = found.verified
    if not verified.size:
        say(_("The ledger is empty: nothing has happened yet."))
        return
    said = ngettext(
        "Nothing wrong was found: {count} entry, from {first} to {last}.",
        "Nothing wrong was found: {count} entries, from {first} to {last}.",
        verified.size,
    )
    first, last = _when(verified.first_at), _when(verified.last_at)
    say(said.format(count=verified.size, first=first, last=last))
    say(_("The key that signs: {key}").format(key=verified.key))
    if found.files is not None:
        said = ngettext(
            "{count} file kept as evidence was read again, and is whole.",
            "{count} files kept as evidence were read again, and are whole.",
            found.files,
        )
        say(said.format(count=found.files))
    if found.unproved:
        said = ngettext(
            "{count} time stamp was not checked: REPLIQUE_TSA_ROOTS names no authority.",
            "{count} time stamps were not checked: REPLIQUE_TSA_ROOTS names no authority.",
            found.unproved,
        )
        say(said.format(count=found.unproved))


def _plain_check(found: Checked) -> dict[str, object]:
    verified = found.verified
    return {
        "ok": not found.problems,
        "entries": verified.size,
        "root": verified.root.hex(),
        "keys": [
            {"key": span.key, "first": span.first, "vouched": span.vouched}
            for span in verified.keys
        ],
        "key": verified.key,
        "signatures": verified.signatures,
        "compared": found.compared,
        "stamps": found.stamps,
        "stamps_not_checked": found.unproved,
        "files": found.files,
        "problems": [
            {"code": each.code, "sequence": each.sequence, "message": each.message}
            for each in found.problems
        ],
    }


def _plain(entry: Entry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "kind": entry.kind,
        "subject": entry.subject,
        "body": dict(entry.body),
        "key": entry.key,
    }


def _when(at: str) -> str:
    """Return a time as a person reads it: to the second, UTC."""
    return at[:19].replace("T", " ")
