"""Private testimony, sealed to its readers; their keys; parts of keys with confidants.

    Member ──< MemberKey ──< TestimonyReader >── Testimony
                   └──< RecoveryPart >── Member (a confidant)
                   └──< Recovery ──< RecoveryAnswer

Nothing here can be read without a reader's passphrase: docs/decisions/0007.  What is told
in the clear is that there is a text, of what, by whom, for whom.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from replique.store.ledgered import Ledgered
from replique.store.member_models import Member

HASH = 64
SUBJECT = 200
NAME = 32


def _digest(data: bytes | memoryview) -> str:
    return hashlib.sha256(bytes(data)).hexdigest()


class MemberKey(Ledgered):
    """A key pair of a member. public : hexadecimal. locked : the other half, under a passphrase.

    state : waiting is one that is to follow when a lost one is recovered.
    """

    class State(models.TextChoices):
        """Whether texts are sealed for it."""

        CURRENT = "current"
        WAITING = "waiting"
        RETIRED = "retired"

    ledger_kind = "member_key"

    member = models.ForeignKey(Member, models.PROTECT, related_name="keys")
    public = models.CharField(max_length=HASH, unique=True)
    locked = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            UniqueConstraint("member", condition=Q(state="current"), name="member_key_one_current"),
        ]

    def __str__(self) -> str:
        return self.public[:12]

    def ledger_content(self) -> dict[str, Any]:
        """Return whose it is, and that it is this one."""
        return {
            "member": self.member_id,
            "public": self.public,
            "locked": _digest(self.locked),
            "state": self.state,
            "made_at": self.made_at.isoformat(),
            "retired_at": self.retired_at.isoformat() if self.retired_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return the public half: who checks it on the telephone finds it here."""
        return {"public": self.public, "state": self.state}


class Testimony(Ledgered):
    """A text that its readers alone can read.

    name : 32 hexadecimal digits made at random, bound into what is sealed. about : what of,
    such as "judgement/12", or "". performer : of whom; case : in which it was said.
    """

    ledger_kind = "testimony"

    name = models.CharField(max_length=NAME, unique=True)
    performer = models.ForeignKey("Performer", models.PROTECT, null=True, related_name="testimony")
    case = models.ForeignKey("Case", models.PROTECT, null=True, related_name="testimony")
    about = models.CharField(max_length=SUBJECT, blank=True, default="")
    sealed = models.BinaryField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="testimony")
    written_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name[:12]

    def ledger_content(self) -> dict[str, Any]:
        """Return what it is of, and which sealed bytes it is."""
        return {
            "name": self.name,
            "performer": self.performer_id,
            "case": self.case_id,
            "about": self.about,
            "sealed": _digest(self.sealed),
            "by": self.by_id,
            "written_at": self.written_at.isoformat(),
            "changed_at": self.changed_at.isoformat() if self.changed_at else None,
        }


class TestimonyReader(Ledgered):
    """The key of a text, sealed for one reader's key. by : who let them read."""

    ledger_kind = "testimony_reader"

    testimony = models.ForeignKey(Testimony, models.CASCADE, related_name="readers")
    key = models.ForeignKey(MemberKey, models.PROTECT, related_name="texts")
    sealed = models.BinaryField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("testimony", "key", name="testimony_reader_once")]

    def __str__(self) -> str:
        return f"{self.testimony_id} {self.key_id}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who may read which text."""
        return {
            "testimony": self.testimony_id,
            "key": self.key_id,
            "sealed": _digest(self.sealed),
            "by": self.by_id,
            "at": self.at.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return which text it is."""
        return {"testimony": f"testimony/{self.testimony_id}"}


class RecoveryPart(Ledgered):
    """A part of a key, sealed for a confidant. threshold, parts : any so many, of so many."""

    ledger_kind = "recovery_part"

    key = models.ForeignKey(MemberKey, models.PROTECT, related_name="recovery_parts")
    confidant_key = models.ForeignKey(MemberKey, models.PROTECT, related_name="held_parts")
    sealed = models.BinaryField()
    threshold = models.PositiveSmallIntegerField()
    parts = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("key", "confidant_key", name="recovery_part_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.confidant_key_id}"

    def ledger_content(self) -> dict[str, Any]:
        """Return of which key, for whom."""
        return {
            "key": self.key_id,
            "confidant_key": self.confidant_key_id,
            "sealed": _digest(self.sealed),
            "threshold": self.threshold,
            "parts": self.parts,
            "made_at": self.made_at.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return how many must agree."""
        return {"threshold": self.threshold, "parts": self.parts}


class Recovery(Ledgered):
    """That somebody lost a passphrase and asks their confidants.

    new_key : for which the parts are sealed anew.
    """

    ledger_kind = "recovery"

    lost_key = models.ForeignKey(MemberKey, models.PROTECT, related_name="recoveries")
    new_key = models.OneToOneField(MemberKey, models.PROTECT, related_name="recovery")
    asked_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                "lost_key",
                condition=Q(done_at=None, dropped_at=None),
                name="recovery_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return which key is to follow which."""
        return {
            "lost_key": self.lost_key_id,
            "new_key": self.new_key_id,
            "asked_at": self.asked_at.isoformat(),
            "done_at": self.done_at.isoformat() if self.done_at else None,
            "dropped_at": self.dropped_at.isoformat() if self.dropped_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return which keys, by number."""
        return {
            "lost": f"member_key/{self.lost_key_id}",
            "new": f"member_key/{self.new_key_id}",
        }


class RecoveryAnswer(Ledgered):
    """A confidant's part, sealed anew for who lost the key."""

    ledger_kind = "recovery_answer"

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="answers")
    part = models.ForeignKey(RecoveryPart, models.CASCADE, related_name="answers")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("recovery", "part", name="recovery_answer_once")]

    def __str__(self) -> str:
        return f"{self.recovery_id} {self.by_id}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who answered."""
        return {
            "recovery": self.recovery_id,
            "part": self.part_id,
            "by": self.by_id,
            "sealed": _digest(self.sealed),
            "at": self.at.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return to which asking."""
        return {"recovery": f"recovery/{self.recovery_id}"}
