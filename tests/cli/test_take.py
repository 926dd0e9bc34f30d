from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Typed, answer, silence
from tests.sounds import voice, write_wav


@pytest.fixture(autouse=True)
def awa(typed: Typed) -> None:
    typed("performer", "add", "Awa Diop")


def test_a_folder_is_registered_and_what_cannot_be_a_take_is_told(
    typed: Typed, take_files: Path
) -> None:
    result = typed("take", "add", "awa-diop", take_files)
    assert result.exit_code == 3  # one was refused
    assert "2 takes are registered" in result.stdout
    assert "1 file that holds no sound was left out" in result.stdout
    assert "breath.wav" in result.stderr
    assert "too short" in result.stderr
    assert " s of sound are needed" in result.stderr
    assert "notes.wav" not in result.output
    assert len(answer(typed("take", "list", "--json"))["takes"]) == 2


def test_the_same_in_json_is_one_object(typed: Typed, take_files: Path) -> None:
    result = typed("take", "add", "awa-diop", take_files, "--kind", "audition", "--json")
    told = answer(result)
    assert result.exit_code == 3
    assert told["ok"] is False
    assert {each["title"] for each in told["registered"]} == {"scene 1", "scene 2"}
    assert {each["kind"] for each in told["registered"]} == {"audition"}
    assert {each["code"] for each in told["not_registered"]} == {"take-too-short", "not-media"}


def test_a_take_is_registered_once(typed: Typed, take_files: Path) -> None:
    one = take_files / "scene 1.wav"
    assert typed("take", "add", "awa-diop", one).exit_code == 0
    again = typed("take", "add", "awa-diop", one)
    assert again.exit_code == 0
    assert "already" in again.stderr
    assert len(answer(typed("take", "list", "--json"))["takes"]) == 1


def test_a_silent_take_is_refused(typed: Typed, tmp_path: Path) -> None:
    file = write_wav(tmp_path / "silent.wav", silence(5.0))
    result = typed("take", "add", "awa-diop", file)
    assert result.exit_code == 3
    assert "Nothing can be heard" in result.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "text.wav": b"this is no sound",
        "empty.wav": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    }.items(),
)
def test_a_file_without_sound_alone_is_an_error(
    typed: Typed, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = typed("take", "add", "awa-diop", file)
    assert result.exit_code in {2, 4}
    assert "Traceback" not in result.output
    assert result.stderr


def test_a_path_that_is_not_there_is_told_before_anything_is_done(
    typed: Typed, take_files: Path
) -> None:
    result = typed("take", "add", "awa-diop", take_files, take_files / "scnee 3.wav")
    assert result.exit_code == 2
    assert "scnee 3.wav" in result.stderr
    assert answer(typed("take", "list", "--json"))["takes"] == []


def test_one_that_may_not_be_read_does_not_stop_the_rest(
    typed: Typed, take_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = take_files / "scene 1.wav"
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(locked) and may(path, mode))
    # click asks os.access; who may do anything (root) is not stopped by a file's mode
    result = typed("take", "add", "awa-diop", locked, take_files / "scene 2.wav")
    assert result.exit_code == 0, result.output
    assert "2 takes are registered" in result.stdout


def test_of_nobody(typed: Typed, take_files: Path) -> None:
    result = typed("take", "add", "nobody", take_files)
    assert result.exit_code == 2
    assert "performer list" in result.stderr


def test_a_name_with_everything_in_it(typed: Typed, tmp_path: Path) -> None:
    bad = bytes(tmp_path) + b"/a\n\x1b[31m=caf\xe9 \xf0\x9f\x8e\xad.wav"
    file = write_wav(tmp_path / "plain.wav", voice(3.0, 7))
    file.rename(bad.decode("utf-8", "surrogateescape"))
    result = typed("take", "add", "awa-diop", tmp_path)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    listed = typed("take", "list")
    assert len(listed.stdout.splitlines()) == 2
    assert "🎭" in listed.stdout
    assert answer(typed("take", "list", "--json"))["takes"][0]["origin"].endswith("🎭.wav")


def test_a_withdrawn_take_leaves_the_list_and_comes_back(typed: Typed, take_files: Path) -> None:
    one = take_files / "scene 1.wav"
    typed("take", "add", "awa-diop", one)
    assert typed("take", "withdraw", "scene 1").exit_code == 0
    assert answer(typed("take", "list", "--json"))["takes"] == []
    withdrawn = answer(typed("take", "list", "--withdrawn", "--json"))["takes"]
    assert withdrawn[0]["withdrawn"] is not None
    assert "Withdrawn" in typed("take", "list", "--withdrawn").stdout
    assert typed("take", "add", "awa-diop", one).exit_code == 0
    assert len(answer(typed("take", "list", "--json"))["takes"]) == 1


def test_a_take_is_forgotten_only_when_that_is_said(
    typed: Typed, take_files: Path, home: Path
) -> None:
    typed("take", "add", "awa-diop", take_files / "scene 1.wav")
    refused = typed("take", "remove", "scene 1")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert len(list((home / "takes").iterdir())) == 1
    assert typed("take", "remove", "scene 1", "--yes").exit_code == 0
    assert list((home / "takes").iterdir()) == []
    assert typed("take", "withdraw", "scene 1").exit_code == 2


def test_nothing_yet_says_how_to_begin(typed: Typed) -> None:
    assert "take add" in typed("take", "list").stdout


def test_an_empty_path_is_not_the_current_folder(
    typed: Typed, take_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(take_files)
    result = typed("take", "add", "awa-diop", "")
    assert result.exit_code == 2
    assert "A path is empty." in result.stderr
    assert answer(typed("take", "list", "--json"))["takes"] == []
