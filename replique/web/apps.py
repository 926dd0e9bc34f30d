"""The Django application of the desk."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk; "desk" in the names of its tables."""

    name = "replique.web"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
