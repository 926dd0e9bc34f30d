"""How the demo judges itself."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("espeakng_loader")
sys.path.insert(0, str(Path(__file__).parents[2]))

from demo import papers, run, script
from replique.consent import reading
from replique.consent.asking import Agreements
from replique.consent.dates import when
from replique.consent.records import Use

RIGHT = [
    run.Told(planted.medium, planted.take, planted.at_s + 0.1, planted.speed, -3.0, 5.0)
    for planted in script.PLANTED
]


def test_all_found_and_nothing_else_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.compare(RIGHT)
    said = capsys.readouterr().out
    assert "4 of 4 found. Nothing else was reported." in said
    assert "✗" not in said


def test_a_missed_one_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert not run.compare(RIGHT[1:])
    assert "MISSED" in capsys.readouterr().out


def test_the_line_spoken_anew_must_not_be_reported(capsys: pytest.CaptureFixture[str]) -> None:
    medium, at_s, _level = script.ANEW_AT
    anew = run.Told(medium, script.ANEW.file, at_s, 1.0, 0.0, 3.0)
    assert not run.compare([*RIGHT, anew])
    assert "although it is another take" in capsys.readouterr().out


def test_what_was_not_planted_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert not run.compare([*RIGHT, replace(RIGHT[0], start_s=80.0)])
    assert "although it was not planted" in capsys.readouterr().out


def test_a_find_in_the_wrong_place_is_a_miss() -> None:
    moved = replace(RIGHT[0], start_s=RIGHT[0].start_s + 2)
    assert not run.compare([moved, *RIGHT[1:]])


def test_a_row_of_the_json_is_read() -> None:
    row: dict[str, object] = {
        "medium": "/x/demo-out/media/episode-01.m4a",
        "take_path": "/x/takes/awa-audition-1.wav",
        "start_s": 14.1,
        "speed": 1.0,
        "gain_db": 6,
        "strength": 8.5,
        "occurrence": 7,
    }
    told = run.Told.of(row)
    assert told.is_of(script.PLANTED[0])
    assert told.number == 7


def test_the_papers_of_the_demo_give_the_verdicts_it_expects(tmp_path: Path) -> None:
    files = papers.write(tmp_path, "awa", "tom", "ines")
    asked = Agreements(reading.agreement(path.read_text(encoding="utf-8")) for path in files)
    whose = {take.file: take.performer for take in script.TAKES}
    slugs = {script.AWA: "awa", script.TOM: "tom", script.INES: "ines"}
    for said in papers.SAID:
        facts = dict(said.facts)
        use = Use(
            id="u",
            performer=slugs[whose[said.planted.take]],
            act=facts["act"],
            subjects=frozenset({"recording"}),
            artefact="original_recording",
            date=when(facts["date"]),
            production=facts.get("production"),
            company=facts["company"],
            territories=frozenset({facts["territory"]}) if "territory" in facts else None,
        )
        assert asked.ask(use, dt.date(2026, 11, 22)).verdict == said.verdict


@pytest.mark.parametrize("variable", ["CI", None])
def test_no_browser_opens_in_ci_or_without_a_desktop(
    variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
        monkeypatch.setenv("DISPLAY", ":0")
    run._show()
    assert opened == []
