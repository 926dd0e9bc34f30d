"""`replique agreement`: what was agreed, on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.paths import Given, existing
from replique.cli.speaker import private_words
from replique.cli.terminal import say, say_json, shown, table, warn
from replique.errors import RepliqueError, UsageError
from replique.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replique.consent.records import Agreement
    from replique.store import AgreementRecord

_HERE = "replique.cli.agreement"
ID = N_("Its short name, as `replique agreement list` shows it.")
WHY = N_("Why: private; - reads it from standard input.")


@click.group(
    "agreement",
    cls=Group,
    verbs={
        "new": ("replique.cli.drafting:new", N_("Write one down, asked in plain words.")),
        "add": (f"{_HERE}:add", N_("Check agreements that are written, and keep them.")),
        "list": (f"{_HERE}:list_", N_("List the agreements.")),
        "show": (f"{_HERE}:show", N_("Show one in plain words.")),
        "withdraw": (f"{_HERE}:withdraw", N_("Take consent back.")),
        "suspend": (f"{_HERE}:suspend", N_("Suspend consent for a time, as in a strike.")),
        "resume": (f"{_HERE}:resume", N_("End a suspension.")),
        "attach": (f"{_HERE}:attach", N_("Keep the paper itself: a scan, a PDF, an email.")),
        "export": ("replique.cli.exchange:export", N_("Write one in a form that others read.")),
        "import": ("replique.cli.exchange:import_", N_("Keep one that somebody sent as ODRL.")),
        "remove": (f"{_HERE}:remove", N_("Forget one that was entered by mistake.")),
        "schema": (f"{_HERE}:schema", N_("Write the JSON Schema of an agreement.")),
    },
    help=N_(
        "What was agreed: riders, contracts, emails, collective agreements, refusals.\n\n"
        "Each is kept as a text that a person can read and a program can ask. "
        "docs/agreements.md says how to write one by hand; `replique agreement new` asks."
    ),
)
def agreement() -> None:
    """Say what was agreed."""


@command(
    "add",
    help=N_(
        "Check agreements that are written as TOML, and keep them.\n\n"
        "Every slip is told with its line, its field and what may stand there. A paper that "
        "was written anew has a higher version and is kept beside the earlier one; nothing is "
        "overwritten."
    ),
)
@argument(
    "files",
    metavar=N_("FILES..."),
    nargs=-1,
    required=True,
    type=Given(),
    help=N_("Agreements; - reads standard input."),
)
@option(
    "--replace",
    is_flag=True,
    help=N_("It corrects the text of the same id and version; the earlier text stays on record."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
@click.pass_context
def add(ctx: click.Context, files: tuple[Path, ...], *, replace: bool, as_json: bool) -> None:
    """Read all, then keep them one by one; what cannot be kept does not stop the rest."""
    from replique import store
    from replique.cli.written import STANDARD_INPUT, all_read, content, name
    from replique.consent import reading
    from replique.consent.syntax import decoded
    from replique.store.forms import filled_in

    places = [str(each) for each in files]
    existing(Path(each) for each in places if each != STANDARD_INPUT)

    def read(file: str, data: bytes) -> str:
        reading.agreement(data, file)
        text = decoded(data, reading.LARGEST)
        filled_in(text, file)
        return text

    texts = all_read([(name(each), content(each)) for each in places], read)
    store.open()
    kept: list[AgreementRecord] = []
    failed: list[tuple[str, RepliqueError]] = []
    for place, text in zip(places, texts, strict=True):
        try:
            kept.append(store.add_agreement(text, replace))
        except RepliqueError as error:
            if len(places) == 1:
                raise
            failed.append((name(place), error))
    if as_json:
        say_json(
            {
                "ok": not failed,
                "agreements": [_plain(each) for each in kept],
                "not_kept": [_failure(place, error) for place, error in failed],
            }
        )
    else:
        _say_added(kept, failed)
    ctx.exit(failed[0][1].exit_status if failed else 0)


def _failure(place: str, error: RepliqueError) -> dict[str, object]:
    return {"file": place, "code": error.code, "message": str(error), "advice": error.advice}


def _say_added(
    kept: Sequence[AgreementRecord], failed: Sequence[tuple[str, RepliqueError]]
) -> None:
    for each in kept:
        say(_("{agreement} is kept.").format(agreement=_named(each)))
    for place, error in failed:
        warn(f"{place}: {error}")
        if error.advice:
            warn(f"  {error.advice}")
    if kept:
        say(
            _("To read it in plain words: replique agreement show {id}").format(
                id=shown(kept[0].id)
            )
        )


def _named(record: AgreementRecord) -> str:
    """Return how an agreement is called: its short name, its version if there are several."""
    if record.version == 1:
        return shown(record.id)
    return _("{id}, version {version}").format(id=shown(record.id), version=record.version)


@command("list", help=N_("List the agreements."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only those that bind one performer."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(performer: str | None, *, as_json: bool) -> None:
    """List the agreements."""
    from replique import store
    from replique.consent.labels import label

    store.open()
    known = store.agreements(performer)
    if as_json:
        say_json({"ok": True, "agreements": [_plain(each) for each in known]})
        return
    if not known:
        say(_("No agreement yet. The first: replique agreement new"))
        return
    table(
        [_("Short name"), _("Version"), _("Title"), _("With"), _("Performers"), _("Given"),
         _("State")],
        [
            [
                each.id,
                each.version,
                each.title,
                each.company,
                ", ".join(_everybody(name) for name in each.performers),
                each.given,
                label("status", each.status) if each.status else "",
            ]
            for each in known
        ],
        right=(1,),
    )  # fmt: skip


def _everybody(performer: str) -> str:
    return _("everybody") if performer == "any" else performer


@command(
    "show",
    help=N_(
        "Show an agreement in plain words: what is granted, what is refused, what was left "
        "open.\n\n"
        "The words of testimony are private and shown only with --testimony; of what kind it is, "
        "and of when, shows always. The ledger notes that it "
        "was read."
    ),
)
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@option("--testimony", is_flag=True, help=N_("With what is private."))
@option("--toml", is_flag=True, help=N_("Show the text as it is written, to change or to send."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def show(id: str, *, testimony: bool, toml: bool, as_json: bool) -> None:  # noqa: A002 - as it is called
    """Show an agreement."""
    from replique import store
    from replique.consent import writing

    store.open()
    record = store.agreement(id, testimony=testimony)
    text = record.text or writing.agreement(record.agreement, testimony=testimony)
    if as_json:
        say_json({"ok": True, **_plain(record), "summary": _sections(record), "toml": text})
        return
    if toml:
        for line in text.splitlines():
            say(line)
        return
    say(_named(record))
    say_summary(record.agreement)
    if record.files:
        say()
        say(_("Files"))
        for each in record.files:
            say(f"  - {shown(each.name)}  {each.sha256}")


def say_summary(agreement: Agreement) -> None:
    """Write an agreement in plain words."""
    from replique.consent.summary import summary

    for section in summary(agreement):
        say()
        say(section.heading)
        for line in section.lines:
            say(f"  - {line}")


def _sections(record: AgreementRecord) -> list[dict[str, object]]:
    from replique.consent.summary import summary

    return [
        {"heading": each.heading, "lines": list(each.lines)} for each in summary(record.agreement)
    ]


@command(
    "withdraw",
    help=N_(
        "Take consent back, from a day on.\n\n"
        "Why is private: no list, letter, report, ledger or export that did not ask for it shows "
        "it. What is typed after --why stays in the history of your shell: leave --why out to "
        "be asked, or write --why - to give it on standard input."
    ),
)
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@option("--on", metavar=N_("DATE"), help=N_("From which day, such as 2026-05-01; today."))
@option("--why", metavar=N_("TEXT"), help=WHY)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def withdraw(id: str, on: str | None, why: str | None, *, as_json: bool) -> None:  # noqa: A002
    """Withdraw an agreement."""
    from replique import store

    store.open()
    store.agreement(id)  # one that is not there is told before anything is asked
    record = store.withdraw_agreement(id, on or _today(), private_words(why, _("Why?")))
    if as_json:
        say_json({"ok": True, **_plain(record)})
        return
    say(_("{agreement} is withdrawn.").format(agreement=_named(record)))
    say(_("Whoever uses it does not know that yet: replique letter --help says how to tell them."))


@command(
    "suspend",
    help=N_(
        "Suspend consent for a time, as in a strike.\n\n"
        "Why is private: no list, letter, report, ledger or export that did not ask for it shows "
        "it. What is typed after --why stays in the history of your shell: leave --why out to "
        "be asked, or write --why - to give it on standard input."
    ),
)
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@option("--acts", metavar=N_("ACTS"), help=N_("Only these acts, with commas; all if left out."))
@option("--from", "start", metavar=N_("DATE"), help=N_("From which day; today if left out."))
@option("--until", metavar=N_("DATE"), help=N_("The last day; open if left out."))
@option("--why", metavar=N_("TEXT"), help=WHY)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def suspend(
    id: str,  # noqa: A002
    acts: str | None,
    start: str | None,
    until: str | None,
    why: str | None,
    *,
    as_json: bool,
) -> None:
    """Suspend an agreement."""
    from replique import store

    store.open()
    store.agreement(id)
    named = [part.strip() for part in (acts or "").split(",") if part.strip()]
    reason = private_words(why, _("Why?"))
    record = store.suspend_agreement(id, named, start or _today(), until, reason)
    if as_json:
        say_json({"ok": True, **_plain(record)})
        return
    say(_("{agreement} is suspended.").format(agreement=_named(record)))
    if until is None:
        say(_("To end it: replique agreement resume {id}").format(id=shown(record.id)))


@command("resume", help=N_("End a suspension, from a day on."))
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@option("--on", metavar=N_("DATE"), help=N_("From which day, such as 2026-05-01; today."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def resume(id: str, on: str | None, *, as_json: bool) -> None:  # noqa: A002
    """End a suspension."""
    from replique import store

    store.open()
    record = store.resume_agreement(id, on or _today())
    if as_json:
        say_json({"ok": True, **_plain(record)})
        return
    say(_("The suspension of {agreement} ends.").format(agreement=_named(record)))


@command(
    "attach",
    help=N_(
        "Keep the paper itself: a scan, a PDF, an email.\n\n"
        "A copy is kept by its content; the file stays where it is."
    ),
)
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@argument(
    "files",
    metavar=N_("FILES..."),
    nargs=-1,
    required=True,
    type=Given(),
    help=N_("What belongs to it."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def attach(id: str, files: tuple[Path, ...], *, as_json: bool) -> None:  # noqa: A002
    """Keep files of an agreement."""
    from replique import store

    existing(files)
    store.open()
    kept = [store.attach(id, each) for each in files]
    if as_json:
        say_json(
            {"ok": True, "files": [{"name": each.name, "sha256": each.sha256} for each in kept]}
        )
        return
    for each in kept:
        say(_("{file} is kept, as {sha256}.").format(file=shown(each.name), sha256=each.sha256))


@command(
    "remove",
    help=N_(
        "Forget an agreement that was entered by mistake: every version of it.\n\n"
        "Consent that is taken back is withdrawn instead. The ledger says that it was there. "
        "This cannot be undone, so --yes must say that it is meant."
    ),
)
@argument("id", metavar=N_("AGREEMENT"), help=ID)
@option("--yes", is_flag=True, help=N_("Yes, forget it."))
def remove(id: str, *, yes: bool) -> None:  # noqa: A002
    """Forget an agreement."""
    from replique import store

    store.open()
    record = store.agreement(id)
    if not yes:
        raise UsageError(
            _("{agreement} would be forgotten, with every version of it.").format(
                agreement=shown(record.id)
            ),
            advice=_(
                "If that is meant, say so with --yes; to take consent back: replique agreement "
                "withdraw"
            ),
        )
    store.remove_agreement(id)
    say(_("{agreement} is forgotten.").format(agreement=shown(record.id)))


@command("schema", help=N_("Write the JSON Schema of an agreement, for editors and programs."))
@option("--use", is_flag=True, help=N_("That of a use instead."))
@option("--performer", is_flag=True, help=N_("That of a performer's dates instead."))
def schema(*, use: bool, performer: bool) -> None:
    """Write a JSON Schema."""
    import json

    from replique.consent.schema import json_schema

    if use and performer:
        raise UsageError(_("Say either --use or --performer, and not both."))
    name = "use" if use else "performer" if performer else "agreement"
    made = json_schema(f"replique-{name}/1")
    for line in json.dumps(made, indent=1, ensure_ascii=False).splitlines():
        click.echo(line)


def _today() -> str:
    return dt.date.today().isoformat()  # noqa: DTZ011 - the day where the person is


def _plain(record: AgreementRecord) -> dict[str, object]:
    return {
        "agreement": record.id,
        "version": record.version,
        "edition": record.edition,
        "title": record.title,
        "kind": record.kind,
        "performers": list(record.performers),
        "company": record.company,
        "given": record.given or None,
        "status": record.status or None,
        "sha256": record.sha256,
        "added": record.added.isoformat(),
        "files": [
            {"name": each.name, "sha256": each.sha256, "size": each.size} for each in record.files
        ],
    }
