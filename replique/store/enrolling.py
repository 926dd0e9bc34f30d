"""Enrolling a voice: what a person agreed to, their recordings, and the reference made of them.

Order of what is written: a mark, the key, the file, the rows.  The rows make it a voice:
killed before them, nothing is left once the store is opened again (`forgetting.sweep`).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from replique.errors import (
    ReferenceDamaged,
    ReferenceRefused,
    StoreLocked,
    UsageError,
)
from replique.language import gettext as _
from replique.store import ears as models
from replique.store import forgetting, scrubbing, stating, voice_files, voice_marks, voice_rows
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.ledger import locked
from replique.store.models import Performer
from replique.store.people import find_performer
from replique.store.records import VoiceRecord
from replique.store.stating import Statement
from replique.store.text import clean
from replique.store.voice_files import VoiceContent
from replique.store.voice_keys import Keys
from replique.store.voice_models import MANNER, Voice, VoiceStatement
from replique.store.voice_sounds import Recording, recordings
from replique.voices import enrolment
from replique.voices.enrolment import Objection
from replique.voices.reference import Reference

if TYPE_CHECKING:
    from replique.models import Ears

SPEAKING = "speaking"
ALIKE = 0.6
"""Likeness of two people's references from which one may well be reported for the other. Of 465
pairs of 31 people none reaches it (0.58 at most); halves of one person's speech do, from 0.72."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A voice that was enrolled.

    remarks : what could be better. alike : slugs of other enrolled people whose voice
    resembles it so much that one may be reported for the other.
    """

    voice: VoiceRecord
    remarks: list[Objection]
    alike: list[str]


@guarded()
def voices(performer: str | None = None) -> list[VoiceRecord]:
    """Return the voices of a performer, or of all. Raises NotFound, UsageError."""
    rows = Voice.objects.select_related("performer", "statement")
    if performer is not None:
        rows = rows.filter(performer=find_performer(performer))
    return [voice_rows.record(row) for row in rows]


@guarded()
def enrol_voice(
    home: Home,
    slug: str,
    paths: Iterable[str | os.PathLike[str]],
    *,
    manner: str = SPEAKING,
    given: Statement,
    keys: Keys,
    progress: Callable[[str], None] | None = None,
) -> Enrolled:
    """Enrol a person's own voice; add recordings to a manner that is enrolled already.

    paths : recordings, folders, archives. manner : "speaking", "singing", or a character's name.
    given : how they agreed to `statement`. progress : told the name of each recording.

    With recordings added it is another voice, with another key; the earlier one is
    destroyed.  What was found by it is searched for again.

    Raises ReferenceRefused, which says what to record instead; UsageError, NotFound,
    MediaError, ModelMissing, ModelDamaged, KeysLocked, ReferenceDamaged, StoreError.
    """
    owner = find_performer(slug)
    manner = _manner(manner)
    stating.check(owner, given)
    ears = models.ears(home)
    ears.load()  # before anybody waits for their recordings to be read
    earlier = _row(owner, manner)
    kept = _content(home, earlier, keys) if earlier is not None else None
    given_now = recordings(paths, progress)
    content, remarks = _made(ears, given_now, kept, strange=models.strange(home))
    with _replacing(home, keys, earlier, content) as (voice, key):
        voice.performer, voice.manner, voice.key = owner, manner, key
        voice.sources = _sources(earlier, given_now)
        voice.remarks = [each.code for each in remarks]
        with transaction.atomic():
            locked()
            _check_same(owner, manner, earlier)
            _write(voice, earlier, stating.keep(owner, given))
    return Enrolled(voice_rows.record(voice), remarks, alike(home, keys, owner, content.reference))


@guarded()
def remake_voice(home: Home, slug: str, keys: Keys, manner: str | None = None) -> list[VoiceRecord]:
    """Make a person's references anew, from the sound that is kept, where models have changed.

    manner : None for all. Returns those that were made anew.  Raises what `enrol_voice` raises.
    """
    owner = find_performer(slug)
    ears = models.ears(home)
    made = []
    for row in forgetting.find_voices(owner, manner):
        if row.models_digest == ears.digest:
            continue
        kept = _content(home, row, keys)
        strange = models.strange(home)
        reference, remarks = enrolment.enrol(ears, kept.sounds, kept.names, strange=strange)
        remarks += _few(len(kept.sounds))
        with _replacing(home, keys, row, replace(kept, reference=reference)) as (voice, key):
            voice.performer, voice.manner, voice.key = owner, row.manner, key
            voice.sources = list(row.sources)
            voice.remarks = [each.code for each in remarks]
            with transaction.atomic():
                locked()
                _check_same(owner, row.manner, row)
                _write(voice, row, row.statement)
        made.append(voice_rows.record(voice))
    return made


def alike(home: Home, keys: Keys, owner: Performer, reference: Reference) -> list[str]:
    """Return the slugs of other enrolled people whose voice closely resembles a reference."""
    near = set()
    for row in Voice.objects.exclude(performer=owner).select_related("performer"):
        if row.models_digest != reference.models:
            continue
        with contextlib.suppress(ReferenceDamaged):
            other = _content(home, row, keys).reference
            if float(other.mean @ reference.mean) >= ALIKE:
                near.add(row.performer.slug)
    return sorted(near)


def _manner(manner: str) -> str:
    manner = " ".join(clean(manner).split())
    if not manner or len(manner) > MANNER:
        raise UsageError(
            _("A manner of speaking is a word or two, of at most {most} letters.").format(
                most=MANNER
            ),
            advice=_("For instance: speaking, singing, or the name of a character."),
        )
    return manner


def _row(owner: Performer, manner: str) -> Voice | None:
    rows = Voice.objects.select_related("performer", "statement")
    return rows.filter(performer=owner, manner=manner).first()


def _content(home: Home, row: Voice, keys: Keys) -> VoiceContent:
    return voice_files.read(home, row.key, keys.get(row.key))


def _made(
    ears: Ears, heard: Sequence[Recording], kept: VoiceContent | None, *, strange: float
) -> tuple[VoiceContent, list[Objection]]:
    """Make a reference of new recordings, and of those that are kept. Raises ReferenceRefused."""
    sounds = list(kept.sounds) if kept is not None else []
    names = list(kept.names) if kept is not None else []
    called = list(names)
    again = []
    for each in heard:
        if any(len(one) == len(each.sound) and (one == each.sound).all() for one in sounds):
            again.append(each.locator)
            continue
        sounds.append(each.sound)
        names.append(each.name)
        called.append(each.locator)
    if kept is not None and len(sounds) == len(kept.sounds):
        raise ReferenceRefused(
            _("All of these recordings are part of this voice already."),
            advice=_("Add others: of another day, or in another manner of speaking."),
        )
    reference, remarks = enrolment.enrol(ears, sounds, called, strange=strange)
    remarks += _few(len(sounds))
    if again:
        remarks.append(_twice(again))
    return VoiceContent(reference, sounds, names), remarks


def _sources(earlier: Voice | None, heard: Sequence[Recording]) -> list[str]:
    """Return the hashes of the files, each once; also of one whose sound was there already."""
    known = earlier.sources if earlier is not None else []
    return list(dict.fromkeys([*known, *(each.sha256 for each in heard)]))


def _few(recordings: int) -> list[Objection]:
    """Return what is to be said of so few recordings; net speech was spoken of before."""
    return enrolment.enough(enrolment.ENOUGH_S, recordings)


def _twice(locators: Sequence[str]) -> Objection:
    return Objection(
        "twice",
        _("These were there already, and count once: {names}.").format(names=", ".join(locators)),
        _("The same recording twice is no more speech."),
        fatal=False,
    )


@contextlib.contextmanager
def _replacing(
    home: Home, keys: Keys, earlier: Voice | None, content: VoiceContent
) -> Iterator[tuple[Voice, str]]:
    """Give the row and the key of a voice whose file is there; the row is for the caller to write.

    Whatever fails, what was begun is destroyed; whatever succeeds, the earlier voice is.
    """
    key = secrets.token_hex(32)
    voice = Voice(
        models_digest=content.reference.models,
        speech_s=content.reference.speech_s,
        recordings=len(content.sounds),
    )
    with ExitStack() as held:
        new = held.enter_context(voice_marks.marked(home, voice_marks.HALF, key))
        old = None
        if earlier is not None:
            old = held.enter_context(
                voice_marks.marked(home, voice_marks.HALF, earlier.key, earlier.pk)
            )
            scrubbing.begin()
        try:
            voice_files.write(home, key, keys.new(key), content)
            yield voice, key
        except BaseException:
            if not Voice.objects.filter(key=key).exists():
                forgetting.destroy(home, new)
                if old is not None:
                    old.remove()
            raise
        new.remove()
        if old is not None:
            forgetting.destroy(home, old, rewrite=True)


def _write(voice: Voice, earlier: Voice | None, stated: VoiceStatement) -> None:
    """Write the row of a voice, in the place of an earlier one; within a transaction."""
    voice.statement = stated
    if earlier is not None:
        manner, earlier.manner = earlier.manner, ""  # one row of a manner at a time
        earlier.save(update_fields=["manner"], ledger_verb="replaced")
        voice.manner = manner
    voice.save()
    if earlier is not None:
        voice_rows.hand_over(earlier, voice)


def _check_same(owner: Performer, manner: str, earlier: Voice | None) -> None:
    """Raise StoreLocked when somebody has enrolled, or forgotten, the same voice meanwhile."""
    now = Voice.objects.filter(performer=owner, manner=manner).values_list("pk", flat=True).first()
    if now != (earlier.pk if earlier is not None else None):
        raise StoreLocked(
            _("This voice was changed by another program meanwhile."),
            advice=_("Look at it with `replique voice list`, then try again."),
        )
