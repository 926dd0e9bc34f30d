from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.cli.spreadsheet import csv_lines
from replique.cli.terminal import say, say_json, shown, table, warn

anything = st.text(st.characters(), max_size=40)  # lone surrogates among them
BAD_NAMES = {
    "title_escape": "a\x1b]0;owned\x07.wav",
    "clear_screen": "\x1b[2J.wav",
    "c1_csi": "a\x9b31m.wav",
    "newline": "a\nError: all is lost.wav",
    "carriage_return": "good\rbad.wav",
    "bidi_override": "take\u202evaw.exe",
    "line_separator": "a\u2028b.wav",
    "invalid_utf8": b"caf\xe9.wav".decode("utf-8", "surrogateescape"),
    "backspace": "abc\x08\x08x.wav",
}


@given(anything)
def test_nothing_shown_can_act_on_a_terminal(text: str) -> None:
    written = shown(text)
    assert all(unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} for c in written)
    assert not {"\u202e", "\u2066", "\u200f", "\ufeff"} & set(written)
    written.encode()  # and UTF-8 can carry it
    assert shown(written) == written


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
def test_a_bad_name_is_spelled_out(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(name)
    table(["Name"], [[name]])
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 3
    assert "\x1b" not in out
    assert "\\" in out


@pytest.mark.parametrize(
    "name", ["Ünïcödé 🎭 l’été – n° 5.wav", "山田.flac", "👩‍🎤.wav", "a b.wav"]
)
def test_an_honest_name_is_left_alone(name: str) -> None:
    assert shown(name) == name


@given(st.recursive(anything | st.floats() | st.integers(), st.lists, max_leaves=5))
def test_json_is_always_json(value: object) -> None:
    with pytest.MonkeyPatch.context() as patch:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        patch.setattr("sys.stdout", out)
        say_json({"value": value})
        out.buffer.seek(0)
        written = out.buffer.read().decode()
    assert written.count("\n") == 1
    assert isinstance(json.loads(written), dict)


@given(st.lists(st.tuples(anything, anything, st.floats(allow_nan=False)), max_size=5))
def test_csv_keeps_its_rows_and_runs_no_formula(rows: list[tuple[str, str, float]]) -> None:
    text = csv_lines(["a", "b", "number"], rows)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert len(read) == len(rows) + 1
    assert text.count("\r\n") == len(rows) + 1
    for made, row in zip(read[1:], rows, strict=True):
        assert float(made[2]) == row[2]
        assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for cell in made[:2])


def test_a_negative_number_stays_a_number() -> None:
    assert csv_lines(["gain_db"], [[-8.5]]).splitlines() == ["gain_db", "-8.5"]


def test_a_terminal_gets_long_lines_broken_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "- " + " ".join(["a likeness is no proof of identity"] * 8)
    say(long)
    assert capsys.readouterr().out == long + "\n"  # a file and a pipe get the line
    monkeypatch.setattr("replique.cli.terminal.is_terminal", lambda _stream=None: True)
    monkeypatch.setenv("COLUMNS", "50")
    warn(long)
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) < 50
    assert all(line.startswith("  ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == long
    say("/a/path/without/a/space" * 5)
    assert capsys.readouterr().out == "/a/path/without/a/space" * 5 + "\n"
