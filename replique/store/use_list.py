"""The uses of a performer's work that a number of the overview counts, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from replique.consent.vocabulary import VERDICTS
from replique.store.consent_models import Finding, UseDescription
from replique.store.guard import guarded
from replique.store.overview import DATED, UNASKED
from replique.store.people import find_performer

PAGE = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """Which uses; None is all, "" is not known.

    month : a month, or a year. verdict : as last asked, UNASKED where nobody has asked.
    """

    production: str | None = None
    company: str | None = None
    month: str | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use in the list. verdict : as last asked, UNASKED where nobody has asked."""

    number: int
    act: str
    production: str
    company: str
    date: str
    verdict: str

    @property
    def name(self) -> str:
        """What it is called: "u3"."""
        return f"u{self.number}"


@guarded()
def count(performer: str, counted: Counted) -> int:
    """Return how many there are. performer : slug. Raises NotFound."""
    return _rows(performer, counted).count()


@guarded()
def uses(performer: str, counted: Counted, *, before: int | None = None) -> list[UseRow]:
    """Return a page of uses and one more, the latest described first. Raises NotFound.

    performer : slug. before : only those described before this one.
    """
    rows = _rows(performer, counted)
    rows = rows if before is None else rows.filter(pk__lt=before)
    columns = ("pk", "act", "production", "company", "date", "finding__verdict")
    found = rows.order_by("-pk").values_list(*columns)[: PAGE + 1]
    return [
        UseRow(number, act, production, company, date, said if said in VERDICTS else UNASKED)
        for number, act, production, company, date, said in found
    ]


def _rows(performer: str, counted: Counted) -> QuerySet[UseDescription]:
    rows = UseDescription.objects.filter(performer=find_performer(performer))
    if counted.production is not None:
        rows = rows.filter(production=counted.production)
    if counted.company is not None:
        rows = rows.filter(company=counted.company)
    if counted.month == "":
        rows = rows.exclude(date__regex=f"^{DATED}")
    elif counted.month is not None:
        rows = rows.filter(date__startswith=counted.month)
    if counted.verdict is not None:
        said = Finding.objects.filter(use=OuterRef("pk"), verdict__in=VERDICTS)
        if counted.verdict == UNASKED:
            return rows.filter(~Exists(said))
        rows = rows.filter(Exists(said.filter(verdict=counted.verdict)))
    return rows
