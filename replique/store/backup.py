"""Everything that is kept, in one locked file; and back again, whole or not at all.

The file holds a tar of: the heads and key of the ledger, the records (a copy of the SQLite
file made while others write, or what pg_dump writes), the files of the home, and last a list
of the SHA-256 of each.  In this order, so that no record names a file that was copied before
it, and no head of the ledger is newer than the records.

Restoring writes beside the home, checks every byte, and only then gives it its name: killed at
any moment, there is the old home or the new one.  With a server, records are committed first, all
at once; killed between, the same command again only gives the name.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from replique import __version__
from replique.errors import AlreadyThere, BackupDamaged, DiskFull, MissingPart, StoreError
from replique.language import gettext as _
from replique.store import evidence_files, files
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home
from replique.store.sealed_files import HEAD, Locking, damaged, reading
from replique.testimony.passphrases import USUAL, Cost

FORMAT = 1
LIST = "replique-backup.json"
RECORDS = "replique.sqlite3"
DUMP = "replique.pgdump"
BACKUPS = "backups"
"""Where the desk keeps the backups that it makes: none is part of another."""
HELD = ".records-committed"
"""Marks a folder whose files are whole and whose records are just being committed."""
LEFT_OUT = frozenset(
    {
        "runs",
        "models",
        "logs",
        "debug.log",
        "debug.log.1",
        ".migrating",
        BACKUPS,
        "desk-static",
        "desk-cache",
        "exports",
        "uploads",
        HELD,
    }
)
"""What is made anew, fetched or sent again: nothing of it is anybody's work."""
RESTORING = ".restoring-"
CHUNK = 1 << 20
SCRATCH = "backup-"
FORGOTTEN_AFTER_S = 24 * 3600
SPARE = 64 << 20
"""Bytes that stay free on a disk."""

Progress = Callable[[int, int], None]
"""Is told how many bytes are done, of how many: about."""


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """What a backup holds. records : "sqlite" or "postgresql". size : of its files, bytes."""

    version: str
    at: str
    records: str
    files: int
    size: int


@guarded()
def back_up(
    target: Path, passphrase: str, *, cost: Cost = USUAL, progress: Progress | None = None
) -> BackupRecord:
    """Write a backup of the open home, and of its records wherever they are.

    target : a new file. Others may go on working. Raises AlreadyThere, UsageError for a short
    passphrase, MissingPart without pg_dump, DiskFull, StoreError; and what progress raises.
    """
    if target.exists():
        raise AlreadyThere(
            _("{file} is there already.").format(file=target),
            advice=_("Name another file: a backup is never written over."),
        )
    home = Home.opened()
    folder = target.absolute().parent
    whole = _size(home)
    _room(folder, whole)
    telling = _Telling(progress, whole)
    # the copy of the records lies in the home for a moment, and nowhere else
    with files.unfinished(folder) as (file, written), _scratch(home) as scratch:
        locking = Locking(file, passphrase, cost=cost)
        with tarfile.open(fileobj=locking, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            told = _write(tar, home, scratch, telling)
        locking.finish()
        files.settle(file)
        written.chmod(PRIVATE_FILE)
        files.finish(written, target)
    return told


@guarded()
def check(source: Path, passphrase: str) -> BackupRecord:
    """Read a backup to its end and return what it holds. Raises BackupDamaged."""
    with source.open("rb") as file:
        return _read(file, passphrase, None)


@guarded()
def restore(source: Path, passphrase: str, home: Path) -> BackupRecord:
    """Bring a backup back as a home that is not there yet, or is empty.

    Records of a server go into the database that DATABASE_URL names, which must be empty.
    Raises AlreadyThere, BackupDamaged, MissingPart, StoreError.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise AlreadyThere(
            _("{folder} is there already, and not empty.").format(folder=home),
            advice=_("Move it away first: nothing is restored over what somebody has."),
        )
    home = home.absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    _room(home.parent, source.stat().st_size)
    held = _held(home, source)
    if held is not None:  # killed between the records and the name: only the name is missing
        told = check(source, passphrase)
        _named(held, home)
        return told
    for old in home.parent.glob(f"{home.name}{RESTORING}*"):
        shutil.rmtree(old, ignore_errors=True)  # of one that was killed
    place = Path(tempfile.mkdtemp(prefix=f"{home.name}{RESTORING}", dir=home.parent))
    committed = False
    try:
        with source.open("rb") as file:
            told = _read(file, passphrase, place)
        if told.records == "postgresql":
            _into_server(place, source)
            committed = True
        _named(place, home)
    except BaseException:
        if not committed:  # else the next try gives it its name
            shutil.rmtree(place, ignore_errors=True)
        raise
    return told


def _named(place: Path, home: Path) -> None:
    """Give a folder the name of a home."""
    (place / DUMP).unlink(missing_ok=True)
    if home.exists():
        home.rmdir()
    place.replace(home)
    (home / HELD).unlink(missing_ok=True)  # not before: it is what the next try goes by
    _settle(home.parent)


def _held(home: Path, source: Path) -> Path | None:
    """Return the folder of a restoring that was killed after its records were committed.

    They are committed all at once, into a database that was empty: one that is not empty any
    more holds them.
    """
    from django.db import connection

    for place in home.parent.glob(f"{home.name}{RESTORING}*"):
        mark = place / HELD
        if mark.is_file() and mark.read_text(encoding="ascii") == _mark(source):
            same = connection.vendor == "postgresql" and _filled()
            return place if same else None
    return None


def _mark(source: Path) -> str:
    """Return what a backup is told by, and the database that it goes to."""
    from django.db import connection

    said = connection.settings_dict
    where = f"{said['HOST']}:{said['PORT']}/{said['NAME']}"
    with source.open("rb") as file:  # the salt is in it: no two are alike
        return hashlib.sha256(file.read(HEAD) + where.encode()).hexdigest()


def _filled() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        return bool(connection.introspection.table_names(cursor))


def _room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size + SPARE:
        raise DiskFull(
            _("There is no room for it in {folder}.").format(folder=folder),
            advice=_("It needs about {count} MB. Make room, or name another disk.").format(
                count=(size + SPARE) // 1_000_000
            ),
        )


def _size(home: Home) -> int:
    """Return about how many bytes a backup holds."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(pg_table_size(c.oid)), 0) FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%%'"
            )
            records = int(cursor.fetchone()[0])
    else:
        records = _length(Path(str(connection.settings_dict["NAME"])))
    return records + sum(_length(path) for path in _files(home))


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextlib.contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """Give a folder for a moment; what a killed backup left goes first."""
    for old in home.runs.glob(f"{SCRATCH}*"):
        if time.time() - old.stat().st_mtime > FORGOTTEN_AFTER_S:
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=home.runs) as place:
        yield Path(place)


class _Telling:
    """Counts what was read, and tells."""

    def __init__(self, progress: Progress | None, whole: int) -> None:
        self._progress, self._whole, self._done = progress, whole, 0

    def add(self, size: int) -> None:
        """Count some bytes more."""
        self._done += size
        if self._progress is not None:
            self._progress(min(self._done, self._whole), self._whole)


def _write(tar: tarfile.TarFile, home: Home, scratch: Path, telling: _Telling) -> BackupRecord:
    from django.db import connection

    from replique.evidence.entries import now

    hashes: dict[str, str] = {}
    ledger = [path for path in sorted(home.ledger.iterdir()) if path.is_file()]
    for path in ledger:  # read whole first: heads are added while records are copied
        _add(tar, _name(home, path), io.BytesIO(path.read_bytes()), hashes, telling)
    if connection.vendor == "postgresql":
        records, name, copied = "postgresql", DUMP, _dumped(scratch / DUMP)
    else:
        records, name, copied = "sqlite", RECORDS, _copied(scratch / RECORDS)
    with copied.open("rb") as file:
        _add(tar, name, file, hashes, telling)
    for path in _files(home):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            _add(tar, _name(home, path), file, hashes, telling)  # else it was forgotten meanwhile
    size = sum(member.size for member in tar.getmembers())
    told = {
        "format": FORMAT,
        "version": __version__,
        "at": now(),
        "records": records,
        "size": size,
        "files": hashes,
    }
    _add(tar, LIST, io.BytesIO(json.dumps(told, sort_keys=True).encode()), {}, telling)
    return _record(told)


def _files(home: Home) -> Iterator[Path]:
    """Yield the files of a home, the records and the ledger left out."""
    for top in sorted(home.path.iterdir()):
        ours = top.name.startswith((RECORDS, files.UNFINISHED))
        if top.name in LEFT_OUT or top == home.ledger or ours or top.is_symlink():
            continue
        for path in _under(top) if top.is_dir() else [top]:
            unfinished = path.name.startswith(files.UNFINISHED)
            if path.is_file() and not path.is_symlink() and not unfinished:
                yield path


def _under(top: Path) -> list[Path]:
    """Return what lies under a folder, by name.

    A folder that goes away meanwhile, as of an export that was just packed, is passed over:
    `rglob` would end the whole backup there.
    """
    return sorted(Path(place) / name for place, _folders, names in os.walk(top) for name in names)


def _name(home: Home, path: Path) -> str:
    return path.relative_to(home.path).as_posix()


def _add(
    tar: tarfile.TarFile, name: str, file: BinaryIO, hashes: dict[str, str], telling: _Telling
) -> None:
    """Add a file as it is now; one that grows meanwhile is added as long as it was."""
    member = tarfile.TarInfo(name)
    file.seek(0, os.SEEK_END)
    member.size = file.tell()
    member.mode = PRIVATE_FILE
    file.seek(0)
    hashing = _Hashing(file, telling)
    tar.addfile(member, hashing)
    hashes[name] = hashing.digest.hexdigest()


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO, telling: _Telling) -> None:
        self._file, self._telling = file, telling
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._file.read(size)
        self.digest.update(data)
        self._telling.add(len(data))
        return data


def _copied(target: Path) -> Path:
    """Copy the SQLite file as one transaction sees it, while others write."""
    from django.db import connection

    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy)
    finally:
        copy.close()
    return target


def _dumped(target: Path) -> Path:
    _run_tool("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={target}")
    return target


def _into_server(place: Path, source: Path) -> None:
    """Bring records back into an empty database, all of them or none."""
    from django.db import connection

    if connection.vendor != "postgresql":
        raise StoreError(
            _("This backup holds the records of a PostgreSQL server."),
            advice=_("Set DATABASE_URL to an empty database, and try again."),
        )
    if _filled():
        raise AlreadyThere(
            _("The database that DATABASE_URL names is not empty."),
            advice=_("Make an empty one: nothing is restored over what somebody has."),
        )
    with (place / HELD).open("w", encoding="ascii") as mark:
        mark.write(_mark(source))
        mark.flush()
        os.fsync(mark.fileno())
    _settle(place)
    name = str(connection.settings_dict["NAME"])
    _run_tool(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl",
        f"--dbname={name}", str(place / DUMP),
    )  # fmt: skip


def _run_tool(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database that is open."""
    from django.db import connection

    path = shutil.which(tool)
    if path is None:
        raise MissingPart(
            _("{tool} is not installed.").format(tool=tool),
            advice=_("Install PostgreSQL's client programs, of the server's version or later."),
        )
    said = connection.settings_dict
    variables = {
        "PGHOST": said["HOST"], "PGPORT": str(said["PORT"]), "PGUSER": said["USER"],
        "PGPASSWORD": said["PASSWORD"], "PGDATABASE": str(said["NAME"]),
        "PGSSLMODE": str(said.get("OPTIONS", {}).get("sslmode", "")),
    }  # fmt: skip
    # a password goes by the environment: arguments can be seen by others
    environment = {**os.environ, **{key: value for key, value in variables.items() if value}}
    done = subprocess.run(  # noqa: S603 — a program of this system, and our own arguments
        [path, *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise StoreError(
            _("{tool} failed: {reason}").format(tool=tool, reason=lines[-1] if lines else "?"),
            advice=_("Is it of the server's version, or a later one?"),
        )


def _read(file: BinaryIO, passphrase: str, place: Path | None) -> BackupRecord:
    """Read a backup to its end; lay its files down, when there is a place for them."""
    opening = reading(file, passphrase)
    found: dict[str, str] = {}
    told: Mapping[str, Any] | None = None
    try:
        with tarfile.open(fileobj=opening, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None or told is not None:
                    raise damaged()  # a link or a folder, or something after the list
                if member.name == LIST:
                    told = json.loads(content.read())
                else:
                    found[member.name] = _lay(member, content, place)
        while opening.read(CHUNK):  # to the end: what was cut off is found there
            pass
    except (tarfile.TarError, ValueError, KeyError, EOFError):
        raise damaged() from None
    if told is None or told.get("format") != FORMAT or told.get("files") != found:
        raise damaged()
    return _record(told)


def _lay(member: tarfile.TarInfo, content: Any, place: Path | None) -> str:  # noqa: ANN401 — a file
    """Write one file where it belongs, to the disk; return its SHA-256."""
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise damaged()
    digest = hashlib.sha256()
    with contextlib.ExitStack() as stack:
        target: BinaryIO | None = None
        if place is not None:
            final = place / name
            final.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            handle = os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
            target = stack.enter_context(os.fdopen(handle, "wb"))
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            if target is not None:
                target.write(chunk)
        if target is not None:
            files.settle(target)
            if name.parts[0] == "evidence":
                os.fchmod(target.fileno(), evidence_files.READ_ONLY)
    return digest.hexdigest()


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _record(told: Mapping[str, Any]) -> BackupRecord:
    try:
        return BackupRecord(
            str(told["version"]), str(told["at"]), str(told["records"]), len(told["files"]),
            int(told["size"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise BackupDamaged(
            _("This backup is damaged, or was cut off."),
            advice=_("Take another copy of it; nothing was restored."),
        ) from None
