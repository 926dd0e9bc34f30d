"""Cases and what belongs to them, as plain records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Who:
    """A member, as a list names them."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A person, a production or a company. performer : slug, when it is one of ours."""

    id: int
    kind: str
    name: str
    part: str = ""
    performer: str = ""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """Something that belongs to a case, named by kind and key. by : who added it."""

    id: int
    kind: str
    key: str
    name: str
    added: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """What somebody wrote down. text : "" once it is struck out."""

    id: int
    case: int
    text: str
    by: Who
    at: dt.datetime
    struck: bool


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """Something to do. state : open, done or dropped."""

    id: int
    case: int
    case_title: str
    text: str
    who: Who | None
    due: dt.date | None
    state: str
    made_at: dt.datetime
    ended_at: dt.datetime | None

    def overdue(self, today: dt.date) -> bool:
        """Return whether its day has passed."""
        return self.state == "open" and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case. state : open, waiting, closed or merged. items, tasks : how many; open tasks."""

    id: int
    title: str
    summary: str
    state: str
    lead: Who | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    merged_into: int | None
    members: tuple[Who, ...] = ()
    items: int = 0
    tasks: int = 0
    moved_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """What it is called for short: "c3"."""
        return f"c{self.id}"

    def seen_by(self, member: int) -> bool:
        """Return whether this member works on it."""
        return any(each.id == member for each in self.members)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """What happened in a case. kind, verb, subject, at : as entry number `entry` tells them."""

    entry: int
    at: str
    kind: str
    subject: str
    verb: str
    by: str
    moved_from: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
