"""Voices on the command line: enrolled without models, under a passphrase, in a home of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from keyring.backends.fail import Keyring

from replique import store
from replique.cli.root import replique
from replique.cli.terminal import is_terminal as really_a_terminal
from replique.models.catalogue import MODELS
from replique.scan import InProcess
from tests.store.enrolled import film, without_models
from tests.store.enrolling_people import BO, PASSPHRASE, NothingToLoad, spoken, written
from tests.voices.keen import coloured

__all__ = ["BO", "PASSPHRASE", "film", "spoken"]

AWA = (300.0, 1_800.0)
"""A band, Hz: a voice to the ears in tests/voices/keen.py, and no telephone's."""


def _stand_in(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Let voices be heard without models, in this process, and locked under a passphrase."""
    store.open()  # the store's own modules are there from now on, to be stood in for
    without_models(patch)
    ears = NothingToLoad()
    patch.setattr("replique.store.ears.ears", lambda _home: ears)
    patch.setattr("replique.scan.LocalProcesses", lambda *_jobs, **_settings: InProcess())
    patch.setattr("keyring.get_keyring", Keyring)
    patch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    for name, least in (("MEMORY_KIB", 64), ("ITERATIONS", 1), ("LANES", 1)):
        patch.setattr(f"replique.store.wrapping.{name}", least)
    lay_models(home)


@pytest.fixture
def keen(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let voices be heard without models; return the home."""
    _stand_in(home, monkeypatch)
    return home


def lay_models(home: Path) -> Path:
    """Lay files of the right size where models would be: enough to be taken for them at a look."""
    folder = home / "models"
    folder.mkdir(exist_ok=True)
    for model in MODELS:
        with (folder / model.key).open("wb") as file:
            file.truncate(model.size_bytes)
    return folder


@dataclass(frozen=True)
class Voices:
    """What was prepared once for all tests: to be looked at, and never changed."""

    recordings: Path
    signed: Path
    films: Path
    home: Path
    home_heard: Path
    home_explained: Path


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voices]:
    """Enrol Awa Diop; look for her voice; register what she says there as a take, and look again.

    In film.wav she speaks from 2 to 10 s, then somebody else does; in quiet.wav nobody.
    """
    place = tmp_path_factory.mktemp("voices")
    ready = Voices(
        place / "awa",
        place / "signed by awa.pdf",
        place / "films",
        *(place / name for name in ("home", "home heard", "home explained")),
    )
    spoken(ready.recordings / "monday.wav", AWA, seed=1)
    spoken(ready.recordings / "friday.wav", AWA, seed=21)
    ready.signed.write_bytes(b"%PDF-1.7 signed by Awa Diop")
    film(ready.films / "film.wav", (None, 2), (AWA, 8), (None, 2), (BO, 8), (None, 2))
    film(ready.films / "quiet.wav", (None, 6))
    written(place / "scene.wav", coloured(8.0, *AWA, seed=6))  # as `film` makes its second part
    home = place / "at work"
    home.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPLIQUE_HOME", str(home))
        _stand_in(home, patch)
        _play("performer", "add", "Awa Diop")
        _play("voice", "enrol", "awa-diop", ready.recordings, "--statement", ready.signed)
        _keep(home, ready.home)
        _play("scan", ready.films)
        _keep(home, ready.home_heard)
        _play("take", "add", "awa-diop", place / "scene.wav")
        _play("scan", ready.films)
        _keep(home, ready.home_explained)
    yield ready
    shutil.rmtree(place, ignore_errors=True)


def _keep(home: Path, to: Path) -> None:
    store.close()
    shutil.copytree(home, to)


def _play(*words: object) -> None:
    result = CliRunner().invoke(replique, [str(word) for word in words], prog_name="replique")
    assert result.exit_code == 0, result.output


@pytest.fixture
def signed(voices: Voices) -> Path:
    """Return a statement that Awa Diop signed."""
    return voices.signed


@pytest.fixture
def hers(voices: Voices) -> Path:
    """Return a folder of two recordings of Awa Diop."""
    return voices.recordings


@pytest.fixture
def enrolled(home: Path, voices: Voices, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this the home in which Awa Diop has enrolled her voice; return it."""
    return _moved_in(voices.home, home, monkeypatch)


@pytest.fixture
def heard(home: Path, voices: Voices, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this the home after a scan for her voice; return the media."""
    _moved_in(voices.home_heard, home, monkeypatch)
    return voices.films


@pytest.fixture
def explained(home: Path, voices: Voices, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this the home after a scan for her voice and the take; return the media."""
    _moved_in(voices.home_explained, home, monkeypatch)
    return voices.films


def _moved_in(kept: Path, home: Path, patch: pytest.MonkeyPatch) -> Path:
    store.close()
    shutil.copytree(kept, home, dirs_exist_ok=True)
    _stand_in(home, patch)
    return home


@pytest.fixture
def films(voices: Voices) -> Path:
    """Return the media."""
    return voices.films


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program take what is typed for a person's."""
    assert not really_a_terminal()
    for module in ("voice_enrol", "voice_forget", "fetching", "passphrase"):
        monkeypatch.setattr(f"replique.cli.{module}.is_terminal", lambda _stream=None: True)
