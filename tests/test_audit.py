"""The audit of dependencies: a known flaw fails, silence is never taken for safety."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def audit() -> ModuleType:
    place = Path(__file__).parents[1] / "tools" / "audit.py"
    spec = importlib.util.spec_from_file_location("audit", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FLAW = {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
SOUND = {"name": "click", "version": "8.3", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found and could not be audited"}


def run(audit: ModuleType, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> int:
    """Run it where the service gives these answers, one after another."""
    told = iter(answers)
    monkeypatch.setattr(audit, "installed", lambda place: place)
    monkeypatch.setattr(audit, "report", lambda *_given: next(told))
    return int(audit.main([]))


def test_a_known_flaw_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = {"dependencies": [FLAW]}
    assert run(audit, monkeypatch, known, {"dependencies": [SOUND, FLAW]}) == 1
    assert "jinja2 2.4.1: PYSEC-1, mended in 3" in capsys.readouterr().out
    assert run(audit, monkeypatch, known, {"dependencies": [SOUND]}) == 0
    assert "what is pinned: 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer", [None, {"dependencies": []}, {"dependencies": [SKIPPED]}, {"dependencies": [SOUND]}]
)
def test_silence_is_told_as_silence(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: Any,
) -> None:
    """Of a release that has flaws nothing is known: so nobody was asked."""
    assert run(audit, monkeypatch, answer, {"dependencies": [SOUND]}) == 0
    said = capsys.readouterr().out
    assert "could not be asked" in said
    assert "pinned: 0" not in said


def test_an_auditor_that_cannot_be_had_is_told(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "installed", lambda _place: None)
    assert audit.main([]) == 0
    assert "could not be asked" in capsys.readouterr().out


def test_what_could_not_be_told_of_is_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(audit, monkeypatch, {"dependencies": [FLAW]}, {"dependencies": [SKIPPED]}) == 0
    assert "Nothing could be said of: click" in capsys.readouterr().out
