"""Where a walk stands: in which archive, how deep, and what it may still spend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from replique.errors import Damaged, Encrypted, Hostile, MediaError
from replique.language import gettext as _
from replique.media.limits import Budget, Limits
from replique.media.source import MEMBER_MARK, Fingerprint, Refused, Source, readable

ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


@dataclass(slots=True)
class Tally:
    """What a walk passed over in silence.

    not_media : files and members that are neither sound nor film.
    """

    not_media: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or the member of an archive, that the walk has come to.

    portion : (k, n): of a random-access archive, only members i with i % n == k.
    only : when one member is looked for: the way to it from here; None otherwise.
    """

    path: Path
    fingerprint: Fingerprint
    locator: str
    limits: Limits
    budget: Budget
    tally: Tally
    members: tuple[str, ...] = ()
    depth: int = 0
    portion: tuple[int, int] = (0, 1)
    only: tuple[str, ...] | None = None

    def inside(self, member: str) -> Place:
        """Return the place of a member; `member` is printable."""
        return replace(
            self,
            locator=self.locator + MEMBER_MARK + member,
            members=(*self.members, member),
            portion=(0, 1),
            only=None if self.only is None else self.only[1:],
        )

    def deeper(self) -> Place:
        """Return this place, one archive deeper. Raises Hostile at the limit."""
        if self.depth >= self.limits.depth:
            raise Hostile(
                _("Archives lie in one another more than {count} deep.").format(
                    count=self.limits.depth
                ),
                advice=_("Unpack it yourself if you trust it, and search the folder."),
            )
        return replace(self, depth=self.depth + 1)

    def takes(self, index: int) -> bool:
        """Say whether the member with this number is in our portion."""
        return index % self.portion[1] == self.portion[0]

    def wants(self, member: str) -> bool:
        """Say whether a member is one that is looked for."""
        return self.only is None or self.only[:1] == (member,)

    def source(self, content: Content) -> Source:
        """Return what stands here as a source."""
        opener = content.open if self.members else None
        return Source(self.locator, self.path, self.members, self.fingerprint, opener)

    def refused(self, error: MediaError) -> Refused:
        """Return what stands here as refused."""
        return Refused(self.locator, error)


class Content(Protocol):
    """What stands at a place: its first bytes, and all of them when asked for."""

    head: bytes

    def open(self) -> BinaryIO:
        """Return it, seekable, at its beginning."""


Entry = tuple[Place, Content]
"""A member that was found: where, and what."""

Entries = Iterator[Entry | Refused]


@dataclass(slots=True)
class Members:
    """The names of one archive's members, made printable, unique and safe."""

    place: Place
    _seen: dict[int, int] = field(default_factory=dict)
    _refused: int = 0

    def name(self, raw: str) -> str:
        """Return the printable name of the next member; a second "a" becomes "a#2".

        Raises Hostile past the number of members that are allowed.
        """
        self.place.budget.count_member()
        name = readable(raw)
        times = self._seen[hash(name)] = self._seen.get(hash(name), 0) + 1
        return name if times == 1 else f"{name}#{times}"

    def danger(self, raw: str) -> Hostile | None:
        """Return why a name is refused, or None.

        Nothing is ever written under these names; an archive that has them was made to
        do harm, and is named as such.
        """
        if len(raw.encode("utf-8", "surrogatepass")) > self.place.limits.name_bytes:
            return Hostile(_("The name of this member is far too long."))
        if ABSOLUTE.match(raw) or ".." in re.split(r"[/\\]", raw):
            return Hostile(
                _("The name of this member climbs out of its archive, as an attack would.")
            )
        return None

    def refuse(self, name: str, error: MediaError) -> Refused:
        """Return a refused member. Raises Hostile when that has happened too often."""
        self._refused += 1
        if self._refused > self.place.limits.refusals:
            raise Hostile(
                _("More than {count} members of this archive had to be refused.").format(
                    count=self.place.limits.refusals
                )
            )
        return self.place.inside(name[:200]).refused(error)


def damaged_archive() -> Damaged:
    """Say that an archive cannot be read on."""
    return Damaged(
        _("This archive is damaged, and cannot be read further."),
        advice=_("Copy or download it again; what was found before the damage is kept."),
    )


def locked_members(count: int) -> Encrypted:
    """Say that members need a password."""
    return Encrypted(
        _("{count} members of this archive are locked with a password.").format(count=count),
        advice=_("Unpack it with its password, and search the folder."),
    )
