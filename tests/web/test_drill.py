"""The drill that docs/deployment.md asks for, as somebody would do it: on both engines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from replique.store import Home
from replique.store.backup import back_up
from tests.store.desk_people import CHEAP

DRILL = Path(__file__).parents[2] / "tools" / "drill.py"
PASSPHRASE = "four long words here"  # noqa: S105 — of the tests


def done(backup: Path, word: Path) -> subprocess.CompletedProcess[str]:
    """Do the drill, with the settings of nobody else."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REPLIQUE")}
    clean.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, str(DRILL), str(backup), str(word)],
        env={**clean, "REPLIQUE_LANG": "en"}, text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_what_was_restored_verifies_and_every_page_works(searched: Home, tmp_path: Path) -> None:
    del searched
    word, backup = tmp_path / "word", tmp_path / "backup"
    word.write_text(PASSPHRASE)
    back_up(backup, PASSPHRASE, cost=CHEAP)
    told = done(backup, word)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "the ledger: 0 problems" in told.stdout
    assert " 0 failed" in told.stdout
    backup.write_bytes(backup.read_bytes()[:-50])
    told = done(backup, word)
    assert told.returncode == 1
    assert "failed: This backup is damaged" in told.stdout
