"""What one run of the program knows about how it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Session:
    """How the program was asked to speak.

    json : errors are one JSON object on standard output.
    debug : errors are followed by the traceback.
    """

    json: bool = False
    debug: bool = False

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Session:
        """Read it off the arguments, before they are parsed: a slip in them is told in JSON too."""
        ours = list(arguments)
        if "--" in ours:
            ours = ours[: ours.index("--")]
        return cls(json="--json" in ours, debug="--debug" in ours)
