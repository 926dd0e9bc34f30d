"""`replique letter`: from a finding to a file to sign."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from replique import store
from replique.cli import letter as verb
from replique.gathering.letters import _file_name
from replique.report import letters
from tests.cli.conftest import Typed, answer

CANARY = "canary-91c7-private"

AGREEMENT = f"""
schema = "replique-agreement/1"
id = "rider"
kind = "individual"
performers = ["awa-diop"]
title = "Dubbing rider"
company = "Northlight"
note = "{CANARY}"

[form]
kind = "rider"
given = 2024-03-05

[[signature]]
by = "performer"
on = 2024-03-05

[[circumstance]]
marker = "presented_on_set"
text = "{CANARY}"

[[grant]]
id = "dub"
subjects = ["recording"]
acts = ["dub_language"]
clause = "cl. 4"
quote = "The Company may dub the Picture into French, for France."

[grant.scope]
territories = ["FR"]

[[grant.duty]]
id = "fee"
kind = "pay"
amount = 1200
currency = "EUR"
due = 2026-06-01
clause = "cl. 7"
"""

DETAILS = f"""
place = "Paris"
date = 2026-11-23
reference = "A-7"
answer_within_days = 14
pay_to = "FR76 0000 {CANARY}"
note = "I recorded this line in one take."
enclosures = ["The report of the search"]

[sender]
name = "Awa Diop"
address = ["12 rue des Lilas", "75011 Paris"]
email = "awa@example.org"

[to]
name = "Northlight"
address = ["1 Mill Lane", "London"]
"""


@pytest.fixture
def found(searched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the number of an occurrence of which use u1 is described."""
    del searched
    monkeypatch.chdir(tmp_path)
    home = store.open()
    store.add_agreement(AGREEMENT)
    number = store.occurrences(home)[0].id
    store.describe_use(
        number,
        facts={"company": "Northlight", "production": "The Long Night", "act": "dub_language",
               "date": "2026-05-01", "territories": ["FR"]},
    )  # fmt: skip
    store.close()
    return number


def _said(file: Path) -> str:
    return re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))


def test_a_letter_and_its_text_are_written(typed: Typed, found: int, tmp_path: Path) -> None:
    result = typed("letter", "u1", "--kind", "access")
    assert result.exit_code == 0, result.output
    pdf, text = tmp_path / "letter-u1-access.pdf", tmp_path / "letter-u1-access.txt"
    assert pdf.read_bytes().startswith(b"%PDF-")
    said = _said(text)
    for told in ("Awa Diop", "Northlight", "The Long Night", "film.wav", "scene 1", "u1"):
        assert told in said
    assert str(pdf) in result.stdout
    assert "! Nobody has judged this finding yet" in result.stdout
    assert "the company’s address" in result.stdout
    assert str(tmp_path) not in text.read_text(encoding="utf-8")
    assert "/film.wav" not in said
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    assert stat.S_IMODE(text.stat().st_mode) == 0o600
    del found


def test_the_details_fill_what_is_open(typed: Typed, found: int, tmp_path: Path) -> None:
    (tmp_path / "details.toml").write_text(DETAILS, encoding="utf-8")
    typed("judge", found, "yes", "--why", CANARY, "--by", "Awa")
    told = answer(typed("letter", "u1", "--kind", "payment", "--details", "details.toml", "--json"))
    assert not any("judged" in warning for warning in told["warnings"])
    assert len(told["open_points"]) == 2  # both for counsel
    said = _said(Path(told["text"]))
    for words in ("Paris, 23 November 2026", "12 rue des Lilas", "1 Mill Lane", "A-7", "FR76 0000",
                  "by 7 December 2026", "1200.00 EUR", "1 June 2026", "cl. 7",
                  "The report of the search", "I recorded this line in one take.",
                  "A person listened to both and judged that the take is heard"):  # fmt: skip
        assert words in said
    assert said.count(CANARY) == 1  # where to pay, and nothing of the testimony


def test_the_same_facts_are_the_same_bytes(typed: Typed, found: int, tmp_path: Path) -> None:
    del found
    (tmp_path / "d.toml").write_text(DETAILS, encoding="utf-8")
    words = ("letter", "u1", "--kind", "access", "--details", "d.toml", "--json", "--out")
    first, second = answer(typed(*words, "a.pdf")), answer(typed(*words, "b.pdf"))
    assert first["sha256"] == second["sha256"]
    assert first["sha256"] == hashlib.sha256((tmp_path / "a.pdf").read_bytes()).hexdigest()


def test_it_is_in_the_language_asked_and_we_go_on_speaking_ours(typed: Typed, found: int) -> None:
    del found
    result = typed("letter", "u1", "--kind", "access", "--lang", "fr")
    assert "The letter is written" in result.stdout
    assert b"/Lang(fr-FR)" in Path("letter-u1-access.pdf").read_bytes()


def test_an_occurrence_that_nobody_described_can_be_asked_about(
    typed: Typed, searched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del searched
    monkeypatch.chdir(tmp_path)
    number = store.occurrences(store.open())[0].id
    told = answer(typed("letter", number, "--kind", "access", "--to", "Northlight", "--json"))
    assert "Production: not known to me; asked below" in _said(Path(told["text"]))
    assert "Northlight" in _said(Path(told["text"]))


def test_the_ledger_knows_that_it_was_made_and_nothing_of_what_it_says(
    typed: Typed, found: int, tmp_path: Path
) -> None:
    del found
    from replique.store.ledger_models import LedgerEntry

    (tmp_path / "d.toml").write_text(DETAILS, encoding="utf-8")
    told = answer(typed("letter", "u1", "--kind", "access", "--details", "d.toml", "--json"))
    store.open()
    lines = [str(row.line) for row in LedgerEntry.objects.order_by("pk")]
    assert f'"letter/{told["sha256"]}"' in lines[-1]
    assert '"letter":"access"' in lines[-1]
    assert not any(CANARY in line or "Lilas" in line or "one take" in line for line in lines)


def test_the_canary_is_in_no_output(typed: Typed, found: int, tmp_path: Path) -> None:
    del found
    (tmp_path / "d.toml").write_text(DETAILS.replace("14", "0"), encoding="utf-8")
    (tmp_path / "e.toml").write_text(f'note = "You stole it, {CANARY}"', encoding="utf-8")
    for words in (
        ("letter", "u1", "--kind", "access"),
        ("letter", "u1", "--kind", "payment", "--details", "d.toml"),
        ("letter", "u1", "--kind", "takedown", "--details", "e.toml"),
        ("--debug", "letter", "u1", "--kind", "takedown", "--details", "e.toml"),
    ):
        result = typed(*words)
        assert CANARY not in result.output
        assert CANARY not in result.stderr


REFUSED: dict[str, tuple[list[Any], str]] = {
    "a use that is not there": (["u9", "--kind", "access"], "no use u9"),
    "a name that is none": (["zorglub", "--kind", "access"], "neither"),
    "details that are not there": (["u1", "--kind", "access", "--details", "x.toml"], "x.toml"),
    "a folder that is not there": (["u1", "--kind", "access", "--out", "no/a.pdf"], "written"),
    "a text instead of a PDF": (["u1", "--kind", "access", "--out", "a.txt"], "same name"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_said_with_an_advice(
    case: str, typed: Typed, found: int, tmp_path: Path
) -> None:
    del found
    words, told = REFUSED[case]
    result = typed("letter", *words)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert list(tmp_path.glob("*.pdf")) == []
    assert list(tmp_path.glob(".letter-*")) == []


def test_a_letter_that_makes_no_sense_is_refused_and_nothing_written(
    typed: Typed, found: int, tmp_path: Path
) -> None:
    typed("judge", found, "no", "--by", "Awa")
    result = typed("letter", "u1", "--kind", "access")
    assert result.exit_code == 2
    assert "no letter is written on it" in result.stderr
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_file_that_is_there_is_kept_unless_forced(
    typed: Typed, found: int, tmp_path: Path
) -> None:
    del found
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    result = typed("letter", "u1", "--kind", "access", "--out", "a.pdf")
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "a.pdf").exists()
    assert typed("letter", "u1", "--kind", "access", "--out", "a.pdf", "--force").exit_code == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") != "mine"


SLIPS = {
    "an unknown field": ('place = "Paris"\nplaec = "x"', 2, "plaec", "answer_within_days"),
    "an unknown field of a table": ("[to]\ncompany = 'x'", 2, "to.company", "attention"),
    "a number for a text": ("place = 3", 1, "place", "between quotes"),
    "a text for a list": ("\n\n[sender]\naddress = 'x'", 4, "sender.address", "list"),
    "a day in quotes": ("date = '2026-11-23'", 1, "date", "without quotes"),
    "a time for a day": ("date = 2026-11-23T10:00:00", 1, "date", "without quotes"),
    "too long a wait": ("answer_within_days = 366", 1, "answer_within_days", "365"),
    "yes for a number": ("answer_within_days = true", 1, "answer_within_days", "365"),
    "a text for a table": ("sender = 'Awa'", 1, "sender", "[sender]"),
    "no TOML at all": ("place = Paris", 1, "", "straight quotes"),
    "twice the same": ("place = 'a'\nplace = 'b'", 2, "", "twice"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_details_is_told_by_line_and_field(
    slip: str, typed: Typed, found: int, tmp_path: Path
) -> None:
    del found
    text, line, field, told = SLIPS[slip]
    (tmp_path / "d.toml").write_text(text + f"\n# {CANARY}\n", encoding="utf-8")
    result = typed("letter", "u1", "--kind", "access", "--details", "d.toml")
    assert result.exit_code == 2, result.output
    assert f"d.toml, line {line}{', ' + field if field else ''}:" in result.stderr
    assert told in result.stderr
    assert CANARY not in result.stderr


@pytest.mark.parametrize("content", [b"\x00", b"\xff\xfe", b"x" * 70_000, b""])
def test_a_file_that_is_no_text_is_told(
    content: bytes, typed: Typed, found: int, tmp_path: Path
) -> None:
    del found
    (tmp_path / "d.toml").write_bytes(content)
    result = typed("letter", "u1", "--kind", "access", "--details", "d.toml")
    assert result.exit_code == (0 if not content else 2), result.output
    assert "Traceback" not in result.output


def test_a_file_inside_an_archive_keeps_its_place_there() -> None:
    assert _file_name("/home/awa/Films/game.zip!/voices/a.ogg") == "game.zip!/voices/a.ogg"
    assert _file_name("C:\\Users\\awa\\film.mkv") == "film.mkv"
    assert _file_name("film.mkv") == "film.mkv"


def test_a_letter_for_a_performer_who_died_says_what_that_changes(typed: Typed, found: int) -> None:
    del found
    store.open()
    store.set_life("awa-diop", died="2026-01-02")
    told = answer(typed("letter", "u1", "--kind", "access", "--json"))
    assert any("has died" in warning for warning in told["warnings"])


def test_the_kinds_are_those_of_the_letters() -> None:
    assert verb.KINDS == letters.KINDS
