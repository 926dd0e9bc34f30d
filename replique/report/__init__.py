"""What a person reads: one HTML file that works offline.

    from replique.report import render
    render(contents, Path("report.html"), "fr")

`contents` says what a report is made of; `render` writes it.  Drawing needs the
probe and scipy, so each name is loaded when it is first used: who only writes a
number (`report.numerals`) does not wait for them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from replique.report.contents import (
        AudioLoader,
        Contents,
        Finding,
        Found,
        Judged,
        Medium,
        NotRead,
        Performer,
        Run,
        Take,
        Track,
        held,
    )
    from replique.report.page import render
    from replique.report.voice_contents import (
        EnrolmentLoader,
        Explained,
        ModelFile,
        Voice,
        VoiceSearch,
    )

_VOICES = frozenset({"EnrolmentLoader", "Explained", "ModelFile", "Voice", "VoiceSearch"})

__all__ = [
    "AudioLoader",
    "Contents",
    "EnrolmentLoader",
    "Explained",
    "Finding",
    "Found",
    "Judged",
    "Medium",
    "ModelFile",
    "NotRead",
    "Performer",
    "Run",
    "Take",
    "Track",
    "Voice",
    "VoiceSearch",
    "held",
    "render",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has that name
    if name not in __all__:
        raise AttributeError(name)
    room = "page" if name == "render" else "voice_contents" if name in _VOICES else "contents"
    return getattr(import_module(f"replique.report.{room}"), name)
