"""A voice, heard elsewhere. See docs/voices.md."""

from replique.voices.probe import VoicesProbe, VoicesSearch
from replique.voices.reference import Reference
from replique.voices.settings import Settings

__all__ = ["Reference", "Settings", "VoicesProbe", "VoicesSearch"]
