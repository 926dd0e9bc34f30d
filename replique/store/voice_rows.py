"""Rows of a voice: as records, taken out with all that hangs on them, or handed over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from replique.store import custody
from replique.store.bits import pack, unpack
from replique.store.consent_models import Judgement, UseDescription
from replique.store.coverage import subject_set
from replique.store.models import Coverage, Medium, Occurrence, SubjectSet
from replique.store.records import VoiceRecord
from replique.store.voice_models import Voice
from replique.voices.settings import NAME

UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What went with a voice: how many. uses : "u3", described on what was found; they stay."""

    occurrences: int
    judgements: int
    media: int
    uses: tuple[str, ...]


def record(row: Voice) -> VoiceRecord:
    """Return a row, with its performer and its statement, as a record."""
    return VoiceRecord(
        id=row.pk,
        performer=row.performer.slug,
        performer_name=row.performer.name,
        key=row.key,
        manner=row.manner,
        speech_s=row.speech_s,
        recordings=row.recordings,
        remarks=tuple(row.remarks),
        models=row.models_digest,
        statement=row.statement_id,
        way=row.statement.way,
        stated_at=row.statement.given_at,
        added=row.added,
    )


def take_out(row: Voice) -> TakenOut:
    """Delete a voice, what was found of it and who judged that; within a transaction.

    Uses described on what was found are somebody's own words: they stay, of no occurrence.
    """
    media = list(Medium.objects.filter(occurrences__voice=row).distinct().order_by("sha256"))
    uses = list(UseDescription.objects.filter(occurrence__voice=row).order_by("pk"))
    for use in uses:
        use.occurrence = None
        use.save(update_fields=["occurrence"], ledger_verb=UNLINKED)
    gone = TakenOut(
        occurrences=Occurrence.objects.filter(voice=row).count(),
        judgements=Judgement.objects.filter(occurrence__voice=row).count(),
        media=len(media),
        uses=tuple(f"u{use.pk}" for use in uses),
    )
    uncover(row.pk)
    row.delete()
    custody.reduced(media)
    return gone


def hand_over(earlier: Voice, later: Voice) -> None:
    """Put a voice in the place of another of the same person; within a transaction.

    What was found by the earlier one is measured anew by the next search.  What somebody
    has described or judged stays until then, out of the lists, and goes over to what is
    found there (replique.store.carrying).
    """
    found = Occurrence.objects.filter(voice=earlier)
    media = list(Medium.objects.filter(occurrences__voice=earlier).distinct().order_by("sha256"))
    spoken_of = Q(uses__isnull=False) | Q(judgements__isnull=False)
    for row in found.filter(spoken_of).distinct().order_by("pk"):
        row.voice = later
        row.superseded = True
        # by another reference: no search with the new one measured this
        row.probe_digest = _by_the_earlier(row.probe_digest, earlier.key)
        row.save(update_fields=["voice", "superseded", "probe_digest"])
    uncover(earlier.pk)
    earlier.delete()
    custody.reduced(media)


def uncover(number: int) -> None:
    """Take a voice out of what is noted as searched; a set of nobody goes."""
    searched = Coverage.objects.filter(probe=NAME)
    sets = list(SubjectSet.objects.filter(pk__in=searched.values("subjects")))
    for row in _with(sets, number):
        rest = pack(each for each in unpack(bytes(row.bits)) if each != number)
        rows = searched.filter(subjects=row)
        if rest:
            rows.update(subjects=subject_set(rest))
        else:
            rows.delete()
        SubjectSet.objects.filter(pk=row.pk, coverage=None).delete()


def _with(sets: Sequence[SubjectSet], number: int) -> list[SubjectSet]:
    return [
        row
        for row in sets
        if number // 8 < len(row.bits) and bytes(row.bits)[number // 8] >> number % 8 & 1
    ]


def _by_the_earlier(digest: str, key: str) -> str:
    return hashlib.sha256(f"{digest} {key}".encode()).hexdigest()
