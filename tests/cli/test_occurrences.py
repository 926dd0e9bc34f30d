from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from replique.cli.listing import HEADINGS
from tests.cli.conftest import Typed, answer


def test_the_text_names_medium_place_take_and_measures(typed: Typed, searched: Path) -> None:
    result = typed("occurrences")
    assert result.exit_code == 0
    assert str(searched / "film.wav") in result.stdout
    assert "0:00:10." in result.stdout or "0:00:09.9" in result.stdout
    assert "scene 1" in result.stdout
    assert "scene 2" not in result.stdout
    assert "Strength" in result.stdout
    assert " 0%" in result.stdout  # at its own speed


def test_json_has_every_column_and_csv_the_same(typed: Typed, searched: Path) -> None:
    (found,) = answer(typed("occurrences", "--json"))["occurrences"]
    assert tuple(found) == HEADINGS
    assert found["medium"] == str(searched / "film.wav")
    assert abs(found["start_s"] - 10.0) < 0.1
    assert found["track"] == 1
    assert len(found["take_sha256"]) == 64
    (row,) = csv.DictReader(io.StringIO(typed("occurrences", "--csv").stdout, newline=""))
    assert {name: "" if v is None else str(v) for name, v in found.items()} == row
    assert found["kind"] == "take"
    assert found["log10_lr"] is found["explained"] is None


def test_an_edit_list_points_at_the_place(typed: Typed, searched: Path) -> None:
    del searched
    lines = typed("occurrences", "--edl", "--fps", "24").stdout.splitlines()
    (event,) = [line for line in lines if line.startswith("001")]
    source_in, _out, record_in, _end = event.split()[4:]
    assert source_in[:8] in {"00:00:10", "00:00:09"}
    assert record_in == "01:00:00:00"
    assert "* FROM CLIP NAME: film.wav" in lines


@pytest.mark.parametrize(
    "narrowed",
    [
        ("--take", "scene 1"), ("--take", "1"), ("--medium", "film"),
        ("--performer", "awa-diop"), ("--min-strength", "0.1"),
    ],
)  # fmt: skip
def test_the_list_can_be_narrowed_to_it(
    typed: Typed, searched: Path, narrowed: tuple[str, str]
) -> None:
    del searched
    assert len(answer(typed("occurrences", *narrowed, "--json"))["occurrences"]) == 1


@pytest.mark.parametrize(
    "narrowed", [("--take", "scene 2"), ("--medium", "other"), ("--min-strength", "1e6")]
)
def test_the_list_can_be_narrowed_to_nothing(
    typed: Typed, searched: Path, narrowed: tuple[str, str]
) -> None:
    del searched
    assert answer(typed("occurrences", *narrowed, "--json"))["occurrences"] == []
    said = typed("occurrences", *narrowed).stdout
    assert "No occurrence" in said
    assert "not that nothing was used" in said
    assert typed("occurrences", *narrowed, "--csv").stdout.splitlines() == [",".join(HEADINGS)]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--take", "nothing of the kind"), ("--performer", "nobody"), ("--json", "--csv"),
        ("--min-strength", "strong"), ("--edl", "--fps", "26"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(typed: Typed, searched: Path, wrong: tuple[str, ...]) -> None:
    del searched
    result = typed("occurrences", *wrong)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    if "--json" in wrong:
        assert answer(result)["error"]["code"] == "usage"
    else:
        assert result.stderr.startswith("Error: ")


def test_the_words_never_claim_more_than_was_measured(typed: Typed, searched: Path) -> None:
    del searched
    said = typed("occurrences").stdout.casefold()
    for never in ("match", "identified", "99 %", "proof", "stolen"):
        assert never not in said


def test_the_registered_file_itself_is_told_as_such(
    typed: Typed, cast: Path, tmp_path: Path
) -> None:
    assert typed("scan", cast / "scene 1.wav", "--jobs", 1).exit_code == 0
    found = answer(typed("occurrences", "--json"))["occurrences"]
    assert found
    for each in found:
        assert each["is_take_itself"] is (each["take_sha256"] == each["medium_sha256"])
    assert any(each["is_take_itself"] for each in found)
    assert "scene 1: this file is the registered take itself." in typed("occurrences").stdout
    page = tmp_path / "report.html"
    assert typed("report", page).exit_code == 0
    assert "this file is the registered take itself" in page.read_text(encoding="utf-8")


def test_another_medium_is_not_told_as_the_take(typed: Typed, searched: Path) -> None:
    del searched
    assert not any(
        e["is_take_itself"] for e in answer(typed("occurrences", "--json"))["occurrences"]
    )
    assert "take itself" not in typed("occurrences").stdout
