from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from replique.cli import progress as module
from replique.cli.progress import (
    JSON_PAUSE_S,
    PLAIN_PAUSE_S,
    JsonLines,
    LiveBar,
    PlainLines,
    Silence,
    display,
    figures,
    medium_event,
    news,
)
from replique.errors import Damaged
from replique.language import choose
from replique.probe import Occurrence
from replique.scan import Failure, Found, MediumResult, Progress, Searched

HOSTILE = "a\x1b[2J\nb [red]c[/red].wav"


def report(elapsed_s: float, *, ended: MediumResult | None = None, found: int = 0) -> Progress:
    return Progress(
        total_bytes=1000,
        done_bytes=250,
        media=1,
        known=0,
        failed=0,
        found=found,
        decoded_s=elapsed_s * 84,
        elapsed_s=elapsed_s,
        rate=84.0,
        left_s=200.0,
        at=(HOSTILE,),
        ended=ended,
    )


def medium(*, found: int = 0, error: Failure | None = None) -> MediumResult:
    one = Occurrence("00" * 32, "mono", 1, 2, 0, 1, 1.0, 0.0, 0.0, 1, 5.0)
    return MediumResult(
        HOSTILE,
        Path("/x"),
        (),
        sha256="11" * 32,
        duration_s=60.0,
        searched=(Searched("recordings", "1", "d", 1, covered=True),),
        found=(Found("recordings", "1", "d", 0, one),) * found,
        heard_s=30.0,
        error=error,
    )


def test_figures_say_part_rate_time_left_and_finds() -> None:
    assert ", ".join(figures(report(10, found=2))) == (
        "25%, 84× real time, 3\u202fmin\u00a020\u202fs left, 2 occurrences so far"
    )
    choose("fr")
    assert (
        figures(report(10))[1].startswith("84\u202f× le temps réel")
        or "84" in figures(report(10))[1]
    )
    assert "pour l’instant" in figures(report(10))[-1]


def test_an_unknown_time_left_is_not_guessed() -> None:
    early = Progress(0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, None, ())
    assert figures(early) == ["100%", "0 occurrences so far"]


def test_plain_lines_come_seldom_and_finds_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with PlainLines() as show:
        for tenth in range(round(PLAIN_PAUSE_S * 25)):
            show(report(tenth / 10))
        show(report(25.05, ended=medium(found=3)))
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("3 occurrences in a\\x1b[2J\\nb")


def test_json_lines_tell_each_medium_and_the_progress_each_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failure = Failure.of(Damaged("It breaks off.", advice="Copy it again."))
    with JsonLines() as show:
        for tenth in range(round(JSON_PAUSE_S * 25)):
            show(report(tenth / 10))
        show(report(2.45, ended=medium(error=failure)))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["event"] for each in told] == ["progress", "progress", "medium"]
    assert told[0]["left_s"] == 200
    assert told[-1]["state"] == "partial"
    assert told[-1]["error"] == {
        "code": "damaged", "message": "It breaks off.", "advice": "Copy it again.", "retry": False,
    }  # fmt: skip


def test_the_page_on_events_names_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    failure = Failure.of(Damaged("No.", advice="Yes."))
    for name in medium_event(medium(error=failure)).keys() - {"event"}:
        assert f"`{name}`" in page


def test_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with Silence() as show:
        show(report(100, ended=medium(found=1)))
    assert capsys.readouterr() == ("", "")


def test_the_live_bar_shows_it_all_and_no_name_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(screen, "isatty", lambda: True, raising=False)
    with LiveBar() as show:
        show(report(1))
        show(report(2, ended=medium(found=1), found=1))
    shown = screen.getvalue()
    assert "1 occurrence in a\\x1b[2J\\nb [red]c[/red].wav" in shown
    assert "84× real time" in shown
    assert "\x1b[2J" not in shown


def test_a_medium_without_finds_is_no_news() -> None:
    assert news(None) == news(medium()) == ""


def test_the_display_suits_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(display(quiet=False, as_json=True), JsonLines)
    assert isinstance(display(quiet=True, as_json=False), Silence)
    monkeypatch.setattr(module, "is_terminal", lambda _stream: True)
    assert isinstance(display(quiet=False, as_json=False), LiveBar)
    monkeypatch.setattr(module, "is_terminal", lambda _stream: False)
    assert isinstance(display(quiet=False, as_json=False), PlainLines)
