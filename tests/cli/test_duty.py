from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Typed, answer
from tests.cli.papers import DESCRIBED, keep

PAY = "u1:rider-2026/dub/pay"


@pytest.fixture
def owed(typed: Typed, searched: Path) -> str:
    """Return the name of a duty that is overdue."""
    del searched
    keep()
    number = answer(typed("occurrences", "--json"))["occurrences"][0]["occurrence"]
    typed("use", "describe", number, *DESCRIBED)
    return PAY


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """Return a file that shows something."""
    path = tmp_path / "statement.txt"
    path.write_text("250 EUR received", encoding="utf-8")
    return path


def test_open_duties_are_listed_with_their_dates(typed: Typed, owed: str) -> None:
    said = typed("duty", "list").stdout
    row = said.splitlines()[1]
    assert row.startswith(owed)
    assert "payment" in row
    assert "not done" in row
    assert "2026-05-31" in row
    assert "250.00 EUR" in row
    (duty,) = answer(typed("duty", "list", "--json"))["duties"]
    assert (duty["duty"], duty["use"], duty["status"]) == (owed, "u1", "unmet")
    assert (duty["due"], duty["certain"]) == ("2026-05-31", True)


def test_a_duty_is_done_by_a_person_with_evidence(typed: Typed, owed: str, proof: Path) -> None:
    said = typed(
        "duty", "done", owed, "--evidence", proof, "--on", "2026-05-20", "--amount", "250",
        "--currency", "EUR", "--by", "Awa Diop",
    ).stdout  # fmt: skip
    assert "was done on 2026-05-20, says Awa Diop." in said
    assert typed("duty", "list").stdout.strip() == "No duty is open."
    assert "done" in typed("duty", "list", "--all").stdout
    assert "COVERED" in typed("check", "u1").stdout


def test_the_account_speaks_where_nobody_is_named(
    typed: Typed, owed: str, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "awa")
    said = answer(typed("duty", "done", owed, "--evidence", proof, "--json"))["duty"]
    assert said["by"] == "awa"
    assert said["duty"] == owed
    assert len(said["evidence"]) == 64


def test_a_word_is_taken_back(typed: Typed, owed: str, proof: Path) -> None:
    typed("duty", "done", owed, "--evidence", proof, "--by", "Awa", "--on", "2026-05-20")
    assert typed("duty", "undo", owed).exit_code == 0
    assert typed("duty", "list").stdout.splitlines()[1].startswith(owed)
    assert typed("duty", "undo", owed).exit_code == 2


def test_a_refusal_is_no_doing(typed: Typed, owed: str, proof: Path) -> None:
    said = typed("duty", "done", owed, "--evidence", proof, "--by", "Awa", "--refused").stdout
    assert "was refused on" in said
    assert "COVERED" not in typed("check", "u1").stdout


@pytest.mark.parametrize(
    "wrong",
    [
        (PAY,),
        (PAY, "--evidence", "nothing.pdf"),
        (PAY, "--evidence", ""),
        (PAY, "--evidence", "PROOF", "--amount", "much"),
        (PAY, "--evidence", "PROOF", "--currency", "EUR"),
        (PAY, "--evidence", "PROOF", "--on", "2999-01-01"),
        ("u1:rider-2026/dub/credit", "--evidence", "PROOF"),
        ("u9:rider-2026/dub/pay", "--evidence", "PROOF"),
    ],
    ids=["no-evidence", "no-file", "empty", "much", "currency-alone", "future", "duty", "use"],
)
def test_what_cannot_be_said_is_told_and_changes_nothing(
    typed: Typed, owed: str, proof: Path, wrong: tuple[str, ...]
) -> None:
    words = [proof if word == "PROOF" else word for word in wrong]
    result = typed("duty", "done", *words, "--by", "Awa")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    (duty,) = answer(typed("duty", "list", "--json"))["duties"]
    assert (duty["duty"], duty["status"]) == (owed, "unmet")
