"""The tables of the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Index, UniqueConstraint


class LedgerEntry(models.Model):
    """An entry. line : its exact text; the other columns repeat what it says, to be found by."""

    sequence = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    line = models.TextField()

    objects: ClassVar[models.Manager[LedgerEntry]]

    class Meta:
        indexes = [
            Index("subject", "sequence", name="ledger_by_subject"),
            Index("kind", "sequence", name="ledger_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"


class LedgerHead(models.Model):
    """The one row that whoever appends must hold.

    line : the signed head of the ledger as it is. frontier : hashes of 32 bytes, the
        whole nodes at the right edge of the tree, the largest first.
    """

    size = models.BigIntegerField(default=0)
    line = models.TextField(default="")
    frontier = models.BinaryField(default=b"")

    objects: ClassVar[models.Manager[LedgerHead]]

    def __str__(self) -> str:
        return str(self.size)


class LedgerSubtree(models.Model):
    """The root over 256^band entries, written when the last of them is."""

    band = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    root = models.BinaryField()

    objects: ClassVar[models.Manager[LedgerSubtree]]

    class Meta:
        constraints = [UniqueConstraint("band", "position", name="ledger_subtree_once")]

    def __str__(self) -> str:
        return f"{self.band}/{self.position}"


class LedgerStamp(models.Model):
    """A time stamp (RFC 3161) on a head. head : its line. response : the authority's, DER."""

    size = models.BigIntegerField()
    head = models.TextField()
    response = models.BinaryField()
    authority = models.TextField()
    stamped_at = models.DateTimeField()

    objects: ClassVar[models.Manager[LedgerStamp]]

    class Meta:
        ordering = ["size", "id"]

    def __str__(self) -> str:
        return f"{self.size} {self.stamped_at:%Y-%m-%d}"
