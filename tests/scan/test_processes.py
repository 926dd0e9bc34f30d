from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from replique.errors import DiskFull, IndexDamaged, SearchFailed, StoreError
from replique.scan import (
    Executor,
    InProcess,
    LocalProcesses,
    Progress,
    Summary,
    Unit,
    plan,
    processes,
    run,
)
from replique.scan.executors import Task
from replique.scan.nursery import Nursery, Spawner
from replique.scan.processes import cores
from tests.scan.fakes import (
    FAILS,
    HANGS,
    KILLED,
    SLOW,
    FakeSpec,
    Memory,
    alive,
    children,
    units,
    write_wav,
)

SPEC = FakeSpec(keys=("a" * 64, "b" * 64))
FORKS = sys.platform == "linux"
STARTS = [pytest.param(True, marks=[] if FORKS else pytest.mark.skip("no fork here")), False]


def work(
    executor: Executor,
    *paths: Path,
    spec: FakeSpec = SPEC,
    memory: Memory | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Memory, Summary]:
    memory = memory or Memory(spec)
    summary = run(
        units(*paths),
        probes=[spec],
        known=memory,
        sink=memory,
        executor=executor,
        progress=progress,
        stop=stop,
    )
    return memory, summary


def archive_of(path: Path, levels: list[float]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number, level in enumerate(levels):
            member = write_wav(path.parent / "m.wav", level, seed=number)
            archive.write(member, f"{number}.wav")
            member.unlink()
    return path


@pytest.mark.parametrize("fork", STARTS)
def test_workers_find_what_one_process_finds(tmp_path: Path, fork: bool) -> None:  # noqa: FBT001 — a parameter of the test
    files = [write_wav(tmp_path / f"{n}.wav", seed=n, seconds=n + 1) for n in range(4)]
    archive = archive_of(tmp_path / "a.zip", [0.1] * 3)
    there, _ = work(LocalProcesses(2, fork=fork), *files, archive)
    here, _ = work(InProcess(), *files, archive)

    def plain(memory: Memory) -> dict[str, object]:
        return {each.locator: (each.sha256, each.found, each.searched) for each in memory.results}

    assert plain(there) == plain(here)
    assert there.whole == here.whole == [archive]


def test_probes_are_loaded_once_for_all_workers(tmp_path: Path) -> None:
    if not FORKS:
        pytest.skip("no fork here")
    loads = tmp_path / "loads"
    files = [write_wav(tmp_path / f"{n}.wav", SLOW, seed=n) for n in range(4)]
    spec = FakeSpec(loads=loads, pause_s=0.1)
    work(LocalProcesses(3), *files, spec=spec)
    assert loads.read_text() == "1\n"


def test_with_nothing_to_do_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_settings: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    _memory, summary = work(LocalProcesses(2))
    assert summary.media == 0


@pytest.mark.parametrize("fork", STARTS)
def test_a_medium_that_kills_its_worker_is_recorded_and_the_rest_is_done(
    tmp_path: Path,
    fork: bool,  # noqa: FBT001 — a parameter of the test
) -> None:
    archive = archive_of(tmp_path / "a.zip", [0.1, KILLED, 0.1, KILLED, 0.1])
    film = write_wav(tmp_path / "film.wav", seed=99)
    memory, summary = work(LocalProcesses(1, fork=fork), archive, film)
    assert memory.told() == {
        "0.wav": "ok",
        "1.wav": "decoder-crashed",
        "2.wav": "ok",
        "3.wav": "decoder-crashed",
        "4.wav": "ok",
        "film.wav": "ok",
    }
    assert (summary.failed, summary.found, summary.interrupted) == (2, 8, False)
    (crashed, _again) = [each for each in memory.results if each.error]
    assert crashed.members == ("1.wav",)
    assert crashed.sha256 is not None
    assert crashed.searched == (), "nothing covers it: the next scan tries again"


def test_content_that_waited_for_a_crash_is_answered_too(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", KILLED) for n in range(2)]
    memory, _ = work(LocalProcesses(2), *files)
    assert {each.locator for each in memory.results} == {str(file) for file in files}


def test_a_medium_that_hangs_is_given_up(tmp_path: Path) -> None:
    hung = write_wav(tmp_path / "hung.wav", HANGS)
    good = write_wav(tmp_path / "good.wav")
    memory, _ = work(LocalProcesses(1, search_patience_s=1.0), hung, good)
    assert memory.told() == {"hung.wav": "decoder-crashed", "good.wav": "ok"}
    said = memory.results[0].error
    assert said is not None
    assert "no progress" in said.message


def test_a_decoder_that_hangs_is_given_up(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "hung.wav")
    memory, _ = work(LocalProcesses(1, patience_s=1.0), file, spec=FakeSpec(decoder_hangs=True))
    assert memory.told() == {"hung.wav": "decoder-crashed"}


def test_a_slow_medium_is_not_taken_for_one_that_hangs(tmp_path: Path) -> None:
    slow = write_wav(tmp_path / "slow.wav", SLOW, seconds=20.0)
    spec = FakeSpec(pause_s=1.2)  # the search of one block takes longer than a decoder may
    memory, _ = work(LocalProcesses(1, patience_s=0.8), slow, spec=spec)
    assert memory.told() == {"slow.wav": "ok"}


def test_defects_cross_the_pipe_as_results(tmp_path: Path) -> None:
    memory, _ = work(LocalProcesses(1), write_wav(tmp_path / "bad.wav", FAILS))
    (result,) = memory.results
    assert result.error is not None
    assert result.error.code == "search-failed"
    assert "a defect that nobody knows of" in result.error.details


@pytest.mark.parametrize("fork", STARTS)
def test_an_index_that_cannot_be_loaded_ends_the_run_before_it_begins(
    tmp_path: Path,
    fork: bool,  # noqa: FBT001 — a parameter of the test
) -> None:
    with pytest.raises(IndexDamaged) as raised:
        work(
            LocalProcesses(1, fork=fork),
            write_wav(tmp_path / "a.wav"),
            spec=FakeSpec(damaged=True),
        )
    assert raised.value.advice == "Mend it."
    assert children(os.getpid()) == []


def test_workers_that_all_die_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "DEATHS_IN_A_ROW", 3)
    files = [write_wav(tmp_path / f"{n}.wav", KILLED, seed=n) for n in range(5)]
    with pytest.raises(SearchFailed, match="one after the other"):
        work(LocalProcesses(1), *files)
    assert children(os.getpid()) == []


def test_the_nursery_may_be_killed_too(tmp_path: Path) -> None:
    if not FORKS:
        pytest.skip("no fork here")
    files = [write_wav(tmp_path / f"{n}.wav", SLOW, seed=n, seconds=40.0) for n in range(4)]
    killed: list[int] = []

    def kill_once(progress: Progress) -> None:
        if not killed and progress.media == 1 and progress.ended is None:
            killed.append(1)
            (nursery,) = [pid for pid in children(os.getpid()) if os.getpid() == parent_of(pid)]
            os.kill(nursery, signal.SIGKILL)

    memory, _ = work(LocalProcesses(1), *files, spec=FakeSpec(pause_s=0.2), progress=kill_once)
    assert killed
    assert sorted(memory.told().values()) == ["decoder-crashed", "ok", "ok", "ok"]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_stop_ends_all_workers_at_once(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", HANGS, seed=n) for n in range(2)]
    flag = threading.Event()
    threading.Timer(1.0, flag.set).start()
    began = time.monotonic()
    memory, summary = work(LocalProcesses(2), *files, stop=flag.is_set)
    assert summary.interrupted
    assert memory.results == []
    assert time.monotonic() - began < 10
    assert children(os.getpid()) == []


def test_the_sinks_error_ends_the_run_and_the_workers(tmp_path: Path) -> None:
    class Full(Memory):
        def __call__(self, result: object) -> None:
            del result
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        work(LocalProcesses(2), write_wav(tmp_path / "a.wav"), memory=Full(SPEC))
    assert children(os.getpid()) == []


SCAN_FOR_EVER = """
import sys
from pathlib import Path
from replique.scan import LocalProcesses, run
from tests.scan.fakes import FakeSpec, Memory, units
spec = FakeSpec()
memory = Memory(spec)
run(units(*map(Path, sys.argv[1:])), probes=[spec], known=memory, sink=memory,
    executor=LocalProcesses(2), progress=lambda report: print(len(report.at), flush=True))
"""


@pytest.mark.skipif(not FORKS, reason="only Linux promises it at once")
def test_workers_die_when_their_parent_is_killed(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", HANGS, seed=n) for n in range(2)]
    parent = subprocess.Popen(
        [sys.executable, "-c", SCAN_FOR_EVER, *map(str, files)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        while parent.stdout.readline().strip() not in {"2", ""}:
            pass
        born = children(parent.pid)
        assert len(born) == 3, "a nursery and two workers"
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in born) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in born if alive(pid)] == []


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", SLOW, seed=n, seconds=30.0) for n in range(3)]
    archive = archive_of(tmp_path / "a.zip", [0.1] * 3)
    reports: list[Progress] = []
    _memory, summary = work(
        LocalProcesses(2), *files, archive, spec=FakeSpec(pause_s=0.1), progress=reports.append
    )
    last = reports[-1]
    assert all(0 <= each.done_bytes <= each.total_bytes for each in reports)
    assert [each.media for each in reports] == sorted(each.media for each in reports)
    assert [each.decoded_s for each in reports] == sorted(each.decoded_s for each in reports)
    assert last.media == summary.media == 6
    assert summary.decoded_s == pytest.approx(93.0)
    assert len([each for each in reports if each.ended is not None]) == 6
    assert any(0 < each.done_bytes < each.total_bytes for each in reports)


def test_an_archive_cut_in_portions_is_done_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archive_of(tmp_path / "a.zip", [0.1] * 7)
    monkeypatch.setattr("replique.scan.planning.PORTION_BYTES", archive.stat().st_size // 4)
    planned = plan([archive])
    assert len(planned) > 1
    memory = Memory(SPEC)
    run(planned, probes=[SPEC], known=memory, sink=memory, executor=LocalProcesses(2))
    assert sorted(memory.told()) == [f"{n}.wav" for n in range(7)]
    assert memory.whole == [archive]


def test_a_file_that_vanished_after_the_plan_is_a_result(tmp_path: Path) -> None:
    memory = Memory(SPEC)
    gone = Unit(tmp_path / "gone.wav")
    run([gone], probes=[SPEC], known=memory, sink=memory, executor=LocalProcesses(1))
    assert memory.told() == {"gone.wav": "unreadable"}
    assert memory.whole == []


def test_nobody_can_slip_a_module_under_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a folder that somebody sent, with a file that has the name of a library
    (tmp_path / "replique.py").write_text("raise SystemExit(1)")
    (tmp_path / "wave.py").write_text("raise SystemExit(1)")
    file = write_wav(tmp_path / "a.wav")
    monkeypatch.chdir(tmp_path)
    memory, _ = work(LocalProcesses(1), file)
    assert memory.told() == {"a.wav": "ok"}


@pytest.mark.parametrize("fork", STARTS)
def test_workers_are_told_no_passphrase(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fork: bool,  # noqa: FBT001 — a parameter of the test
) -> None:
    told: list[dict[str, str]] = []
    popen = subprocess.Popen

    def noted(*args: Any, **named: Any) -> subprocess.Popen[bytes]:
        told.append(named["env"])
        return popen(*args, **named)

    for name in ("REPLIQUE_VOICE_PASSPHRASE", "DATABASE_URL"):
        monkeypatch.setenv(name, "sous le pont")
    monkeypatch.setattr(subprocess, "Popen", noted)
    work(LocalProcesses(1, fork=fork), write_wav(tmp_path / "a.wav", 1.0))
    (environment,) = told
    assert "PATH" in environment
    assert "sous le pont" not in environment.values()


def test_jobs_are_the_cores_that_this_process_may_use() -> None:
    assert LocalProcesses().jobs == cores()
    assert LocalProcesses(3).jobs == 3


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.EROFS, StoreError), (errno.EACCES, StoreError), (errno.ENOSPC, DiskFull)],
)
@pytest.mark.parametrize("way", [Nursery, Spawner])
def test_a_log_that_cannot_be_written_is_told_as_what_it_is(
    way: type[Nursery | Spawner],
    number: int,
    kind: type[StoreError],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_how: object) -> object:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(kind) as told:
        _begin(way(log=tmp_path / "debug.log"))
    assert type(told.value) is kind
    if kind is StoreError:
        assert f"{tmp_path}: {os.strerror(number)}" in str(told.value)
        assert "REPLIQUE_HOME" in told.value.advice


def _begin(way: Nursery | Spawner) -> None:
    if isinstance(way, Nursery):
        way.start()
    else:
        way.open(Task(specs=()))
        way.bear()
