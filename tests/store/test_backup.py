"""A backup, and the way back: whole, or not at all."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique import store
from replique.errors import AlreadyThere, BackupDamaged, StoreError, UsageError
from replique.store import Home
from replique.store.sealed_files import PIECE, Locking, reading
from tests.store.desk_people import CANARY, CHEAP, opened, people
from tests.store.papers import altered, rider

PASSPHRASE = "four words for the safe"  # noqa: S105 — of nobody


def locked(data: bytes) -> bytes:
    file = io.BytesIO()
    locking = Locking(file, PASSPHRASE, cost=CHEAP)
    locking.write(data)
    locking.finish()
    return file.getvalue()


@given(st.binary(max_size=300), st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]))
def test_a_locked_file_comes_back_as_it_was(data: bytes, more: int) -> None:
    whole = data + bytes(more)
    assert reading(io.BytesIO(locked(whole)), PASSPHRASE).read() == whole


@pytest.mark.parametrize("size", [10, PIECE, 2 * PIECE + 10])
def test_what_is_cut_altered_moved_or_added_is_told(size: int) -> None:
    chance = random.Random(size)
    data = locked(chance.randbytes(size))
    sealed = 27 + PIECE + 16
    wrong = [data[:cut] for cut in (0, 10, 27, len(data) - 1, max(27, len(data) - sealed))]
    wrong += [data + b"x", data[:-16]]
    if size > PIECE:
        first, second = data[27:sealed], data[sealed : sealed + PIECE + 16]
        wrong += [data[:27] + second + first + data[sealed + PIECE + 16 :], data[:sealed]]
    for _time in range(20):
        at = chance.randrange(len(data))
        wrong.append(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    for each in wrong:
        # a cost that was altered may still be one that can be paid: keep it cheap
        if each[4:11] == data[4:11] or len(each) < 27:
            with pytest.raises(BackupDamaged):
                reading(io.BytesIO(each), PASSPHRASE).read()


def filled(records: Home, tmp_path: Path) -> int:
    """Fill a home; return the number of a sealed text."""
    from replique.store import evidence_files, sealing

    known = people()
    store.add_agreement(rider(performer="awa"))
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"signed")
    evidence_files.keep(paper)
    (records.takes / ("a" * 64)).write_bytes(os.urandom(3_000_000))
    (records.path / "media").mkdir()
    (records.path / "media" / "été.wav").write_bytes(b"sound")
    (records.path / "uploads").mkdir()
    (records.path / "uploads" / "half.wav").write_bytes(b"somebody's voice")
    (records.runs / "1.lock").write_bytes(b"")
    return sealing.write(CANARY, by=known.awa, performer="awa").id


def files_of(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and not path.name.startswith(("replique.sqlite3", ".", "1.lock", "debug"))
        and path.parent.name != "uploads"
    }


def _dropped() -> None:
    """Empty the database of the test, as the one is into which records are restored."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def test_everything_comes_back(records: Home, engine: str, tmp_path: Path) -> None:
    from replique.store import backup, sealing
    from replique.store.ledger_checking import check

    text = filled(records, tmp_path)
    before = files_of(records.path)
    target = tmp_path / "out.replique"
    made = backup.back_up(target, PASSPHRASE, cost=CHEAP)
    assert made.records == {"sqlite": "sqlite", "postgres": "postgresql"}[engine]
    assert target.stat().st_mode & 0o777 == 0o600
    assert backup.check(target, PASSPHRASE) == made
    data = target.read_bytes()
    # long ones only: three given bytes stand in three megabytes of noise once in five times
    for plain in (b"Awa Diop", b"CANARIA", b"PRIVATE KEY", b"paper.pdf"):
        assert plain not in data
    if engine == "postgres":
        with pytest.raises(AlreadyThere):
            backup.restore(target, PASSPHRASE, tmp_path / "back")
        assert not list(tmp_path.glob("back*"))
        _dropped()
    assert backup.restore(target, PASSPHRASE, tmp_path / "back") == made
    assert files_of(tmp_path / "back") == before
    assert not (tmp_path / "back" / "uploads").exists(), "what was not used yet is sent again"
    store.close()
    home = store.open(tmp_path / "back")
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert [each.slug for each in store.performers()] == ["awa", "ben"]
    known = [each.id for each in sealing.sealed_texts()]
    assert known == [text]
    assert check(files=True).problems == ()
    assert altered() == []
    store.add_performer("Zoe", "zoe")
    from tests.store.desk_people import People

    awa = People(1, 2, 3, 4, 5, 6)
    assert sealing.read(text, awa.awa, opened(awa, "awa")) == CANARY


def test_what_is_wrong_is_told_and_leaves_nothing_behind(records: Home, tmp_path: Path) -> None:
    from replique.store import backup

    target = tmp_path / "out.replique"
    with pytest.raises(UsageError):
        backup.back_up(target, "short", cost=CHEAP)
    assert not list(tmp_path.glob("*out*"))
    backup.back_up(target, PASSPHRASE, cost=CHEAP)
    with pytest.raises(AlreadyThere):
        backup.back_up(target, PASSPHRASE, cost=CHEAP)
    with pytest.raises(BackupDamaged) as told:
        backup.check(target, PASSPHRASE + "!")
    assert PASSPHRASE not in f"{told.value} {told.value.advice}"
    cut = tmp_path / "cut"
    cut.write_bytes(target.read_bytes()[:-100])
    no = tmp_path / "no"
    no.write_bytes(b"something else")
    for each in (cut, no):
        with pytest.raises(BackupDamaged):
            backup.restore(each, PASSPHRASE, tmp_path / "back")
    with pytest.raises(StoreError):
        backup.restore(tmp_path / "not there", PASSPHRASE, tmp_path / "back")
    with pytest.raises(AlreadyThere):
        backup.restore(target, PASSPHRASE, records.path)
    assert not list(tmp_path.glob("back*"))
    assert not list(tmp_path.glob(".unfinished*"))


def test_a_full_disk_leaves_the_old_state(
    records: Home, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.errors import DiskFull
    from replique.store import backup, files

    if engine != "sqlite":
        pytest.skip("the way of the files is the same")
    filled(records, tmp_path)
    target = tmp_path / "out.replique"
    backup.back_up(target, PASSPHRASE, cost=CHEAP)
    settle, calls = files.settle, iter(range(100))

    def full(file: object) -> None:
        if next(calls) == 3:
            raise OSError(28, "No space left on device")
        settle(file)  # type: ignore[arg-type] # whatever was given

    monkeypatch.setattr(files, "settle", full)
    with pytest.raises(DiskFull):
        backup.restore(target, PASSPHRASE, tmp_path / "back")
    assert not list(tmp_path.glob("back*"))


PROGRAM = """
import sys
from pathlib import Path
from replique import store
home = store.open(sys.argv[2])
from replique.store import backup
from replique.testimony.passphrases import Cost
print("ready", flush=True)
if sys.argv[1] == "backup":
    backup.back_up(Path(sys.argv[3]), sys.argv[4], cost=Cost(64, 1, 1))
else:
    backup.restore(Path(sys.argv[3]), sys.argv[4], Path(sys.argv[5]))
print("done", flush=True)
"""


def killed(after_s: float, *arguments: str) -> bool:
    """Start the program and kill it; return whether it was done before."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.stdout.close()
    process.wait()
    return "done" in rest


@pytest.mark.timeout(300)  # a dozen programs are started; others may use the cores too
def test_killed_half_way_there_is_the_old_or_the_new(
    records: Home, engine: str, tmp_path: Path
) -> None:
    from replique.store import backup

    if engine != "sqlite":
        pytest.skip("the way of the files is the same")
    filled(records, tmp_path)
    (records.takes / ("b" * 64)).write_bytes(os.urandom(12_000_000))
    whole = files_of(records.path)
    chance = random.Random(7)
    for number in range(6):
        target = tmp_path / f"killed{number}"
        done = killed(chance.random() * 0.15, "backup", str(records.path), str(target), PASSPHRASE)
        if target.exists():
            assert backup.check(target, PASSPHRASE).files > 3
        assert target.exists() or not done
    target = tmp_path / "whole"
    backup.back_up(target, PASSPHRASE, cost=CHEAP)
    other = tmp_path / "other"
    for number in range(6):
        back = tmp_path / f"back{number}"
        killed(chance.random() * 0.2, "restore", str(other), str(target), PASSPHRASE, str(back))
        if back.exists():
            assert files_of(back) == whole
        else:
            backup.restore(target, PASSPHRASE, back)
            assert files_of(back) == whole
        assert not list(tmp_path.glob(f"back{number}.*"))


def test_others_go_on_writing_while_it_is_made(
    records: Home, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is added after the records were copied is left out, and the ledger still fits."""
    from replique.store import backup
    from replique.store.ledger_checking import check

    if engine != "sqlite":
        pytest.skip("a dump is one transaction by itself")
    filled(records, tmp_path)
    copied = backup._copied

    def meanwhile(target: Path) -> Path:
        made = copied(target)
        store.add_performer("Late", "late")
        store.add_agreement(rider("late", performer="late"))
        return made

    monkeypatch.setattr(backup, "_copied", meanwhile)
    backup.back_up(tmp_path / "out", PASSPHRASE, cost=CHEAP)
    backup.restore(tmp_path / "out", PASSPHRASE, tmp_path / "back")
    store.close()
    store.open(tmp_path / "back")
    assert [each.slug for each in store.performers()] == ["awa", "ben"]
    assert check(files=True).problems == ()


def test_killed_between_records_and_name_the_same_command_goes_on(
    records: Home, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server's records are committed before the home has its name."""
    from replique.store import backup

    if engine != "postgres":
        pytest.skip("without a server the records are one of the files")
    filled(records, tmp_path)
    before = files_of(records.path)
    target, other = tmp_path / "out", tmp_path / "another"
    made = backup.back_up(target, PASSPHRASE, cost=CHEAP)
    backup.back_up(other, PASSPHRASE, cost=CHEAP)
    _dropped()

    def killed_here(*_said: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_named", killed_here)
        with pytest.raises(KeyboardInterrupt):
            backup.restore(target, PASSPHRASE, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    with pytest.raises(AlreadyThere):  # another backup is not taken for the one that was begun
        backup.restore(other, PASSPHRASE, tmp_path / "elsewhere")
    with pytest.raises(BackupDamaged):
        backup.restore(target, PASSPHRASE + "!", tmp_path / "back")
    assert backup.restore(target, PASSPHRASE, tmp_path / "back") == made
    assert files_of(tmp_path / "back") == before
    assert not list(tmp_path.glob("back.*"))
    store.close()
    store.open(tmp_path / "back")
    assert [each.slug for each in store.performers()] == ["awa", "ben"]


def test_a_disk_without_room_is_told_before_anything_is_written(
    records: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.errors import DiskFull
    from replique.store import backup

    target = tmp_path / "out"
    backup.back_up(target, PASSPHRASE, cost=CHEAP)
    monkeypatch.setattr(backup, "SPARE", 1 << 60)
    with pytest.raises(DiskFull):
        backup.back_up(tmp_path / "new", PASSPHRASE, cost=CHEAP)
    with pytest.raises(DiskFull):
        backup.restore(target, PASSPHRASE, tmp_path / "back")
    assert sorted(path.name for path in tmp_path.iterdir() if "out" not in path.name) == [
        path.name for path in [records.path] if path.parent == tmp_path
    ]


def test_how_far_it_is_grows_to_the_whole(records: Home, engine: str, tmp_path: Path) -> None:
    from replique.store import backup

    filled(records, tmp_path)
    said: list[tuple[int, int]] = []
    backup.back_up(
        tmp_path / "out", PASSPHRASE, cost=CHEAP, progress=lambda *each: said.append(each)
    )
    assert said == sorted(said)
    done, whole = said[-1]
    assert done <= whole
    assert engine == "postgres" or done >= whole * 0.5, "a dump is packed tighter than tables"


def test_a_folder_that_goes_away_meanwhile_ends_no_backup(
    records: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the one in which a case is being packed."""
    import shutil

    from replique.store import backup

    going = records.path / "exports" / ".making-x" / "deep"
    going.mkdir(parents=True)
    (going / "file").write_bytes(b"x")
    added = backup._add
    gone: list[bool] = []

    def adding(*given: object) -> None:
        if not gone:
            shutil.rmtree(going.parent)
            gone.append(True)
        added(*given)  # type: ignore[arg-type] # as it was given

    monkeypatch.setattr(backup, "_add", adding)
    backup.back_up(tmp_path / "out", PASSPHRASE, cost=CHEAP)
    assert backup.check(tmp_path / "out", PASSPHRASE).files >= 1
