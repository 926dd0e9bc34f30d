"""Sealed testimony, keys and recoveries, as plain records: nothing that is sealed is in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A member's key. digits : to be read aloud. shared : among how many; enough : of them."""

    member: int
    public: str
    digits: str
    made_at: dt.datetime
    shared: int = 0
    enough: int = 0


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """Somebody who may read a text."""

    member: int
    name: str


@dataclass(frozen=True, slots=True)
class TestimonyRecord:
    """That there is a text. about : what of. size : of the sealed bytes, in whole KiB."""

    id: int
    about: str
    performer: str
    case: int | None
    by: int
    by_name: str
    written_at: dt.datetime
    changed_at: dt.datetime | None
    readers: tuple[ReaderRecord, ...]

    def read_by(self, member: int) -> bool:
        """Return whether it is sealed for this member."""
        return any(each.member == member for each in self.readers)


@dataclass(frozen=True, slots=True)
class RecoveryRecord:
    """That somebody asks their confidants. digits : of the new key, to be read aloud.

    answered : members who did. wanted : how many must. mine : whether it waits for the member
    who asked for the list.
    """

    id: int
    member: int
    name: str
    digits: str
    asked_at: dt.datetime
    answered: tuple[int, ...]
    wanted: int
    mine: bool = False

    @property
    def ready(self) -> bool:
        """Whether enough have answered."""
        return len(self.answered) >= self.wanted > 0
