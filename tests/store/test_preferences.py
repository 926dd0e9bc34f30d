"""settings.toml: nothing needs to be there, and a slip is told with its place."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replique import store
from replique.errors import EncoderUnusable, ReferenceRefused, UsageError
from replique.models.catalogue import digest
from replique.models.encoder import Encoder
from replique.store.ears import strange
from replique.store.home import Home
from replique.store.preferences import NAME, VoicePreferences, name_calibration, voice_preferences
from replique.voices import enrolment
from replique.voices.calibrated import CALIBRATION
from replique.voices.calibration_file import to_json
from tests.store.enrolling_people import BO, ears, enrol, lines, ring, written
from tests.voices.stand_in import write_encoder

__all__ = ["ears", "ring"]  # fixtures
SHA256 = hashlib.sha256(b"an encoder").hexdigest()


def _home(folder: Path, text: str) -> Home:
    (folder / NAME).write_text(text, encoding="utf-8")
    return Home(folder)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[voices]\n"])
def test_nothing_said_is_the_built_in(tmp_path: Path, text: str) -> None:
    assert voice_preferences(_home(tmp_path, text)) == VoicePreferences()


def test_no_file_is_the_built_in(tmp_path: Path) -> None:
    assert voice_preferences(Home(tmp_path)) == VoicePreferences()


def test_files_lie_beside_it_unless_said_otherwise(tmp_path: Path) -> None:
    home = _home(
        tmp_path,
        f'[voices]\nencoder = "a.onnx"\nencoder_sha256 = "{SHA256.upper()}"\n'
        'calibration = "/elsewhere/c.json"\n',
    )
    assert voice_preferences(home) == VoicePreferences(
        Encoder(tmp_path / "a.onnx", SHA256), Path("/elsewhere/c.json")
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[voices\n", "Line 1"),
        ("[voices]\nencoder = a.onnx\n", "Line 2"),
        ('[voices]\nencodr = "a.onnx"\n', "encodr"),
        ('[faces]\nencoder = "a.onnx"\n', "faces"),
        ('voices = "yes"\n', "voices"),
        ("[voices]\nencoder = 3\n", "encoder"),
        ('[voices]\nencoder = "  "\n', "encoder"),
        (f'[voices]\nencoder_sha256 = "{SHA256}"\n', "without"),
        ('[voices]\nencoder = "a.onnx"\nencoder_sha256 = "abc"\n', "SHA-256"),
        ("[voices]\ncalibration = true\n", "calibration"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        voice_preferences(_home(tmp_path, text))
    assert NAME in str(caught.value)
    assert caught.value.advice


def test_not_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'[voices]\ncalibration = "\xe9.json"\n')
    with pytest.raises(UsageError, match="UTF-8"):
        voice_preferences(Home(tmp_path))


def test_a_missing_hash_is_given_to_be_added(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"an encoder")
    with pytest.raises(UsageError) as caught:
        voice_preferences(_home(tmp_path, '[voices]\nencoder = "a.onnx"\n'))
    assert SHA256 in caught.value.advice


def test_an_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnusable, match=r"a\.onnx"):
        voice_preferences(_home(tmp_path, '[voices]\nencoder = "a.onnx"\n'))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# mine\n",
        "[voices]\n",
        '# mine\n[voices] # these\ncalibration = "old.json" # from May\n# the end\n',
        f'[voices]\nencoder = "a.onnx"\nencoder_sha256 = "{SHA256}"\n',
    ],
)
def test_a_calibration_is_named_and_the_rest_stays(tmp_path: Path, text: str) -> None:
    home = _home(tmp_path, text)
    before = voice_preferences(home)
    name_calibration(home, tmp_path / "calibration" / "voices.json")
    after = voice_preferences(home)
    assert after == VoicePreferences(before.encoder, tmp_path / "calibration" / "voices.json")
    written = (tmp_path / NAME).read_text(encoding="utf-8").splitlines()
    kept = [line for line in text.splitlines() if not line.startswith("calibration")]
    assert [line for line in written if line in kept] == kept


@given(st.text(st.characters(codec="utf-8"), max_size=40))
@example("~")
@example("~0/x.onnx")
def test_any_encoder_name_survives(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    quoted = '"' + "".join(f"\\U{ord(c):08x}" for c in name) + '"'
    home = _home(
        tmp_path_factory.mktemp("home"),
        f'[voices]\nencoder = {quoted}\nencoder_sha256 = "{SHA256}"\n',
    )
    try:
        before = voice_preferences(home)
    except UsageError:
        assert not name.strip() or "\0" in name
        return
    name_calibration(home, home.path / "c.json")
    assert voice_preferences(home).encoder == before.encoder


def test_what_cannot_be_changed_safely_is_left_as_it_is(tmp_path: Path) -> None:
    text = 'voices = { calibration = "old.json" }\n'
    home = _home(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        name_calibration(home, tmp_path / "new.json")
    assert "new.json" in caught.value.advice
    assert tomllib.loads((tmp_path / NAME).read_text()) == {"voices": {"calibration": "old.json"}}


@pytest.mark.parametrize("alike", [0.3, 0.9])
def test_recordings_are_of_two_people_by_the_encoder_that_is_in_use(
    tmp_path: Path, alike: float
) -> None:
    home = Home(tmp_path)
    assert strange(home) == enrolment.STRANGE
    mine = write_encoder(tmp_path)
    named = ["[voices]", 'encoder = "mine.onnx"', f'encoder_sha256 = "{mine.sha256}"']
    (tmp_path / NAME).write_text("\n".join(named))
    assert strange(home) == enrolment.STRANGE  # until it is calibrated
    theirs = replace(CALIBRATION, models=digest(mine.sha256), alike=alike)
    (tmp_path / "c.json").write_text(to_json(theirs))
    (tmp_path / NAME).write_text("\n".join([*named, 'calibration = "c.json"']))
    assert strange(home) == pytest.approx(alike - 0.1)
    own = replace(CALIBRATION, alike=alike)
    (tmp_path / "c.json").write_text(to_json(own))
    (tmp_path / NAME).write_text('[voices]\ncalibration = "c.json"')
    assert strange(home) == enrolment.STRANGE  # of the built-in encoder


@pytest.mark.usefixtures("ring", "ears")
def test_enrolling_asks_what_is_two_people_to_the_encoder_in_use(
    records: Home, awa: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [written(tmp_path / "both.wav", np.concatenate([lines(), lines(BO)]))]
    with pytest.raises(ReferenceRefused, match="2 different voices"):
        enrol(records, awa, both)
    with monkeypatch.context() as patch:
        patch.setattr("replique.store.ears.strange", lambda _home: -1.0)
        assert enrol(records, awa, both).voice.recordings == 1
        (checked,) = store.check_voice(records, awa, store.open_keys(records))
        assert "several-voices" not in {each.code for each in checked.add}
    (checked,) = store.check_voice(records, awa, store.open_keys(records))
    assert "several-voices" in {each.code for each in checked.add}
