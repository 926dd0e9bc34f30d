"""The table of the files that are kept as evidence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from replique.store.ledgered import Ledgered, LedgeredQuerySet

UNLINKED = "unlinked"


class EvidenceFile(Ledgered):
    """A file kept as evidence, apart from working copies.

    checked_at : when its bytes were last hashed. damaged : they were then not what they
        should be, or gone. unlinked_at, why : when and for what reason it was deleted.
    """

    ledger_kind = "file"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    kept_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)
    damaged = models.BooleanField(default=False)
    unlinked_at = models.DateTimeField(null=True)
    why = models.TextField(default="", blank=True)

    objects: ClassVar[models.Manager[EvidenceFile]] = models.Manager.from_queryset(
        LedgeredQuerySet["EvidenceFile"]
    )()

    class Meta:
        ordering = ["sha256"]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def ledger_subject(self) -> str:
        """It is named by its content."""
        return f"{self.ledger_kind}/{self.sha256}"

    def ledger_content(self) -> dict[str, Any]:
        """Return all that is known of it."""
        return {
            "checked_at": self.checked_at.isoformat(),
            "damaged": self.damaged,
            "kept_at": self.kept_at.isoformat(),
            "sha256": self.sha256,
            "size": self.size,
            "unlinked_at": self.unlinked_at and self.unlinked_at.isoformat(),
            "why": self.why,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Tell its content's name and whether it is whole; never why it was deleted."""
        told: dict[str, Any] = {"damaged": self.damaged, "sha256": self.sha256, "size": self.size}
        if self.unlinked_at is not None:
            told["gone"] = ["the bytes under this home"]
            told["perhaps_not_gone"] = ["backups", "other copies", "traces on the disk"]
        return told
