"""From enrolling to the report and the letter, on the command line, without models."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from replique import store
from tests.cli.conftest import Typed, answer, typed
from tests.cli.voices import AWA, enrolled, films, keen, voices
from tests.sounds import write_wav
from tests.store.enrolling_people import PASSPHRASE
from tests.voices.keen import coloured

__all__ = ["enrolled", "films", "keen", "typed", "voices"]  # fixtures


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder: the first test that needs a home after the search leaves it there."""
    return tmp_path_factory.mktemp("stage")


@pytest.fixture
def heard(request: pytest.FixtureRequest, typed: Typed, keen: Path, stage: Path) -> int:
    """Search films for Awa Diop's voice, once; return the number of the occurrence."""
    if not (stage / "home").exists():
        request.getfixturevalue("enrolled")
        shutil.copytree(request.getfixturevalue("films"), stage / "films")
        result = typed("scan", stage / "films", "--probe", "voices", "--jobs", 1)
        assert result.exit_code == 0, result.output
        store.close()
        shutil.copytree(keen, stage / "home")
    store.close()
    shutil.rmtree(keen)
    shutil.copytree(stage / "home", keen)
    (found,) = store.occurrences(store.open(), voice=True)
    store.close()
    return found.id


def _report(typed: Typed, out: Path, *words: object) -> str:
    result = typed("report", out, *words)
    assert result.exit_code == 0, result.output
    return out.read_text("utf-8")


def _said(page: str) -> str:
    page = re.sub(r"(?s)<(script|style).*?</\1>", "", page)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))


def test_a_voice_is_in_the_report(typed: Typed, heard: int, tmp_path: Path) -> None:
    said = _said(_report(typed, tmp_path / "out.html"))
    assert f"Occurrence {heard}, at 0:00:0" in said
    assert "The voice of 1 person who enrolled it was listened for." in said
    assert "resembles the enrolled voice of Awa Diop" in said
    assert "signed on paper" in said
    assert "Content Credentials (C2PA)" in said
    assert "CAM++" in said


def test_each_probe_is_told_with_what_it_has_searched(
    typed: Typed, heard: int, tmp_path: Path
) -> None:
    del heard
    store.open()
    assert len(store.media_searched("voices")) == 2
    assert store.media_searched("recordings") == frozenset()
    store.close()
    said = _said(_report(typed, tmp_path / "out.html"))
    assert "Media searched0" in said  # for takes
    assert "Media searched2" in said  # for voices


def test_enrolment_is_heard_only_where_it_is_asked_for(
    typed: Typed, heard: int, tmp_path: Path
) -> None:
    without = _report(typed, tmp_path / "out.html")
    assert "v1-sound" not in without
    with_it = _report(typed, tmp_path / "out.html", "--with-enrolment")
    assert f'id="o{heard}"' in with_it
    assert 'id="v1-sound"' in with_it
    assert 'data-part="e"' in with_it
    assert len(with_it) > len(without) + 50_000


@pytest.mark.parametrize("passphrase", ["", "another one"])
def test_locked_keys_leave_the_enrolment_out_and_say_so(
    passphrase: str, typed: Typed, heard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del heard
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", passphrase)
    page = _report(typed, tmp_path / "out.html", "--with-enrolment")
    assert "The enrolment cannot be heard here:" in _said(page)
    assert "v1-sound" not in page
    assert "another one" not in page


def test_a_report_holds_neither_keys_nor_names_of_recordings(
    typed: Typed, heard: int, tmp_path: Path
) -> None:
    del heard
    page = _report(typed, tmp_path / "out.html", "--with-enrolment")
    store.open()
    (voice,) = store.voices()
    store.close()
    for secret in (voice.key, PASSPHRASE, "monday.wav", "friday.wav"):
        assert secret not in page


def test_a_weak_voice_can_be_left_out(typed: Typed, heard: int, tmp_path: Path) -> None:
    del heard
    out = tmp_path / "out.html"
    assert answer(typed("report", out, "--json"))["occurrences"] == 1
    assert answer(typed("report", out, "--min-support", "9", "--json"))["occurrences"] == 0
    assert answer(typed("report", out, "--min-strength", "9", "--json"))["occurrences"] == 1


def test_a_voice_that_a_take_explains_is_counted_with_it(
    typed: Typed, enrolled: Path, tmp_path: Path
) -> None:
    del enrolled
    line = coloured(8.0, *AWA, seed=5)
    folder = tmp_path / "media"
    folder.mkdir()
    film = coloured(20.0, 3000.0, 6000.0, seed=2) * 0.001
    film[4 * 16_000 : 12 * 16_000] += line
    write_wav(folder / "film.wav", film)
    take = write_wav(tmp_path / "line.wav", line)
    assert typed("take", "add", "awa-diop", take).exit_code == 0
    result = typed("scan", folder, "--jobs", 1)
    assert result.exit_code == 0, result.output
    said = _said(_report(typed, tmp_path / "out.html"))
    assert "1 of them is heard again, in 1 place of 1 medium." in said
    assert "In 1 place a take explains it: that one is counted with the takes only." in said


def test_the_ledger_tells_how_many_occurrences_a_report_holds(
    typed: Typed, heard: int, tmp_path: Path
) -> None:
    del heard
    _report(typed, tmp_path / "out.html")
    from replique.store.ledger_models import LedgerEntry

    store.open()
    last = LedgerEntry.objects.order_by("pk").last()
    store.close()
    assert last is not None
    assert '"report/' in last.line
    assert '"found":1' in last.line


def test_a_report_after_a_voice_was_forgotten_says_nothing_of_it(
    typed: Typed, heard: int, tmp_path: Path
) -> None:
    del heard
    assert typed("voice", "forget", "awa-diop", "--yes").exit_code == 0
    said = _said(_report(typed, tmp_path / "out.html"))
    assert "listened for" not in said
    assert "resemble" not in said
    assert "likelihood" not in said


@pytest.mark.parametrize("kind", ["takedown", "objection", "payment"])
def test_no_demand_is_written_on_a_likeness(
    kind: str, typed: Typed, heard: int, tmp_path: Path
) -> None:
    out = tmp_path / "letter.pdf"
    result = typed("letter", str(heard), "--kind", kind, "--out", out)
    assert result.exit_code == 2
    assert "likeness" in result.stderr
    assert not out.exists()


def test_a_request_for_access_tells_a_likeness(typed: Typed, heard: int, tmp_path: Path) -> None:
    out = tmp_path / "letter.pdf"
    result = typed("letter", str(heard), "--kind", "access", "--out", out)
    assert result.exit_code == 0, result.output
    text = " ".join(out.with_suffix(".txt").read_text("utf-8").split())
    assert re.search(r"A voice that (closely )?resembles mine is heard in “film.wav”", text)
    assert "found again" not in text
    assert str(tmp_path) not in text
