"""What a file says of its own origin: Content Credentials, metadata, watermarks.

See docs/origin.md. What is found is a quotation; that nothing is found says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from replique.errors import MediaError
from replique.media.origin.credentials import check_credentials
from replique.media.origin.result import CREDENTIALS, SOURCE_TYPE, WATERMARK, OriginCheck
from replique.media.origin.source_type import check_source_type
from replique.media.origin.watermarks import GROUP, check_watermarks
from replique.media.origin.wording import sentence
from replique.media.source import Source

__all__ = [
    "CREDENTIALS",
    "GROUP",
    "SOURCE_TYPE",
    "WATERMARK",
    "OriginCheck",
    "check",
    "sentence",
]


def check(source: Source) -> tuple[OriginCheck, ...]:
    """Return what a file says of its own origin, in the order: credentials, metadata, marks.

    source : a file, or a member of an archive while the walk stands on it.

    Nothing outside the file is read and nothing is fetched. Never raises for what is in
    the file, nor when it cannot be read: then a check is "not_checked", with the reason.
    Costs a few milliseconds; a file with credentials is read through once; an installed
    watermark reader costs what it costs, on up to an hour of sound.
    """
    found = [
        _look(source, CREDENTIALS, check_credentials),
        _look(source, SOURCE_TYPE, check_source_type),
        *check_watermarks(source),
    ]
    return tuple(replace(each, said=sentence(each)) for each in found)


def _look(source: Source, name: str, look: Callable[[BinaryIO], OriginCheck]) -> OriginCheck:
    try:
        with source.open() as file:
            return look(file)
    except (MediaError, OSError, ValueError):
        return OriginCheck(name, "not_checked", detail={"reason": "unreadable"})
