"""kill -9 in the middle of what somebody does: a few times here, two hundred in bench/desk.py."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench import desk_faults
from bench.desk_running import tools_of_postgres

KILLS = 6
without_ps = pytest.mark.skipif(
    shutil.which("ps") is None or not Path("/proc/self/stat").exists(),
    reason="processes are found by ps and /proc",
)


def can_start_postgres() -> bool:
    """Whether a server of our own can be started here: as root, only with somebody to be."""
    import os

    known = subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0
    return tools_of_postgres() is not None and (os.getuid() != 0 or known)


@without_ps
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "database",
    [
        "sqlite",
        pytest.param(
            "postgresql",
            marks=pytest.mark.skipif(
                not can_start_postgres(), reason="no PostgreSQL server can be started here"
            ),
        ),
    ],
)
def test_nothing_is_lost_or_doubled_whatever_is_killed(tmp_path: Path, database: str) -> None:
    told = desk_faults.measure(tmp_path, kills=KILLS, seed=7, engines=(database,))
    assert told["wrong"] == []
    assert sum(told["killed"].get(each, 0) for each in set(desk_faults.VICTIMS)) == KILLS


STATE: dict[str, Any] = {
    "judgements": ["reason 1"],
    "notes": ["note 1"],
    "items": ["3"],
    "uses": ["A film"],
    "findings": 1,
    "takes": ["scene 1"],
    "occurrences": [[1, 1, 10.0, "d"]],
    "jobs": [],
}
TOLD: dict[str, list[str]] = {"judgements": [], "notes": [], "uses": [], "takes": [], "items": []}


def test_what_is_as_it_was_is_told_so() -> None:
    assert desk_faults.compared(STATE, STATE, TOLD) == []


@pytest.mark.parametrize("name", ["judgements", "notes", "uses", "takes", "items", "occurrences"])
def test_what_is_lost_or_doubled_is_found(name: str) -> None:
    lost = {**STATE, name: []}
    doubled = {**STATE, name: STATE[name] * 2}
    assert desk_faults.compared(STATE, lost, TOLD)
    assert desk_faults.compared(STATE, doubled, TOLD)


@pytest.mark.parametrize("name", ["judgements", "notes", "uses", "takes", "items"])
def test_what_was_told_to_be_kept_and_is_not_is_found(name: str) -> None:
    told = {**TOLD, name: ["99"]}
    assert desk_faults.compared(STATE, STATE, told)
    assert desk_faults.compared(STATE, {**STATE, name: [*STATE[name], "99"]}, told) == []
