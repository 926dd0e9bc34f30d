from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from replique.cli import voice_calibrate
from replique.store import CalibratedVoices, Home
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibrating import Measured
from replique.voices.measured import CLEAN, LOUD_MUSIC, MUSIC, RATES, SHORT
from tests.cli.conftest import Typed, answer
from tests.cli.voices import keen

__all__ = ["keen"]  # a fixture


def measured(**cllr: float) -> Measured:
    conditions = {"clean": CLEAN, "short": SHORT, "music": MUSIC, "loud": LOUD_MUSIC}
    rates = {conditions[name]: replace(RATES[CLEAN], cllr=cost) for name, cost in cllr.items()}
    return Measured(14, 300, rates)


@pytest.fixture
def made(keen: Path, monkeypatch: pytest.MonkeyPatch) -> CalibratedVoices:
    """Let calibrating be done at once; return what comes of it."""
    done = CalibratedVoices(
        calibration=CALIBRATION,
        file=keen / "calibration" / "voices.json",
        measured=measured(clean=0.02, short=0.2, music=0.101, loud=0.5),
        builtin=measured(clean=0.2, short=0.02, music=0.1),
        left_out=("notes\x1b[2J.txt",),
    )

    def at_once(
        home: Home, folder: Path, beds: Path | None, progress: voice_calibrate.Told | None
    ) -> CalibratedVoices:
        del home, folder, beds
        for at in range(3):
            if progress is not None:
                progress("reading", at, 3)
        if progress is not None:
            progress("hearing", 1, 9)
        return done

    monkeypatch.setattr("replique.store.calibrating_voices.calibrate_voices", at_once)
    return done


def test_it_is_told_beside_the_built_in_one_condition_by_condition(
    typed: Typed, made: CalibratedVoices, tmp_path: Path
) -> None:
    result = typed("voice", "calibrate", tmp_path)
    assert result.exit_code == 0, result.output
    assert "14 people, in 300 turns" in result.stdout
    lines = {
        verdict: [line for line in result.stdout.splitlines() if line.endswith(verdict)]
        for verdict in ("better here", "worse here", "about the same", "nothing to compare with")
    }
    assert {verdict: len(found) for verdict, found in lines.items()} == dict.fromkeys(lines, 1)
    assert "0.020" in lines["better here"][0]
    assert "0.200" in lines["better here"][0]
    assert str(made.file) in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr.splitlines() == ["Reading the recordings", "Listening to them"]


def test_json_has_the_cost_by_condition(
    typed: Typed, made: CalibratedVoices, tmp_path: Path
) -> None:
    told = answer(typed("voice", "calibrate", tmp_path, "--json"))
    assert told["cllr"] == {name: rate.cllr for name, rate in made.measured.rates.items()}
    assert told["builtin_cllr"][CLEAN] == 0.2
    assert told["people"] == 14
    assert told["rates"][CLEAN]["targets"] == RATES[CLEAN].targets


def test_the_bar_is_drawn_for_who_watches(
    made: CalibratedVoices,
    typed: Typed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del made
    monkeypatch.setattr(voice_calibrate, "is_terminal", lambda _stream=None: True)
    result = typed("voice", "calibrate", tmp_path)
    assert result.exit_code == 0, result.output
    assert "Reading the recordings\n" not in result.stderr  # not the lines of a log


def test_models_that_are_damaged_are_told(typed: Typed, keen: Path, tmp_path: Path) -> None:
    del keen
    result = typed("voice", "calibrate", tmp_path)
    assert result.exit_code == 1
    assert "replique models install" in result.stderr


def test_what_is_no_folder_is_told(typed: Typed, keen: Path) -> None:
    del keen
    assert typed("voice", "calibrate", "no such folder").exit_code == 2
