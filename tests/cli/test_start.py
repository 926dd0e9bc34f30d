"""`replique --help` is there before one has finished reading the command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from replique.cli.root import VERBS, replique

HEAVY = ("numpy", "scipy", "numba", "django", "rich", "av", "pyarrow", "zstandard", "asyncio")
MOST_S = 0.3


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from replique.cli.root import replique\n"
        "try: replique.main(['--help'], prog_name='replique')\n"
        f"finally: print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "Usage: replique" in done.stdout


def test_a_list_of_voices_loads_nothing_that_hears_them(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from replique.cli.root import replique\n"
        "try: replique.main(['voice', 'list'], prog_name='replique')\n"
        "finally: print([m for m in ('scipy', 'onnxruntime') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "REPLIQUE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "No voice is enrolled" in done.stdout
    assert done.stdout.endswith("[]\n")


def test_help_comes_within_its_time() -> None:
    best = float("inf")
    for _attempt in range(5):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "replique.cli", "--help"], capture_output=True, check=True
        )
        best = min(best, time.perf_counter() - start)
    assert best <= MOST_S, f"{best:.3f} s"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_page(verb: str) -> None:
    result = CliRunner().invoke(replique, [verb, "-h"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: replique {verb}")
    assert len(result.stdout.splitlines()) >= 5


def test_help_is_french_when_french_is_asked() -> None:
    for arguments in (["--lang", "fr", "--help"], ["--lang=fr", "version", "-h"]):
        result = CliRunner().invoke(replique, arguments)
        assert result.exit_code == 0
        assert result.stdout.startswith("Utilisation")
        assert "Usage:" not in result.stdout
        assert "Show this message" not in result.stdout


def test_the_environment_says_french_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLIQUE_LANG", "fr")
    assert CliRunner().invoke(replique, ["--help"]).stdout.startswith("Utilisation")


def test_a_slip_is_told_in_the_language_asked() -> None:
    result = CliRunner().invoke(replique, ["--lang", "fr", "scna"])
    assert result.exit_code == 2
    assert "No such command" not in result.stderr
    assert "scna" in result.stderr


def test_a_verb_that_does_not_exist_suggests_one_that_does() -> None:
    assert "scan" in CliRunner().invoke(replique, ["scann"]).stderr
