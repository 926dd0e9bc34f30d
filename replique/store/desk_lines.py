"""Occurrences as the rows of a list: what belongs to them comes in one query each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from replique.store.consent_models import Judgement, UseDescription
from replique.store.desk_limits import seen_only, theirs
from replique.store.guard import guarded
from replique.store.models import Location, Occurrence, Take
from replique.store.records import Explanation
from replique.store.voiced import Voiced


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
    explained : what takes explain of a voice, where it was asked. outweighed : whether another
    voice is better supported in its place. speech_s : net speech of a voice.
    probe_digest, least_voice : by which settings it was found (desk_heard.Heard).
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
    explained: Explanation | None = None
    outweighed: bool = False
    speech_s: float | None = None
    probe_digest: str = ""
    least_voice: float | None = None


@guarded()
def lines_of(numbers: Sequence[int]) -> dict[int, Line]:
    """Return occurrences by number, whoever's they are: for who sees them in a case."""
    rows = Occurrence.objects.filter(pk__in=numbers).values(*NEEDED)
    return {line.id: line for line in lines(list(rows))}


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


NEEDED = (
    "pk",
    "recording_id",
    "voice_id",
    "medium_id",
    "medium__sha256",
    "track",
    "start_s",
    "end_s",
    "strength",
    "speed",
    "found_at",
    "how__speech_s",
    "probe_digest",
    "run__settings__voices__least_strength",
)


def lines(rows: Sequence[Mapping[str, Any]], *, explained: bool = False) -> tuple[Line, ...]:
    """Return rows of NEEDED as lines of a list, in their order.

    explained : with what takes explain of voices, at the cost of two more queries.
    """
    if not rows:
        return ()
    around = [
        (row["medium_id"], row["start_s"], row["end_s"])
        for row in rows
        if row["voice_id"] is not None
    ]
    voiced = Voiced({medium for medium, _start, _end in around}, around)
    explained = explained and bool(around)
    takes = _titles({row["recording_id"] for row in rows} - {None}, voiced if explained else None)
    what = voiced.explained() if explained else {}
    hidden = voiced.outweighed() if explained else set()
    places = _places({row["medium_id"] for row in rows})
    numbers = [row["pk"] for row in rows]
    judged = _judged(numbers)
    uses = _uses(numbers)
    found = []
    for row in rows:
        titles, people = takes.get(row["recording_id"], ((), ()))
        if row["voice_id"] is not None:
            voice = voiced.voices.get(row["voice_id"])
            titles, people = ((voice.manner,), (voice.name,)) if voice is not None else ((), ())
        verdict, by = judged.get(row["pk"], ("", ""))
        found.append(
            Line(
                id=row["pk"],
                kind="take" if row["voice_id"] is None else "voice",
                titles=titles,
                people=people,
                locator=places.get(row["medium_id"], row["medium__sha256"]),
                medium=row["medium__sha256"],
                track=row["track"],
                start_s=row["start_s"],
                end_s=row["end_s"],
                strength=row["strength"],
                speed=row["speed"],
                found_at=row["found_at"],
                judged=verdict,
                by=by,
                uses=tuple(uses.get(row["pk"], ())),
                explained=what.get(row["pk"]),
                outweighed=row["pk"] in hidden,
                speech_s=row["how__speech_s"],
                probe_digest=row["probe_digest"],
                least_voice=row["run__settings__voices__least_strength"],
            )
        )
    return tuple(found)


def _titles(
    recordings: set[int], voiced: Voiced | None
) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return titles and people of recordings; of withdrawn takes where there is no other.

    voiced : has read all takes already; None: they are asked for.
    """
    if voiced is not None and seen_only() is None:
        known = [(each.recording, each.title, each.name, each.looked_for) for each in voiced.takes]
    else:
        rows = Take.objects.filter(recording__in=recordings).order_by("pk")
        values = rows.values_list(
            "recording_id", "title", "performer__name", "withdrawn_at", "performer__slug"
        )
        of_each: defaultdict[int, list[tuple[int, str, str, Any, str]]] = defaultdict(list)
        for each in values:
            of_each[each[0]].append(each)
        known = [
            (number, title, name, gone is None)
            for some in of_each.values()
            for number, title, name, gone, _slug in theirs(some, lambda row: row[4])
        ]
    found: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for wanted in (False, True):  # what is looked for wins
        of: dict[int, tuple[dict[str, None], dict[str, None]]] = {}
        for number, title, name, live in known:
            if live is wanted and number in recordings:
                titles, people = of.setdefault(number, ({}, {}))
                titles[title] = people[name] = None
        found |= {number: (tuple(each[0]), tuple(each[1])) for number, each in of.items()}
    return found


def _judged(numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = Judgement.objects.filter(occurrence__in=numbers).order_by("pk")
    said = rows.values_list("occurrence_id", "verdict", "by")
    return {number: (verdict, by) for number, verdict, by in said}  # the last of each wins


def _places(media: Iterable[int]) -> dict[int, str]:
    """Return where each medium was last seen."""
    # the last of each wins: the place where it was seen last
    rows = Location.objects.filter(medium__in=set(media)).order_by("last_seen", "-pk")
    return dict(rows.values_list("medium_id", "locator"))


def _uses(numbers: Sequence[int]) -> dict[int, list[UseLine]]:
    found: dict[int, list[UseLine]] = defaultdict(list)
    rows = UseDescription.objects.filter(occurrence__in=numbers).order_by("pk")
    limited = seen_only()
    if limited is not None:  # of what two registered, each sees their own uses
        mine = Q(recording__takes__performer__slug__in=limited) | Q(
            voice__performer__slug__in=limited
        )
        owned = Occurrence.objects.filter(mine, pk__in=numbers).values("pk")
        rows = rows.filter(Q(performer__slug__in=limited) | ~Q(occurrence__in=owned))
    for pk, occurrence, production, company, verdict in rows.values_list(
        "pk", "occurrence_id", "production", "company", "finding__verdict"
    ):
        if occurrence is not None:
            found[occurrence].append(UseLine(f"u{pk}", production, company, verdict or ""))
    return found
