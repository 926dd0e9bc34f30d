"""The secret of a home: one, whoever asks first."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from replique.store import Home
from replique.web import seal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_it_is_made_once_for_its_owner_alone(home: Home) -> None:
    first = seal.secret_of(home)
    assert len(first) >= seal.LENGTH
    assert seal.secret_of(home) == first
    assert (home.path / "desk.secret").stat().st_mode & 0o777 == 0o600


def test_who_comes_while_it_is_written_waits_for_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.path / "desk.secret"
    file.touch()
    monkeypatch.setattr(time, "sleep", lambda _seconds: file.write_text("the other's"))
    assert seal.secret_of(home) == "the other's"


def test_an_empty_one_signs_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.path / "desk.secret").touch()
    monkeypatch.setattr(seal, "PAUSE_S", 0.0)
    assert seal.secret_of(home) != seal.secret_of(home)
