"""What forms say, read with care: numbers, days, choices."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from replique.errors import UsageError
from replique.language import gettext as _


def text(request: HttpRequest, name: str) -> str:
    """Return what a field says, "" when it is not there."""
    return request.POST.get(name, "").strip()


def number(request: HttpRequest, name: str) -> int | None:
    """Return a number, None for an empty field. Raises UsageError."""
    said = text(request, name)
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) <= 18):
        raise UsageError(_("This form is not filled in."), advice=_("Go back and choose again."))
    return int(said)


def mark(request: HttpRequest, name: str) -> int | None:
    """Return the number in an address at which a page of a list begins; None where there is none.

    What is no number of ours begins at the first page.
    """
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


def needed(request: HttpRequest, name: str) -> int:
    """Return a number. Raises UsageError when there is none."""
    said = number(request, name)
    if said is None:
        raise UsageError(_("This form is not filled in."), advice=_("Go back and choose again."))
    return said


def day(request: HttpRequest, name: str) -> dt.date | None:
    """Return a day, None for an empty field. Raises UsageError."""
    said = text(request, name)
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise UsageError(
            _("This is no day."), advice=_("Write it as year, month, day: 2026-11-23.")
        ) from None


def sure(request: HttpRequest) -> None:
    """Raise UsageError unless what cannot be undone was meant."""
    if text(request, "sure") != "yes":
        raise UsageError(
            _("Nothing was done: this cannot be undone, and you did not say that you are sure."),
            advice=_("Go back, tick the box, and try again."),
        )
