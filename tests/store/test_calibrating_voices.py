"""A calibration of one's own: from folders of recordings to what a search is judged by."""

from __future__ import annotations

import json
import wave
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from replique import store
from replique.errors import EncoderUnusable, UsageError
from replique.store.ears import ears, voice_settings
from replique.store.home import Home
from replique.store.preferences import name_calibration
from replique.voices import VoicesProbe
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibrating import FEWEST
from replique.voices.calibration_file import to_json
from tests.voices.keen import RATE, Array, coloured
from tests.voices.stand_in import StandInEars, write_encoder


@cache
def _voice(index: int, recording: int) -> Array:
    bands = np.random.default_rng(index).choice(np.geomspace(150, 6_000, 16), 3, replace=False)
    sounds = [coloured(16.0, low, 1.3 * low, 10 * index + recording) for low in bands]
    return np.asarray(np.mean(sounds, axis=0))


def _write(path: Path, samples: Array) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def _labelled(folder: Path, people: int = FEWEST) -> Path:
    for i in range(people):
        place = folder / f"person-{i:02d}"
        place.mkdir(parents=True)
        for k in range(2):
            _write(place / f"{k}.wav", _voice(i, k))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Return a home whose settings name an encoder without a calibration."""
    monkeypatch.setattr("replique.models.Ears", StandInEars, raising=False)
    place = tmp_path / "home"
    place.mkdir()
    encoder = write_encoder(place)
    (place / "settings.toml").write_text(
        f'# mine\n[voices]\nencoder = "mine.onnx"\nencoder_sha256 = "{encoder.sha256}"\n'
    )
    return Home(place)


def test_another_encoder_alone_gives_no_likelihood_ratio(home: Home) -> None:
    with pytest.raises(EncoderUnusable) as caught:
        voice_settings(home)
    assert "replique voice calibrate" in caught.value.advice
    with pytest.raises(EncoderUnusable):
        VoicesProbe(ears(home))


def test_what_is_calibrated_is_used_from_then_on(home: Home, tmp_path: Path) -> None:
    beds = tmp_path / "beds"
    beds.mkdir()
    noise = np.random.default_rng(3).standard_normal(160_000).astype(np.float32)
    _write(beds / "wind.wav", np.float32(0.1) * noise)
    seen: list[tuple[str, int, int]] = []
    folder = _labelled(tmp_path / "known")
    (folder / "person-00" / "2.wav").write_bytes(b"RIFF, and no more")
    made = store.calibrate_voices(
        home, folder, beds=beds, progress=lambda what, i, n: seen.append((what, i, n))
    )
    assert made.measured.people == made.calibration.people == FEWEST
    assert set(made.measured.rates) == {
        *("clean", "short", "talker", "short-talker"),
        *("music", "loud-music", "short-loud-music"),
    }
    assert made.measured.cllr["clean"] < 0.5
    assert made.builtin is None  # its encoder is not installed here
    assert voice_settings(home).calibration == made.calibration
    assert voice_settings(home).calibration.rates == made.measured.rates
    assert voice_settings(home, 1.25).least_strength == 1.25
    assert VoicesProbe(ears(home), voice_settings(home)).digest == voice_settings(home).digest
    last = [each for each in seen if each[0] == "hearing"][-1]
    assert last[1] == last[2] == made.measured.turns
    assert [Path(name).name for name in made.left_out] == ["2.wav"]
    kept = {p.relative_to(home.path).as_posix() for p in home.path.rglob("*") if p.is_file()}
    assert kept == {"mine.onnx", "settings.toml", "calibration/voices.json"}


def _calibrated(home: Home) -> Path:
    """Write a calibration of the home's encoder, as a calibration does at its end."""
    file = home.path / "calibration" / "voices.json"
    file.parent.mkdir()
    file.write_text(to_json(replace(CALIBRATION, models=ears(home).digest)))
    name_calibration(home, file)
    assert voice_settings(home).calibration.models == ears(home).digest
    return file


def test_a_calibration_of_another_encoder_is_refused(home: Home) -> None:
    _calibrated(home)
    other = write_encoder(home.path, "other.onnx", seed=9)
    settings = (home.path / "settings.toml").read_text().splitlines()
    settings = [line for line in settings if not line.startswith("encoder")]
    settings += ['encoder = "other.onnx"', f'encoder_sha256 = "{other.sha256}"']
    (home.path / "settings.toml").write_text("\n".join(settings))
    with pytest.raises(EncoderUnusable):
        voice_settings(home)


@pytest.mark.parametrize("damage", ["gone", "cut", "infinite"])
def test_a_damaged_calibration_is_told(home: Home, damage: str) -> None:
    file = _calibrated(home)
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_text(file.read_text()[:-20])
    else:
        file.write_text(json.dumps(json.loads(file.read_text()) | {"floor": [float("inf"), 0]}))
    with pytest.raises(EncoderUnusable) as caught:
        voice_settings(home)
    assert "calibrate" in caught.value.advice


def test_too_few_people_change_nothing(home: Home, tmp_path: Path) -> None:
    before = (home.path / "settings.toml").read_text()
    with pytest.raises(UsageError, match=str(FEWEST)):
        store.calibrate_voices(home, _labelled(tmp_path / "known", people=3))
    assert (home.path / "settings.toml").read_text() == before
    assert not (home.path / "calibration").exists()


def test_a_folder_that_is_not_there_is_told(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        store.calibrate_voices(home, tmp_path / "nowhere")


def test_without_settings_the_built_in_is_used(tmp_path: Path) -> None:
    assert voice_settings(Home(tmp_path)).calibration is CALIBRATION
