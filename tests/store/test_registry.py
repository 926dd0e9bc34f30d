from __future__ import annotations

import errno
import hashlib
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.errors import (
    AlreadyThere,
    DiskFull,
    IndexDamaged,
    MediaError,
    NotFound,
    TakeSilent,
    TakeTooShort,
    UsageError,
)
from replique.recordings import Prepared
from replique.store import Home, files, index
from tests.scan.fakes import write_wav

Wav = Callable[..., Path]


def left_behind(home: Home) -> list[str]:
    return sorted(
        file.name
        for folder in (home.takes, home.index)
        for file in folder.iterdir()
        if file.name.startswith(files.UNFINISHED)
    )


def test_a_take_is_kept_as_it_was_and_made_ready(records: Home, awa: str, wav: Wav) -> None:
    file = wav(1)
    take = store.add_take(records, awa, file, kind="audition")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (take.sha256, take.size, take.kind) == (digest, file.stat().st_size, "audition")
    assert (take.title, take.file_name, take.origin) == ("take1", "take1.wav", str(file))
    assert take.duration_s == pytest.approx(2.0)
    assert take.path.read_bytes() == file.read_bytes()
    assert (
        Prepared.from_bytes(index.read(records, digest)).to_bytes()
        == index.index_file(records, digest).read_bytes()
    )
    assert store.takes(records) == [take]
    assert left_behind(records) == []


def test_the_same_content_is_registered_once(records: Home, awa: str, wav: Wav) -> None:
    store.add_take(records, awa, wav(1), kind="session")
    with pytest.raises(AlreadyThere, match="take1"):
        store.add_take(records, awa, wav(1, folder="elsewhere"), kind="stem")
    assert len(store.takes(records)) == 1


def test_two_performers_may_register_one_recording(records: Home, awa: str, wav: Wav) -> None:
    from replique.store.models import Recording

    store.add_performer("Ben Ali", "ben-ali")
    hers = store.add_take(records, awa, wav(1), kind="session")
    his = store.add_take(records, "ben-ali", wav(1), kind="session")
    assert hers.sha256 == his.sha256
    assert hers.id != his.id
    store.remove_take(records, str(hers.id))
    assert his.path.exists(), "it is still his"
    assert index.index_file(records, his.sha256).exists()
    store.remove_take(records, str(his.id))
    assert list(records.takes.iterdir()) == list(records.index.iterdir()) == []
    assert Recording.objects.count() == 0


def test_a_folder_is_registered_and_what_cannot_be_is_told(
    records: Home, awa: str, wav: Wav, tmp_path: Path
) -> None:
    for seed in (1, 2):
        wav(seed)
    folder = tmp_path / "sounds"
    write_wav(folder / "silent.wav", 0.0)
    wav(3, seconds=0.2)
    (folder / "notes.txt").write_text("nothing to hear")
    (folder / "film.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(30))
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.write(wav(4, folder="m"), "take4.wav")
    outcome = {
        Path(each.locator).name: each.error.code if each.error else "registered"
        for each in store.add_takes(records, awa, [folder], kind="session")
    }
    refusal = outcome.pop("film.mp4")
    assert outcome == {
        "take1.wav": "registered",
        "take2.wav": "registered",
        "take3.wav": TakeTooShort.code,
        "silent.wav": TakeSilent.code,
        "take4.wav": "registered",
    }
    assert refusal in {error.code for error in MediaError.__subclasses__()}
    again = list(store.add_takes(records, awa, [folder], kind="session"))
    assert [each.error.code for each in again if each.error].count(AlreadyThere.code) == 3
    assert left_behind(records) == []


@pytest.mark.parametrize("where", ["settle", "finish"])
def test_a_full_disk_is_told_and_nothing_is_broken(
    records: Home, awa: str, wav: Wav, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(files, where, full)
        with pytest.raises(DiskFull):
            list(store.add_takes(records, awa, [wav(1)], kind="session"))
    assert store.takes(records) == []
    assert left_behind(records) == []
    assert store.add_take(records, awa, wav(1), kind="session").path.exists()


class Killed(BaseException):
    """The process ends here, whatever anybody would do about it."""


@pytest.mark.parametrize("step", range(8))
def test_killed_anywhere_it_is_registered_or_it_is_not(
    records: Home, awa: str, wav: Wav, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.models import Recording, Take

    steps = iter(range(100))

    def perhaps(original: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **settings: object) -> object:
            if next(steps) == step:
                raise Killed
            return original(*arguments, **settings)

        return call

    file = wav(1)
    with monkeypatch.context() as patch:
        # a killed process tidies nothing up
        patch.setattr(Path, "unlink", lambda *_arguments, **_settings: None)
        for name in ("settle", "finish", "write"):
            patch.setattr(files, name, perhaps(getattr(files, name)))
        patch.setattr(Recording.objects, "get_or_create", perhaps(Recording.objects.get_or_create))
        patch.setattr(Take.objects, "create", perhaps(Take.objects.create))
        try:
            store.add_take(records, awa, file, kind="session")
        except Killed:
            assert store.takes(records) == []
            assert Recording.objects.count() == 0
    again = list(store.add_takes(records, awa, [file], kind="session"))
    assert {each.error.code for each in again if each.error} <= {AlreadyThere.code}
    (take,) = store.takes(records)
    assert hashlib.sha256(take.path.read_bytes()).hexdigest() == take.sha256
    assert Prepared.from_bytes(index.read(records, take.sha256)).segments
    long_ago = time.time() - 2 * files.STALE_S
    for folder in (records.takes, records.index):
        for each in folder.iterdir():
            os.utime(each, (long_ago, long_ago))
    store.sweep(records)
    assert left_behind(records) == []
    assert [each.name for each in records.takes.iterdir()] == [take.sha256]
    assert [each.name for each in records.index.iterdir()] == [f"{take.sha256}.rpq"]


def test_sweeping_leaves_what_is_fresh_and_what_nobody_asked_to_forget(
    records: Home, awa: str, wav: Wav
) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    fresh = records.takes / f"{files.UNFINISHED}another program is at work"
    stale = records.index / f"{files.UNFINISHED}was killed"
    unknown = records.takes / ("0" * 64)
    for file in (fresh, stale, unknown):
        file.write_bytes(b"half")
    for file in (stale, unknown, take.path):
        os.utime(file, (1, 1))
    store.sweep(records)
    assert [file.exists() for file in (fresh, stale, unknown, take.path)] == [1, 0, 1, 1]


def test_killed_while_forgetting_a_take_it_is_forgotten_later(
    records: Home, awa: str, wav: Wav, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        raise Killed

    gone = store.add_take(records, awa, wav(1), kind="session")
    with monkeypatch.context() as patch:
        patch.setattr("replique.store.registry._forget_files", killed)
        with pytest.raises(Killed):
            store.remove_take(records, str(gone.id))
    assert store.takes(records) == []
    assert gone.path.exists()
    store.sweep(records)
    assert list(records.takes.iterdir()) == list(records.index.iterdir()) == []


def test_a_mark_of_a_take_that_is_still_there_is_void(records: Home, awa: str, wav: Wav) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    mark = records.takes / f".removed-{take.sha256}"
    mark.touch()
    store.sweep(records)
    assert (mark.exists(), take.path.exists()) == (False, True)


def test_a_withdrawn_take_is_not_listed_and_may_come_back(
    records: Home, awa: str, wav: Wav
) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    assert store.withdraw_take(records, take.sha256[:8]).withdrawn_at is not None
    assert store.takes(records) == []
    assert [each.id for each in store.takes(records, withdrawn=True)] == [take.id]
    assert store.performers()[0].takes == 0
    assert store.add_take(records, awa, wav(1), kind="session") == take
    store.withdraw_take(records, str(take.id))
    assert store.restore_take(records, str(take.id)) == take
    assert store.performers()[0].takes == 1


def test_a_take_is_found_by_what_people_call_it(records: Home, awa: str, wav: Wav) -> None:
    take = store.add_take(records, awa, wav(1), kind="session", title="Scène 4, prise 2")
    for name in (str(take.id), take.title, "take1.wav", take.sha256, take.sha256[:6].upper()):
        assert store.find_take(records, name) == take
    with pytest.raises(NotFound):
        store.find_take(records, take.sha256[:5])
    store.add_take(records, awa, wav(2), kind="session", title="Scène 4, prise 2")
    with pytest.raises(UsageError, match="2 takes"):
        store.find_take(records, "Scène 4, prise 2")


def test_a_damaged_index_is_made_anew(records: Home, awa: str, wav: Wav) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    file = index.index_file(records, take.sha256)
    good = file.read_bytes()
    file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(IndexDamaged):
        index.read(records, take.sha256)
    (note,) = index.mend(records, {take.sha256: take.file_name})
    assert "take1.wav" in note
    assert file.read_bytes() == good
    assert list(index.mend(records, {take.sha256: take.file_name})) == []


@pytest.mark.parametrize("kept", ["gone", "damaged"])
def test_without_index_and_recording_a_take_is_lost(
    records: Home, awa: str, wav: Wav, kept: str
) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    index.index_file(records, take.sha256).unlink()
    take.path.unlink()
    if kept == "damaged":
        wav(2).rename(take.path)
    with pytest.raises(IndexDamaged) as raised:
        list(index.mend(records, {take.sha256: take.file_name}))
    assert "take1.wav" in str(raised.value)
    assert raised.value.advice


def test_a_kind_that_is_none_is_refused(records: Home, awa: str, wav: Wav) -> None:
    with pytest.raises(UsageError, match="self-tape"):
        raise_with_advice(lambda: store.add_take(records, awa, wav(1), kind="selfie"))


def raise_with_advice(call: Callable[[], object]) -> None:
    try:
        call()
    except UsageError as error:
        raise UsageError(f"{error} {error.advice}") from error


def test_names_that_no_database_likes_are_kept_readable(
    records: Home, awa: str, wav: Wav, tmp_path: Path
) -> None:
    name = os.fsdecode(b"caf\xe9 \n\xf0\x9f\x8e\xac.wav")
    file = wav(1).rename(tmp_path / name)
    take = store.add_take(records, awa, file, kind="session")
    assert take.title == "caf\\xe9 \\x0a🎬"
    assert store.takes(records) == [take]
