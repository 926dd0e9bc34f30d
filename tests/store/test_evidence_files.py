from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from replique.errors import NotFound, Unreadable
from replique.evidence.entries import read as read_line
from replique.store import Home

CONTENT = b"rider, signed on set at 6 in the morning"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WHY = "the agency asked for it on the telephone"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "rider.pdf"
    path.write_bytes(CONTENT)
    return path


def said() -> list[tuple[str, str]]:
    from replique.store.ledger_models import LedgerEntry

    lines = LedgerEntry.objects.filter(kind="file").order_by("sequence")
    entries = [read_line(each.line.encode()) for each in lines]
    return [(each.subject, str(each.body["verb"])) for each in entries]


def test_a_file_is_kept_apart_to_be_read_only(records: Home, paper: Path) -> None:
    from replique.store import evidence_files

    assert evidence_files.keep(paper) == SHA256
    (kept,) = evidence_files.kept()
    assert kept.path == records.evidence / SHA256[:2] / SHA256
    assert kept.path.read_bytes() == CONTENT
    assert (kept.size, kept.damaged) == (len(CONTENT), False)
    assert kept.path.stat().st_mode & 0o777 == 0o400
    assert kept.path.parent.stat().st_mode & 0o777 == 0o700
    assert said() == [(f"file/{SHA256}", "kept")]
    paper.unlink()
    assert kept.path.read_bytes() == CONTENT


def test_the_same_content_is_kept_once(records: Home, paper: Path) -> None:
    from replique.store import evidence_files

    evidence_files.keep(paper)
    evidence_files.keep(paper)
    assert len(evidence_files.kept()) == 1
    assert len(said()) == 1
    assert [path.name for path in records.evidence.rglob("*") if path.is_file()] == [SHA256]


def test_a_file_that_cannot_be_read_is_not_kept(records: Home, tmp_path: Path) -> None:
    from replique.store import evidence_files

    with pytest.raises(Unreadable):
        evidence_files.keep(tmp_path / "nowhere.pdf")
    with pytest.raises(Unreadable):
        evidence_files.keep(tmp_path)
    assert list(records.evidence.iterdir()) == []
    assert said() == []


def test_what_was_not_read_for_long_is_due_and_reading_it_is_an_entry(
    records: Home, paper: Path
) -> None:
    from replique.store import evidence_files

    del records
    evidence_files.keep(paper)
    assert evidence_files.due() == []
    assert evidence_files.rehash(days=30) == {}
    assert [each.sha256 for each in evidence_files.due(days=0)] == [SHA256]
    assert evidence_files.rehash() == {SHA256: "whole"}
    assert [verb for _subject, verb in said()] == ["kept", "checked"]


def test_damage_is_found_and_can_be_made_good(records: Home, paper: Path) -> None:
    from replique.store import evidence_files

    del records
    evidence_files.keep(paper)
    (kept,) = evidence_files.kept()
    kept.path.chmod(0o600)
    kept.path.write_bytes(CONTENT[:-1] + b"?")
    assert evidence_files.rehash() == {SHA256: "changed"}
    assert evidence_files.kept()[0].damaged
    kept.path.unlink()
    assert evidence_files.rehash() == {SHA256: "gone"}
    evidence_files.keep(paper)
    assert evidence_files.rehash() == {SHA256: "whole"}
    assert [verb for _subject, verb in said()] == [
        "kept",
        "found_damaged",
        "found_gone",
        "kept",
        "checked",
    ]


def test_a_deletion_is_an_entry_that_says_what_is_gone(records: Home, paper: Path) -> None:
    from replique.store import evidence_files
    from replique.store.ledger_models import LedgerEntry
    from replique.store.ledger_rows import check_rows

    evidence_files.keep(paper)
    evidence_files.remove(SHA256, WHY)
    assert [path for path in records.evidence.rglob("*") if path.is_file()] == []
    assert evidence_files.kept() == []
    line = LedgerEntry.objects.order_by("-sequence")[0].line
    assert '"gone"' in line
    assert "backups" in line
    assert WHY not in line
    assert check_rows() == []
    with pytest.raises(NotFound):
        evidence_files.remove(SHA256, WHY)
    evidence_files.keep(paper)
    assert evidence_files.rehash() == {SHA256: "whole"}
    assert [verb for _subject, verb in said()] == ["kept", "unlinked", "kept", "checked"]


def test_a_reason_that_no_database_takes_is_kept_as_far_as_it_can_be(
    records: Home, paper: Path
) -> None:
    from replique.store import evidence_files
    from replique.store.evidence_models import EvidenceFile
    from replique.store.ledger_rows import check_rows

    del records
    evidence_files.remove(evidence_files.keep(paper), "asked\0 by \udce9lise")
    assert EvidenceFile.objects.get().why.startswith("asked")
    assert check_rows() == []


def test_a_file_deleted_while_it_is_kept_again_is_kept(
    records: Home, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import evidence_files

    del records
    evidence_files.keep(paper)
    copy, times = evidence_files._copy, []

    def and_another_program_deletes_it(home: Home, file: Path) -> tuple[str, int]:
        said_ = copy(home, file)
        times.append(said_)
        if len(times) == 1:
            evidence_files.remove(SHA256, WHY)
        return said_

    monkeypatch.setattr(evidence_files, "_copy", and_another_program_deletes_it)
    evidence_files.keep(paper)
    assert evidence_files.rehash() == {SHA256: "whole"}


def test_an_edit_of_its_row_is_found(records: Home, paper: Path) -> None:
    from django.db import connection

    from replique.store import evidence_files
    from replique.store.ledger_rows import RowProblem, check_rows

    del records
    evidence_files.keep(paper)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE replique_evidencefile SET size = 1")
    assert check_rows() == [RowProblem(f"file/{SHA256}", "changed")]
