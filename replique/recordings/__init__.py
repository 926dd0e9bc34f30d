"""The same take, heard again: buried, re-encoded, in a room, at another speed."""

from replique.recordings.prepared import Prepared, prepare
from replique.recordings.probe import RecordingsProbe, Settings

__all__ = ["Prepared", "RecordingsProbe", "Settings", "prepare"]
