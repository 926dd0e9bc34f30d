"""The Django application of the desk."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk; "desk" in the names of its tables."""

    name = "replique.web"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have no log tell what stands on a page: at DEBUG, templates write all they were given."""
        logging.getLogger("django.template").setLevel(logging.INFO)
