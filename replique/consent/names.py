"""When two names, places or languages are the same, or one lies within the other.

Places are ISO 3166-1 alpha-2 codes, their subdivisions (ISO 3166-2, "US-CA"), the
groups EU and EEA, or WORLD. Languages are BCP 47 tags: "fr-CA" lies within "fr".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from replique.consent.truth import Truth
from replique.consent.vocabulary import ANY, UNKNOWN

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
GROUPS = {
    "EU": frozenset(_EU.split()),
    "EEA": frozenset((*_EU.split(), "IS", "LI", "NO")),
}
WORLD = "WORLD"
_ALIASES = {"UK": "GB", "EL": "GR", ANY.upper(): WORLD, "WORLDWIDE": WORLD}


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """Return a name as it is compared: case, accents' spelling and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


_LEGAL = """
ltd limited inc incorporated llc llp plc corp corporation co company sa sas sasu sarl srl spa gmbh
ag kg ug bv nv ab as asa oy aps pty ltda sl kk eurl snc scop
"""
_FORMS = frozenset(_LEGAL.split())
"""Legal forms of companies, as they are written after a name."""


@lru_cache(maxsize=65536)
def stem(company: str) -> str:
    """Return a company's name without its legal form. company: as `normal` returns it."""
    words = company.replace(".", "").replace(",", " ").split()
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    return " ".join(words)


def normals(names: Iterable[str]) -> frozenset[str]:
    """Return names as they are compared."""
    return frozenset(normal(name) for name in names)


def place(code: str) -> str:
    """Return a place's code as it is compared."""
    upper = code.strip().upper().replace("_", "-")
    return _ALIASES.get(upper, upper)


def unknown(name: str | None) -> bool:
    """Whether a name says that it is not known."""
    return name is None or normal(name) == UNKNOWN


@lru_cache(maxsize=65536)
def lies_within(inner: str, outer: str) -> bool:
    """Whether all of one place lies in another. Codes as `place` returns them."""
    if outer in {WORLD, inner}:
        return True
    if outer in GROUPS:
        if inner in GROUPS:
            return GROUPS[inner] <= GROUPS[outer]
        return inner.partition("-")[0] in GROUPS[outer]
    return inner.startswith(outer + "-")


@lru_cache(maxsize=65536)
def _overlap(one: str, other: str) -> bool:
    if lies_within(one, other) or lies_within(other, one):
        return True
    return bool(GROUPS.get(one, frozenset()) & GROUPS.get(other, frozenset()))


def all_within(places: Iterable[str], limits: frozenset[str]) -> bool:
    """Whether every place lies within the limits; a group may be covered by its members."""
    return all(_within_limits(each, limits) for each in places)


def _within_limits(inner: str, limits: frozenset[str]) -> bool:
    if any(lies_within(inner, outer) for outer in limits):
        return True
    members = GROUPS.get(inner)
    return members is not None and all(_within_limits(each, limits) for each in members)


def any_overlap(places: Iterable[str], limits: frozenset[str]) -> bool:
    """Whether some part of one place lies in one of the limits."""
    return any(_overlap(each, limit) for each in places for limit in limits)


def tag(language: str) -> str:
    """Return a language tag as it is compared."""
    return language.strip().lower().replace("_", "-")


def language_within(inner: str, outer: str) -> Truth:
    """Whether a language lies in another: fr-CA in fr, yes; fr in fr-CA, not known."""
    if outer in {ANY, inner} or inner.startswith(outer + "-"):
        return True
    return None if inner == ANY or outer.startswith(inner + "-") else False
