"""Overview: where, when and by whom a performer's work is used, and what is unpaid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from replique.consent import wording
from replique.consent.labels import label
from replique.consent.vocabulary import VERDICTS
from replique.language import gettext as _
from replique.report.numerals import iso_day, month, number
from replique.store import use_list
from replique.store.overview import UNASKED, Overview, Tally, Unpaid
from replique.store.overview import overview as overview_of
from replique.store.use_list import Counted
from replique.web import charts
from replique.web.asking import mark
from replique.web.permissions import action
from replique.web.seen import seen_performers

WAYS = ("production", "company", "month", "verdict")
NUMBER = re.compile("[0-9]{1,18}")
SHOWN = 15
"""Names of a chart; the rest are told together."""


@require_GET
@action("occurrences.see")
def overviews(request: HttpRequest) -> HttpResponse:
    """Choose whose; with one person there is nothing to choose."""
    performers = seen_performers()
    if len(performers) == 1:
        return HttpResponseRedirect(reverse("overview", args=[performers[0].slug]))
    return render(request, "desk/overviews.html", {"performers": performers})


@require_GET
@action("overview.see")
def overview(request: HttpRequest, performer: str) -> HttpResponse:
    """Show the charts, each with a table that says the same, and leads to what it counts."""
    told = overview_of(performer)
    dated = [each for each in told.months if each.name]
    leads = partial(address, performer)
    return render(
        request,
        "desk/overview.html",
        {
            "overview": told,
            "several": len(seen_performers()) > 1,
            "columns": charts.columns(dated, partial(leads, "month")) if dated else "",
            "months": [
                Row(month(each.name), leads("month", each.name), each.count,
                    *charts.tones(each.verdicts))
                for each in charts.over_time(dated) if each.count
            ],
            "undated": sum(each.count for each in told.months if not each.name),
            "undated_at": leads("month", ""),
            "productions": rows(told.productions, partial(leads, "production")),
            "companies": rows(told.companies, partial(leads, "company")),
            "verdicts": verdicts(told, partial(leads, "verdict")),
            "unpaid": [(each.company, each, sums(each)) for each in told.unpaid],
        },
    )  # fmt: skip


@require_GET
@action("overview.see")
def uses(request: HttpRequest, performer: str) -> HttpResponse:
    """List the uses that a number of the overview counts."""
    counted = Counted(**{way: request.GET[way][:300] for way in WAYS if way in request.GET})
    found = use_list.uses(
        performer,
        counted,
        before=mark(request, "before"),
    )
    shown = found[: use_list.PAGE]
    said = {way: value for way in WAYS if (value := getattr(counted, way)) is not None}
    told = {
        "performer": performer,
        "count": use_list.count(performer, counted),
        "told": _told(counted),
        "uses": [
            (each, label("act", each.act) if each.act else "", iso_day(month(each.date)))
            for each in shown
        ],
        "more": urlencode({**said, "before": shown[-1].number})
        if len(found) > use_list.PAGE
        else "",
    }
    return render(request, "desk/overview_uses.html", told)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart that is a table. leads : to what it counts; "" where that is several."""

    name: str
    leads: str
    count: int
    fine: int
    out: int
    open: int
    drawn: str = ""


def address(performer: str, way: str, value: str) -> str:
    """Return where the uses are listed that a number counts."""
    return f"{reverse('overview-uses', args=[performer])}?{urlencode({way: value})}"


def rows(tallies: tuple[Tally, ...], leads: Callable[[str], str]) -> list[Row]:
    """Return the rows of a chart that is a table: the name, the counts, the bar."""
    shown = list(tallies[:SHOWN])
    rest = tallies[SHOWN:]
    most = max((each.count for each in shown), default=1)
    told = [
        Row(each.name, leads(each.name), each.count, *charts.tones(each.verdicts),
            charts.bar(each, most))
        for each in shown
    ]  # fmt: skip
    if rest:
        summed: dict[str, int] = {}
        for each in rest:
            for verdict, count in each.verdicts.items():
                summed[verdict] = summed.get(verdict, 0) + count
        name = _("{count} others").format(count=number(len(rest)))
        told.append(Row(name, "", sum(summed.values()), *charts.tones(summed)))
    return told


def verdicts(told: Overview, leads: Callable[[str], str]) -> list[tuple[str, str, int, str]]:
    """Return each verdict's words, where its uses are listed, how many, and its bar."""
    counts = told.verdicts.verdicts
    most = max(counts.values(), default=1)
    return [
        (_verdict(code), leads(code), counts[code],
         charts.bar(Tally("", {code: counts[code]}), most))
        for code in (*VERDICTS, UNASKED) if counts.get(code)
    ]  # fmt: skip


def sums(one: Unpaid) -> str:
    """Return what is owed, each currency apart."""
    return " + ".join(f"{number(float(amount), 2)} {unit}" for unit, amount in one.sums.items())


def _verdict(code: str) -> str:
    # what stands in an address may be none of ours
    said = wording.verdict_name(code) if code in VERDICTS else code
    return said or _("nobody has asked")


def _told(counted: Counted) -> list[tuple[str, str]]:
    """Return what is the same of all that are listed: its name, and its value in words."""
    named = (
        (_("Production"), counted.production),
        (_("Company"), counted.company),
        (_("Month or year"), None if counted.month is None else month(counted.month)),
        (_("Verdict"), None if counted.verdict is None else _verdict(counted.verdict)),
    )
    return [(name, value or _("not known")) for name, value in named if value is not None]
