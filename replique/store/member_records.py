"""Members, invitations and confidants, as plain records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here; a person may be several."""

    PERFORMER = "performer"
    CONFIDANT = "confidant"
    MEMBER = "member"
    ORGANISER = "organiser"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A person.

    roles : all that they are. appointed : those that they were given. performer : slug of who
    they are themselves, or "". confides : slugs of who chose them.
    """

    id: int
    name: str
    language: str
    roles: frozenset[Role]
    appointed: frozenset[Role] = frozenset()
    performer: str = ""
    confides: tuple[str, ...] = ()
    joined: dt.datetime | None = None
    left_at: dt.datetime | None = None

    @property
    def here(self) -> bool:
        """Whether they have not left."""
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """An invitation. state : open, used, revoked or expired. code : told once, when it is made."""

    id: int
    name: str
    language: str
    roles: frozenset[Role]
    performer: str
    by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    state: str
    used_by: int | None = None
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConfidantRecord:
    """Somebody whom a performer chose. keeps : they can be sealed for."""

    id: int
    performer: str
    member: int
    name: str
    chosen_at: dt.datetime
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class Stranded:
    """What would be left behind by who leaves: numbers of cases and tasks, and of texts."""

    leads: tuple[int, ...] = ()
    alone_in: tuple[int, ...] = ()
    tasks: tuple[int, ...] = ()
    texts: int = 0

    def __bool__(self) -> bool:
        return bool(self.leads or self.alone_in or self.tasks or self.texts)
