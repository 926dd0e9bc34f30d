"""What was agreed, what was done with it, and what a person makes of both.

    Agreement ──< AgreementFile
    Performer ──  PerformerLife
    Performer ──< UseDescription >── Occurrence ──< Judgement
                      │ └──  Finding
                      └──< DutyDone

Every row writes the ledger by itself (replique.store.ledgered).  A text that is kept
is never rewritten: what changes it is another `Agreement` row, a later edition.
Nothing that a person said goes with something else unasked: uses and what hangs on
them are PROTECTed; only a judgement goes with its occurrence.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone

from replique.store.ledgered import Ledgered

HASH = 64
SHORT, LONG = 80, 300
WRITTEN = 40
"""Length of a date as it was written: "2024", or a day with its hour and zone."""


class Agreement(Ledgered):
    """One edition of the text of an agreement, as it was given.

    slug : its id. version : of the paper, as the text says. edition : counts the texts
        kept of that version: a correction, a withdrawal, a suspension is a new one.
    current : the newest edition of its version. text : TOML; it holds private testimony.
    performers : slugs, or ["any"]. given : the day of the signature, as it is written.
    """

    ledger_kind = "agreement"

    slug = models.CharField(max_length=SHORT)
    version = models.PositiveIntegerField()
    edition = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=HASH)
    title = models.CharField(max_length=LONG, blank=True, default="")
    kind = models.CharField(max_length=20)
    performers = models.JSONField(default=list)
    company = models.CharField(max_length=LONG, blank=True, default="")
    given = models.CharField(max_length=WRITTEN, blank=True, default="")
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["slug", "version", "edition"]
        constraints = [
            UniqueConstraint("slug", "version", "edition", name="agreement_edition_once"),
            UniqueConstraint(
                "slug", "version", condition=Q(current=True), name="agreement_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}.{self.edition}"

    def ledger_content(self) -> dict[str, Any]:
        """Return the text and whether it holds; what is read off the text goes with it."""
        return {
            "agreement": self.slug,
            "version": self.version,
            "edition": self.edition,
            "current": self.current,
            "text": self.text,
            "sha256": self.sha256,
            "title": self.title,
            "kind": self.kind,
            "performers": list(self.performers),
            "company": self.company,
            "given": self.given,
            "added": self.added.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return which text it is, not of whom."""
        return {"version": self.version, "edition": self.edition}


class AgreementFile(Ledgered):
    """A file that belongs to an agreement: the signed paper, an email, a photograph.

    sha256 : under which it is kept as evidence. name : what it was called.
    """

    ledger_kind = "agreement_file"

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=HASH)
    name = models.TextField()
    size = models.BigIntegerField()
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("agreement", "sha256", name="agreement_file_once")]

    def __str__(self) -> str:
        return self.sha256[:12]

    def ledger_content(self) -> dict[str, Any]:
        """Return what it is and where it belongs."""
        return {
            "agreement": self.agreement_id,
            "sha256": self.sha256,
            "name": self.name,
            "size": self.size,
            "added": self.added.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return where it belongs."""
        return {"agreement": f"agreement/{self.agreement_id}"}


class PerformerLife(Ledgered):
    """The dates of a performer that consent depends on, as far as they are known.

    born, died : "2010", "2010-03", "2010-03-05" or "".
    """

    ledger_kind = "life"

    performer = models.OneToOneField("Performer", models.CASCADE, related_name="life")
    born = models.CharField(max_length=WRITTEN, blank=True, default="")
    died = models.CharField(max_length=WRITTEN, blank=True, default="")

    class Meta:
        """Its own: one that is inherited would be part of the migrations."""

    def __str__(self) -> str:
        return str(self.performer_id)

    def ledger_content(self) -> dict[str, Any]:
        """Return the dates."""
        return {"performer": self.performer_id, "born": self.born, "died": self.died}


class UseDescription(Ledgered):
    """What somebody did with a performer's material, as far as it is known.

    occurrence : where it was found; None for a use that is known otherwise.
    text : all that is said of it, TOML, in the words of an agreement.
    act, production, company, date : read off it, for lists.
    """

    ledger_kind = "use"

    performer = models.ForeignKey("Performer", models.PROTECT, related_name="uses")
    occurrence = models.ForeignKey("Occurrence", models.PROTECT, null=True, related_name="uses")
    text = models.TextField()
    sha256 = models.CharField(max_length=HASH)
    act = models.CharField(max_length=WRITTEN, blank=True, default="")
    production = models.CharField(max_length=LONG, blank=True, default="")
    company = models.CharField(max_length=LONG, blank=True, default="")
    date = models.CharField(max_length=WRITTEN, blank=True, default="")
    described = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [Index("performer", "id", name="use_by_performer")]

    def __str__(self) -> str:
        return f"u{self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what is said of it."""
        return {
            "performer": self.performer_id,
            "occurrence": self.occurrence_id,
            "text": self.text,
            "sha256": self.sha256,
            "act": self.act,
            "production": self.production,
            "company": self.company,
            "date": self.date,
            "described": self.described.isoformat(),
            "changed": self.changed.isoformat() if self.changed else None,
        }


class DutyDone(Ledgered):
    """A person's word that a duty was done, or refused, and the file that shows it.

    duty : "agreement/rule/duty", or "agreement/duty". by : who says so.
    evidence : SHA-256 of the file. undone_at : when it was taken back as a mistake.
    """

    class Outcome(models.TextChoices):
        """What came of it."""

        DONE = "done"
        REFUSED = "refused"

    ledger_kind = "duty"

    use = models.ForeignKey(UseDescription, models.PROTECT, related_name="duties_done")
    duty = models.CharField(max_length=LONG)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    on = models.DateField()
    by = models.CharField(max_length=200)
    evidence = models.CharField(max_length=HASH)
    evidence_name = models.TextField(blank=True, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    said_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            CheckConstraint(
                condition=~Q(by="") & ~Q(evidence=""), name="duty_done_by_a_person_with_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use_id} {self.duty}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what was said; the amount as text, for a sum is no binary fraction."""
        return {
            "use": self.use_id,
            "duty": self.duty,
            "outcome": self.outcome,
            "on": self.on.isoformat(),
            "by": self.by,
            "evidence": self.evidence,
            "evidence_name": self.evidence_name,
            "amount": None if self.amount is None else str(self.amount),
            "currency": self.currency,
            "said_at": self.said_at.isoformat(),
            "undone_at": self.undone_at.isoformat() if self.undone_at else None,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return of which use it speaks."""
        return {"use": f"use/{self.use_id}"}


class Judgement(Ledgered):
    """What a person who looked says of an occurrence. The newest holds; all are kept.

    why : private.
    """

    class Verdict(models.TextChoices):
        """Whether it is what it seems: this performance, used there."""

        YES = "yes"
        NO = "no"
        UNSURE = "unsure"

    ledger_kind = "judgement"

    occurrence = models.ForeignKey("Occurrence", models.CASCADE, related_name="judgements")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    why = models.TextField(blank=True, default="")
    by = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.verdict}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what was said."""
        return {
            "occurrence": self.occurrence_id,
            "verdict": self.verdict,
            "why": self.why,
            "by": self.by,
            "at": self.at.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return of which occurrence it speaks."""
        return {"occurrence": f"occurrence/{self.occurrence_id}"}


class Finding(Ledgered):
    """What the agreements said of a use when they were last asked.

    answer : replique.consent.answer.Answer as JSON, of its rules those that decided.
    asked_of : the texts, "slug version.edition" to SHA-256. basis : SHA-256 over all that
        the answer depends on but the day. possible : what the verdict could become.
    engine : version of the rules. asked_on : the day that was asked about.
    """

    ledger_kind = "finding"

    use = models.OneToOneField(UseDescription, models.PROTECT, related_name="finding")
    verdict = models.CharField(max_length=20)
    possible = models.JSONField(default=list)
    answer = models.JSONField()
    engine = models.CharField(max_length=WRITTEN)
    asked_of = models.JSONField(default=dict)
    basis = models.CharField(max_length=HASH)
    asked_on = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["use"]
        indexes = [Index("verdict", name="finding_by_verdict")]

    def __str__(self) -> str:
        return f"{self.use_id} {self.verdict}"

    def ledger_content(self) -> dict[str, Any]:
        """Return the answer and what it was asked of."""
        return {
            "use": self.use_id,
            "verdict": self.verdict,
            "possible": list(self.possible),
            "answer": self.answer,
            "engine": self.engine,
            "asked_of": self.asked_of,
            "basis": self.basis,
            "asked_on": self.asked_on.isoformat(),
            "asked_at": self.asked_at.isoformat(),
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return of which use it speaks."""
        return {"use": f"use/{self.use_id}"}
