"""The dates of a performer that consent depends on: a minor signs otherwise, and so do heirs."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from replique.consent.dates import When, when
from replique.consent.records import Life
from replique.errors import UsageError
from replique.language import gettext as _
from replique.store.consent_models import WRITTEN, PerformerLife
from replique.store.consent_records import LifeRecord
from replique.store.guard import guarded
from replique.store.people import find_performer
from replique.store.text import clean


@guarded()
def set_life(performer: str, *, born: str | None = None, died: str | None = None) -> LifeRecord:
    """Say when a performer was born, or has died.

    born, died : "2010-03-05", "2010-03", "2010"; "" is not known; None leaves it.
    Raises NotFound, UsageError.
    """
    person = find_performer(performer)
    days = {name: _day(day) for name, day in (("born", born), ("died", died)) if day is not None}
    with transaction.atomic():
        row = PerformerLife.objects.filter(performer=person).first()
        row = row or PerformerLife(performer=person)
        for name, day in days.items():
            setattr(row, name, day)
        begin, end = when(row.born), when(row.died)
        _check_past(begin, end)
        if begin is not None and end is not None and end.before(begin):
            raise UsageError(
                _("Nobody dies before they are born."), advice=_("Check the two dates.")
            )
        row.save()
    return LifeRecord(person.slug, row.born, row.died)


@guarded()
def life(performer: str) -> LifeRecord:
    """Return the dates of a performer, as far as they are known. Raises NotFound, UsageError."""
    person = find_performer(performer)
    row = PerformerLife.objects.filter(performer=person).first()
    return LifeRecord(person.slug, row.born if row else "", row.died if row else "")


def lives() -> dict[str, Life]:
    """Return the lives of which something is known, by slug."""
    rows = PerformerLife.objects.select_related("performer")
    return {
        row.performer.slug: Life(row.performer.slug, when(row.born), when(row.died)) for row in rows
    }


def _check_past(*days: When | None) -> None:
    """Refuse a day to come: a slip in a year of birth would put every signature in doubt."""
    today = when(dt.date.today())  # noqa: DTZ011 — the day where the person is
    for each in days:
        if each is not None and today is not None and today.before(each):
            raise UsageError(
                _("{day} is still to come.").format(day=each.written),
                advice=_("Check the two dates."),
            )


def _day(day: str) -> str:
    known: When | None = when(day) if day else None
    if day and known is None:
        raise UsageError(
            _("{day} is no day.").format(day=clean(day)[:WRITTEN]),
            advice=_("Write it as 2026-05-01, or 2026-05 if only the month is known."),
        )
    return known.written if known is not None else ""
