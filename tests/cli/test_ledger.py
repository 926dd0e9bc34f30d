from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from replique import store
from replique.evidence import verify_ledger
from replique.store import Home
from tests.cli.conftest import answer

Typed = Callable[..., Result]


@pytest.fixture
def begun(typed: Typed, cast: Path) -> Typed:
    """Return the typist in a home where two takes are registered."""
    del cast
    return typed


def edit(home: Path, command: str) -> None:
    """Change the records as somebody does who has the file and no scruples."""
    store.close()
    with sqlite3.connect(Home(home).database) as records:
        records.execute(command)
    records.close()


def test_an_empty_ledger_says_so(typed: Typed) -> None:
    assert "nothing has happened" in typed("ledger", "verify").stdout
    assert "Nothing" in typed("ledger", "show").stdout
    assert answer(typed("ledger", "show", "--json")) == {"ok": True, "entries": []}


def test_it_shows_what_happened_and_never_a_name(begun: Typed) -> None:
    shown = begun("ledger", "show").stdout
    assert re.search(r"1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  take/1  +registered", shown)
    assert "Awa" not in shown
    assert "scene" not in shown
    said = answer(begun("ledger", "show", "take/1", "--json"))["entries"]
    assert [each["body"]["verb"] for each in said] == ["registered"]
    assert len(answer(begun("ledger", "show", "--last", "2", "--json"))["entries"]) == 2
    assert "of that" in begun("ledger", "show", "take/9").stdout


def test_a_ledger_that_nobody_touched_is_verified(begun: Typed) -> None:
    result = begun("ledger", "verify", "--files", "--every-signature")
    assert result.exit_code == 0
    assert "Nothing wrong was found" in result.stdout
    said = answer(begun("ledger", "verify", "--json"))
    assert (said["ok"], said["problems"]) == (True, [])


def test_an_edit_is_named_and_the_status_is_1(begun: Typed, home: Path) -> None:
    edit(home, "UPDATE replique_ledgerentry SET line = replace(line, 'registered', 'withdrawn')")
    result = begun("ledger", "verify")
    assert result.exit_code == 1
    assert "has been changed" in result.stdout
    assert "Keep everything as it is" in result.stdout
    said = answer(begun("ledger", "verify", "--json"))
    assert said["ok"] is False
    assert {each["code"] for each in said["problems"]} == {"changed", "row_changed"}


def test_many_problems_are_not_all_told(begun: Typed, home: Path) -> None:
    for number in range(40):
        row = f"({number + 500}, '{number:064x}', 1, 0, 0, 0, '', '')"
        edit(
            home,
            "INSERT INTO replique_evidencefile "  # noqa: S608 — numbers of ours
            f"(id, sha256, size, kept_at, checked_at, damaged, why, ledger_nonce) VALUES {row}",
        )
    result = begun("ledger", "verify")
    assert result.exit_code == 1
    assert "… and 10 more." in result.stdout


def test_nothing_can_be_added_to_a_ledger_that_was_cut(begun: Typed, home: Path) -> None:
    edit(home, "UPDATE replique_ledgerhead SET size = 2")
    result = begun("take", "withdraw", "1")
    assert result.exit_code == 5
    assert "ledger" in result.stderr


def test_an_export_is_written_checked_and_compared(begun: Typed, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    said = answer(begun("ledger", "export", old, "--json"))
    assert said["export"] == str(old)
    assert verify_ledger.main([str(old)]) == 0
    assert "README.txt" in begun("ledger", "export", new).stdout
    assert verify_ledger.main([str(new), "--against", str(old)]) == 0
    assert begun("ledger", "verify", "--against", old).exit_code == 0
    assert begun("ledger", "verify", "--against", tmp_path).exit_code == 2
    assert begun("ledger", "export", new).exit_code == 2
    assert begun("ledger", "export", tmp_path / "x", "--with", "gossip").exit_code == 2


def test_an_export_speaks_french_to_the_french(begun: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    assert begun("--lang", "fr", "ledger", "export", folder).exit_code == 0
    assert verify_ledger.main([str(folder), "--fr"]) == 0


def test_private_contents_are_warned_of(begun: Typed, tmp_path: Path) -> None:
    store.open()
    from replique.store import evidence_files

    paper = tmp_path / "rider.txt"
    paper.write_text("signed")
    evidence_files.keep(paper)
    result = begun("ledger", "export", tmp_path / "export", "--with", "file")
    assert result.exit_code == 0
    assert "private" in result.stdout


def test_a_proof_is_written_and_checked(begun: Typed, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    assert begun("ledger", "prove", "take/1", "--out", proof).exit_code == 0
    assert verify_ledger.main([str(proof)]) == 0
    entry = json.loads(json.loads(begun("ledger", "prove", "1").stdout)["entry"])
    assert entry["subject"] == "take/1"
    assert begun("ledger", "prove", "take/9").exit_code == 2


def test_a_key_is_rotated(begun: Typed) -> None:
    key = answer(begun("ledger", "rotate", "--json"))["key"]
    assert key in begun("ledger", "verify").stdout
    begun("take", "withdraw", "1")
    said = answer(begun("ledger", "verify", "--json"))
    assert [each["key"] for each in said["keys"]][1:] == [key]


def test_a_lost_key_is_named_until_it_is_accepted(begun: Typed, home: Path) -> None:
    Home(home).ledger_key.unlink()
    refused = begun("take", "withdraw", "1")
    assert refused.exit_code == 5
    assert "rotate --lost" in refused.stderr
    assert begun("ledger", "rotate", "--lost").exit_code == 0
    assert begun("take", "withdraw", "1").exit_code == 0
    said = answer(begun("ledger", "verify", "--json"))
    assert {each["code"] for each in said["problems"]} == {"key_replaced"}
    assert begun("ledger", "verify", "--accept-key", said["key"]).exit_code == 0


def test_a_stamp_needs_an_authority(begun: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPLIQUE_TSA_URL", raising=False)
    result = begun("ledger", "stamp")
    assert result.exit_code == 2
    assert "REPLIQUE_TSA_URL" in result.stderr


def test_files_that_are_due_are_told(begun: Typed, home: Path, tmp_path: Path) -> None:
    store.open()
    from replique.store import evidence_files
    from replique.store.evidence_models import EvidenceFile

    paper = tmp_path / "rider.txt"
    paper.write_text("signed")
    evidence_files.keep(paper)
    (row,) = EvidenceFile.objects.all()
    row.checked_at = row.checked_at.replace(year=2020)
    row.save()
    assert "1 file kept as evidence was not read" in begun("ledger", "verify").stdout
    assert "verify --files" in begun("doctor").stdout
    assert "is whole" in begun("ledger", "verify", "--files").stdout
    assert "verify --files" not in begun("doctor").stdout
    assert "not read" not in begun("ledger", "verify").stdout
    next(Home(home).evidence.rglob(f"{row.sha256}")).unlink()
    result = begun("ledger", "verify", "--files")
    assert result.exit_code == 1
    assert "gone" in result.stdout


def test_a_report_that_is_made_is_on_record(typed: Typed, searched: Path, tmp_path: Path) -> None:
    del searched
    assert typed("report", tmp_path / "report.html").exit_code == 0
    kinds = [each["kind"] for each in answer(typed("ledger", "show", "--json"))["entries"]]
    assert kinds[0] == "ledger"
    assert kinds.count("medium") == 2
    assert kinds[-1] == "report"
