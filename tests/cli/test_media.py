from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Typed, answer
from tests.sounds import voice, write_wav


def test_what_was_searched_is_listed(typed: Typed, searched: Path) -> None:
    said = typed("media").stdout
    assert str(searched / "film.wav") in said
    assert "20" in said  # seconds
    told = answer(typed("media", "--json"))["media"]
    assert [Path(each["medium"]).name for each in told] == ["film.wav", "other.wav"]
    assert all(each["state"] == "ok" and each["error"] is None for each in told)
    assert told[0]["tracks"][0]["track"] == 1


def test_one_medium_can_be_asked_for(typed: Typed, searched: Path) -> None:
    del searched
    (told,) = answer(typed("media", "--medium", "other", "--json"))["media"]
    (same,) = answer(typed("media", "--medium", told["sha256"][:8], "--json"))["media"]
    assert same == told
    assert "Nothing to list" in typed("media", "--medium", "nowhere").stdout


def test_nothing_failed(typed: Typed, searched: Path) -> None:
    del searched
    assert "Nothing to list" in typed("media", "--failed").stdout


def test_nothing_yet(typed: Typed) -> None:
    assert "Nothing was searched yet" in typed("media").stdout


def test_what_could_not_be_read_is_listed_with_reason_and_remedy(
    typed: Typed, searched_copy: Path
) -> None:
    (searched_copy / "bad\n\x1b[31mname.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(400))
    assert typed("scan", searched_copy, "--jobs", 1).exit_code == 4
    said = typed("media", "--failed").stdout
    assert "\x1b" not in said
    assert "film.wav" not in said
    lines = said.splitlines()
    assert len(lines) == 4  # heading, name, reason, remedy
    assert lines[1].startswith("- ")


def test_a_medium_that_was_cut_is_given_the_length_that_was_heard(
    typed: Typed, cast: Path, tmp_path: Path
) -> None:
    del cast
    cut = write_wav(tmp_path / "cut.wav", voice(12.0, 7))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    typed("scan", cut, "--jobs", 1)
    (medium,) = answer(typed("media", "--json"))["media"]
    assert abs(medium["duration_s"] - 6.0) < 0.1
    assert abs(medium["tracks"][0]["heard_s"] - 6.0) < 0.1
    said = "Track 1: 6 s of the 12 s its header states could be heard."
    assert medium["warnings"] == [said]
    assert said in typed("media").stdout
