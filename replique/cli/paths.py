"""Paths as they are typed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from replique.cli.terminal import shown
from replique.errors import NotFound
from replique.language import gettext as _


def existing(paths: Iterable[Path]) -> None:
    """Raise NotFound for the first path that is not there: most likely a slip of the hand."""
    for path in paths:
        if not os.path.lexists(path):
            raise NotFound(
                _("There is no {path}.").format(path=shown(path)),
                advice=_("Check how it is spelled; nothing was done."),
            )
