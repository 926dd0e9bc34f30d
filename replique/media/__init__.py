"""What a file is: walk, open, decode, hash. See docs/media.md."""

from replique.media.excerpt import excerpt, read_audio
from replique.media.folders import files
from replique.media.frames import Notes
from replique.media.limits import LIMITS, Limits
from replique.media.medium import Medium
from replique.media.place import Tally
from replique.media.source import (
    Refused,
    Source,
    fingerprint,
    open_regular,
    readable,
    sha256,
    unreadable,
)
from replique.media.track import Track
from replique.media.walk import count_portions, is_random_access, reopen, walk

__all__ = [
    "LIMITS",
    "Limits",
    "Medium",
    "Notes",
    "Refused",
    "Source",
    "Tally",
    "Track",
    "count_portions",
    "excerpt",
    "files",
    "fingerprint",
    "is_random_access",
    "open_regular",
    "read_audio",
    "readable",
    "reopen",
    "sha256",
    "unreadable",
    "walk",
]
