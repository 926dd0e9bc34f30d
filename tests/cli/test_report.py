from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Stage, Typed, answer
from tests.sounds import music, write_wav


def test_a_report_is_written(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    out = tmp_path / "out.html"
    result = typed("report", out)
    assert result.exit_code == 0, result.output
    assert str(out) in result.stdout
    page = re.sub("<[^>]*>", "", out.read_text(encoding="utf-8"))
    assert "film.wav" in page
    assert "Awa Diop" in page
    raw = out.read_text(encoding="utf-8")
    assert base64.b64encode(b"fLaC").decode()[:5] in raw  # sound that a browser can play
    assert typed("report", out).exit_code == 0  # our own may be written anew


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr", "Où des prises se font réentendre"), ("en", "Where takes are heard again")],
)
def test_it_is_in_the_language_asked(
    typed: Typed, searched: Path, tmp_path: Path, language: str, heading: str
) -> None:
    del searched
    out = tmp_path / "out.html"
    result = typed("report", out, "--lang", language)
    assert "The report is written" in result.stdout  # we go on speaking English
    page = out.read_text(encoding="utf-8")
    assert f'lang="{language}"' in page
    assert heading in page


def test_the_json_says_where_it_is(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    told = answer(typed("report", tmp_path / "out.html", "--json"))
    assert told == {"ok": True, "report": str(tmp_path / "out.html"), "occurrences": 1}


def test_only_what_is_asked(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    out = tmp_path / "out.html"
    assert answer(typed("report", out, "--min-strength", "1e6", "--json"))["occurrences"] == 0
    typed("performer", "add", "Somebody Else")
    told = answer(typed("report", out, "--performer", "somebody-else", "--json"))
    assert told["occurrences"] == 0
    assert typed("report", out, "--performer", "nobody").exit_code == 2


def test_a_file_that_is_no_report_is_not_lost(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    film = write_wav(tmp_path / "film.wav", music(1.0, 1))
    before = film.read_bytes()
    result = typed("report", film)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert film.read_bytes() == before
    assert typed("report", film, "--force").exit_code == 0
    assert film.read_bytes() != before


def test_a_folder_or_a_place_that_is_not_there(
    typed: Typed, searched: Path, tmp_path: Path
) -> None:
    del searched
    for out in (tmp_path, tmp_path / "no" / "such" / "out.html"):
        result = typed("report", out)
        assert result.exit_code == 2
        assert result.stderr.startswith("Error: ")


def test_before_anything_was_searched(typed: Typed, cast: Path, tmp_path: Path) -> None:
    del cast
    result = typed("report", tmp_path / "out.html")
    assert result.exit_code == 2
    assert "replique scan" in result.stderr
    assert not (tmp_path / "out.html").exists()


def test_another_content_is_not_heard_under_the_hash_of_the_one_searched(
    typed: Typed, searched_copy: Path, tmp_path: Path
) -> None:
    write_wav(searched_copy / "film.wav", music(20.0, 99))
    out = tmp_path / "out.html"
    result = typed("report", out)
    assert result.exit_code == 0, result.output
    assert "is not what it was when it was searched" in out.read_text(encoding="utf-8")


def test_a_recording_of_two_performers_is_told_once(
    typed: Typed, searched: Path, stage: Stage, tmp_path: Path
) -> None:
    del searched
    typed("performer", "add", "Bo Li")
    assert typed("take", "add", "bo-li", stage.takes / "scene 1.wav").exit_code == 0
    out = tmp_path / "out.html"
    result = typed("report", out, "--json")
    assert answer(result).get("occurrences") == 1, result.output
    assert "Awa Diop, Bo Li" in out.read_text(encoding="utf-8")
