"""Occurrences: the list, with filters, quick however long."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from replique.consent import wording
from replique.consent.vocabulary import VERDICTS
from replique.language import gettext as _
from replique.store import desk_queries
from replique.store.desk_filters import UNDESCRIBED
from replique.store.desk_queries import JUDGED, KINDS, ORDERS, Wanted
from replique.store.several import MOST
from replique.web.permissions import action
from replique.web.seen import seen_performers

FILTERS = (
    "performer",
    "medium",
    "production",
    "kind",
    "least",
    "verdict",
    "judged",
    "withdrawn",
    "order",
)


@require_GET
@action("occurrences.see")
def occurrences(request: HttpRequest) -> HttpResponse:
    """Show a page of the list; only the list itself where htmx asks for it."""
    wanted = wanted_of(request.GET)
    page = desk_queries.page(
        wanted,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        explained=True,
    )
    told = {
        "page": page,
        "wanted": wanted,
        "count": desk_queries.count(wanted),
        "query": query_of(wanted),
        "most": MOST,
    }
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "list":
        return render(request, "desk/occurrence_list.html", told)
    told |= {
        "performers": seen_performers(),
        "productions": desk_queries.productions(),
        "choices": choices(),
        "anything": page.lines or desk_queries.waiting()[1],
    }
    return render(request, "desk/occurrences.html", told)


def wanted_of(query: QueryDict | Mapping[str, str]) -> Wanted:
    """Return what an address asks for; what it should not ask is left out."""

    def one_of(name: str, allowed: object) -> str:
        value = query.get(name, "") or ""
        return value if value in allowed else ""  # type: ignore[operator] # any container

    return Wanted(
        performer=(query.get("performer") or "")[:80],
        medium=(query.get("medium") or "").strip()[:200],
        production=(query.get("production") or "")[:300],
        kind=one_of("kind", KINDS),
        least=_number(query.get("least") or ""),
        verdict=one_of("verdict", (*VERDICTS, UNDESCRIBED)),
        judged=one_of("judged", JUDGED),
        order=one_of("order", ORDERS) or "strongest",
        withdrawn=query.get("withdrawn") == "yes",
    )


def query_of(wanted: Wanted) -> str:
    """Return the address of a list, without its page."""
    told = {name: getattr(wanted, name) for name in FILTERS}
    if told["order"] == "strongest":
        told["order"] = ""
    told["withdrawn"] = "yes" if wanted.withdrawn else ""
    kept = {name: value for name, value in told.items() if value not in {"", None}}
    return f"?{urlencode(kept)}" if kept else ""


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what each filter offers, in the person's language."""
    return {
        "kind": [("take", _("takes")), ("voice", _("voices"))],
        "judged": [
            ("not", _("not yet judged")),
            ("yes", _("judged yes")),
            ("no", _("judged no")),
            ("unsure", _("judged unsure")),
        ],
        "verdict": [
            *((code, wording.verdict_name(code)) for code in VERDICTS),
            (UNDESCRIBED, _("nobody has described it")),
        ],
        "withdrawn": [("yes", _("of withdrawn takes"))],
        "order": [
            ("strongest", _("strongest first")),
            ("weakest", _("weakest first")),
            ("newest", _("found last first")),
            ("place", _("by medium and time")),
        ],
    }


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if -100 < value < 100 else None
