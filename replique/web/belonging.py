"""To whom a thing belongs, seen from who asks.

Each function is given the request, the person and the names in the address; a thing that is
not there belongs to somebody else, so that nobody learns by asking whether it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from replique.web.person import Person


class Whose(StrEnum):
    """Whose something is.

    own : of the performer whom the person is. confided : of a performer who chose them.
    shared : in a case that they work on. common : of every performer, as a collective agreement.
    other : of somebody else. nobody : of no one, such as a list of what one may see, or a setting.
    """

    OWN = "own"
    CONFIDED = "confided"
    SHARED = "shared"
    COMMON = "common"
    OTHER = "other"
    NOBODY = "nobody"


Given = Mapping[str, Any]


def of_performers(person: Person, slugs: Iterable[str]) -> Whose:
    """Return whose the work of some performers is."""
    there = set(slugs)
    if person.performer and person.performer in there:
        return Whose.OWN
    return Whose.CONFIDED if there & person.confides else Whose.OTHER


def performer(request: HttpRequest, person: Person, given: Given) -> Whose:
    """A performer, by slug: in the address, or in the form; else one in a case of theirs."""
    from replique.store.case_models import CaseParty

    slug = str(given.get("performer") or request.POST.get("performer", ""))
    whose = of_performers(person, [slug] if slug else [])
    if whose is Whose.OTHER and slug:
        named = CaseParty.objects.filter(performer__slug=slug, **_mine(person, "case__"))
        return Whose.SHARED if named.exists() else Whose.OTHER
    return whose


def take(request: HttpRequest, person: Person, given: Given) -> Whose:
    """A take, by number."""
    del request
    from replique.store.models import Take

    rows = Take.objects.filter(pk=given["number"])
    return of_performers(person, rows.values_list("performer__slug", flat=True))


def voice(request: HttpRequest, person: Person, given: Given) -> Whose:
    """A voice, by number."""
    del request
    from replique.store.voice_models import Voice

    rows = Voice.objects.filter(pk=given["number"])
    return of_performers(person, rows.values_list("performer__slug", flat=True))


def occurrence(request: HttpRequest, person: Person, given: Given) -> Whose:
    """An occurrence, by number: of whoever registered the recording, or enrolled the voice."""
    del request
    from replique.store.models import Occurrence

    number = given["number"]
    rows = Occurrence.objects.filter(pk=number)
    named = rows.values_list("recording__takes__performer__slug", "voice__performer__slug")
    whose = of_performers(person, {slug for both in named for slug in both if slug})
    if whose is Whose.OTHER:
        return _in_a_case(person, of_occurrences([number]))
    return whose


def whose_occurrences(person: Person, numbers: Iterable[int]) -> dict[int, Whose]:
    """Return of several occurrences whose each is, in two queries."""
    from replique.store.case_models import CaseItem
    from replique.store.consent_models import UseDescription
    from replique.store.models import Occurrence

    wanted = list(numbers)
    slugs: dict[int, set[str]] = {each: set() for each in wanted}
    named = Occurrence.objects.filter(pk__in=wanted).values_list(
        "pk", "recording__takes__performer__slug", "voice__performer__slug"
    )
    for number, *both in named:
        slugs[number] |= {slug for slug in both if slug}
    whose = {each: of_performers(person, there) for each, there in slugs.items()}
    others = [each for each, of in whose.items() if of is Whose.OTHER]
    if not others or not person.member:
        return whose
    mine = CaseItem.objects.filter(**_mine(person, "case__"))
    keys = set(mine.filter(kind__in=("occurrence", "use")).values_list("kind", "key"))
    uses = UseDescription.objects.filter(occurrence__in=others).values_list("occurrence", "pk")
    shared = {int(number) for number, use in uses if ("use", f"u{use}") in keys and number}
    for each in others:
        if ("occurrence", str(each)) in keys or each in shared:
            whose[each] = Whose.SHARED
    return whose


def of_occurrences(numbers: Iterable[int]) -> Q:
    """Return the items of cases that are these occurrences, or uses of them."""
    from replique.store.consent_models import UseDescription

    wanted = list(numbers)
    uses = UseDescription.objects.filter(occurrence__in=wanted).annotate(
        name=Concat(Value("u"), Cast("pk", CharField()))
    )
    return Q(kind="occurrence", key__in=[str(each) for each in wanted]) | Q(
        kind="use", key__in=uses.values("name")
    )


def use(request: HttpRequest, person: Person, given: Given) -> Whose:
    """A use, by name: "u3"."""
    del request
    from replique.store.consent_models import UseDescription

    name = str(given.get("use", ""))
    number = int(name[1:]) if name[:1] == "u" and name[1:].isascii() and name[1:].isdigit() else 0
    rows = UseDescription.objects.filter(pk=number)
    whose = of_performers(person, rows.values_list("performer__slug", flat=True))
    if whose is Whose.OTHER:
        occurrences = [str(each) for each in rows.values_list("occurrence", flat=True) if each]
        named = Q(kind="use", key=name) | Q(kind="occurrence", key__in=occurrences)
        return _in_a_case(person, named)
    return whose


def agreement(request: HttpRequest, person: Person, given: Given) -> Whose:
    """An agreement, by its id; one of all performers is no one's alone, and seen by each."""
    del request
    from replique.consent.vocabulary import ANY
    from replique.store.consent_models import Agreement

    slug = str(given.get("agreement", ""))
    named: set[str] = set()
    for performers in Agreement.objects.filter(slug=slug).values_list("performers", flat=True):
        named |= set(performers)
    if ANY in named:
        return Whose.COMMON
    whose = of_performers(person, named)
    return _in_a_case(person, Q(kind="agreement", key=slug)) if whose is Whose.OTHER else whose


def case(request: HttpRequest, person: Person, given: Given) -> Whose:
    """A case, by number: shared by those who work on it, or on the one it was merged into."""
    del request
    from replique.store.case_merging import leads_to
    from replique.store.case_models import CaseMember

    mine = CaseMember.objects.filter(member=person.member, until=None)
    if not person.member:
        return Whose.OTHER
    if mine.filter(case=given["case"]).exists():
        return Whose.SHARED
    last = leads_to(given["case"])
    moved = last != given["case"] and mine.filter(case=last).exists()
    return Whose.SHARED if moved else Whose.OTHER


def testimony(request: HttpRequest, person: Person, given: Given) -> Whose:
    """Private testimony, by number: of those for whom it is sealed, whoever it is about."""
    del request
    from replique.store.testimony_models import TestimonyReader

    rows = TestimonyReader.objects.filter(testimony=given["number"], key__member=person.member)
    if not person.member or not rows.exists():
        return Whose.OTHER
    if person.performer:
        return Whose.OWN
    return Whose.SHARED if "member" in person.roles else Whose.CONFIDED


def _in_a_case(person: Person, named: Q) -> Whose:
    """Return whether a case that they work on holds something."""
    from replique.store.case_models import CaseItem

    rows = CaseItem.objects.filter(named, **_mine(person, "case__"))
    return Whose.SHARED if person.member and rows.exists() else Whose.OTHER


def _mine(person: Person, way: str) -> dict[str, object]:
    return {f"{way}members__member": person.member, f"{way}members__until": None}


Belonging = Callable[[HttpRequest, Person, Given], Whose]

BELONGS: Mapping[str, Belonging] = {
    "performer": performer,
    "take": take,
    "voice": voice,
    "occurrence": occurrence,
    "use": use,
    "agreement": agreement,
    "case": case,
    "testimony": testimony,
}
"""What actions are done to, by name."""


def seen_performers(person: Person) -> frozenset[str] | None:
    """Return the slugs of the performers whose things somebody's lists show; None: all.

    Theirs, and of those who chose them. What is in a case is seen from the case.
    """
    if person.owner:
        return None
    own = {person.performer} if person.performer else set()
    return frozenset(own | person.confides)
