"""What the store tells the ledger of what is no ledgered row: media, takes, reports."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import transaction

from replique.evidence.canonical import canonical, digest
from replique.scan.results import Found, MediumResult
from replique.store import files
from replique.store.guard import guarded
from replique.store.ledger import append
from replique.store.models import Medium, Take
from replique.store.text import clean, finite, measured
from replique.store.watched import (
    REGISTERED,
    REMOVED,
    RESTORED,
    WITHDRAWN,
    origin_digest,
    rows_digest,
)

__all__ = ["REGISTERED", "REMOVED", "RESTORED", "WITHDRAWN"]


def searched(result: MediumResult, medium: Medium) -> None:
    """Tell that a medium was searched: its content, by what, and what was found, as a hash.

    medium : as it is now kept; the entry also tells a digest over all that is found in it,
    and one over what it says of how it was made, where that was asked.
    """
    append(
        "medium",
        f"medium/{result.sha256}",
        {
            "found": len(result.found),
            **_as_kept(medium),
            "occurrences": occurrences_digest(result.found),
            "searches": [each.digest for each in result.searched],
            "sha256": result.sha256,
            "size": result.size,
            "state": result.state,
            "verb": "searched",
        },
    )


def occurrences_digest(found: Sequence[Found]) -> str:
    """Return the SHA-256 over all that was measured, whatever the order in which it came."""
    lines = sorted(canonical(_plain(each)) for each in found)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def reduced(media: Iterable[Medium]) -> None:
    """Tell that some of what was found in these media was forgotten, with its take or voice."""
    for medium in media:
        append(
            "medium",
            f"medium/{medium.sha256}",
            {**_as_kept(medium), "sha256": medium.sha256, "verb": "reduced"},
        )


def _as_kept(medium: Medium) -> dict[str, object]:
    told: dict[str, object] = {"rows": rows_digest(medium)}
    if medium.origin:
        told["origin"] = origin_digest(medium)
    return told


def take(row: Take, verb: str) -> None:
    """Tell what was done with a take: its number and its content, not whose it is."""
    append("take", f"take/{row.pk}", {"sha256": row.recording.sha256, "verb": verb})


@guarded()
def report_made(file: Path, *, occurrences: Sequence[int], findings: int = 0) -> int:
    """Tell that a report was made; return the number of the entry.

    occurrences : the numbers of those that are in it; the entry tells how many, and a hash.
    Raises StoreError.
    """
    with file.open("rb") as opened:
        sha256, size = files.hash_of(opened)
    with transaction.atomic():
        return append(
            "report",
            f"report/{sha256}",
            {
                "findings": findings,
                "found": len(occurrences),
                "occurrences": digest(sorted(occurrences)),
                "sha256": sha256,
                "size": size,
                "verb": "made",
            },
        )


def _plain(found: Found) -> dict[str, object]:
    measures = dataclasses.asdict(found.occurrence)
    for name, value in measures.items():
        if isinstance(value, float):
            measures[name] = finite(value)
        elif isinstance(value, str):
            measures[name] = clean(value)
    measures["how"] = measured(found.occurrence.how)
    return {**measures, "probe": found.digest, "track": found.track}
