"""The command line as a person has it: a home, takes, media, and what is typed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from replique import store
from replique.cli.root import replique
from tests.sounds import music, voice, write_wav

Typed = Callable[..., Result]


@pytest.fixture
def typed(home: Path) -> Typed:
    """Return a function that types a command and gives what came of it."""
    del home

    def run(*words: object) -> Result:
        return CliRunner().invoke(replique, [str(word) for word in words], prog_name="replique")

    return run


def lay_takes(folder: Path) -> Path:
    """Make a folder of two takes, one that is too short, and a file that is no sound."""
    folder.mkdir()
    write_wav(folder / "scene 1.wav", voice(4.0, 1))
    write_wav(folder / "scene 2.wav", voice(3.0, 2))
    write_wav(folder / "breath.wav", voice(0.1, 3))
    (folder / "notes.wav").write_text("no sound, whatever its name says", encoding="utf-8")
    return folder


def lay_media(folder: Path) -> Path:
    """Make a folder of media: a film in which scene 1 is heard at 10 s, and others."""
    folder.mkdir()
    film = music(20.0, 4)
    film[160_000 : 160_000 + 64_000] += voice(4.0, 1)
    write_wav(folder / "film.wav", film)
    write_wav(folder / "other.wav", voice(6.0, 5))
    (folder / "readme.txt").write_text("no sound", encoding="utf-8")
    return folder


@pytest.fixture
def take_files(tmp_path: Path) -> Path:
    """Return a folder of takes."""
    return lay_takes(tmp_path / "auditions")


@pytest.fixture
def media_folder(tmp_path: Path) -> Path:
    """Return a folder of media."""
    return lay_media(tmp_path / "films")


@dataclass(frozen=True)
class Stage:
    """What was prepared once for all tests: to be looked at, and never changed."""

    takes: Path
    media: Path
    home_with_takes: Path
    home_after_a_scan: Path


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Register two takes of Awa Diop, then search the media for them."""
    place = tmp_path_factory.mktemp("stage")
    takes, media = lay_takes(place / "auditions"), lay_media(place / "films")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPLIQUE_HOME", str(place / "home"))
        _play("performer", "add", "Awa Diop")
        _play("take", "add", "awa-diop", takes / "scene 1.wav", takes / "scene 2.wav")
        store.close()
        shutil.copytree(place / "home", place / "home with takes")
        _play("scan", media, "--jobs", 1)
        store.close()
    return Stage(takes, media, place / "home with takes", place / "home")


def _play(*words: object) -> None:
    result = CliRunner().invoke(replique, [str(word) for word in words], prog_name="replique")
    assert result.exit_code == 0, result.output


@pytest.fixture
def cast(home: Path, stage: Stage) -> Path:
    """Make this the home in which Awa Diop has registered her takes; return their folder."""
    shutil.copytree(stage.home_with_takes, home, dirs_exist_ok=True)
    return stage.takes


@pytest.fixture
def searched(home: Path, stage: Stage) -> Path:
    """Make this the home after the scan; return the media, which stay as they are."""
    shutil.copytree(stage.home_after_a_scan, home, dirs_exist_ok=True)
    return stage.media


@pytest.fixture
def searched_copy(typed: Typed, cast: Path, media_folder: Path) -> Path:
    """Return media that were scanned and that a test may change."""
    del cast
    result = typed("scan", media_folder, "--jobs", 1)
    assert result.exit_code == 0, result.output
    return media_folder


def answer(result: Result) -> dict[str, Any]:
    """Return the one JSON object on standard output."""
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return told


def silence(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return nothing to hear."""
    return np.zeros(round(16_000 * seconds), np.float32)
