"""Which occurrences a list shows, and in which order: filters, and the place of a row in them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.desk_limits import seen_only
from replique.store.models import Location, Medium, Occurrence, Take
from replique.store.voice_models import Voice

LONGEST_NAME = 200

# name → the columns that order it, each with whether the largest comes first
ORDERS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "strongest": (("strength", True), ("pk", True)),
    "weakest": (("strength", False), ("pk", False)),
    "newest": (("pk", True),),
    "place": (("medium_id", False), ("track", False), ("start_s", False), ("pk", False)),
}
JUDGED = ("not", "yes", "no", "unsure")
KINDS = ("take", "voice")
UNDESCRIBED = "none"
"""In the place of a verdict: nobody has described a use."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which occurrences, in which order; "" and None are all.

    performer : slug. medium, production : part of the name. kind : take or voice.
    judged : not, or what the judgement that holds says. verdict : of a use, as last asked;
    UNDESCRIBED for what nobody has described. withdrawn : of takes that were withdrawn, alone.
    run : of the scan that found it.
    """

    performer: str = ""
    medium: str = ""
    production: str = ""
    kind: str = ""
    least: float | None = None
    verdict: str = ""
    judged: str = ""
    order: str = "strongest"
    run: int | None = None
    withdrawn: bool = False


def rows_of(wanted: Wanted) -> QuerySet[Occurrence]:
    """Return the occurrences that a list shows, of those that may be shown, in no order."""
    rows = Occurrence.objects.filter(superseded=False)
    takes = Take.objects.filter(withdrawn_at__isnull=not wanted.withdrawn)
    voices = Voice.objects.all()
    limited = seen_only()
    if limited is not None:
        takes = takes.filter(performer__slug__in=limited)
        voices = voices.filter(performer__slug__in=limited)
    if wanted.performer:
        takes = takes.filter(performer__slug=wanted.performer)
        voices = voices.filter(performer__slug=wanted.performer)
    recordings = takes.values("recording_id")
    # few, and found at once by their index: a search of all for hardly any is slow
    of_take = Q(
        recording__in=[e["recording_id"] for e in recordings] if wanted.withdrawn else recordings
    )
    some = wanted.performer or limited is not None
    of_voice = Q(voice__in=voices) if some else Q(voice__isnull=False)
    if wanted.withdrawn:
        of_voice = Q(pk__in=())  # a voice that is withdrawn is forgotten
    rows = rows.filter({"take": of_take, "voice": of_voice}.get(wanted.kind, of_take | of_voice))
    if wanted.medium:
        rows = rows.filter(medium__in=_media_named(wanted.medium[:LONGEST_NAME]))
    if wanted.least is not None:
        rows = rows.filter(strength__gte=wanted.least)
    if wanted.run is not None:
        rows = rows.filter(run=wanted.run)
    if wanted.production:
        named = UseDescription.objects.filter(production=wanted.production)
        named = named if limited is None else named.filter(performer__slug__in=limited)
        rows = rows.filter(pk__in=named.exclude(occurrence=None).values("occurrence_id"))
    if wanted.verdict == UNDESCRIBED:
        rows = rows.filter(~Exists(UseDescription.objects.filter(occurrence=OuterRef("pk"))))
    elif wanted.verdict:
        asked = Finding.objects.filter(verdict=wanted.verdict).exclude(use__occurrence=None)
        asked = asked if limited is None else asked.filter(use__performer__slug__in=limited)
        rows = rows.filter(pk__in=asked.values("use__occurrence_id"))
    return _judged(rows, wanted.judged)


def _judged(rows: QuerySet[Occurrence], judged: str) -> QuerySet[Occurrence]:
    said = Judgement.objects.filter(occurrence=OuterRef("pk"))
    if judged == "not":
        return rows.filter(~Exists(said))
    if judged in JUDGED:
        # from what was judged so, not from each occurrence: few are judged, or few are so
        later = Judgement.objects.filter(occurrence=OuterRef("occurrence"), pk__gt=OuterRef("pk"))
        holds = Judgement.objects.filter(~Exists(later), verdict=judged)
        return rows.filter(pk__in=holds.values("occurrence"))
    return rows


def _media_named(name: str) -> QuerySet[Medium, Any]:
    at = Location.objects.filter(locator__icontains=name, medium__isnull=False)
    return Medium.objects.filter(pk__in=at.values("medium_id")).values("pk")


def ordering(order: Sequence[tuple[str, bool]], *, backwards: bool) -> list[str]:
    """Return the columns that order a list, as Django has them."""
    return [f"-{name}" if most != backwards else name for name, most in order]


def beyond(order: Sequence[tuple[str, bool]], mark: Sequence[Any], *, backwards: bool) -> Q:
    """Return the condition of all rows that come after a mark (before it, when backwards)."""
    whole = Q()
    for place, (name, most) in enumerate(order):
        same = {
            earlier: value for (earlier, _most), value in zip(order[:place], mark, strict=False)
        }
        way = "lt" if most != backwards else "gt"
        whole |= Q(**same, **{f"{name}__{way}": mark[place]})
    # said apart, so that an index can begin where the mark is
    first, most = order[0]
    return Q(**{f"{first}__{'lte' if most != backwards else 'gte'}": mark[0]}) & whole


def marked(order: Sequence[tuple[str, bool]], row: Mapping[str, Any]) -> str:
    """Return the mark of a row: where a page begins or ends."""
    told = json.dumps([row[name] for name, _most in order], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def unmarked(text: str, length: int) -> list[float] | None:
    """Return what a mark says; None for none, or one that is not ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) != length:
        return None
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in told):
        return None
    return told if all(abs(each) < 2**53 for each in told) else None
