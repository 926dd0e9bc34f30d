"""Which recordings and voices were searched in which medium, by which probe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from replique.scan.results import Searched
from replique.store.bits import Subjects, pack
from replique.store.models import Coverage, Medium, SubjectSet


def subject_set(bits: bytes) -> SubjectSet:
    """Return the row of a set, made if it is new."""
    digest = hashlib.sha256(bits).hexdigest()
    row, _created = SubjectSet.objects.get_or_create(
        digest=digest, defaults={"bits": bits, "count": int.from_bytes(bits, "little").bit_count()}
    )
    return row


def uncover(medium: Medium, searched: Searched, subjects: Iterable[int]) -> None:
    """Take subjects out of what the same probe has searched here with other settings.

    searched : with which settings it stays. subjects : primary keys.
    """
    gone = int.from_bytes(pack(subjects), "little")
    others = Coverage.objects.filter(medium=medium, probe=searched.probe)
    for row in others.exclude(probe_digest=searched.digest).select_related("subjects"):
        before = int.from_bytes(bytes(row.subjects.bits), "little")
        left = before & ~gone
        if not left:
            row.delete()
        elif left != before:
            row.subjects = subject_set(left.to_bytes((left.bit_length() + 7) // 8, "little"))
            row.save(update_fields=["subjects"])


def covered(media: Sequence[int], subjects: Sequence[Subjects]) -> dict[int, tuple[int, ...]]:
    """Return, for media by primary key, the masks of what each probe has searched there."""
    by_digest = {each.digest: each for each in subjects}
    rows = Coverage.objects.filter(medium__in=media, probe_digest__in=by_digest)
    found = {
        (medium, digest): (digest, number)
        for medium, digest, number in rows.values_list("medium_id", "probe_digest", "subjects_id")
    }
    # many media share few sets: each is read once
    sets = SubjectSet.objects.in_bulk({number for _digest, number in found.values()})
    masks = {
        (digest, number): by_digest[digest].mask(bytes(sets[number].bits))
        for digest, number in set(found.values())
    }
    return {
        medium: tuple(
            masks[found[medium, each.digest]] if (medium, each.digest) in found else 0
            for each in subjects
        )
        for medium in media
    }
