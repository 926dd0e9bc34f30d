"""Everything that must last.

    Performer ──< Take >── Recording ──< Occurrence >── Medium ──< Location
        └──────< Voice ──────────────────────┘            │
                                           SubjectSet ──< Coverage
    ScanRun ──< Occurrence

A `Recording` is content, named by its SHA-256; a `Take` is one performer's
registration of it: two actors of one scene may register the same file.  A
`Medium` is content too; a `Location` is where it was seen.  `Coverage` says which
recordings, or voices, were searched in which medium by which probe.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone

# tables of other modules: Django looks for models here alone
from replique.store import (  # noqa: F401
    case_models,
    consent_models,
    evidence_models,
    job_models,
    ledger_models,
    member_models,
    testimony_models,
    voice_models,
)

HASH = 64
"""Length of a SHA-256 in hexadecimal."""
KEY = 32
"""Length of a place's key: half a SHA-256 is enough to tell places apart."""


class Performer(models.Model):
    """The person whose work it is."""

    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    name = models.CharField(max_length=200)
    created = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Performer]]

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Recording(models.Model):
    """The content of a take: what a probe looks for."""

    sha256 = models.CharField(max_length=HASH, unique=True)
    size = models.BigIntegerField()
    duration_s = models.FloatField()
    added = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Recording]]

    def __str__(self) -> str:
        return self.sha256[:12]


class Take(models.Model):
    """A recording as one performer registered it.

    file_name : of the registered file. origin : where it lay then, for people.
    """

    class Kind(models.TextChoices):
        """What it was made for."""

        AUDITION = "audition"
        SELF_TAPE = "self-tape"
        SESSION = "session"
        OUTTAKE = "outtake"
        STEM = "stem"
        RELEASED = "released"

    performer = models.ForeignKey(Performer, models.PROTECT, related_name="takes")
    recording = models.ForeignKey(Recording, models.PROTECT, related_name="takes")
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    file_name = models.TextField()
    origin = models.TextField()
    added = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Take]]

    class Meta:
        ordering = ["performer__slug", "title", "id"]
        constraints = [
            UniqueConstraint("performer", "recording", name="take_once_a_performer"),
        ]

    def __str__(self) -> str:
        return self.title


class ScanRun(models.Model):
    """One run of a scan."""

    class State(models.TextChoices):
        """How it went. A run whose process was killed is found and marked later."""

        RUNNING = "running"
        FINISHED = "finished"
        INTERRUPTED = "interrupted"
        FAILED = "failed"

    started = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    host = models.CharField(max_length=255, default="")
    paths = models.JSONField(default=list)
    jobs = models.PositiveIntegerField(default=1)
    settings = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[ScanRun]]

    class Meta:
        ordering = ["-started", "-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Medium(models.Model):
    """Content that was searched, or could not be.

    origin : what the file says of how it was made: checks as replique.media.origin tells them,
        [] where nobody asked.
    """

    class State(models.TextChoices):
        """ok; partial: not to its end; failed: not at all."""

        OK = "ok"
        PARTIAL = "partial"
        FAILED = "failed"

    sha256 = models.CharField(max_length=HASH, unique=True)
    size = models.BigIntegerField(null=True)
    duration_s = models.FloatField(null=True)
    tracks = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OK)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_advice = models.TextField(blank=True, default="")
    warnings = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    origin = models.JSONField(default=list)
    first_seen = models.DateTimeField(default=timezone.now)
    searched_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Medium]]

    class Meta:
        indexes = [Index("state", name="medium_by_state")]

    def __str__(self) -> str:
        return self.sha256[:12]


class Location(models.Model):
    """Where content was seen, or where something could not even be read.

    locator : for people; way : JSON of [path, member, …] in ASCII, exact whatever
        bytes the names hold. path_key, place_key : what they are found by.
    size, mtime_ns, inode : of the outermost file when it was last looked at.
    walked : it is an archive, or no medium, and was seen to its end as it was then.
    """

    medium = models.ForeignKey(Medium, models.CASCADE, null=True, related_name="locations")
    locator = models.TextField()
    way = models.TextField()
    path_key = models.CharField(max_length=KEY, db_index=True)
    place_key = models.CharField(max_length=KEY)
    size = models.BigIntegerField(null=True)
    mtime_ns = models.BigIntegerField(null=True)
    inode = models.DecimalField(max_digits=20, decimal_places=0, null=True)
    walked = models.BooleanField(default=False)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_advice = models.TextField(blank=True, default="")
    error_retry = models.BooleanField(default=False)
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Location]]

    class Meta:
        constraints = [
            UniqueConstraint("place_key", "medium", name="location_once_a_medium"),
            UniqueConstraint("place_key", condition=Q(medium=None), name="location_once_without"),
        ]

    def __str__(self) -> str:
        return self.locator


class SubjectSet(models.Model):
    """A set of recordings or voices, shared by all media in which just these were searched.

    bits : little-endian, bit i for the recording with primary key i; for the voice, in the
        coverage of the voices probe.
    """

    digest = models.CharField(max_length=HASH, unique=True)
    count = models.PositiveIntegerField()
    bits = models.BinaryField()

    objects: ClassVar[models.Manager[SubjectSet]]

    def __str__(self) -> str:
        return f"{self.digest[:12]} ({self.count})"


class Coverage(models.Model):
    """Which recordings or voices were searched in a medium, by a probe with these settings."""

    medium = models.ForeignKey(Medium, models.CASCADE, related_name="coverage")
    probe = models.CharField(max_length=40)
    probe_version = models.CharField(max_length=40)
    probe_digest = models.CharField(max_length=HASH)
    subjects = models.ForeignKey(SubjectSet, models.PROTECT)
    searched_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Coverage]]

    class Meta:
        constraints = [
            UniqueConstraint("medium", "probe_digest", name="coverage_once_a_probe"),
        ]

    def __str__(self) -> str:
        return f"{self.medium_id} {self.probe}"


class Occurrence(models.Model):
    """Where a probe found a recording or a voice. A measurement, never an accusation.

    recording, voice : which of them; the other is None.
    superseded : a later version or setting of the probe has searched this again;
        kept for the record, left out of lists.
    Everything else: see replique.probe.Occurrence.
    """

    medium = models.ForeignKey(Medium, models.CASCADE, related_name="occurrences")
    recording = models.ForeignKey(Recording, models.CASCADE, null=True, related_name="occurrences")
    voice = models.ForeignKey("Voice", models.CASCADE, null=True, related_name="occurrences")
    run = models.ForeignKey(ScanRun, models.SET_NULL, null=True, related_name="occurrences")
    probe = models.CharField(max_length=40)
    probe_version = models.CharField(max_length=40)
    probe_digest = models.CharField(max_length=HASH)
    track = models.PositiveIntegerField()
    view = models.CharField(max_length=40)
    start_s = models.FloatField()
    end_s = models.FloatField()
    take_start_s = models.FloatField()
    take_end_s = models.FloatField()
    speed = models.FloatField()
    pitch_semitones = models.FloatField()
    gain_db = models.FloatField()
    polarity = models.SmallIntegerField()
    strength = models.FloatField()
    how = models.JSONField(default=dict)
    found_at = models.DateTimeField(default=timezone.now)
    superseded = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Occurrence]]

    class Meta:
        constraints = [
            UniqueConstraint(
                "medium",
                "probe_digest",
                "recording",
                "track",
                "view",
                "start_s",
                name="occurrence_once",
            ),
            UniqueConstraint(
                "medium",
                "probe_digest",
                "voice",
                "track",
                "view",
                "start_s",
                name="occurrence_voice_once",
            ),
            CheckConstraint(
                condition=Q(recording=None, voice__isnull=False)
                | Q(recording__isnull=False, voice=None),
                name="occurrence_of_one",
            ),
            CheckConstraint(condition=Q(polarity__in=[-1, 0, 1]), name="occurrence_polarity"),
        ]
        indexes = [
            Index("recording", "strength", name="occurrence_by_recording"),
            Index("voice", "strength", name="occurrence_by_voice"),
            Index("medium", "track", "start_s", name="occurrence_by_medium"),
            Index("strength", "id", name="occurrence_by_strength"),
        ]

    def __str__(self) -> str:
        return f"{self.medium_id} {self.start_s:.2f} s"
