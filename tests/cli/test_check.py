from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from replique import store
from tests.cli.conftest import Typed, answer
from tests.cli.papers import CANARY, DESCRIBED, keep


@pytest.fixture
def number(typed: Typed, searched: Path) -> int:
    """Return the number of an occurrence of somebody with an agreement."""
    del searched
    keep()
    found = answer(typed("occurrences", "--json"))["occurrences"]
    return int(found[0]["occurrence"])


@pytest.fixture
def use(typed: Typed, number: int) -> str:
    """Return the name of a use for which pay is overdue."""
    return str(answer(typed("use", "describe", number, *DESCRIBED, "--json"))["use"]["use"])


def test_the_verdict_comes_first_then_why_then_what_is_owed(typed: Typed, use: str) -> None:
    result = typed("check", use)
    assert result.exit_code == 0, "whatever the verdict"
    said = result.stdout
    order = [said.index(words) for words in ("DUTY UNMET", "Why", "§4", "Duties", "2026-05-31")]
    assert order == sorted(order)
    assert said.startswith("Use u1, of occurrence")


def test_json_is_the_finding_with_the_whole_answer(typed: Typed, use: str, number: int) -> None:
    (found,) = answer(typed("check", use, "--json"))["findings"]
    assert (found["finding"], found["occurrence"]) == (use, number)
    assert (found["performer"], found["performer_name"]) == ("awa-diop", "Awa Diop")
    assert found["verdict"] == found["answer"]["verdict"] == "duty_unmet"
    assert (found["verdict_before"], found["judgement"]) == (None, None)
    assert list(found["asked_of"]) == ["rider-2026 1.1"]
    assert found["answer"]["schema"] == "replique-answer/1"
    assert answer(typed("check", number, "--json"))["findings"] == [found]


def test_the_text_and_the_json_say_the_same_verdict(typed: Typed, use: str) -> None:
    for change in (
        (), ("--act", "advertise"), ("--company", "Studio Soleil"), ("--unknown", "artefact"),
        ("--act", "train_generative"), ("--date", "2025-01-01"),
    ):  # fmt: skip
        if change:
            typed("use", "describe", use, *change)
        (found,) = answer(typed("check", use, "--json"))["findings"]
        from replique.consent.wording import verdict_name

        name = verdict_name(found["verdict"])
        assert f"{name.upper()}:" in typed("check", use).stdout
        assert name in typed("check", "--all").stdout


def test_a_verdict_that_has_changed_says_what_it_was(typed: Typed, use: str) -> None:
    typed("check", use)
    store.open()
    store.withdraw_agreement("rider-2026", "2026-02-01", f"{CANARY}-why")
    said = typed("check", use).stdout
    assert "NOT IN FORCE" in said
    assert "Until now the verdict was: duty unmet" in said
    assert "Until now" not in typed("check", use).stdout
    assert CANARY not in said


def test_the_day_that_is_asked_about_is_not_today(typed: Typed, use: str) -> None:
    assert "COVERED" in typed("check", use, "--on", "2026-05-02").stdout
    assert "DUTY UNMET" in typed("check", use).stdout
    assert typed("check", use, "--on", "yesterday").exit_code == 2


def test_an_occurrence_nobody_described_says_how_to(typed: Typed, number: int) -> None:
    result = typed("check", number)
    assert result.exit_code == 0
    assert "UNDETERMINED" in result.stdout
    assert f"replique use describe {number}" in result.stdout
    (found,) = answer(typed("check", number, "--json"))["findings"]
    assert found["finding"] is None
    assert found["asked_at"] is None
    assert "No use is described yet" in typed("check", "--all").stdout


def test_all_counts_the_verdicts_and_can_be_narrowed(typed: Typed, use: str) -> None:
    typed("use", "describe", "--performer", "awa-diop", "--act", "advertise", "--company", "X")
    said = typed("check", "--all").stdout
    assert "1 use: duty unmet" in said
    (found,) = answer(typed("check", "--all", "--verdict", "duty_unmet", "--json"))["findings"]
    assert found["finding"] == use
    both = answer(typed("check", "--all", "--performer", "awa-diop", "--json"))["findings"]
    assert [each["finding"] for each in both] == ["u1", "u2"]


def test_uses_of_a_withdrawn_take_are_listed_when_they_are_asked_for(
    typed: Typed, use: str
) -> None:
    typed("take", "withdraw", "scene 1")
    assert answer(typed("check", "--all", "--json"))["findings"] == []
    (found,) = answer(typed("check", "--all", "--withdrawn", "--json"))["findings"]
    assert found["finding"] == use
    assert answer(typed("use", "list", "--json"))["uses"] == []
    assert len(answer(typed("use", "list", "--withdrawn", "--json"))["uses"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        (), ("1", "--all"), ("u9",), ("99",), ("film.wav",), ("u1", "--verdict", "covered"),
        ("u1", "--withdrawn"),
        ("u1", "--performer", "awa-diop"), ("--all", "--verdict", "allowed"),
        ("--all", "--performer", "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(typed: Typed, use: str, wrong: tuple[str, ...]) -> None:
    assert use == "u1"
    result = typed("check", *wrong)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")


def test_occurrences_show_what_is_known_of_them(typed: Typed, use: str, number: int) -> None:
    typed("judge", number, "yes", "--by", "Awa Diop", "--why", f"{CANARY}-why")
    said = typed("occurrences").stdout
    assert "duty unmet" in said
    assert "Judgement" in said
    (found,) = answer(typed("occurrences", "--json"))["occurrences"]
    assert (found["verdict"], found["judgement"]) == ("duty_unmet", "yes")
    (row,) = csv.DictReader(io.StringIO(typed("occurrences", "--csv").stdout, newline=""))
    assert (row["occurrence"], row["verdict"]) == (str(number), "duty_unmet")
    typed("use", "describe", number, *DESCRIBED[:2], "--company", "Studio Soleil")
    (found,) = answer(typed("occurrences", "--json"))["occurrences"]
    assert len(found["verdict"].split()) == 2, "one for each use"
    typed("use", "remove", use, "--yes")
    assert CANARY not in said


def test_occurrences_nobody_spoke_of_have_no_empty_columns(typed: Typed, number: int) -> None:
    assert number
    said = typed("occurrences").stdout
    assert "Verdict" not in said
    assert "Judgement" not in said


def test_testimony_is_seen_in_nothing_that_is_said(
    typed: Typed, searched: Path, tmp_path: Path
) -> None:
    del searched
    keep(testimony=True)
    number = answer(typed("occurrences", "--json"))["occurrences"][0]["occurrence"]
    typed("use", "describe", number, *DESCRIBED)
    typed("judge", number, "no", "--by", "Awa Diop", "--why", f"{CANARY}-why")
    proof = tmp_path / "proof.txt"
    proof.write_text("x", encoding="utf-8")
    said = [
        typed(*words).output
        for words in (
            ("check", "u1"), ("check", "u1", "--full"), ("check", "u1", "--json"),
            ("check", number), ("check", "--all"), ("check", "--all", "--json"),
            ("use", "list"), ("use", "list", "--json"), ("use", "show", "u1"),
            ("use", "show", "u1", "--toml"), ("duty", "list", "--all"),
            ("duty", "list", "--all", "--json"), ("occurrences",), ("occurrences", "--json"),
            ("occurrences", "--csv"), ("occurrences", "--edl"),
            ("duty", "done", "rider-2026/dub/pay", "--evidence", proof, "--json"),
            ("--debug", "check", "u9"), ("--debug", "use", "describe", "u1", "--date", "x"),
        )
    ]  # fmt: skip
    assert all(said), "each says something"
    assert [text for text in said if CANARY in text] == []


def test_french_is_spoken(typed: Typed, use: str) -> None:
    result = typed("--lang", "fr", "check", use)
    assert result.exit_code == 0
    assert "Traceback" not in result.output


def test_what_is_no_day_is_told_in_words(typed: Typed, use: str) -> None:
    result = typed("check", use, "--on", "yesterday")
    assert result.exit_code == 2
    assert "yesterday is no day" in result.stderr
    assert "%Y" not in result.stderr
