"""What opens a voice is not written to a disk when a process that holds it crashes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from replique.store import Home, open_keys
from tests.store.enrolling_people import MemoryKeyring, ring

__all__ = ["ring"]  # a fixture

CRASHED = """
import os, resource, sys
_soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
{before}
print(*resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.abort()
"""
OPENED = """
from pathlib import Path
from replique.errors import ReferenceDamaged
from replique.store import Home, voice_files
try:
    voice_files.read(Home(Path.cwd()), "ab" * 32, bytes(32))
except ReferenceDamaged:
    pass
"""


def crashed(folder: Path, before: str) -> tuple[int, list[Path]]:
    """Let a process crash in a folder; return its limit, in bytes, and what it left there."""
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", CRASHED.format(before=before)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -6, ended.stderr
    return int(ended.stdout.split()[0]), list(folder.iterdir())


def test_who_has_opened_a_voice_leaves_no_memory_behind(tmp_path: Path) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("this system lets no process leave its memory")
    limit, _left = crashed(tmp_path / "before", "")
    assert limit not in {0, 1}  # else there would be nothing to see
    assert crashed(tmp_path / "after", OPENED) == (1, [])


def test_who_opens_the_keys_leaves_no_memory_behind(home: Path, ring: MemoryKeyring) -> None:
    del ring
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        place = Home(home)
        place.make()
        open_keys(place)
        assert resource.getrlimit(resource.RLIMIT_CORE) == (1 if hard else 0, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
