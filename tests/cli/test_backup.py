"""`replique backup` and `restore`: as a person and as a task run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from replique import store
from tests.cli.conftest import Typed, answer

PASSPHRASE = "four long words here"  # noqa: S105 — of the tests
USAGE, RECORDS, NOT_READ = 2, 5, 4


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """Return a file that holds the passphrase, as a task has it."""
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\nnothing after the first line\n")
    return file


@pytest.fixture
def backup(typed: Typed, searched: Path, word: Path, tmp_path: Path) -> Path:
    """Return a backup of a home in which something was found."""
    del searched
    target = tmp_path / "kept.replique"
    told = answer(typed("backup", target, "--passphrase-file", word, "--json"))
    assert told["ok"]
    assert (told["file"], told["records"]) == (str(target), "sqlite")
    assert told["files"] > 5
    return target


def elsewhere(monkeypatch: pytest.MonkeyPatch, place: Path) -> Path:
    """Make another place the home."""
    store.close()
    monkeypatch.setenv("REPLIQUE_HOME", str(place))
    return place


def test_what_was_kept_comes_back_and_its_ledger_verifies(
    typed: Typed, backup: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answer(typed("occurrences", "--json"))
    checked = answer(typed("backup", backup, "--check", "--passphrase-file", word, "--json"))
    home = elsewhere(monkeypatch, tmp_path / "another home")
    told = answer(typed("restore", backup, "--passphrase-file", word, "--json"))
    assert told["home"] == str(home)
    for name in ("version", "at", "records", "files", "bytes"):
        assert told[name] == checked[name], name
    verified = typed("ledger", "verify", "--files")
    assert verified.exit_code == 0, verified.output
    assert answer(typed("occurrences", "--json")) == before


def test_it_is_said_in_words(
    typed: Typed, backup: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = typed("backup", tmp_path / "two", "--passphrase-file", word).stdout
    assert "holds" in said
    assert "replique restore" in said
    assert "is whole" in typed("backup", backup, "--check", "--passphrase-file", word).stdout
    elsewhere(monkeypatch, tmp_path / "another home")
    said = typed("restore", backup, "--passphrase-file", word).stdout
    assert "are back in" in said
    assert "replique ledger verify --files" in said


def altered(backup: Path, place: Path, flaw: str) -> Path:
    """Return a copy with something wrong with it."""
    data = backup.read_bytes()
    half = bytearray(data)
    half[len(data) // 2] ^= 1
    wrong = {
        "cut off": data[:-1000],
        "a byte turned": bytes(half),
        "not a backup": b"PK\x03\x04" * 9,
        "empty": b"",
    }[flaw]
    file = place / "wrong"
    file.write_bytes(wrong)
    return file


@pytest.mark.parametrize("flaw", ["cut off", "a byte turned", "not a backup", "empty"])
def test_a_file_that_is_not_whole_brings_nothing_back(
    typed: Typed, backup: Path, word: Path, flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path = backup.parent
    wrong = altered(backup, tmp_path, flaw)
    home = elsewhere(monkeypatch, tmp_path / "another home")
    for verb in (("restore", wrong), ("backup", wrong, "--check")):
        result = typed(*verb, "--passphrase-file", word, "--json")
        assert result.exit_code == RECORDS
        assert answer(result)["error"]["code"] == "backup-damaged"
    assert not list(tmp_path.glob("another home*"))
    assert not home.exists()


def test_a_wrong_passphrase_opens_nothing_and_is_told_to_nobody(
    typed: Typed, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text("another passphrase altogether")
    home = elsewhere(monkeypatch, tmp_path / "another home")
    result = typed("restore", backup, "--passphrase-file", other, "--json")
    assert result.exit_code == RECORDS
    assert "passphrase" in answer(result)["error"]["message"]
    assert "altogether" not in result.output
    assert not home.exists()


def test_nothing_is_written_over(typed: Typed, backup: Path, word: Path) -> None:
    before = backup.read_bytes()
    for verb in ("backup", "restore"):  # the file is there; the home is there
        result = typed(verb, backup, "--passphrase-file", word, "--json")
        assert result.exit_code == USAGE
        assert answer(result)["error"]["code"] == "already-there"
    assert backup.read_bytes() == before
    assert typed("occurrences").exit_code == 0


def test_an_empty_home_is_a_place_to_restore_into(
    typed: Typed, backup: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(monkeypatch, tmp_path / "another home").mkdir()
    assert typed("restore", backup, "--passphrase-file", word).exit_code == 0


def test_a_disk_without_room_is_told(
    typed: Typed, backup: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(10, 10, 0)  # what it returns
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: full)
    result = typed("backup", tmp_path / "new", "--passphrase-file", word, "--json")
    assert result.exit_code == RECORDS
    assert answer(result)["error"]["code"] == "disk-full"
    home = elsewhere(monkeypatch, tmp_path / "another home")
    result = typed("restore", backup, "--passphrase-file", word, "--json")
    assert (result.exit_code, answer(result)["error"]["code"]) == (RECORDS, "disk-full")
    assert not (tmp_path / "new").exists()
    assert not home.exists()


def test_a_short_passphrase_locks_nothing(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    short = tmp_path / "short"
    short.write_text("1234\n")
    result = typed("backup", tmp_path / "new", "--passphrase-file", short, "--json")
    assert result.exit_code == USAGE
    assert not (tmp_path / "new").exists()


def test_without_a_person_the_passphrase_comes_from_a_file(
    typed: Typed, searched: Path, tmp_path: Path
) -> None:
    del searched
    result = typed("backup", tmp_path / "new", "--json")
    assert result.exit_code == USAGE
    assert "--passphrase-file" in answer(result)["error"]["advice"]


def test_a_file_that_is_not_there(typed: Typed, word: Path, tmp_path: Path) -> None:
    for verb in (("restore",), ("backup", "--check")):
        result = typed(*verb, tmp_path / "nowhere", "--passphrase-file", word, "--json")
        assert result.exit_code in {USAGE, NOT_READ, RECORDS}
        assert not answer(result)["ok"]


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_each_is_done_by_a_program_of_its_own(
    backup: Path, word: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a person runs them: nothing was loaded before."""
    home = elsewhere(monkeypatch, tmp_path / "another home")
    for words in (
        ("backup", str(backup), "--check"), ("restore", str(backup)),
        ("backup", str(tmp_path / "again")),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "replique.cli", *words, "--passphrase-file", str(word),
             "--json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["ok"]
    assert (home / "replique.sqlite3").is_file()
