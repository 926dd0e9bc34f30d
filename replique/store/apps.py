"""The store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Everything that must last."""

    name = "replique.store"
    label = "replique"
