"""Lists for a browser: a page of occurrences at a time, quick with tens of thousands of them.

A page is found by its last row, not by its number (keyset pagination), so that the
hundredth costs what the first does.  What belongs to its rows (takes, voices, places,
judgements, uses) comes in one query each, whatever their number.
"""

from __future__ import annotations

import base64
import binascii
import contextvars
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from replique.errors import NotFound
from replique.language import gettext as _
from replique.probe import Occurrence as Measurement
from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.models import Location, Medium, Occurrence, Take
from replique.store.queries import MEASURED, _media
from replique.store.records import MediumRecord, TakeRecord, VoiceRecord
from replique.store.registry import record
from replique.store.voice_models import Voice

PAGE = 50
"""Rows of a page."""
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


_seen: contextvars.ContextVar[frozenset[str] | None] = contextvars.ContextVar("seen", default=None)
"""The performers whose things lists show; None: all, as on a laptop."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which occurrences, in which order; "" and None are all.

    performer : slug. medium, production : part of the name. kind : take or voice.
    judged : not, or what the judgement that holds says. verdict : of a use, as last asked.
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


@dataclass(frozen=True, slots=True)
class UseLine:
    """A use of an occurrence. verdict : as last asked, "" when nobody has asked."""

    name: str
    production: str
    company: str
    verdict: str


@dataclass(frozen=True, slots=True)
class UseTold:
    """A use as a case names it. verdict : as last asked, "" when nobody has asked."""

    name: str
    occurrence: int | None
    production: str
    company: str
    verdict: str
    performer: str


@dataclass(frozen=True, slots=True)
class Line:
    """An occurrence in a list.

    titles, people : of its take, once for each performer who registered it; of a voice, its
    manner and its person. judged, by : the judgement that holds; "" when there is none.
    """

    id: int
    kind: str
    titles: tuple[str, ...]
    people: tuple[str, ...]
    locator: str
    medium: str
    track: int
    start_s: float
    end_s: float
    strength: float
    speed: float
    found_at: datetime
    judged: str = ""
    by: str = ""
    uses: tuple[UseLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. before, after : marks of its neighbours, "" where there is none."""

    lines: tuple[Line, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One occurrence with all that is needed to listen to it."""

    id: int
    takes: tuple[TakeRecord, ...]
    voice: VoiceRecord | None
    medium: MediumRecord
    track: int
    probe: str
    probe_version: str
    found_at: datetime
    found: Measurement

    @property
    def people(self) -> tuple[str, ...]:
        """Names of those whose take or voice it is."""
        if self.voice is not None:
            return (self.voice.performer_name,)
        return tuple(dict.fromkeys(each.performer_name for each in self.takes))


@guarded()
def page(wanted: Wanted, *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """Return a page of occurrences.

    after, before : a mark that an earlier page gave; a bad one gives the first page.
    """
    order = ORDERS.get(wanted.order, ORDERS["strongest"])
    mark = _unmarked(after or before, len(order))
    backwards = bool(before) and not after and mark is not None
    rows = _rows(wanted)
    if mark is not None:
        rows = rows.filter(_beyond(order, mark, backwards=backwards))
    found = list(rows.order_by(*_ordering(order, backwards=backwards)).values(*_NEEDED)[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    first, last = (_marked(order, found[0]), _marked(order, found[-1])) if found else ("", "")
    return Page(
        _lines(found),
        before=first if (more if backwards else mark is not None) else "",
        after=last if (more or backwards) else "",
    )


@guarded()
def lines_of(numbers: Sequence[int]) -> dict[int, Line]:
    """Return occurrences by number, whoever's they are: for who sees them in a case."""
    rows = Occurrence.objects.filter(pk__in=numbers).values(*_NEEDED)
    return {line.id: line for line in _lines(list(rows))}


@guarded()
def uses_named(names: Sequence[str]) -> dict[str, UseTold]:
    """Return uses by name, for who sees them in a case."""
    numbers = [int(each[1:]) for each in names if each[1:].isdecimal()]
    rows = UseDescription.objects.filter(pk__in=numbers).values_list(
        "pk", "occurrence_id", "production", "company", "finding__verdict", "performer__name"
    )
    return {
        f"u{row[0]}": UseTold(f"u{row[0]}", row[1], row[2], row[3], row[4] or "", row[5])
        for row in rows
    }


@guarded()
def count(wanted: Wanted) -> int:
    """Return how many there are."""
    return _rows(wanted).count()


@guarded()
def neighbours(number: int, wanted: Wanted) -> tuple[int | None, int | None]:
    """Return the occurrences before and after this one in a list; None at its ends.

    The one itself need not be in the list any more: it may just have been judged.
    """
    order = ORDERS.get(wanted.order, ORDERS["strongest"])
    row = Occurrence.objects.filter(pk=number).values(*(name for name, _most in order)).first()
    if row is None:
        return None, None
    mark = [row[name] for name, _most in order]
    before, after = (
        _rows(wanted)
        .filter(_beyond(order, mark, backwards=back))
        .order_by(*_ordering(order, backwards=back))
        .values_list("pk", flat=True)
        .first()
        for back in (True, False)
    )
    return before, after


@guarded()
def heard(home: Home, number: int) -> Heard:
    """Return one occurrence, of a withdrawn take too. Raises NotFound."""
    names = ("medium_id", "recording_id", "voice_id", "track", "probe", "probe_version", "found_at")
    row = Occurrence.objects.filter(pk=number).values_list(*names, *MEASURED).first()
    if row is None:
        raise NotFound(
            _("There is no occurrence {number}.").format(number=number),
            advice=_("It may have gone with its take. The list shows those there are."),
        )
    medium, recording, voice, track, probe, version, found_at, *measured = row
    takes = [
        record(home, each)
        for each in Take.objects.filter(recording=recording).select_related(
            "performer", "recording"
        )
    ]
    person = None if voice is None else _voice(voice)
    subject = person.key if person is not None else takes[0].sha256 if takes else ""
    return Heard(
        number,
        tuple(takes),
        person,
        _media([medium])[medium],
        track,
        probe,
        version,
        found_at,
        Measurement(subject, *measured),
    )


@guarded()
def waiting() -> tuple[int, int]:
    """Return how many occurrences nobody has judged, and how many there are."""
    rows = _rows(Wanted())
    said = Exists(Judgement.objects.filter(occurrence=OuterRef("pk")))
    told = rows.aggregate(all=Count("pk"), unjudged=Count("pk", filter=~said))
    return int(told["unjudged"]), int(told["all"])


@guarded()
def productions() -> list[str]:
    """Return the productions that uses of occurrences name, in order."""
    rows = UseDescription.objects.exclude(occurrence=None).exclude(production="")
    limited = _seen.get()
    rows = rows if limited is None else rows.filter(performer__slug__in=limited)
    named = rows.order_by("production").values_list("production", flat=True).distinct()
    return sorted(named, key=str.casefold)


def limit(performers: frozenset[str] | None) -> contextvars.Token[frozenset[str] | None]:
    """Show in lists, in this context, only what is of these performers, by slug; None: all.

    Give the token to `unlimit`.
    """
    return _seen.set(performers)


def unlimit(token: contextvars.Token[frozenset[str] | None]) -> None:
    """Undo `limit`."""
    _seen.reset(token)


def seen_only() -> frozenset[str] | None:
    """Return the performers whose things lists show, by slug; None: all."""
    return _seen.get()


def seen(performer: str) -> bool:
    """Return whether lists show what is of this performer, by slug."""
    limited = _seen.get()
    return limited is None or performer in limited


def _rows(wanted: Wanted) -> QuerySet[Occurrence]:
    rows = Occurrence.objects.filter(superseded=False)
    takes = Take.objects.filter(withdrawn_at=None)
    voices = Voice.objects.all()
    limited = _seen.get()
    if limited is not None:
        takes = takes.filter(performer__slug__in=limited)
        voices = voices.filter(performer__slug__in=limited)
    if wanted.performer:
        takes = takes.filter(performer__slug=wanted.performer)
        voices = voices.filter(performer__slug=wanted.performer)
    of_take = Q(recording__in=takes.values("recording_id"))
    some = wanted.performer or limited is not None
    of_voice = Q(voice__in=voices) if some else Q(voice__isnull=False)
    rows = rows.filter({"take": of_take, "voice": of_voice}.get(wanted.kind, of_take | of_voice))
    if wanted.medium:
        rows = rows.filter(medium__in=_media_named(wanted.medium[:LONGEST_NAME]))
    if wanted.least is not None:
        rows = rows.filter(strength__gte=wanted.least)
    if wanted.run is not None:
        rows = rows.filter(run=wanted.run)
    if wanted.production:
        named = UseDescription.objects.filter(production=wanted.production)
        rows = rows.filter(pk__in=named.exclude(occurrence=None).values("occurrence_id"))
    if wanted.verdict:
        asked = Finding.objects.filter(verdict=wanted.verdict).exclude(use__occurrence=None)
        rows = rows.filter(pk__in=asked.values("use__occurrence_id"))
    return _judged(rows, wanted.judged)


def _judged(rows: QuerySet[Occurrence], judged: str) -> QuerySet[Occurrence]:
    said = Judgement.objects.filter(occurrence=OuterRef("pk"))
    if judged == "not":
        return rows.filter(~Exists(said))
    if judged in JUDGED:
        newest = Subquery(said.order_by("-pk").values("verdict")[:1])
        return rows.filter(Exists(said)).annotate(holds=newest).filter(holds=judged)
    return rows


def _media_named(name: str) -> QuerySet[Medium, Any]:
    at = Location.objects.filter(locator__icontains=name, medium__isnull=False)
    return Medium.objects.filter(pk__in=at.values("medium_id")).values("pk")


def _ordering(order: Sequence[tuple[str, bool]], *, backwards: bool) -> list[str]:
    return [f"-{name}" if most != backwards else name for name, most in order]


def _beyond(order: Sequence[tuple[str, bool]], mark: Sequence[Any], *, backwards: bool) -> Q:
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


def _marked(order: Sequence[tuple[str, bool]], row: Mapping[str, Any]) -> str:
    told = json.dumps([row[name] for name, _most in order], separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _unmarked(text: str, length: int) -> list[float] | None:
    """Return what a mark says; None for none, or one that is not ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(told, list) or len(told) != length:
        return None
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in told):
        return None
    return told if all(abs(each) < 2**53 for each in told) else None


_NEEDED = (
    "pk",
    "recording_id",
    "voice_id",
    "medium_id",
    "track",
    "start_s",
    "end_s",
    "strength",
    "speed",
    "found_at",
)


def _lines(rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    if not rows:
        return ()
    takes = _titles({row["recording_id"] for row in rows} - {None})
    voices = {
        each.pk: ((each.manner,), (each.performer.name,))
        for each in Voice.objects.filter(
            pk__in={row["voice_id"] for row in rows} - {None}
        ).select_related("performer")
    }
    places = _places({row["medium_id"] for row in rows})
    numbers = [row["pk"] for row in rows]
    judged = {
        each["occurrence_id"]: (each["verdict"], each["by"])
        for each in Judgement.objects.filter(occurrence__in=numbers)
        .order_by("pk")
        .values("occurrence_id", "verdict", "by")
    }
    uses = _uses(numbers)
    lines = []
    for row in rows:
        of_voice = row["voice_id"] is not None
        titles, people = (
            voices.get(row["voice_id"], ((), ()))
            if of_voice
            else takes.get(row["recording_id"], ((), ()))
        )
        locator, sha256 = places[row["medium_id"]]
        verdict, by = judged.get(row["pk"], ("", ""))
        lines.append(
            Line(
                row["pk"],
                "voice" if of_voice else "take",
                titles,
                people,
                locator,
                sha256,
                row["track"],
                row["start_s"],
                row["end_s"],
                row["strength"],
                row["speed"],
                row["found_at"],
                verdict,
                by,
                tuple(uses.get(row["pk"], ())),
            )
        )
    return tuple(lines)


def _titles(recordings: Iterable[int]) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    titles: dict[int, list[str]] = defaultdict(list)
    people: dict[int, list[str]] = defaultdict(list)
    rows = Take.objects.filter(recording__in=set(recordings), withdrawn_at=None)
    for number, title, name in rows.values_list("recording_id", "title", "performer__name"):
        titles[number].append(title)
        people[number].append(name)
    return {
        number: (tuple(dict.fromkeys(titles[number])), tuple(dict.fromkeys(people[number])))
        for number in titles
    }


def _places(media: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return where each medium was last seen, and its hash."""
    wanted = set(media)
    found = {
        number: (sha256, sha256)
        for number, sha256 in Medium.objects.filter(pk__in=wanted).values_list("pk", "sha256")
    }
    # the last of each wins: the place where it was seen last
    rows = Location.objects.filter(medium__in=wanted).order_by("last_seen", "-pk")
    for number, locator in rows.values_list("medium_id", "locator"):
        if number is not None:
            found[number] = (locator, found[number][1])
    return found


def _uses(numbers: Sequence[int]) -> dict[int, list[UseLine]]:
    found: dict[int, list[UseLine]] = defaultdict(list)
    rows = UseDescription.objects.filter(occurrence__in=numbers).order_by("pk")
    for pk, occurrence, production, company, verdict in rows.values_list(
        "pk", "occurrence_id", "production", "company", "finding__verdict"
    ):
        if occurrence is not None:
            found[occurrence].append(UseLine(f"u{pk}", production, company, verdict or ""))
    return found


def _voice(number: int) -> VoiceRecord:
    row = Voice.objects.select_related("performer", "statement").get(pk=number)
    return VoiceRecord(
        id=row.pk,
        performer=row.performer.slug,
        performer_name=row.performer.name,
        key=row.key,
        manner=row.manner,
        speech_s=row.speech_s,
        recordings=row.recordings,
        remarks=tuple(row.remarks),
        models=row.models_digest,
        statement=row.statement_id,
        way=row.statement.way,
        stated_at=row.statement.given_at,
        added=row.added,
    )


@guarded()
def verdicts() -> dict[str, int]:
    """Return how many uses have each verdict, as last asked."""
    rows, limited = Finding.objects.order_by(), _seen.get()
    rows = rows if limited is None else rows.filter(use__performer__slug__in=limited)
    return dict(rows.values_list("verdict").annotate(count=Count("pk")))


@guarded()
def searched_media() -> int:
    """Return how many media were searched."""
    return Medium.objects.exclude(state=Medium.State.FAILED).count()
