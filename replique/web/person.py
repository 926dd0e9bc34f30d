"""Who is at the desk."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

NAME = "name"
"""Where the session keeps what a person wants to be called, on a laptop."""
LONGEST = 200
OWNER = "owner"
CONFIDANT = "confidant"
_KEPT, _MEMBER = "_desk_person", "_desk_member"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk.

    name : under which they judge. roles : see `permissions.Role`. member : number of who they
    are in the store, 0 on a laptop before anybody asked. performer : slug of who they are
    themselves, or "". confides : slugs of the performers who chose them.
    """

    name: str
    roles: frozenset[str] = frozenset()
    member: int = 0
    performer: str = ""
    confides: frozenset[str] = frozenset()

    @property
    def owner(self) -> bool:
        """Whether all that is here is theirs: a laptop's one person."""
        return OWNER in self.roles


NOBODY = Person("")
"""Who has not signed in."""


def person_of(request: HttpRequest) -> Person:
    """Return who asks; on a committee's desk at the cost of two queries, once a request."""
    kept = getattr(request, _KEPT, None)
    if not isinstance(kept, Person):
        kept = _signed_in(request) if settings.COMMITTEE else _owner(request)
        setattr(request, _KEPT, kept)
    return kept


def member_of(request: HttpRequest) -> int:
    """Return the member who asks, for what is kept under their name; a laptop's is made now.

    Asked once a request.
    """
    person = person_of(request)
    if person.member or not person.owner:
        return person.member
    kept = getattr(request, _MEMBER, None)
    if not isinstance(kept, int):
        from replique.store import members

        kept = members.owner(person.name).id
        setattr(request, _MEMBER, kept)
    return kept


def keep_person(request: HttpRequest, person: Person) -> None:
    """Say who asks, where it is known otherwise than by a session: by a program's token."""
    setattr(request, _KEPT, person)


def forget(request: HttpRequest) -> None:
    """Look anew the next time: a name was changed, or somebody signed in."""
    if hasattr(request, _KEPT):
        delattr(request, _KEPT)


def _owner(request: HttpRequest) -> Person:
    return Person(request.session.get(NAME) or _account_here(), frozenset({OWNER}))


def _signed_in(request: HttpRequest) -> Person:
    account = getattr(request, "user", None)
    number = getattr(account, "member_id", None)
    if account is None or not account.is_authenticated or number is None:
        return NOBODY
    from replique.store import members

    found = members.member(number)
    if not found.here:
        return NOBODY  # left: the account opens nothing, even before it is closed
    return Person(
        found.name,
        # who has no role yet may become a confidant: they come in, and see nothing of anybody's
        frozenset(str(each) for each in found.roles) or frozenset({CONFIDANT}),
        found.id,
        found.performer,
        frozenset(found.confides),
    )


def _account_here() -> str:
    """Return the name of the account at this computer."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
