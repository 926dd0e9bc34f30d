from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.cli.conftest import Typed, answer
from tests.sounds import music, write_wav

MOST_START_S = 2.5


def events(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_scan_says_in_plain_words_what_came_of_it(
    typed: Typed, cast: Path, media_folder: Path
) -> None:
    del cast
    result = typed("scan", media_folder, "--jobs", 1)
    assert result.exit_code == 0, result.output
    assert "2 media were searched" in result.stdout
    assert "1 file holds nothing to listen to" in result.stdout
    assert "1 occurrence was found" in result.stdout
    assert "scene 1" in result.stdout
    assert "replique report" in result.stdout
    assert "film.wav" in result.stderr  # news, while it ran


def test_quiet_shows_the_summary_only(typed: Typed, cast: Path, media_folder: Path) -> None:
    del cast
    result = typed("scan", media_folder, "--jobs", 1, "--quiet")
    assert result.stderr == ""
    assert "1 occurrence was found" in result.stdout


def test_json_is_one_event_a_line_from_begin_to_summary(
    typed: Typed, cast: Path, media_folder: Path
) -> None:
    del cast
    result = typed("scan", media_folder, "--jobs", 1, "--json")
    told = events(result)
    assert [each["event"] for each in told if each["event"] != "progress"] == [
        "begin", "medium", "medium", "summary",
    ]  # fmt: skip
    assert told[0]["takes"] == 2
    summary = told[-1]
    assert summary["ok"] is True
    assert (summary["media"], summary["found"], summary["failed"]) == (2, 1, 0)
    assert {each["title"]: each["found"] for each in summary["takes"]} == {
        "scene 1": 1, "scene 2": 0,
    }  # fmt: skip


def test_what_was_searched_is_not_searched_again(typed: Typed, searched: Path) -> None:
    again = typed("scan", searched, "--jobs", 1)
    assert again.exit_code == 0
    assert "nothing new to search" in again.stdout
    assert "2 media were known" in again.stdout
    assert events(typed("scan", searched, "--json"))[-1]["decoded_s"] == 0


def test_a_bad_medium_is_told_with_its_reason_on_every_scan(
    typed: Typed, cast: Path, media_folder: Path
) -> None:
    del cast
    film = (media_folder / "film.wav").read_bytes()
    (media_folder / "broken.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(400))
    (media_folder / "cut.zip").write_bytes(b"PK\x03\x04" + film[:3000])
    for _attempt in range(2):
        result = typed("scan", media_folder, "--jobs", 1)
        assert result.exit_code == 4, result.output
        assert "broken.mp4" in result.stdout
        assert "replique media --failed" in result.stdout
    failed = answer(typed("media", "--failed", "--json"))["media"]
    assert all(each["error"]["message"] and each["error"]["advice"] for each in failed)
    assert any(each["medium"].endswith("broken.mp4") for each in failed)


def test_a_place_where_nothing_can_be_searched_is_not_a_success(
    typed: Typed, cast: Path, tmp_path: Path
) -> None:
    del cast
    empty = tmp_path / "empty"
    empty.mkdir()
    result = typed("scan", empty, "--jobs", 1)
    assert result.exit_code == 4
    assert "nothing that could be searched" in result.stdout


def test_a_slip_in_a_path_is_told_at_once(typed: Typed, cast: Path) -> None:
    result = typed("scan", cast / "no such folder")
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


def test_an_empty_path_is_not_the_current_folder(typed: Typed, cast: Path) -> None:
    del cast
    result = typed("scan", "")
    assert result.exit_code == 2
    assert "A path is empty." in result.stderr
    assert "Traceback" not in result.output


def test_without_takes_it_says_what_to_do_first(typed: Typed, media_folder: Path) -> None:
    result = typed("scan", media_folder)
    assert result.exit_code == 2
    assert "take add" in result.stderr
    told = answer(typed("performer", "list", "--json"))
    assert told["performers"] == []


def test_it_speaks_french_when_asked(typed: Typed, cast: Path, media_folder: Path) -> None:
    del cast
    result = typed("scan", media_folder, "--jobs", 1, "--lang", "fr")
    assert "médias" in result.stdout
    assert "searched" not in result.stdout


def test_ctrl_c_stops_cleanly_and_the_next_scan_goes_on(
    typed: Typed, cast: Path, media_folder: Path, home: Path
) -> None:
    del cast
    for seed in range(6):
        write_wav(media_folder / f"long {seed}.wav", music(60.0, seed))
    command = [sys.executable, "-m", "replique.cli", "scan", str(media_folder), "--jobs", "1"]
    environment = {**os.environ, "REPLIQUE_HOME": str(home)}
    running = subprocess.Popen(
        [*command, "--json"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line)["event"] == "medium":
            break
    running.send_signal(signal.SIGINT)
    rest, _nothing = running.communicate(timeout=60)
    assert running.returncode == 130
    assert json.loads(rest.splitlines()[-1])["interrupted"] is True
    before = len(answer(typed("media", "--json"))["media"])
    assert 1 <= before < 8
    done = typed("scan", media_folder, "--jobs", 1)
    assert done.exit_code == 0, done.output
    assert len(answer(typed("media", "--json"))["media"]) == 8
    assert len(answer(typed("occurrences", "--json"))["occurrences"]) == 1


def test_a_scan_begins_within_its_time(typed: Typed, cast: Path, tmp_path: Path) -> None:
    """The whole scan of a second of sound, counted in processor time: others may be at work.

    Issue 2 gives 2 s to the start of a scan, warm; bench/ measures that on a quiet machine.
    """
    del cast
    write_wav(tmp_path / "short.wav", music(1.0, 1))
    command = [sys.executable, "-m", "replique.cli", "scan", str(tmp_path / "short.wav")]
    best = float("inf")
    for _attempt in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, "--jobs", "1"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, used)
    assert best <= MOST_START_S, f"{best:.2f} s"
    assert typed("media").exit_code == 0


def test_weaker_occurrences_are_kept_when_asked_and_then_all_is_searched_again(
    typed: Typed, searched: Path
) -> None:
    told = events(typed("scan", searched, "--jobs", 1, "--min-strength", "-1", "--json"))[-1]
    assert told["decoded_s"] > 0
    assert told["known"] == 0
    kept = answer(typed("occurrences", "--json"))["occurrences"]
    assert any(each["take"] == "scene 1" for each in kept)
    assert all(each["strength"] >= -1 for each in kept)
