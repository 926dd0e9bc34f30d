"""What a search found and which takes there are, held against the ledger.

These rows are no ledgered ones: a search writes thousands.  Each search of a medium tells
the ledger a digest over all occurrences that the medium then has; an occurrence that was
moved, put in or taken out behind it no longer gives that digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from django.db.models.functions import Coalesce

from replique.evidence.canonical import digest
from replique.store.models import Medium, Occurrence, Take

What = Literal["changed", "unlogged", "missing"]
REGISTERED, WITHDRAWN, RESTORED, REMOVED = "registered", "withdrawn", "restored", "removed"
_WHOSE = Coalesce("recording__sha256", "voice__key")
"""A recording by its content, a voice by its key: what the ledger was told of recordings before
there were voices still holds."""
_MEASURED = (
    "probe",
    "probe_digest",
    "track",
    "view",
    "start_s",
    "end_s",
    "take_start_s",
    "take_end_s",
    "speed",
    "pitch_semitones",
    "gain_db",
    "polarity",
    "strength",
    "how",
    "superseded",
)


def rows_digest(medium: Medium) -> str:
    """Return the SHA-256 over every occurrence of a medium, as the records have it.

    "" where a row holds what no search writes: an edit, which nothing equals.
    """
    rows = Occurrence.objects.filter(medium=medium).order_by("pk")
    try:
        return digest([list(row) for row in rows.values_list("pk", _WHOSE, *_MEASURED)])
    except TypeError:
        return ""


def origin_digest(medium: Medium) -> str:
    """Return the SHA-256 over what was said of how it was made; "" where nobody asked."""
    if not medium.origin:
        return ""
    try:
        return digest(medium.origin)
    except TypeError:
        return "?"  # an edit, which nothing equals


def media_amiss(
    told: Mapping[str, Mapping[str, Any]], begun: dt.datetime
) -> Iterator[tuple[str, What]]:
    """Yield each medium that is not as its last entry tells, and what is wrong with it.

    told : the body of the last entry by subject. begun : when the ledger began; it tells
    nothing of what was there before. See RowProblem.what.
    """
    left = dict(told)
    for medium in Medium.objects.order_by("pk").iterator(chunk_size=500):
        subject = f"medium/{medium.sha256}"
        last = left.pop(subject, None)
        if last is None:
            if medium.searched_at is not None and medium.searched_at >= begun:
                yield subject, "unlogged"
        elif "rows" in last and not _as_told(medium, last):
            yield subject, "changed"
    yield from ((subject, "missing") for subject in left)


def _as_told(medium: Medium, last: Mapping[str, Any]) -> bool:
    told = (last["rows"], last.get("origin", ""))
    return told == (rows_digest(medium), origin_digest(medium))


def takes_amiss(
    told: Mapping[str, Mapping[str, Any]], begun: dt.datetime
) -> Iterator[tuple[str, What]]:
    """Yield each take that is not as its last entry tells: its content, whether withdrawn."""
    left = dict(told)
    for row in Take.objects.select_related("recording").order_by("pk").iterator(chunk_size=500):
        subject = f"take/{row.pk}"
        last = left.pop(subject, None)
        if last is None and row.added < begun:
            continue
        if last is None or last.get("verb") == REMOVED:
            yield subject, "unlogged"
            continue
        told_withdrawn = last.get("verb") == WITHDRAWN
        same = last.get("sha256") == row.recording.sha256
        if not same or told_withdrawn != (row.withdrawn_at is not None):
            yield subject, "changed"
    for subject, last in left.items():
        if last.get("verb") != REMOVED:
            yield subject, "missing"
