"""Who may do what: one table, action × role × whose.

Every view names its action (`action`); what is not written here is refused.  On a laptop
there is one person, the owner, to whom everything there belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from replique.web.person import Person, person_of
from replique.web.views import refusals


class Role(StrEnum):
    """What somebody is on this desk."""

    OWNER = "owner"
    PERFORMER = "performer"
    CONFIDANT = "confidant"
    MEMBER = "member"
    ORGANISER = "organiser"
    AUDITOR = "auditor"


class Whose(StrEnum):
    """To whom a thing belongs, seen from who asks.

    own : theirs, or of the performer who chose them. shared : of a case that was given to their
    committee. other : of somebody else. nobody : of no one, such as a list or a setting.
    """

    OWN = "own"
    SHARED = "shared"
    OTHER = "other"
    NOBODY = "nobody"


_OF_A_PERSON: Mapping[Role, frozenset[Whose]] = {
    Role.PERFORMER: frozenset({Whose.OWN, Whose.NOBODY}),
    Role.CONFIDANT: frozenset({Whose.OWN, Whose.NOBODY}),
    Role.MEMBER: frozenset({Whose.OWN, Whose.SHARED, Whose.NOBODY}),
}
_OF_ONESELF: Mapping[Role, frozenset[Whose]] = {
    Role.PERFORMER: frozenset({Whose.OWN, Whose.NOBODY}),
}
_OF_A_CASE: Mapping[Role, frozenset[Whose]] = {
    Role.MEMBER: frozenset({Whose.SHARED, Whose.NOBODY}),
}
_ANYBODY: Mapping[Role, frozenset[Whose]] = {role: frozenset(Whose) for role in Role}

ALLOWED: Mapping[str, Mapping[Role, frozenset[Whose]]] = {
    "home.see": _ANYBODY,
    "language.choose": _ANYBODY,
    "name.choose": _ANYBODY,
    "occurrences.see": _OF_A_PERSON,
    "occurrences.listen": _OF_A_PERSON,
    "occurrences.judge": _OF_A_PERSON,
    "takes.see": _OF_A_PERSON,
    "takes.add": _OF_ONESELF,
    "takes.withdraw": _OF_ONESELF,
    "performers.add": _OF_A_CASE,
    "scans.see": _OF_A_PERSON,
    "scans.start": _OF_A_CASE,
    "scans.stop": _OF_A_CASE,
}
"""What each role may do; the owner of a laptop's desk may do all of it."""

View = Callable[..., HttpResponse]


def may(person: Person, act: str, whose: Whose = Whose.NOBODY) -> bool:
    """Return whether somebody may do this with something of that belonging."""
    if act not in ALLOWED:
        return False
    if person.role == Role.OWNER:
        return True
    return any(
        role == person.role and whose in allowed for role, allowed in ALLOWED[act].items()
    )


def action(act: str) -> Callable[[View], View]:
    """Name the action of a view; who may not do it at all is told so."""
    if act not in ALLOWED:
        raise ValueError(act)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:  # noqa: ANN401
            if not may(person_of(request), act):
                return refusals.not_yours(request)
            return view(request, *args, **given)

        guarded.action = act  # type: ignore[attr-defined] # for the test that walks the views
        return guarded

    return decorate
