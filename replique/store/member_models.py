"""The people of a committee, or the one person of a laptop; who may help whom.

    Member ──  Performer            whose work it is
    Member ──< Confidant >── Performer      whom that performer chose to help
    Invitation ── Member            who was asked to come, and came

A member is a person here, whatever account they sign in with (replique.web keeps those):
what they did lasts when the account is gone.  Every row writes the ledger by itself; its
entries name nobody.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from replique.store.ledgered import Ledgered

HASH = 64
NAME = 200


class Member(Ledgered):
    """A person who works with these records.

    roles : those that they were given: member, organiser, auditor. That they are a performer,
    or somebody's confidant, follows from the rows and is never written here.
    performer : who they are themselves, when they are one. left_at : when they left.
    """

    ledger_kind = "member"

    class Role(models.TextChoices):
        """What somebody can be appointed to."""

        MEMBER = "member"
        ORGANISER = "organiser"
        AUDITOR = "auditor"

    name = models.CharField(max_length=NAME)
    language = models.CharField(max_length=5, default="en")
    roles = models.JSONField(default=list)
    performer = models.OneToOneField("Performer", models.PROTECT, null=True, related_name="member")
    joined = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def ledger_content(self) -> dict[str, Any]:
        """Return who it is and what they may do."""
        return {
            "name": self.name,
            "language": self.language,
            "roles": list(self.roles),
            "performer": self.performer_id,
            "joined": self.joined.isoformat(),
            "left_at": self.left_at.isoformat() if self.left_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return what they were appointed to, not who they are."""
        return {"roles": list(self.roles)}


class Invitation(Ledgered):
    """That somebody may come in. Only the hash of its code is kept.

    name, language, roles, performer : of the member to be. used_by : who came in with it.
    """

    ledger_kind = "invitation"

    code_sha256 = models.CharField(max_length=HASH, unique=True)
    name = models.CharField(max_length=NAME)
    language = models.CharField(max_length=5, default="en")
    roles = models.JSONField(default=list)
    performer = models.ForeignKey("Performer", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="invitations")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who was asked, by whom, to be what."""
        return {
            "code_sha256": self.code_sha256,
            "name": self.name,
            "language": self.language,
            "roles": list(self.roles),
            "performer": self.performer_id,
            "by": self.by_id,
            "made_at": self.made_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "used_at": self.used_at.isoformat() if self.used_at else None,
            "used_by": self.used_by_id,
            "revoked_at": self.revoked_at.isoformat() if self.revoked_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return to what somebody was asked."""
        return {"roles": list(self.roles)}


class Confidant(Ledgered):
    """That a performer chose somebody to see and do with them what is theirs.

    Made by the performer alone. ended_at : when either of them ended it.
    """

    ledger_kind = "confidant"

    performer = models.ForeignKey("Performer", models.PROTECT, related_name="confidants")
    member = models.ForeignKey(Member, models.PROTECT, related_name="confidences")
    chosen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            UniqueConstraint(
                "performer", "member", condition=Q(ended_at=None), name="confidant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.performer_id} {self.member_id}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who chose whom, and until when."""
        return {
            "performer": self.performer_id,
            "member": self.member_id,
            "chosen_at": self.chosen_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "ended_by": self.ended_by_id,
        }
