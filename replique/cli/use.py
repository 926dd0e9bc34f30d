"""`replique use`: what somebody did with a performer's material, as far as it is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from replique.cli.grammar import N_, Group, argument, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.consent.shapes import COUNTED
from replique.consent.vocabulary import ACTS, ARTEFACTS, EVENTS, HOW_KNOWN, PRACTICES
from replique.errors import UsageError
from replique.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from replique.store import UseRecord

_HERE = "replique.cli.use"
NONE = "none"
ONE = (
    "act", "artefact", "date", "began", "production", "company", "character", "medium", "channel",
    "model", "practice", "how_known",
)  # fmt: skip
MANY = {"subject": "subjects", "territory": "territories", "language": "languages"}
FLAGS = ("identifiable", "strike", "labelled")
TABLES = {"count": "counts", "event": "events"}
KEYS = (*ONE, *MANY.values(), "content", *FLAGS, *TABLES.values())
"""What may be said of a use, under the keys of its file."""


@click.group(
    "use",
    cls=Group,
    verbs={
        "describe": (f"{_HERE}:describe", N_("Say what is known of a use.")),
        "list": (f"{_HERE}:list_", N_("List the uses that are described.")),
        "show": (f"{_HERE}:show", N_("Show what is said of a use.")),
        "remove": (f"{_HERE}:remove", N_("Forget a use and what was found of it.")),
    },
    help=N_(
        "What was done with a performer's material: by whom, for what, when and where. This is "
        "what the agreements are asked about.\n\n"
        "A use is named u1, u2 and so on. What is not known is left out: it never counts as "
        "allowed, and the check says what it would settle."
    ),
)
def use() -> None:
    """Say what was done."""


def _about(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say something of a use."""
    for each in reversed(_OPTIONS):
        function = each(function)
    return function


_OPTIONS = (
    option("--act", metavar=N_("ACT"), type=click.Choice(ACTS), help=N_("What was done.")),
    option("--date", metavar=N_("DATE"), help=N_("The day that is asked about: 2026-05-01.")),
    option("--began", metavar=N_("DATE"), help=N_("When this use began, if it was earlier.")),
    option("--production", metavar=N_("NAME"), help=N_("For which film, series, game…")),
    option("--company", metavar=N_("NAME"), help=N_("Who did it.")),
    option("--character", metavar=N_("NAME"), help=N_("For which character or role.")),
    option("--medium", metavar=N_("WORD"), help=N_("In which medium: film, series, game…")),
    option("--channel", metavar=N_("WORD"), help=N_("On which channel: cinema, streaming…")),
    option(
        "--territory",
        metavar=N_("CODE"),
        multiple=True,
        help=N_("In which place: FR, US-CA, EU, WORLD. May be repeated."),
    ),
    option(
        "--language",
        metavar=N_("TAG"),
        multiple=True,
        help=N_("In which language: fr, fr-CA. May be repeated."),
    ),
    option("--subject", metavar=N_("WORD"), multiple=True, help=N_("With what: recording, voice…")),
    option(
        "--artefact",
        metavar=N_("WORD"),
        type=click.Choice(ARTEFACTS),
        help=N_("What came out of it."),
    ),
    option(
        "--content",
        metavar=N_("WORD"),
        multiple=True,
        help=N_("Sensitive content in it: violence…; none where there is none."),
    ),
    option("--model", metavar=N_("NAME"), help=N_("With which model.")),
    option(
        "--practice",
        metavar=N_("WORD"),
        type=click.Choice(PRACTICES),
        help=N_("Which processing practice it was."),
    ),
    option(
        "--count",
        metavar=N_("WORD=NUMBER"),
        multiple=True,
        help=N_("How many so far, this use included: line=12."),
    ),
    option(
        "--event",
        metavar=N_("WORD=DATE"),
        multiple=True,
        help=N_("When something happened from which a duty counts: release=2026-05-01."),
    ),
    option(
        "--identifiable/--not-identifiable",
        default=None,
        help=N_("Whether the performer can be recognised in it."),
    ),
    option("--strike/--no-strike", default=None, help=N_("Whether a strike was on that day.")),
    option("--labelled/--not-labelled", default=None, help=N_("Whether a label told of it.")),
    option(
        "--how-known",
        metavar=N_("WORD"),
        type=click.Choice(HOW_KNOWN),
        help=N_("How the use is known."),
    ),
)


@command(
    "describe",
    help=N_(
        "Say what is known of a use: of an occurrence (its number), or of one that is known "
        "otherwise (--performer). With the name of a use, such as u3, what is said of it is "
        "changed.\n\n"
        "Of a take that was found goes without saying that it is the recording, as it was "
        "recorded, and that it was found here; of a voice, no more than that it is known by a "
        "likeness."
    ),
)
@argument(
    "what",
    metavar=N_("[OCCURRENCE|USE]"),
    required=False,
    help=N_("The number of an occurrence, or a use to change."),
)
@option("--performer", metavar=N_("PERFORMER"), help=N_("Whose material it is."))
@_about
@option(
    "--unknown",
    metavar=N_("KEY"),
    multiple=True,
    type=click.Choice(KEYS),
    help=N_("This is not known after all: date, company…"),
)
@option(
    "--from",
    "file",
    metavar=N_("FILE"),
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help=N_("A use written as TOML (docs/agreements.md); - reads standard input."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def describe(
    what: str | None,
    performer: str | None,
    unknown: Sequence[str],
    file: Path | None,
    *,
    as_json: bool,
    **said: Any,  # noqa: ANN401 - one for each option above
) -> None:
    """Describe a use, or change what is said of one."""
    from replique import store

    facts: dict[str, object | None] = {**_facts(said), **dict.fromkeys(unknown)}
    store.open()
    if what is not None and not what.isdigit():
        if file is not None or performer is not None:
            raise UsageError(
                _("A use that is there already keeps its performer, and is changed fact by fact."),
                advice=_("Leave out --performer and --from, or describe another use."),
            )
        made = store.change_use(what, facts)
    else:
        made = store.describe_use(
            int(what[:18]) if what is not None else None,
            performer=performer,
            text=_read(file) if file is not None else "",
            name=shown(file) if file is not None else "",
            facts=facts,
        )
    if as_json:
        say_json({"ok": True, "use": plain(made)})
        return
    _say(made)
    say(_("What the agreements say of it: replique check {use}").format(use=made.name))


def _read(file: Path) -> bytes:
    from replique.consent.reading import LARGEST
    from replique.media.source import unreadable

    if str(file) == "-":
        return sys.stdin.buffer.read(LARGEST + 1)  # just more than is accepted
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        raise unreadable(file, error) from error


def _facts(said: Mapping[str, Any]) -> dict[str, object | None]:
    """Return what the options say, under the keys of a use's file."""
    facts = {key: said[key] for key in (*ONE, *FLAGS) if said[key] is not None}
    facts |= {key: list(said[name]) for name, key in MANY.items() if said[name]}
    if said["content"]:
        facts["content"] = [] if said["content"] == (NONE,) else list(said["content"])
    if said["count"]:
        facts["counts"] = dict(_count(each) for each in said["count"])
    if said["event"]:
        facts["events"] = dict(_event(each) for each in said["event"])
    return facts


def _count(written: str) -> tuple[str, float]:
    """Return line=12 as (line, 12); lines=12 is the same."""
    word, _equals, number = written.partition("=")
    unit = word.strip() if word.strip() in COUNTED else word.strip().removesuffix("s")
    try:
        if unit in COUNTED:
            return unit, float(number)
    except ValueError:
        pass
    raise UsageError(
        _("{text} is not a count.").format(text=shown(written)),
        advice=_("Write it as line=12; one of: {words}.").format(words=", ".join(COUNTED)),
    )


def _event(written: str) -> tuple[str, str]:
    word, equals, day = written.partition("=")
    if not equals or word.strip() not in EVENTS:
        raise UsageError(
            _("{text} is not an event.").format(text=shown(written)),
            advice=_("Write it as release=2026-05-01; one of: {words}.").format(
                words=", ".join(EVENTS)
            ),
        )
    return word.strip(), day.strip()


@command("list", help=N_("List the uses that are described."))
@option("--performer", metavar=N_("PERFORMER"), help=N_("Only those of one performer."))
@option("--withdrawn", is_flag=True, help=N_("With those of takes that were withdrawn."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(performer: str | None, *, withdrawn: bool, as_json: bool) -> None:
    """List uses."""
    from replique import store
    from replique.consent.labels import label

    store.open()
    known = store.uses(performer, withdrawn=withdrawn)
    if as_json:
        say_json({"ok": True, "uses": [plain(each) for each in known]})
        return
    if not known:
        say(_("No use is described yet. The first: replique use describe OCCURRENCE"))
        return
    table(
        [_("Use"), _("Occurrence"), _("Performer"), _("What was done"), _("Production"),
         _("Company"), _("Day")],
        [
            [
                each.name,
                each.occurrence or "",
                each.performer,
                label("act", each.use.act or ""),
                each.use.production or "",
                each.use.company or "",
                each.use.date.written if each.use.date else "",
            ]
            for each in known
        ],
        right=(1,),
    )  # fmt: skip


@command("show", help=N_("Show what is said of a use."))
@argument("use", metavar=N_("USE"), help=N_("Its name, such as u3."))
@option("--toml", is_flag=True, help=N_("Write it as a file that `use describe --from` reads."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def show(use: str, *, toml: bool, as_json: bool) -> None:
    """Show a use."""
    from replique import store

    store.open()
    known = store.find_use(use)
    if as_json:
        say_json({"ok": True, "use": plain(known)})
    elif toml:
        click.echo(shown(known.text, lines=True), nl=False)
    else:
        _say(known)


@command(
    "remove",
    help=N_(
        "Forget a use, what was found of it and the duties done for it.\n\n"
        "This cannot be undone, so --yes must say that it is meant. The ledger says that there "
        "was one."
    ),
)
@argument("use", metavar=N_("USE"), help=N_("Its name, such as u3."))
@option("--yes", is_flag=True, help=N_("Yes, forget it."))
def remove(use: str, *, yes: bool) -> None:
    """Remove a use."""
    from replique import store

    store.open()
    meant = store.find_use(use)
    if not yes:
        raise UsageError(
            _("{use}, of the work of {name}, would be forgotten.").format(
                use=meant.name, name=shown(meant.performer_name)
            ),
            advice=_("If that is meant, say so with --yes."),
        )
    store.remove_use(meant.name)
    say(_("{use} is forgotten.").format(use=meant.name))


def plain(one: UseRecord) -> dict[str, object]:
    """Return a use for a program: what is said of it under the keys of its file."""
    from replique.store.describing import said

    return {
        "use": one.name,
        "occurrence": one.occurrence,
        "performer": one.performer,
        "performer_name": one.performer_name,
        "said": said(one.use),
        "sha256": one.sha256,
        "described": one.described.isoformat() if one.described else None,
        "changed": one.changed.isoformat() if one.changed else None,
    }


def _say(one: UseRecord) -> None:
    from replique.consent.labels import label
    from replique.store.describing import said

    if one.occurrence is None:
        say(_("Use {use}: {name}").format(use=one.name, name=shown(one.performer_name)))
    else:
        say(
            _("Use {use}, of occurrence {number}: {name}").format(
                use=one.name, number=one.occurrence, name=shown(one.performer_name)
            )
        )
    for key, value in said(one.use).items():
        say(
            "  "
            + _("{fact}: {value}").format(
                fact=label("key", key), value=shown(_in_words(value, key))
            )
        )


def _in_words(value: object, key: str) -> str:
    from replique.consent import terms
    from replique.consent.fields import NOT_YET
    from replique.consent.labels import label, labels

    match value:
        case bool():
            return _("yes") if value else _("no")
        case float():
            return f"{value:g}"
        case list():
            return ", ".join(_in_words(each, key) for each in value) or _("none")
        case dict() if key == "counts":
            return labels("count", ", ".join(f"{each:g} {unit}" for unit, each in value.items()))
        case dict():
            return ", ".join(
                f"{terms.event(name)} {_in_words(each, name)}" for name, each in value.items()
            )
        case _:
            return _("not yet") if value == NOT_YET else label(key, str(value))
