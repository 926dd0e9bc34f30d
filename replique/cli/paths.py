"""Paths as they are typed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from replique.cli.grammar import N_, argument
from replique.cli.terminal import shown
from replique.errors import NotFound, UsageError
from replique.language import gettext as _


class Given(click.Path):
    """A path to look into, as typed; readable or not is told later, place by place."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Raise UsageError for an empty path: pathlib would take it for the current folder."""
        if not os.fspath(value):
            raise UsageError(
                _("A path is empty."),
                advice=_("Check what stands between the quotes; nothing was done."),
            )
        return super().convert(value, param, ctx)


def existing(paths: Iterable[Path]) -> None:
    """Raise NotFound for the first path that is not there: most likely a slip of the hand."""
    for path in paths:
        if not os.path.lexists(path):
            raise NotFound(
                _("There is no {path}.").format(path=shown(path)),
                advice=_("Check how it is spelled; nothing was done."),
            )


def look_into(
    meaning: str = N_("Files, folders or archives."),
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the argument `paths`: what a command looks into, one place at least.

    meaning : its help, marked for translation.
    """
    return argument(
        "paths",
        metavar=N_("PATHS..."),
        nargs=-1,
        required=True,
        type=Given(),
        help=meaning,
    )
