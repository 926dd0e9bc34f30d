"""How far an archive is followed before it is called hostile."""

from __future__ import annotations

from dataclasses import dataclass

from replique.errors import Hostile
from replique.language import gettext as _

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one outermost archive may cost. Each has a reason.

    depth : archives within archives. Data sets have two or three; a bomb has more.
    members : in all, nested ones included. The largest shards have some 100,000.
    member_bytes : of one member, unpacked: a film of 40 h, or 60 h of WAV at CD rate.
    expansion : bytes unpacked in all, for each byte of the archive. Sound hardly shrinks;
        digital silence in WAV shrinks 1000-fold, but nobody archives only that.
    floor_bytes : what may be unpacked whatever `expansion` says: a small archive of silence
        is no attack.
    name_bytes : of one member's name.
    refusals : members refused in one archive before the rest of it is refused too.
    spool_bytes : of one member kept in memory; beyond, it goes to a temporary file, one
        at a time, deleted as soon as the walk goes on.
    """

    depth: int = 5
    members: int = 1_000_000
    member_bytes: int = 40_000 * MIB
    expansion: float = 200.0
    floor_bytes: int = 2_000 * MIB
    name_bytes: int = 4096
    refusals: int = 100
    spool_bytes: int = 32 * MIB


LIMITS = Limits()


class Budget:
    """What is left to spend on one outermost archive, its nested ones included."""

    def __init__(self, limits: Limits, archive_bytes: int) -> None:
        self.limits = limits
        self._bytes = max(limits.floor_bytes, int(limits.expansion * archive_bytes))
        self._members = limits.members

    def spend(self, count: int) -> None:
        """Count bytes that were unpacked. Raises Hostile when there are too many."""
        self._bytes -= count
        if self._bytes < 0:
            raise Hostile(
                _("This archive unpacks to far more than its own size: it looks like a bomb."),
                advice=_("Unpack it yourself if you trust it, and search the folder."),
            )

    def count_member(self) -> None:
        """Count one member. Raises Hostile when there are too many."""
        self._members -= 1
        if self._members < 0:
            raise Hostile(
                _("This archive has more than {count} members.").format(count=self.limits.members),
                advice=_("Unpack it yourself if you trust it, and search the folder."),
            )
