"""Work that somebody asked for and that goes on by itself: how far it is, how it ended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Index
from django.utils import timezone

CODE = 40
NAME = 200


class Job(models.Model):
    """A piece of work in the background.

    what : what it was asked to do, by kind. progress : as the work last told it.
    stop : somebody wants it to end. beat : when it last gave a sign of life.
    error_* : why it failed, "" when it did not. run : of a scan, once it has begun.
    """

    class Kind(models.TextChoices):
        """What it does."""

        SCAN = "scan"
        TAKES = "takes"
        EXPORT = "export"
        VOICE = "voice"
        MODELS = "models"

    class State(models.TextChoices):
        """How it goes. One whose process was killed is found by its beat."""

        WAITING = "waiting"
        RUNNING = "running"
        FINISHED = "finished"
        STOPPED = "stopped"
        FAILED = "failed"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    what = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    stop = models.BooleanField(default=False)
    by = models.CharField(max_length=NAME, blank=True, default="")
    asked_at = models.DateTimeField(default=timezone.now)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=CODE, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    error_advice = models.TextField(blank=True, default="")
    run = models.ForeignKey("ScanRun", models.SET_NULL, null=True, related_name="ordered")

    objects: ClassVar[models.Manager[Job]]

    class Meta:
        ordering = ["-id"]
        indexes = [Index("kind", "state", name="job_by_state")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"
