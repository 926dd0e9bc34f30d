"""Forgetting a voice: its key first, then its file, its rows, and the traces of its rows.

It needs no passphrase.  Killed on the way, it goes on when the store is opened again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction

from replique.errors import KeysLocked, NotFound, ReferenceDamaged, StoreError, StoreLocked
from replique.language import gettext as _
from replique.store import (
    files,
    journal,
    scrubbing,
    shredding,
    stating,
    voice_files,
    voice_keys,
    voice_marks,
    voice_rows,
    wrapping,
)
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.job_models import Job
from replique.store.ledger import locked
from replique.store.models import Performer, ScanRun
from replique.store.people import find_performer
from replique.store.voice_keys import Keys
from replique.store.voice_marks import GONE, HALF, Mark
from replique.store.voice_models import Voice
from replique.store.voice_rows import TakenOut


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was destroyed with a person's voices, and what stays.

    manners : that were forgotten. keys : destroyed, and asked for afterwards: none is left;
        keys_left : that lie in a keyring which cannot be reached now. files : destroyed.
    occurrences, judgements : deleted; of media, how many. uses : "u3", described on what was
        found: they stay, of no occurrence. statements : marked as withdrawn; they stay.
    rewritten : the database was written anew, so that nothing deleted is left in its file.
    keys_anew : no voice is left, and the next one's keys are locked in a way chosen anew.
    reports : that may tell of what was found, and stay; reports_deleted : that went.
    notes : sentences for the user: what is left to do, and what is out of reach.
    """

    performer: str
    performer_name: str
    manners: tuple[str, ...]
    keys: int
    keys_left: int
    files: int
    occurrences: int
    judgements: int
    media: int
    uses: tuple[str, ...]
    statements: int
    rewritten: bool
    keys_anew: bool = False
    reports: tuple[Path, ...] = ()
    reports_deleted: tuple[Path, ...] = ()
    notes: tuple[str, ...] = field(default=())


@guarded()
def forget_voice(
    home: Home,
    slug: str,
    manner: str | None = None,
    keys: Keys | None = None,
    *,
    reports: bool = False,
) -> Forgotten:
    """Forget a person's voice, in one manner or in all, and everything derived from it.

    keys : when they are open anyhow; forgetting does not need them. reports : also delete
        the reports under REPLIQUE_HOME that were written since it was enrolled.

    Raises NotFound, UsageError, StoreError.
    """
    owner = find_performer(slug)
    rows = find_voices(owner, manner)
    told = _reports(home, rows)
    locked_up = _under_passphrase(home)
    scrubbing.begin()
    with contextlib.ExitStack() as held:
        marks = [
            held.enter_context(voice_marks.marked(home, GONE, row.key, row.pk)) for row in rows
        ]
        destroyed = [_destroy_key(home, row.key, keys) for row in rows]
        shredded = [voice_files.destroy(home, row.key) for row in rows]
        with transaction.atomic():
            locked()
            _check_same(owner, manner, rows)
            out = _summed(
                voice_rows.take_out(row) for row in Voice.objects.filter(pk__in=_numbers(rows))
            )
            statements = stating.withdraw(owner)
            _forget_work(owner)
        rewritten = scrubbing.scrub()
        searching = _searching(home)
        for mark, gone in zip(marks, destroyed, strict=True):
            if gone and rewritten and not searching:
                mark.remove()
    keys_anew = _end_way(home)
    if reports:
        for file in told:
            shredding.shred(file)
    return Forgotten(
        performer=owner.slug,
        performer_name=owner.name,
        manners=tuple(row.manner for row in rows),
        keys=sum(destroyed),
        keys_left=len(rows) - sum(destroyed),
        files=sum(shredded),
        occurrences=out.occurrences,
        judgements=out.judgements,
        media=out.media,
        uses=out.uses,
        statements=statements,
        rewritten=rewritten,
        keys_anew=keys_anew,
        reports=() if reports else told,
        reports_deleted=told if reports else (),
        notes=tuple(
            _notes(
                keys_left=not all(destroyed),
                rewritten=rewritten,
                searching=searching,
                reports=bool(told) and not reports,
                locked_up=locked_up,
                keys_anew=keys_anew,
            )
        ),
    )


def find_voices(owner: Performer, manner: str | None) -> list[Voice]:
    """Return the rows of a person's voices, in one manner or in all. Raises NotFound."""
    rows = Voice.objects.select_related("performer", "statement").filter(performer=owner)
    found = list(rows if manner is None else rows.filter(manner=manner))
    if not found and manner is not None and rows.exists():
        raise NotFound(
            _("The voice of {name} is not enrolled in the manner {manner}.").format(
                name=owner.name, manner=manner
            ),
            advice=_("It is in: {manners}.").format(manners=", ".join(row.manner for row in rows)),
        )
    if not found:
        raise NotFound(
            _("No voice of {name} is enrolled.").format(name=owner.name),
            advice=_("`replique voice list` shows whose is."),
        )
    return found


@guarded()
def sweep(home: Home) -> None:
    """Finish what a killed program left half enrolled or half forgotten. Raises StoreError.

    A file that no row names is left alone unless a mark speaks of it: the rows may be in a
    database that is not the one in use today.
    """
    files.sweep(home.voices)
    for mark in voice_marks.left(home, HALF):
        if Voice.objects.filter(key=mark.key).exists():
            mark.remove()
        else:
            destroy(home, mark, rewrite=mark.row is not None)
    for mark in voice_marks.left(home, GONE):
        _finish(home, mark)
    _end_way(home)


def destroy(home: Home, mark: Mark, *, rewrite: bool = False) -> None:
    """Destroy the key and the file of a voice that no row names; its mark goes when both are.

    rewrite : the database too, in which its rows were.
    """
    gone = voice_keys.destroy_key(home, mark.key)
    voice_files.destroy(home, mark.key)
    if gone and (not rewrite or scrubbing.scrub()):
        mark.remove()


def _finish(home: Home, mark: Mark) -> None:
    """Go on forgetting a voice where another program was killed, or found something in its way."""
    gone = voice_keys.destroy_key(home, mark.key)
    voice_files.destroy(home, mark.key)
    scrubbing.begin()
    with transaction.atomic():
        locked()
        for row in Voice.objects.select_related("performer").filter(key=mark.key):
            voice_rows.take_out(row)
            stating.withdraw(row.performer)
        if mark.row is not None:
            voice_rows.uncover(mark.row)  # a search that ran meanwhile may have noted it again
    if not _searching(home) and scrubbing.scrub() and gone:
        mark.remove()


def _forget_work(owner: Performer) -> None:
    """Delete what was noted of the work that enrolled a voice, or was to."""
    Job.objects.filter(kind=Job.Kind.VOICE, what__performer=owner.slug).delete()


def _end_way(home: Home) -> bool:
    """End the way of keys with the last voice: a passphrase may be lost. Returns whether it did."""
    return not Voice.objects.exists() and wrapping.end(home)


def _check_same(owner: Performer, manner: str | None, rows: Iterable[Voice]) -> None:
    """Raise StoreLocked when recordings were added meanwhile: that is another voice."""
    now = Voice.objects.filter(performer=owner)
    now = now if manner is None else now.filter(manner=manner)
    if now.exclude(pk__in=_numbers(rows)).exists():
        raise StoreLocked(
            _("This voice was changed by another program meanwhile."),
            advice=_("Forget it again: what there was before is destroyed."),
        )


def _destroy_key(home: Home, key: str, keys: Keys | None) -> bool:
    if keys is not None:
        with contextlib.suppress(KeysLocked):
            keys.destroy(key)
            return True
    with contextlib.suppress(StoreError):
        return voice_keys.destroy_key(home, key)
    return False


def _numbers(rows: Iterable[Voice]) -> list[int]:
    return [row.pk for row in rows]


def _summed(out: Iterable[TakenOut]) -> TakenOut:
    gone = list(out)
    return TakenOut(
        occurrences=sum(each.occurrences for each in gone),
        judgements=sum(each.judgements for each in gone),
        media=sum(each.media for each in gone),
        uses=tuple(use for each in gone for use in each.uses),
    )


def _searching(home: Home) -> bool:
    """Whether a search runs: it has the keys that it began with."""
    journal.mark_killed(home)
    return ScanRun.objects.filter(state=ScanRun.State.RUNNING).exists()


def _reports(home: Home, rows: Iterable[Voice]) -> tuple[Path, ...]:
    """Return the reports under a home that were written since these voices were enrolled."""
    since = min(row.added for row in rows).timestamp()
    found = []
    for file in sorted(home.reports.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            if file.is_file() and not file.is_symlink() and file.stat().st_mtime >= since:
                found.append(file)
    return tuple(found)


def _under_passphrase(home: Home) -> bool:
    with contextlib.suppress(ReferenceDamaged):
        return voice_keys.way_of(home) == "passphrase"
    return False


def _notes(
    *,
    keys_left: bool,
    rewritten: bool,
    searching: bool,
    reports: bool,
    locked_up: bool,
    keys_anew: bool,
) -> Iterator[str]:
    if keys_left:
        yield _(
            "The keyring of this computer cannot be reached: a key is left in it, of a file "
            "that is gone. It is destroyed when Réplique is used the next time with the keyring "
            "unlocked."
        )
    if searching:
        yield _(
            "A search is running that began with this voice. Stop it; what it still notes is "
            "taken out when Réplique is used the next time."
        )
    elif not rewritten:
        yield _(
            "Another program uses the records: what was deleted is no longer in them, but may "
            "still be in their file. It is written anew when Réplique is used the next time."
        )
    if reports:
        yield _(
            "Reports tell what was found, and may let people hear it. Delete those that you do "
            "not want to keep."
        )
    if locked_up:
        yield _(
            "The keys lay in REPLIQUE_HOME, under a passphrase: who has an old backup of it, and "
            "the passphrase, can still open this voice there. Delete those backups."
        )
    if locked_up and keys_anew:
        yield _(
            "No voice is left, and the passphrase locks nothing any more: whoever enrols next "
            "chooses another."
        )
    if connection.vendor == "postgresql":
        yield _(
            "A PostgreSQL server may keep what was deleted in archives and backups of its own: "
            "ask whoever runs it."
        )
    yield _(
        "Reports that were given away, and backups of this computer, are not within reach: "
        "delete them yourself."
    )
