"""`replique duty`: what is owed for a permission, and what was done."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.days import Day
from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.paths import Given, existing
from replique.cli.speaker import speaker
from replique.cli.terminal import say, say_json, shown, table
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.store import DutyDoneRecord, DutyRecord

_HERE = "replique.cli.duty"
DAY = Day()


@click.group(
    "duty",
    cls=Group,
    verbs={
        "list": (f"{_HERE}:list_", N_("List the open duties, with their dates.")),
        "done": (f"{_HERE}:done", N_("Say that a duty was done, with what shows it.")),
        "undo": (f"{_HERE}:undo", N_("Take back what was said of a duty.")),
    },
    help=N_(
        "What is owed for a permission: pay, credit, a label, a report, deletion.\n\n"
        "A duty is named by its use and its place in the agreement, u3:rider/dub/pay; without "
        "the use where there is only one. Réplique never marks a duty done by itself: a "
        "person says so, with a file that shows it."
    ),
)
def duty() -> None:
    """Say what is owed."""


@command(
    "list",
    help=N_(
        "List the open duties, the first due first.\n\n"
        "Certain says whether the duty surely stands: where a permission is disputed, or it is "
        "not known whether it covers the use, what is owed for it may be owed all the same."
    ),
)
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only those of one performer."))
@option("--use", "use_", metavar=N_("USE"), help=N_("Only those of one use, such as u3."))
@option("--all", "all_", is_flag=True, help=N_("With those that are met, or not called for."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(performer: str | None, use_: str | None, *, all_: bool, as_json: bool) -> None:
    """List duties."""
    from replique import store
    from replique.consent import wording
    from replique.consent.labels import label

    store.open()
    owed = store.duties(performer, use=use_, all_=all_)
    if as_json:
        say_json({"ok": True, "duties": [_plain(each) for each in owed]})
        return
    if not owed:
        say(_("No duty is open."))
        return
    table(
        [_("Duty"), _("What"), _("State"), _("Due"), _("Certain"), _("Amount"), _("Clause"),
         _("Performer")],
        [
            [
                each.name,
                label("duty", each.state.kind),
                label("duty_status", each.state.status),
                each.state.due or _("not known"),
                _("yes") if each.state.stands else _("no"),
                wording.amount(each.state.amount),
                each.state.clause,
                each.use.performer,
            ]
            for each in owed
        ],
    )  # fmt: skip


@command(
    "done",
    help=N_(
        "Say that a duty was done, and keep the file that shows it: a bank statement, a mail, "
        "a screenshot of the credits.\n\n"
        "The file is kept as evidence, by its content; the ledger says who said so and when."
    ),
)
@argument("duty", metavar=N_("DUTY"), help=N_("Its name, such as u3:rider/dub/pay."))
@option(
    "--evidence",
    metavar=N_("FILE"),
    type=Given(),
    required=True,
    help=N_("The file that shows it."),
)
@option("--on", metavar=N_("DATE"), type=DAY, help=N_("When it was done, if not today."))
@option("--amount", metavar=N_("NUMBER"), help=N_("How much was paid, such as 250.00."))
@option("--currency", metavar=N_("CODE"), default="", help=N_("In which money, such as EUR."))
@option("--refused", is_flag=True, help=N_("It was asked for and refused: an approval."))
@option("--by", metavar=N_("NAME"), help=N_("Who says so, if not the owner of this account."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def done(
    duty: str,
    *,
    evidence: Path,
    on: dt.datetime | None,
    amount: str | None,
    currency: str,
    by: str | None,
    refused: bool,
    as_json: bool,
) -> None:
    """Keep a person's word that a duty was done."""
    from replique import store

    existing([evidence])
    store.open()
    made = store.do_duty(
        duty,
        evidence=evidence,
        by=speaker(by),
        on=on.date() if on is not None else None,
        amount=amount,
        currency=currency,
        refused=refused,
    )
    if as_json:
        say_json({"ok": True, "duty": _said(made)})
        return
    said = (
        _("{duty} was refused on {day}, says {name}.")
        if refused
        else _("{duty} was done on {day}, says {name}.")
    )
    say(said.format(duty=shown(made.name), day=made.on.isoformat(), name=shown(made.by)))
    say(_("Kept as evidence: {sha256}").format(sha256=made.evidence))


@command(
    "undo",
    help=N_("Take back what was last said of a duty: it was a mistake. It stays on record."),
)
@argument("duty", metavar=N_("DUTY"), help=N_("Its name, such as u3:rider/dub/pay."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def undo(duty: str, *, as_json: bool) -> None:
    """Take back a word."""
    from replique import store

    store.open()
    gone = store.undo_duty(duty)
    if as_json:
        say_json({"ok": True, "duty": _said(gone)})
        return
    say(_("{duty} stands again as if nothing had been said.").format(duty=shown(gone.name)))


def _plain(one: DutyRecord) -> dict[str, object]:
    state = one.state
    return {
        "duty": one.name,
        "use": one.use.name,
        "performer": one.use.performer,
        "kind": state.kind,
        "status": state.status,
        "due": state.due or None,
        "amount": state.amount or None,
        "clause": state.clause,
        "certain": state.stands,
    }


def _said(one: DutyDoneRecord) -> dict[str, object]:
    return {
        "duty": one.name,
        "outcome": one.outcome,
        "on": one.on.isoformat(),
        "by": one.by,
        "evidence": one.evidence,
        "amount": one.amount or None,
        "currency": one.currency or None,
    }
