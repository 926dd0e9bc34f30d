"""Voices that people enrolled, and what they said when they did.

    Performer ──< VoiceStatement ──< Voice ──< Occurrence

A `Voice` is one person's voice in one manner, as it was enrolled at one time: what
changes it is another row with another key.  What it sounds like lies outside the
database, encrypted, in a file named by its key (replique.store.voice_files).  Both
write the ledger by themselves; an entry names nobody.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils import timezone

from replique.store.ledgered import Ledgered

HASH = 64
MANNER = 60
LONG = 300


class VoiceStatement(Ledgered):
    """What a person agreed to before their voice was enrolled, in the words they were shown.

    version, language, text : of the statement. way : how it was given. by : the name that was
    typed, or the name of the signed file. sha256 : of the signed file, kept as evidence; "" when
    it was typed. withdrawn_at : when the last voice enrolled on it was forgotten.
    """

    ledger_kind = "voice_statement"

    class Way(models.TextChoices):
        """How it was given."""

        TYPED = "typed"
        SIGNED = "signed"

    performer = models.ForeignKey("Performer", models.PROTECT, related_name="voice_statements")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=5)
    text = models.TextField()
    way = models.CharField(max_length=10, choices=Way.choices)
    by = models.CharField(max_length=LONG)
    sha256 = models.CharField(max_length=HASH, blank=True, default="")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [Index("sha256", name="voice_statement_by_file")]

    def __str__(self) -> str:
        return f"{self.pk} {self.way}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what was said, by whom, and until when."""
        return {
            "performer": self.performer_id,
            "version": self.version,
            "language": self.language,
            "text": self.text,
            "way": self.way,
            "by": self.by,
            "sha256": self.sha256,
            "given_at": self.given_at.isoformat(),
            "withdrawn_at": self.withdrawn_at.isoformat() if self.withdrawn_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return how it was given, not by whom."""
        return {"way": self.way, "version": self.version}


class Voice(Ledgered):
    """A voice that is looked for.

    key : 64 hexadecimal digits made at random: names its file, its key and, in a search, the
        subject. It says nothing of the voice.
    manner : "speaking", "singing", or the name of a character.
    models : digest of the models that made its reference. speech_s : net speech, seconds.
    recordings : how many it was made of. sources : SHA-256 of the files that held them, so that
        one of them is known again where it is searched. remarks : codes of what could be better
        (replique.voices.enrolment).
    """

    ledger_kind = "voice"

    performer = models.ForeignKey("Performer", models.PROTECT, related_name="voices")
    statement = models.ForeignKey(VoiceStatement, models.PROTECT, related_name="voices")
    key = models.CharField(max_length=HASH, unique=True)
    manner = models.CharField(max_length=MANNER)
    models_digest = models.CharField(max_length=HASH)
    speech_s = models.FloatField()
    recordings = models.PositiveIntegerField()
    sources = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["performer__slug", "manner"]
        constraints = [
            UniqueConstraint("performer", "manner", name="voice_one_a_manner"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.manner}"

    def ledger_content(self) -> dict[str, Any]:
        """Return whose it is and what it was made of; nothing of how it sounds."""
        return {
            "performer": self.performer_id,
            "statement": self.statement_id,
            "key": self.key,
            "manner": self.manner,
            "models": self.models_digest,
            "speech_ms": round(1000 * self.speech_s),
            "recordings": self.recordings,
            "sources": list(self.sources),
            "remarks": list(self.remarks),
            "added": self.added.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return on which statement it rests."""
        return {"statement": f"voice_statement/{self.statement_id}"}
