"""Takes: registered once, kept as they were, made ready to be looked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from replique.errors import AlreadyThere, MediaError, NotFound, TakeRefused, UsageError
from replique.language import gettext as _
from replique.media import Refused, Source, walk
from replique.media.source import readable, unreadable
from replique.store import custody, files
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.index import index_file, make_index, sound_of, take_file
from replique.store.models import Medium, Performer, Recording, Take
from replique.store.people import find_performer
from replique.store.records import Registered, TakeRecord

REMOVED = ".removed-"
"""Begins the name of a mark: the take with this hash is being forgotten."""
LEAST_PREFIX = 6
"""Letters of a hash that name a take: with fewer, numbers would be taken for hashes."""


@guarded()
def add_take(
    home: Home, performer: str, source: Source | Path, *, kind: str, title: str = ""
) -> TakeRecord:
    """Register a recording.

    performer : slug. source : a file, or a member of an archive on which a walk stands.
    kind : audition, self-tape, session, outtake, stem or released.
    title : the file's name when it is "".

    The registered file is copied; a withdrawn take that is registered again is
    looked for again.  Killed at any moment, it is registered or it is not.

    Raises AlreadyThere, NotFound, UsageError, TakeTooShort, TakeSilent, MediaError
    and StoreError.
    """
    owner = find_performer(performer)
    _check_kind(kind)
    return _register(home, owner, source, kind, title)


def add_takes(
    home: Home, performer: str, paths: Iterable[str | os.PathLike[str]], *, kind: str
) -> Iterator[Registered]:
    """Register all recordings under some paths, archives included, one by one.

    A file that cannot be a take is an answer, not an end.  Raises NotFound,
    UsageError and StoreError.
    """
    with guarded():
        owner = find_performer(performer)
    _check_kind(kind)
    for found in walk(paths):
        if isinstance(found, Refused):
            yield Registered(found.locator, error=found.error)
            continue
        try:
            with guarded():
                take = _register(home, owner, found, kind, "")
        except (AlreadyThere, TakeRefused, MediaError) as error:
            yield Registered(found.locator, error=error)
        else:
            yield Registered(found.locator, take=take)


@guarded()
def takes(home: Home, *, performer: str | None = None, withdrawn: bool = False) -> list[TakeRecord]:
    """Return the takes of a performer, or of all; withdrawn ones when asked for."""
    rows = Take.objects.select_related("performer", "recording")
    if performer is not None:
        rows = rows.filter(performer=find_performer(performer))
    if not withdrawn:
        rows = rows.filter(withdrawn_at=None)
    return [record(home, row) for row in rows]


@guarded()
def find_take(home: Home, name: str) -> TakeRecord:
    """Return the take that a person means: its number, its title, its file, its hash's beginning.

    Raises NotFound; UsageError when it could be several.
    """
    return record(home, _find(name))


@guarded()
def withdraw_take(home: Home, name: str) -> TakeRecord:
    """Look for a take no more. What was found stays on record, out of the lists."""
    row = _find(name)
    if row.withdrawn_at is None:
        _set_withdrawn(row, timezone.now())
    return record(home, row)


@guarded()
def restore_take(home: Home, name: str) -> TakeRecord:
    """Undo `withdraw_take`."""
    row = _find(name)
    if row.withdrawn_at is not None:
        _set_withdrawn(row, None)
    return record(home, row)


@guarded()
def remove_take(home: Home, name: str) -> TakeRecord:
    """Forget a take: its file, its index, all that was found of it, and who judged that.

    A file that another performer registered too stays, with its occurrences.  Raises
    NotFound; UsageError while a use of it is described: that is somebody's claim.
    """
    row = _find(name)
    gone = record(home, row)
    with transaction.atomic():
        _check_unused(row)
        custody.take(row, custody.REMOVED)
        row.delete()
        recording = Recording.objects.select_for_update().get(pk=row.recording_id)
        if recording.takes.exists():
            return gone
        heard_in = list(Medium.objects.filter(occurrences__recording=recording).distinct())
        recording.delete()
        custody.reduced(heard_in)
        # killed between the commit and the files, `sweep` finds this and goes on
        (home.takes / f"{REMOVED}{gone.sha256}").touch()
        transaction.on_commit(partial(_forget_files, home, gone.sha256))
    return gone


def _check_unused(row: Take) -> None:
    used = row.performer.uses.filter(occurrence__recording=row.recording_id)
    if used.exists():
        raise UsageError(
            _("Uses of {title} are described: {names}.").format(
                title=row.title, names=", ".join(f"u{each.pk}" for each in used)
            ),
            advice=_(
                "Remove them first, with `replique use remove`; `replique take withdraw` "
                "leaves them on record."
            ),
        )


@guarded()
def sweep(home: Home) -> None:
    """Finish what a killed program left: half-written files, files of forgotten takes.

    A file that no row names is left alone unless somebody asked to forget it: the
    rows may be in a database that is not the one in use today.
    """
    files.sweep(home.takes)
    files.sweep(home.index)
    for mark in home.takes.glob(f"{REMOVED}*"):
        sha256 = mark.name.removeprefix(REMOVED)
        if Recording.objects.filter(sha256=sha256).exists():
            mark.unlink(missing_ok=True)
        else:
            _forget_files(home, sha256)


def record(home: Home, row: Take) -> TakeRecord:
    """Return a row, with its performer and its recording, as a record."""
    return TakeRecord(
        id=row.pk,
        performer=row.performer.slug,
        performer_name=row.performer.name,
        title=row.title,
        kind=row.kind,
        sha256=row.recording.sha256,
        size=row.recording.size,
        duration_s=row.recording.duration_s,
        file_name=row.file_name,
        origin=row.origin,
        path=take_file(home, row.recording.sha256),
        added=row.added,
        withdrawn_at=row.withdrawn_at,
    )


def _check_kind(kind: str) -> None:
    if kind not in Take.Kind.values:
        raise UsageError(
            _("{kind} is no kind of take.").format(kind=kind),
            advice=_("One of: {kinds}.").format(kinds=", ".join(Take.Kind.values)),
        )


def _register(
    home: Home, owner: Performer, source: Source | Path, kind: str, title: str
) -> TakeRecord:
    """Files first, each whole or absent; the row last: it is what makes a take.

    1. hash what there is; 2. copy it; 3. make the index from the copy;
    4. name both files; 5. write the rows.  Killed before 5, files are left that no
    row names; the same take registered again takes them over.
    """
    source = source if isinstance(source, Source) else Source.of(source)
    try:
        with source.open() as file:
            digest, size = files.hash_of(file)  # 1
    except OSError as error:
        raise unreadable(source.path, error) from error
    source.check_unchanged()
    row = _already(owner, digest)
    if row is not None:
        return record(home, row)
    known = Recording.objects.filter(sha256=digest).first()
    kept = all(file.exists() for file in (take_file(home, digest), index_file(home, digest)))
    duration_s = known.duration_s if known and kept else _keep(home, source, digest)
    return record(home, _write(owner, source, (digest, size, duration_s), kind, title))  # 5


def _already(owner: Performer, digest: str) -> Take | None:
    """Return a withdrawn take, restored; None when there is none. Raises AlreadyThere."""
    rows = Take.objects.select_related("performer", "recording")
    row = rows.filter(performer=owner, recording__sha256=digest).first()
    if row is None:
        return None
    if row.withdrawn_at is None:
        raise _there_already(row)
    _set_withdrawn(row, None)
    return row


def _set_withdrawn(row: Take, at: datetime | None) -> None:
    """Withdraw a take, or take that back, and have it in the ledger."""
    row.withdrawn_at = at
    with transaction.atomic():
        row.save(update_fields=["withdrawn_at"])
        custody.take(row, custody.RESTORED if at is None else custody.WITHDRAWN)


def _there_already(row: Take) -> AlreadyThere:
    return AlreadyThere(
        _("This recording is registered already: {title}, of {name}.").format(
            title=row.title, name=row.performer.name
        ),
        advice=_("Nothing needs to be done."),
    )


def _keep(home: Home, source: Source, digest: str) -> float:
    """Copy the file and make its index; return the length of its sound, seconds."""
    (home.takes / f"{REMOVED}{digest}").unlink(missing_ok=True)  # it is wanted again
    with files.unfinished(home.takes) as (copied, path):
        with source.open() as original:
            same = files.copy(original, copied, source.path) == digest  # 2
        if not same:
            source.check_unchanged()
            raise unreadable(source.path, None)
        samples = sound_of(path, source.name)
        data, duration_s = make_index(samples)  # 3
        files.write(index_file(home, digest), data)  # 4
        files.finish(path, take_file(home, digest))
    return duration_s


def _write(
    owner: Performer, source: Source, content: tuple[str, int, float], kind: str, title: str
) -> Take:
    digest, size, duration_s = content
    name = readable(source.name)
    try:
        with transaction.atomic():
            recording, _created = Recording.objects.get_or_create(
                sha256=digest, defaults={"size": size, "duration_s": duration_s}
            )
            row = Take.objects.create(
                performer=owner,
                recording=recording,
                title=readable(title or Path(name).stem or name)[:300],
                kind=kind,
                file_name=name,
                origin=readable(source.locator),
            )
            custody.take(row, custody.REGISTERED)
            return row
    except IntegrityError:
        # somebody registered the same in the last second
        rows = Take.objects.select_related("performer")
        row = rows.get(performer=owner, recording__sha256=digest)
        raise _there_already(row) from None


def _find(name: str) -> Take:
    rows = Take.objects.select_related("performer", "recording")
    ways: list[Callable[[], Iterable[Take]]] = [
        lambda: rows.filter(pk=int(name)) if name.isascii() and name.isdigit() else (),
        lambda: rows.filter(title=name),
        lambda: rows.filter(file_name=name),
        lambda: (
            rows.filter(recording__sha256__startswith=name.lower())
            if len(name) >= LEAST_PREFIX
            else ()
        ),
    ]
    for way in ways:
        found = list(way())
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                _("{name} could be {count} takes.").format(name=name, count=len(found)),
                advice=_("Give its number, from `replique take list`."),
            )
    raise NotFound(
        _("There is no take {name}.").format(name=name),
        advice=_("`replique take list` shows them all."),
    )


def _forget_files(home: Home, sha256: str) -> None:
    mark = home.takes / f"{REMOVED}{sha256}"
    for file in (take_file(home, sha256), index_file(home, sha256), mark):
        file.unlink(missing_ok=True)
