"""Agreements in the words of others: export, import, and statements for publications.

`replique agreement export` and `import`, and `replique statements`. Everything is
written on this computer; nothing is sent, and nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replique.cli.grammar import N_, argument, command, option
from replique.cli.terminal import encodable, say, say_json, shown, warn
from replique.errors import AgreementRefused, DiskFull, NotFound, Unreadable, UsageError
from replique.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from replique.consent.exchange.odrl import Unread
    from replique.consent.exchange.preferences import Preferences
    from replique.consent.records import Agreement

LARGEST = 8 * 2**20  # bytes of a document
STANDARD_INPUT = "-"
FORMS = ("odrl", "record", "receipt", "minimal-receipt")
STATEMENTS = (
    "tdmrep",
    "tdmrep-header",
    "tdmrep-meta",
    "tdmrep-policy",
    "cawg",
    "aipref",
    "aipref-robots",
)


@command(
    "export",
    help=N_(
        "Write an agreement in a form that others can read: a JSON-LD document.\n\n"
        "\b\n"
        "  odrl             all of it, in ODRL 2.2 with our profile; `import` reads it back\n"
        "  record           a consent record, shaped on ISO/IEC TS 27560 with DPV terms\n"
        "  receipt          the person's copy of that record\n"
        "  minimal-receipt  a receipt that names neither the performer nor the record\n\n"
        "How it was signed and your notes are private: they are left out unless you ask. What "
        "maps to what: docs/exchange.md."
    ),
)
@argument("agreement", metavar=N_("AGREEMENT"), help=N_("Its id, such as rider-2026."))
@option("--as", "form", type=click.Choice(FORMS), default="odrl", help=N_("Which form."))
@option(
    "--out",
    metavar=N_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Write it to a file that only you can read, instead of the screen."),
)
@option("--force", is_flag=True, help=N_("Replace the file if it is there."))
@option(
    "--testimony",
    is_flag=True,
    help=N_("With what is private: how it was signed, your notes. odrl and record only."),
)
@option(
    "--withdrawal",
    metavar=N_("WORDS"),
    default="",
    help=N_("record and receipt: how consent can be taken back, as the paper says."),
)
def export(
    agreement: str,
    form: str,
    out: Path | None,
    withdrawal: str,
    *,
    force: bool,
    testimony: bool,
) -> None:
    """Write an agreement for others."""
    from replique import store

    if testimony and form not in {"odrl", "record"}:
        raise UsageError(
            _("A receipt never holds what is private."),
            advice=_("Leave out --testimony, or choose --as odrl or --as record."),
        )
    if withdrawal and form not in {"record", "receipt"}:
        raise UsageError(
            _("--withdrawal belongs to a record or a receipt."),
            advice=_("Leave it out, or choose --as record or --as receipt."),
        )
    _free(out, force=force)
    store.open()
    found = store.agreement(agreement, testimony=testimony).agreement
    made = _exported(found, form, withdrawal.strip(), testimony=testimony)
    _deliver(json.dumps(made, ensure_ascii=False, indent=2), out)


def _exported(
    agreement: Agreement, form: str, withdrawal: str, *, testimony: bool
) -> dict[str, Any]:
    from replique.consent.exchange import consent_record, odrl

    today = _today()
    match form:
        case "record":
            return consent_record.record(
                agreement, on=today, withdrawal=withdrawal, testimony=testimony
            )
        case "receipt":
            return consent_record.receipt(agreement, on=today, withdrawal=withdrawal)
        case "minimal-receipt":
            return consent_record.minimal_receipt(agreement, on=today, key=secrets.token_bytes(32))
        case _:
            return odrl.write(agreement, testimony=testimony)


@command(
    "import",
    help=N_(
        "Keep an agreement that somebody sent as ODRL 2.2 (JSON-LD).\n\n"
        "What is not understood never allows anything: such a permission is left out, such a "
        "prohibition is kept and reaches further. All of it is listed. Nothing is fetched from "
        "the network."
    ),
)
@argument("file", metavar=N_("FILE"), help=N_("The document; - reads it from standard input."))
@option(
    "--performer",
    "performers",
    metavar=N_("PERFORMER"),
    multiple=True,
    help=N_("Whose agreement it is, by their short name, whatever the document calls them."),
)
@option("--dry-run", is_flag=True, help=N_("Keep nothing: show what it would say, as TOML."))
@option("--json", "as_json", is_flag=True, help=N_("Say what was done as JSON."))
def import_(file: str, performers: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """Read an agreement of others and keep it."""
    import dataclasses

    from replique import store
    from replique.consent import writing
    from replique.consent.exchange import odrl

    got = odrl.read(_document(file))
    agreement = got.agreement
    if performers:
        agreement = dataclasses.replace(agreement, performers=frozenset(performers))
    text = writing.agreement(agreement)
    if not dry_run:
        store.open()
        store.add_agreement(text)
    if as_json:
        say_json(
            {
                "ok": True,
                "agreement": agreement.id,
                "kept": not dry_run,
                "rules": len(agreement.rules),
                "not_understood": [
                    {"where": each.where, "number": each.number, "what": each.what}
                    | {"effect": each.effect}
                    for each in got.unread
                ],
            }
        )
        return
    _tell(got.unread)
    if dry_run:
        for line in text.splitlines():
            say(line)
        return
    say(_("The agreement is kept, as {id}.").format(id=shown(agreement.id)))


def _document(file: str) -> object:
    """Return what a file says; the error never repeats any of it."""
    try:
        if file == STANDARD_INPUT:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(LARGEST + 1)
    except OSError:
        raise Unreadable(
            _("{path} cannot be read.").format(path=shown(file)),
            advice=_("Check that it is a file, and that you may open it."),
        ) from None
    if len(data) > LARGEST:
        raise AgreementRefused(
            _("This document is too large to be an agreement."),
            advice=_("Ask its author for one document for each agreement."),
        )
    try:
        return json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise AgreementRefused(
            _("{path} is not JSON.").format(path=shown(file)),
            advice=_("Ask its author for ODRL 2.2 as JSON-LD, not as Turtle or XML."),
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says one thing twice: the first would be dropped unseen."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _tell(unread: Sequence[Unread]) -> None:
    if not unread:
        return
    warn(_("Not everything in this document was understood:"))
    for each in unread:
        warn("  " + _sentence(each))


def _sentence(unread: Unread) -> str:
    place = _place(unread.where).format(number=unread.number)
    if not unread.what:
        return _("{place}: left out, because of what was not understood elsewhere.").format(
            place=place
        )
    return _effect(unread.effect).format(place=place, what=shown(unread.what))


def _place(where: str) -> str:
    return {
        "policy": _("the whole document"),
        "permission": _("permission {number}"),
        "prohibition": _("prohibition {number}"),
        "requirement": _("requirement {number}"),
        "obligation": _("obligation {number}"),
    }[where]


def _effect(effect: str) -> str:
    return {
        "left out": _("{place}: left out, because of {what}."),
        "kept without": _("{place}: kept without {what}, so that it reaches further."),
        "noted": _("{place}: {what} is not taken over; it allows and forbids nothing."),
    }[effect]


@command(
    "statements",
    help=N_(
        "Write what a performer's own publications say of data mining and training.\n\n"
        "\b\n"
        "  tdmrep         the file /.well-known/tdmrep.json of a web site\n"
        "  tdmrep-header  the fields of an HTTP response\n"
        "  tdmrep-meta    the lines for the head of a page\n"
        "  tdmrep-policy  whom to ask, as a TDM policy\n"
        "  cawg           the training and data mining assertion of a C2PA manifest\n"
        "  aipref         a Content-Usage header (an IETF draft without consensus)\n"
        "  aipref-robots  the same for robots.txt\n\n"
        "Only what the agreements say to everybody counts: the most restrictive wins, silence "
        "never allows, and nothing tells of an agreement with one company. A statement asks; it "
        "does not prevent."
    ),
)
@argument("performer", metavar=N_("PERFORMER"), help=N_("The short name, such as awa-diop."))
@option("--as", "form", type=click.Choice(STATEMENTS), required=True, help=N_("Which statement."))
@option("--location", metavar=N_("PATH"), default="/", help=N_("For which files of the site."))
@option("--policy-url", metavar="URL", default="", help=N_("Where the policy is published."))
@option(
    "--info", metavar=N_("WORDS"), default="", help=N_("cawg: on what conditions, or whom to ask.")
)
@option("--contact-name", metavar=N_("NAME"), default="", help=N_("tdmrep-policy: whom to ask."))
@option(
    "--contact-email", metavar=N_("EMAIL"), default="", help=N_("tdmrep-policy: their address.")
)
@option("--contact-url", metavar="URL", default="", help=N_("tdmrep-policy: a page to ask at."))
@option("--paid", is_flag=True, help=N_("tdmrep-policy: for payment only."))
@option(
    "--out",
    metavar=N_("FILE"),
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Write it to a file instead of the screen."),
)
@option("--force", is_flag=True, help=N_("Replace the file if it is there."))
def statements(
    performer: str,
    form: str,
    out: Path | None,
    *,
    force: bool,
    **said: Any,  # noqa: ANN401 - the options that one form alone takes
) -> None:
    """Write a statement for publications."""
    from replique import store
    from replique.consent.exchange.preferences import preferences

    _free(out, force=force)
    store.open()
    _registered(performer, (each.slug for each in store.performers()))
    known = [each.agreement for each in store.agreements(performer)]
    stated = preferences(known, performer, on=_today())
    text = _STATEMENTS[form](stated, said)
    if not text:
        raise UsageError(
            _("The agreements on record say nothing to the public here, so there is no line."),
            advice=_("Add a refusal first: replique agreement new --template training-refusal"),
        )
    _deliver(text, out)


def _registered(performer: str, known: Iterable[str]) -> None:
    if performer not in known:
        raise NotFound(
            _("There is no performer {slug}.").format(slug=shown(performer)),
            advice=_("`replique performer list` shows them all."),
        )


def _tdmrep(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import tdmrep

    return _json(
        tdmrep.well_known(stated, location=said["location"], policy_url=said["policy_url"])
    )


def _header(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import tdmrep

    fields = tdmrep.header(stated, policy_url=said["policy_url"])
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def _meta(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import tdmrep

    return tdmrep.meta(stated, policy_url=said["policy_url"])


def _policy(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import tdmrep

    del stated  # a policy says whom to ask, whatever the answer will be
    return _json(
        tdmrep.policy(
            uid=said["policy_url"],
            name=said["contact_name"],
            url=said["contact_url"],
            email=said["contact_email"],
            paid=said["paid"],
        )
    )


def _cawg(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import cawg

    return _json(cawg.assertion(stated, constraint_info=said["info"].strip()))


def _aipref(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import aipref

    del said
    return aipref.header(stated)


def _robots(stated: Preferences, said: dict[str, Any]) -> str:
    from replique.consent.exchange import aipref

    return aipref.robots(stated, path=said["location"]).rstrip("\n")


_STATEMENTS: dict[str, Callable[[Preferences, dict[str, Any]], str]] = {
    "tdmrep": _tdmrep,
    "tdmrep-header": _header,
    "tdmrep-meta": _meta,
    "tdmrep-policy": _policy,
    "cawg": _cawg,
    "aipref": _aipref,
    "aipref-robots": _robots,
}


def _json(made: object) -> str:
    return json.dumps(made, ensure_ascii=False, indent=2)


def _today() -> dt.date:
    return dt.date.today()  # noqa: DTZ011 - where the person is


def _free(out: Path | None, *, force: bool) -> None:
    if out is not None and out.exists() and not force:
        raise UsageError(
            _("{path} is there already.").format(path=shown(out)),
            advice=_("Choose another name with --out, or say --force to replace it."),
        )


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(encodable(text))
        return
    from replique.store import files

    try:
        files.write(out, (encodable(text) + "\n").encode())
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                _("There is no room left on the disk."),
                advice=_("Free some space, or write it to another disk."),
            ) from error
        raise UsageError(
            _("{path} could not be written.").format(path=shown(out)),
            advice=_("Choose a folder that exists and that you may write in."),
        ) from error
    say(_("It is written: {file}").format(file=shown(out.absolute())))
