"""How the demo judges what it heard of the enrolled voice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("espeakng_loader")
sys.path.insert(0, str(Path(__file__).parents[2]))

from demo import script, voices_heard
from demo.voices_heard import Heard
from replique.errors import ModelMissing

MEDIUM, AT_S, _LEVEL = script.ANEW_AT
RIGHT = Heard(MEDIUM, AT_S + 0.2, 2.9, "unexplained_voice")


def test_the_line_spoken_anew_alone_is_right() -> None:
    said: list[str] = []
    assert voices_heard.compare([RIGHT], said.append)
    assert any("No take explains it" in line for line in said)
    assert any("How little that proves" in line for line in said)


def test_a_voice_that_a_take_explains_is_right_too() -> None:
    beside = Heard("episode-01.m4a", 52.5, 1.0, "by_take")
    assert voices_heard.compare([RIGHT, beside], list[str]().append)


@pytest.mark.parametrize(
    ("heard", "word"),
    [
        ([], "MISSED"),
        ([Heard(MEDIUM, AT_S + 2, 2.9, "unexplained_voice")], "MISSED"),
        ([RIGHT, Heard(MEDIUM, 5.0, 0.6, "unexplained_voice")], "REPORTED"),
        ([Heard(MEDIUM, AT_S, 2.9, "by_take")], ""),
    ],
    ids=["nothing", "two seconds off", "a stranger too", "explained by a take"],
)
def test_anything_else_is_wrong(heard: list[Heard], word: str) -> None:
    said: list[str] = []
    assert not voices_heard.compare(heard, said.append)
    assert any(word in line for line in said)


def test_without_models_voices_are_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_library: object) -> None:
        raise ModelMissing("no registry in reach", advice="later")

    monkeypatch.setattr(voices_heard, "install", unreachable)
    said: list[str] = []
    assert not voices_heard.models(tmp_path / "none", tmp_path / "home", said.append)
    assert "no registry in reach" in said[-1]
    assert not (tmp_path / "home").exists()
