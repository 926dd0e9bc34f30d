"""What a file is: walk, open, decode, hash. See docs/media.md."""

from replique.media.excerpt import excerpt, read_audio
from replique.media.folders import files
from replique.media.frames import Notes
from replique.media.limits import LIMITS, Limits
from replique.media.medium import Medium, Track
from replique.media.source import Refused, Source, fingerprint, sha256
from replique.media.walk import Tally, walk

__all__ = [
    "LIMITS",
    "Limits",
    "Medium",
    "Notes",
    "Refused",
    "Source",
    "Tally",
    "Track",
    "excerpt",
    "files",
    "fingerprint",
    "read_audio",
    "sha256",
    "walk",
]
