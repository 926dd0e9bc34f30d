"""A day on the command line, told in words when it is none."""

from __future__ import annotations

import datetime as dt

import click

from replique.errors import UsageError
from replique.language import gettext as _


class Day(click.DateTime):
    """2026-05-01."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Return the day. Raises UsageError."""
        try:
            day: dt.datetime = super().convert(value, param, ctx)
        except click.BadParameter:  # which would show the format of a program
            raise UsageError(
                _("{day} is no day.").format(day=str(value)[:40]),
                advice=_("Write it as 2026-05-01."),
            ) from None
        return day
