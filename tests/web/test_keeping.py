"""What keeps the desk: it comes back at the same address, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from replique import store
from tests.web.browser import Desk, running
from tests.web.conftest import Stage

PATIENCE_S = 30.0


def children(process: int) -> list[int]:
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in told.stdout.split()]


def family(process: int) -> list[int]:
    return [each for child in children(process) for each in (child, *family(child))]


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return (
        not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    )


def opener(desk: Desk) -> urllib.request.OpenerDirector:
    made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    assert made.open(desk.key, timeout=20).status == 200
    return made


def comes_back(at: urllib.request.OpenerDirector, desk: Desk) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            return bool(at.open(desk.origin + "/occurrences/1/", timeout=20).status == 200)
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")
def test_whatever_is_killed_the_same_person_finds_the_same_desk(
    desk_stage: Stage, tmp_path: Path
) -> None:
    shutil.copytree(desk_stage.searched, tmp_path / "home")
    with running(tmp_path / "home", tmp_path / "log") as desk:
        at = opener(desk)
        for _ in range(2):
            for victim in children(desk.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            assert comes_back(at, desk), "the session lasts as long as the keeper"
        kept = family(desk.process.pid)
    assert desk.process.returncode == 0
    assert [each for each in kept if alive(each)] == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")
def test_a_keeper_that_is_killed_takes_everything_with_it(
    desk_stage: Stage, tmp_path: Path
) -> None:
    shutil.copytree(desk_stage.searched, tmp_path / "home")
    with running(tmp_path / "home", tmp_path / "log") as desk:
        opener(desk)
        kept = family(desk.process.pid)
        assert len(kept) >= 3
        desk.process.kill()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and any(alive(each) for each in kept):
            time.sleep(0.2)
        assert [each for each in kept if alive(each)] == []
    store.close()


def test_it_listens_on_this_computer_alone(desk_stage: Stage, tmp_path: Path) -> None:
    from replique.web.keeping import listening

    del desk_stage, tmp_path
    with listening(0) as first:
        host, port = first.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(OSError, match="in use"):
            listening(port)
