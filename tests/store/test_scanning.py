from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from replique import store
from replique.errors import DiskFull, IndexDamaged, NotFound, UsageError
from replique.recordings import Settings
from replique.scan import InProcess, Progress
from replique.store import Home, Scanned, TakeRecord
from tests.scan.fakes import FAILS, KILLED, SLOW, children, write_wav
from tests.store.fakes import FakeTakes

Wav = Callable[..., Path]
ROOT = Path(__file__).parents[2]
PROGRAM = "from tests.store.fakes import main; main()"


@pytest.fixture
def take(records: Home, awa: str, wav: Wav) -> TakeRecord:
    return store.add_take(records, awa, wav(1), kind="session")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    for number in range(3):
        write_wav(folder / f"film{number}.wav", seed=number, seconds=2.0 + number)
    return folder


@pytest.fixture(autouse=True)
def _fake_probe(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "records" in request.fixturenames:
        request.getfixturevalue("records")  # the modules can only be imported then
        monkeypatch.setattr("replique.store.sought.RecordingsSpec", FakeTakes)


def scan(home: Home, *paths: Path, **settings: object) -> Scanned:
    return store.scan(home, list(paths), executor=InProcess(), **settings)  # type: ignore[arg-type]  # passed on


def found(home: Home) -> Counter[tuple[str, str]]:
    return Counter(
        (Path(each.medium.locator).name, each.take.title)
        for each in store.occurrences(home)
        if each.take is not None
    )


def test_the_copies_in_the_home_are_not_searched(
    records: Home, take: TakeRecord, films: Path
) -> None:
    assert take.path.is_relative_to(records.path)
    link = films / "home"
    link.symlink_to(records.path)
    scan(records, films, records.path, link)
    searched = {each.locator for each in store.media()}
    assert searched == {str(films / f"film{number}.wav") for number in range(3)}


def test_every_take_is_found_in_every_medium_once(
    records: Home, take: TakeRecord, films: Path
) -> None:
    done = scan(records, films)
    assert (done.summary.media, done.summary.found, done.takes) == (3, 3, 1)
    assert found(records) == {(f"film{n}.wav", take.title): 1 for n in range(3)}
    (run,) = store.runs()
    assert (run.id, run.state, run.counts["found"]) == (done.run, "finished", 3)
    assert run.paths == (str(films),)
    assert run.ended is not None
    assert list(records.runs.iterdir()) == []


def test_what_was_searched_is_not_searched_again(
    records: Home, take: TakeRecord, films: Path
) -> None:
    del take
    scan(records, films)
    again = scan(records, films)
    assert (again.summary.known, again.summary.decoded_s) == (3, 0.0)
    shutil.copy(films / "film1.wav", films / "copy.wav")
    (films / "film2.wav").touch()
    third = scan(records, films)
    assert (third.summary.known, third.summary.decoded_s) == (4, 0.0)
    assert sum(found(records).values()) == 3
    assert {len(each.locations) for each in store.media()} == {1, 2}


def test_a_later_take_is_searched_alone_in_old_media(
    records: Home, take: TakeRecord, awa: str, wav: Wav, films: Path
) -> None:
    scan(records, films)
    later = store.add_take(records, awa, wav(2), kind="audition")
    wanted: list[int] = []

    def note(progress: Progress) -> None:
        if progress.ended is not None:
            wanted.extend(each.wanted.bit_count() for each in progress.ended.searched)

    write_wav(films / "new.wav", seed=9)
    done = scan(records, films, progress=note)
    assert sorted(wanted) == [1, 1, 1, 2]
    assert done.summary.found == 5
    assert found(records) == {
        (name, title): 1
        for name in ("film0.wav", "film1.wav", "film2.wav", "new.wav")
        for title in (take.title, later.title)
    }
    assert scan(records, films).summary.known == 4


def test_a_withdrawn_take_is_neither_searched_nor_listed(
    records: Home, take: TakeRecord, awa: str, wav: Wav, films: Path
) -> None:
    store.add_take(records, awa, wav(2), kind="audition")
    scan(records, films)
    store.withdraw_take(records, str(take.id))
    assert {title for _name, title in found(records)} == {"take2"}
    assert len(store.occurrences(records, withdrawn=True)) == 6
    write_wav(films / "new.wav", seed=9)
    assert scan(records, films).summary.found == 1
    store.restore_take(records, str(take.id))
    assert scan(records, films).summary.found == 1, "in the new film alone"
    assert len(store.occurrences(records)) == 8


def test_the_takes_of_one_performer_may_be_looked_for(
    records: Home, take: TakeRecord, wav: Wav, films: Path
) -> None:
    store.add_performer("Ben Ali", "ben-ali")
    store.add_take(records, "ben-ali", wav(2), kind="session")
    assert scan(records, films, performer="ben-ali").takes == 1
    assert {each.performer for each in store.occurrences(records)} == {"ben-ali"}
    scan(records, films)
    mine = store.occurrences(records, performer=take.performer)
    assert {each.subject.id for each in mine} == {take.id}
    with pytest.raises(NotFound):
        scan(records, films, performer="nobody")


def test_other_settings_are_another_search(records: Home, take: TakeRecord, films: Path) -> None:
    del take
    scan(records, films)
    done = scan(records, films, settings=Settings(least_strength=-3.0))
    assert (done.summary.known, done.summary.found) == (0, 3)
    assert sum(found(records).values()) == 3, "what was superseded is out of the lists"


def test_without_takes_there_is_nothing_to_look_for(records: Home, films: Path) -> None:
    with pytest.raises(UsageError, match="no take"):
        scan(records, films)
    assert store.runs() == []


def test_archives_are_known_as_a_whole(
    records: Home, take: TakeRecord, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del take
    archive = films / "game.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(2):
            file.write(write_wav(films / "m.wav", seed=50 + number), f"{number}.wav")
    (films / "m.wav").unlink()
    (films / "poster.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    first = scan(records, films).summary
    assert (first.media, first.found, first.passed_over) == (5, 5, 1)

    def refuse(*_arguments: object, **_settings: object) -> Iterator[None]:
        raise AssertionError("something was opened")

    monkeypatch.setattr("replique.scan.searching.walk", refuse)
    again = scan(records, films).summary
    assert (again.media, again.known, again.failed, again.passed_over) == (5, 5, 0, 1)


def test_bad_media_are_results(
    records: Home, take: TakeRecord, films: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    del take
    (films / "empty.wav").write_bytes(b"")
    cut = films / "cut.wav"
    cut.write_bytes(write_wav(films / "long.wav", seconds=30.0).read_bytes()[:500_000])
    write_wav(films / "defect.wav", FAILS)
    done = scan(records, films, films / "missing.wav")
    assert done.summary.media == 8
    codes = {Path(each.locator).name: each.error_code for each in store.media()}
    assert codes["cut.wav"] == "damaged"
    assert codes["defect.wav"] == "search-failed"
    assert codes["missing.wav"] == "unreadable"
    assert codes["empty.wav"]
    assert {each.locator for each in store.media(state="partial")} >= {str(cut)}
    assert "a defect that nobody knows of" in records.log.read_text()
    assert capfd.readouterr() == ("", ""), "tracebacks go to the log alone"
    assert all("Traceback" not in each.error_message for each in store.media())
    again = scan(records, films).summary
    assert (again.media, again.known) == (7, 6), "the defect is tried again, the rest is not"


def test_a_damaged_index_is_mended_on_the_way(records: Home, take: TakeRecord, films: Path) -> None:
    (records.index / f"{take.sha256}.rpq").write_bytes(b"rubbish")
    done = scan(records, films)
    assert done.summary.found == 3
    assert len(done.notes) == 1
    assert scan(records, films).notes == ()


def test_a_take_that_is_lost_ends_the_scan_before_it_begins(
    records: Home, take: TakeRecord, films: Path
) -> None:
    (records.index / f"{take.sha256}.rpq").unlink()
    take.path.unlink()
    with pytest.raises(IndexDamaged):
        scan(records, films)
    assert [each.state for each in store.runs()] == ["failed"]
    assert store.media() == []


def test_a_full_disk_ends_the_scan_and_keeps_what_was_finished(
    records: Home, take: TakeRecord, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from replique.store.models import Occurrence

    del take
    kept = Occurrence.objects.bulk_create
    calls: list[int] = []

    def full(*arguments: object, **settings: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("database or disk is full")
        return kept(*arguments, **settings)  # type: ignore[arg-type]  # passed on as they are

    with monkeypatch.context() as patch:
        patch.setattr(Occurrence.objects, "bulk_create", full)
        with pytest.raises(DiskFull):
            scan(records, films)
    assert sum(found(records).values()) == 1
    assert len(store.media()) == 1, "the medium in work left nothing"
    assert scan(records, films).summary.known == 1
    assert sum(found(records).values()) == 3


def test_stopped_it_goes_on_where_it_was(records: Home, take: TakeRecord, films: Path) -> None:
    del take
    ended: list[str] = []

    def note(progress: Progress) -> None:
        if progress.ended is not None:
            ended.append(progress.ended.locator)

    done = scan(records, films, progress=note, stop=lambda: len(ended) >= 1)
    assert done.summary.interrupted
    assert store.runs()[0].state == "interrupted"
    assert sum(found(records).values()) == 1
    assert scan(records, films).summary.known == 1
    assert sum(found(records).values()) == 3


def test_a_run_that_was_killed_is_marked_by_the_next(
    records: Home, take: TakeRecord, films: Path
) -> None:
    import socket

    from replique.store.journal import open_run
    from replique.store.models import ScanRun

    del take
    ScanRun.objects.create(host=socket.gethostname())
    with open_run(records, [], 1, {}) as alive:
        scan(records, films)
        states = {each.id: each.state for each in store.runs()}
        assert states.pop(alive.number) == "running", "it holds its lock"
    assert sorted(states.values()) == ["finished", "interrupted"]


# programs of their own, which may be killed


def start(home: Home, jobs: int, *paths: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home.path), str(jobs), *map(str, paths)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


def finish(process: subprocess.Popen[str]) -> list[int]:
    with process:
        assert process.stdout is not None
        said = process.stdout.read()
        assert process.wait(60) == 0
    return [int(word) for word in said.splitlines()[-1].split()]


def kill(process: subprocess.Popen[str], *, media: int, later_s: float) -> None:
    """Kill it so much later than when it says that so many media ended."""
    with process:
        assert process.stdout is not None
        for _medium in range(media):
            assert process.stdout.readline().strip() == "ended"
        time.sleep(later_s)
        process.send_signal(signal.SIGKILL)
        process.wait(60)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    for number in range(24):
        write_wav(folder / f"{number:02}.wav", SLOW, seed=number)
    return folder


def test_killed_at_any_moment_it_loses_nothing_and_doubles_nothing(
    records: Home, take: TakeRecord, many: Path
) -> None:
    rng = random.Random(20261122)
    kept: set[str] = set()
    for media in (0, 1, 4):
        later_s = rng.uniform(0.0, 0.15 if media else 0.5)
        kill(start(records, 2, many), media=media, later_s=later_s)
        now = {each.medium.locator for each in store.occurrences(records)}
        assert kept <= now, "what was committed stays"
        kept = now
        assert max(found(records).values(), default=1) == 1
    media, new = finish(start(records, 2, many))
    assert media == 24
    assert 5 <= len(kept) < 24, "it was killed in the midst of its work"
    assert new == 24 - len(kept)
    assert found(records) == {(f"{n:02}.wav", take.title): 1 for n in range(24)}
    assert Counter(each.state for each in store.runs())["running"] == 0
    assert {each.state for each in store.media()} == {"ok"}


def test_two_scans_at_once_do_no_harm(records: Home, take: TakeRecord, many: Path) -> None:
    both = [start(records, 1, many) for _time in range(2)]
    counts = [finish(process) for process in both]
    assert [media for media, _new in counts] == [24, 24]
    assert found(records) == {(f"{n:02}.wav", take.title): 1 for n in range(24)}
    assert len(store.media()) == 24
    assert [each.state for each in store.runs()] == ["finished", "finished"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_medium_on_which_workers_die_is_told_and_tried_again(
    records: Home, take: TakeRecord, films: Path
) -> None:
    del take
    write_wav(films / "deadly.wav", KILLED)
    assert finish(start(records, 1, films)) == [4, 3]
    (dead,) = store.media(state="failed")
    assert (Path(dead.locator).name, dead.error_code) == ("deadly.wav", "decoder-crashed")
    write_wav(films / "deadly.wav", seed=77)
    assert finish(start(records, 1, films)) == [4, 1]
    assert children(os.getpid()) == []
