"""Cases: what several people look into together, with all that belongs to it.

    Case ──< CaseMember >── Member         who works on it
      ├──< CaseParty                       people, productions, companies
      ├──< CaseItem                        uses, occurrences, agreements, files, letters
      ├──< CaseNote,  CaseTask
      └──< CaseEvent ── LedgerEntry        what happened, as the ledger tells it
    ReadingMark                            who has something open just now; it passes

An item names what it holds by kind and key and does not tie it down: what is forgotten
elsewhere stays forgotten, and the case then says that it is gone.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Index, Q, UniqueConstraint
from django.utils import timezone

from replique.store.ledgered import Ledgered
from replique.store.member_models import Member

LONG = 300
SHORT = 80
SUBJECT = 200


class Case(Ledgered):
    """A case. lead : who sees to it. by : who changed this row last. merged_into : its double."""

    class State(models.TextChoices):
        """How it stands. waiting: for an answer, a paper, a day."""

        OPEN = "open"
        WAITING = "waiting"
        CLOSED = "closed"
        MERGED = "merged"

    ledger_kind = "case"

    title = models.CharField(max_length=LONG)
    summary = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    lead = models.ForeignKey(Member, models.PROTECT, null=True, related_name="leads")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        ordering = ["-id"]
        indexes = [Index("state", "id", name="case_by_state")]

    def __str__(self) -> str:
        return f"c{self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what it is called and how it stands."""
        return {
            "title": self.title,
            "summary": self.summary,
            "state": self.state,
            "lead": self.lead_id,
            "by": self.by_id,
            "opened_at": self.opened_at.isoformat(),
            "closed_at": self.closed_at.isoformat() if self.closed_at else None,
            "merged_into": self.merged_into_id,
        }

    def ledger_public(self) -> dict[str, Any]:
        """Return how it stands, not what it is about."""
        return {"state": self.state}


class _OfCase(Ledgered):
    """Something that belongs to a case."""

    case_id: int

    class Meta(Ledgered.Meta):
        abstract = True

    def ledger_public(self) -> dict[str, Any]:
        """Return to which case."""
        return {"case": f"case/{self.case_id}"}


class CaseMember(_OfCase):
    """That a member works on a case, and sees it. by : who let them in, or out."""

    ledger_kind = "case_member"

    case = models.ForeignKey(Case, models.PROTECT, related_name="members")
    member = models.ForeignKey(Member, models.PROTECT, related_name="cases")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            UniqueConstraint("case", "member", condition=Q(until=None), name="case_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.member_id}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who, and until when."""
        return {
            "case": self.case_id,
            "member": self.member_id,
            "by": self.by_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
        }


class CaseParty(_OfCase):
    """A person, a production or a company of a case. part : what they are in it."""

    class Kind(models.TextChoices):
        """What it is."""

        PERSON = "person"
        PRODUCTION = "production"
        COMPANY = "company"

    ledger_kind = "case_party"

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=LONG)
    part = models.CharField(max_length=SHORT, blank=True, default="")
    performer = models.ForeignKey("Performer", models.PROTECT, null=True, related_name="cases")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [UniqueConstraint("case", "kind", "name", name="case_party_once")]
        indexes = [Index("kind", "name", name="case_party_by_name")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    def ledger_content(self) -> dict[str, Any]:
        """Return who or what."""
        return {
            "case": self.case_id,
            "kind": self.kind,
            "name": self.name,
            "part": self.part,
            "performer": self.performer_id,
            "by": self.by_id,
            "added": self.added.isoformat(),
        }


class CaseItem(_OfCase):
    """Something kept elsewhere that belongs to a case.

    kind, key : use "u3", occurrence "12", agreement "rider-2026", file, letter or report by the
    SHA-256 under which it is kept as evidence. name : what the file is called.
    """

    class Kind(models.TextChoices):
        """What is named."""

        USE = "use"
        OCCURRENCE = "occurrence"
        AGREEMENT = "agreement"
        FILE = "file"
        LETTER = "letter"
        REPORT = "report"

    ledger_kind = "case_item"

    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=LONG)
    name = models.CharField(max_length=LONG, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    added = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [UniqueConstraint("case", "kind", "key", name="case_item_once")]
        indexes = [Index("kind", "key", name="case_item_by_key")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.key}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what is named."""
        return {
            "case": self.case_id,
            "kind": self.kind,
            "key": self.key,
            "name": self.name,
            "by": self.by_id,
            "added": self.added.isoformat(),
        }


class CaseNote(_OfCase):
    """What somebody wrote down. Never rewritten: struck_at is when it was struck out."""

    ledger_kind = "case_note"

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what was written, by whom."""
        return {
            "case": self.case_id,
            "text": self.text,
            "by": self.by_id,
            "at": self.at.isoformat(),
            "struck_at": self.struck_at.isoformat() if self.struck_at else None,
            "struck_by": self.struck_by_id,
        }


class CaseTask(_OfCase):
    """Something to do. who : None while nobody has taken it. due : the day."""

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    ledger_kind = "case_task"

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    text = models.CharField(max_length=LONG)
    who = models.ForeignKey(Member, models.PROTECT, null=True, related_name="tasks")
    due = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [Index("who", "state", "due", name="case_task_by_who")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"

    def ledger_content(self) -> dict[str, Any]:
        """Return what is to be done, by whom, and how it stands."""
        return {
            "case": self.case_id,
            "text": self.text,
            "who": self.who_id,
            "due": self.due.isoformat() if self.due else None,
            "state": self.state,
            "by": self.by_id,
            "made_at": self.made_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


class CaseEvent(models.Model):
    """That an entry of the ledger belongs to a case. What happened, and when, the entry says.

    by : who did it. moved_from : the case in which it happened, before that one was merged.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    entry = models.BigIntegerField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    moved_from = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[CaseEvent]]

    class Meta:
        ordering = ["case", "-entry"]
        constraints = [UniqueConstraint("case", "entry", name="case_event_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.entry}"


class ReadingMark(models.Model):
    """That somebody has something open: "Ana is reading this one". Of no lasting worth."""

    subject = models.CharField(max_length=SUBJECT)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[ReadingMark]]

    class Meta:
        constraints = [UniqueConstraint("subject", "member", name="reading_mark_once")]

    def __str__(self) -> str:
        return self.subject
