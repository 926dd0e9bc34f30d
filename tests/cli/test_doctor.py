from __future__ import annotations

import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from replique.cli import checks
from tests.cli.conftest import Typed, answer


def by_code(typed: Typed) -> dict[str, dict[str, str]]:
    return {each["code"]: each for each in answer(typed("doctor", "--json"))["checks"]}


def test_here_everything_works(typed: Typed, home: Path) -> None:
    home.chmod(stat.S_IRWXU)
    result = typed("doctor")
    assert result.exit_code == 0, result.output
    assert "Everything that is needed works" in result.stdout
    found = by_code(typed)
    for code in ("python", "parts", "ffmpeg", "home", "records"):
        assert found[code]["state"] == "works", found[code]


def test_it_makes_nothing(typed: Typed, home: Path) -> None:
    typed("doctor")
    assert list(home.iterdir()) == []


def test_what_is_there_is_counted(typed: Typed, searched: Path) -> None:
    del searched
    counted = "performers: 1, takes: 2, media: 2, occurrences: 1"
    assert by_code(typed)["records"]["found"] == counted


def test_a_home_that_others_may_read(typed: Typed, home: Path) -> None:
    home.chmod(0o755)
    check = by_code(typed)["home"]
    assert check["state"] == "attention"
    assert "chmod" in check["mend"]
    home.chmod(stat.S_IRWXU)
    assert by_code(typed)["home"]["state"] == "works"


def test_a_home_that_is_a_file(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    result = typed("--home", file / "sub", "doctor")
    assert result.exit_code == 6
    assert "--home" in result.stdout


def test_records_that_are_damaged(typed: Typed, home: Path) -> None:
    (home / "replique.sqlite3").write_bytes(b"no database" * 1000)
    check = by_code(typed)["records"]
    assert check["state"] == "missing"
    assert check["mend"]
    assert typed("doctor").exit_code == 6


def test_records_that_may_not_be_read(
    typed: Typed, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists

    def refuse(path: Path) -> bool:
        if path.parent == home:
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", refuse)
    result = typed("doctor", "--json")
    check = next(each for each in answer(result)["checks"] if each["code"] == "records")
    assert result.exit_code == 6
    assert check["state"] == "missing"
    assert str(home) in check["mend"]


def test_the_kept_copy_of_a_take_that_is_gone(typed: Typed, cast: Path, home: Path) -> None:
    del cast
    next((home / "takes").iterdir()).unlink()
    check = by_code(typed)["records"]
    assert check["state"] == "attention"
    assert "scene" in check["costs"]


def test_a_disk_that_is_nearly_full(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1000))
    assert by_code(typed)["room"]["state"] == "attention"


def test_a_library_that_does_not_load(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED", ("numpy", "no_such_library"))
    result = typed("doctor")
    assert result.exit_code == 6
    assert "no_such_library" in result.stdout
    assert "missing" in result.stdout


def test_a_decoder_that_is_not_there(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(checks.DECODERS, "no_such_codec", "nowhere")
    check = by_code(typed)["ffmpeg"]
    assert check["state"] == "attention"
    assert "no_such_codec (nowhere)" in check["costs"]


def test_every_lack_says_what_it_costs_or_how_to_mend_it(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LEAST_MEMORY_BYTES", 1 << 60)
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 1 << 60)
    monkeypatch.setitem(checks.DECODERS, "no_such_codec", "nowhere")
    lacks = [each for each in by_code(typed).values() if each["state"] != "works"]
    assert len(lacks) >= 3
    assert all(each["costs"] and each["mend"] for each in lacks)
