"""What a person reads: one HTML file that works offline.

    from replique.report import render
    render(contents, Path("report.html"), "fr")

`contents` says what a report is made of; `render` writes it.
"""

from __future__ import annotations

from replique.report.contents import (
    AudioLoader,
    Contents,
    Found,
    Medium,
    NotRead,
    Performer,
    Run,
    Take,
    Track,
    held,
)
from replique.report.page import render

__all__ = [
    "AudioLoader",
    "Contents",
    "Found",
    "Medium",
    "NotRead",
    "Performer",
    "Run",
    "Take",
    "Track",
    "held",
    "render",
]
