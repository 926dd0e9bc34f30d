"""Overview: where, when and by whom a performer's work is used, and what is unpaid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from replique.consent import wording
from replique.consent.vocabulary import VERDICTS
from replique.language import gettext as _
from replique.report.numerals import number
from replique.store.overview import UNASKED, Overview, Tally, Unpaid
from replique.store.overview import overview as overview_of
from replique.web import charts
from replique.web.permissions import action
from replique.web.seen import seen_performers

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
    """Show the charts, each with a table that says the same."""
    told = overview_of(performer)
    dated = [each for each in told.months if each.name]
    over_time = charts.over_time(dated)
    return render(
        request,
        "desk/overview.html",
        {
            "overview": told,
            "several": len(seen_performers()) > 1,
            "columns": charts.columns(dated) if dated else "",
            "months": [(each.name, each.count, *charts.tones(each.verdicts))
                       for each in over_time if each.count],
            "undated": sum(each.count for each in told.months if not each.name),
            "productions": rows(told.productions),
            "companies": rows(told.companies),
            "verdicts": verdicts(told),
            "unpaid": [(each.company, each, sums(each)) for each in told.unpaid],
        },
    )  # fmt: skip


def rows(tallies: tuple[Tally, ...]) -> list[tuple[str, int, int, int, int, str]]:
    """Return the rows of a chart that is a table: the name, the counts, the bar."""
    shown = list(tallies[:SHOWN])
    rest = tallies[SHOWN:]
    most = max((each.count for each in shown), default=1)
    told: list[tuple[str, int, int, int, int, str]] = [
        (each.name, each.count, *charts.tones(each.verdicts), charts.bar(each, most))
        for each in shown
    ]
    if rest:
        summed: dict[str, int] = {}
        for each in rest:
            for verdict, count in each.verdicts.items():
                summed[verdict] = summed.get(verdict, 0) + count
        name = _("{count} others").format(count=number(len(rest)))
        told.append((name, sum(summed.values()), *charts.tones(summed), ""))
    return told


def verdicts(told: Overview) -> list[tuple[str, str, int, str]]:
    """Return each verdict with its words, how many, and its bar."""
    counts = told.verdicts.verdicts
    most = max(counts.values(), default=1)
    return [
        (code, wording.verdict_name(code) if code else _("nobody has asked"), counts[code],
         charts.bar(Tally("", {code: counts[code]}), most))
        for code in (*VERDICTS, UNASKED) if counts.get(code)
    ]  # fmt: skip


def sums(one: Unpaid) -> str:
    """Return what is owed, each currency apart."""
    return " + ".join(f"{number(float(amount), 2)} {unit}" for unit, amount in one.sums.items())
