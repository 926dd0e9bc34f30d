"""What somebody can do to the database or its folder, and what `verify` then says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.errors import LedgerBroken, NotFound
from replique.store import Home


def add(count: int = 1, kind: str = "report") -> None:
    from django.db import transaction

    from replique.store.ledger import append

    with transaction.atomic():
        for _time in range(count):
            append(kind, f"{kind}/1", {"verb": "made"})


def sql(command: str, *values: str | int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(command, values)


def codes(**asked: bool) -> set[str]:
    from replique.store.ledger_checking import check

    found = check(**asked)  # type: ignore[arg-type] # flags alone
    assert all(each.message for each in found.problems)
    return {each.code for each in found.problems}


@pytest.fixture
def full(records: Home, tmp_path: Path) -> Home:
    """Return a store with a ledger of a dozen entries and a file kept as evidence."""
    from replique.store import evidence_files

    paper = tmp_path / "rider.txt"
    paper.write_text("signed")
    evidence_files.keep(paper)
    add(10)
    return records


@pytest.mark.parametrize("every", [False, True], ids=["bound", "every signature"])
def test_a_ledger_that_nobody_touched_is_sound(full: Home, *, every: bool) -> None:
    from replique.store.ledger_checking import check

    del full
    found = check(every_signature=every, files=True)
    assert found.problems == ()
    assert (found.verified.size, found.files) == (12, 1)
    assert found.compared > 0


def test_an_empty_ledger_is_sound(records: Home) -> None:
    del records
    assert codes() == set()


def change(home: Home) -> None:
    del home
    sql("UPDATE replique_ledgerentry SET line = replace(line, 'made', 'mead') WHERE sequence = 5")


def drop(home: Home) -> None:
    del home
    sql("DELETE FROM replique_ledgerentry WHERE sequence = 5")


def reorder(home: Home) -> None:
    del home
    for old, new in ((5, 100), (6, 5), (100, 6)):
        sql("UPDATE replique_ledgerentry SET sequence = %s WHERE sequence = %s", new, old)


def insert(home: Home) -> None:
    del home
    sql(
        "INSERT INTO replique_ledgerentry (sequence, kind, subject, line) "
        "SELECT 12, kind, subject, line FROM replique_ledgerentry WHERE sequence = 5"
    )


def truncate(home: Home) -> None:
    del home
    sql("DELETE FROM replique_ledgerentry WHERE sequence > 8")


def truncate_everything(home: Home) -> None:
    del home
    for table in ("entry", "head", "subtree"):
        sql(f"DELETE FROM replique_ledger{table}")  # noqa: S608 — three names of ours
    sql("DELETE FROM replique_evidencefile")


def cut_with_an_older_head(home: Home) -> None:
    from replique.store.ledger_home import kept_heads

    truncate(home)
    line = next(line for line in kept_heads(home) if b'"size":2}' in line)
    sql("DELETE FROM replique_ledgerentry WHERE sequence > 1")
    sql("UPDATE replique_ledgerhead SET size = 2, line = %s", line.decode())


def edit_a_record(home: Home) -> None:
    del home
    sql("UPDATE replique_evidencefile SET size = size + 1")


def take_a_record_out(home: Home) -> None:
    del home
    sql("DELETE FROM replique_evidencefile")


def edit_what_an_entry_is_found_by(home: Home) -> None:
    del home
    sql("UPDATE replique_ledgerentry SET subject = 'report/2' WHERE sequence = 5")


def edit_the_head(home: Home) -> None:
    del home
    sql("UPDATE replique_ledgerhead SET line = replace(line, '2', '3')")


def edit_the_frontier(home: Home) -> None:
    del home
    from replique.store.ledger_models import LedgerHead

    LedgerHead.objects.update(frontier=b"\0" * 64)


def replace_the_key(home: Home) -> None:
    """Sign the whole of it anew with another key, and lay that key where the right one was."""
    from replique.evidence.entries import read
    from replique.evidence.keys import Signer
    from replique.store.ledger_models import LedgerEntry
    from tests.evidence.ledgers import Ledger

    signer = Signer.new()
    made = Ledger(signer)
    for row in LedgerEntry.objects.order_by("sequence"):
        entry = read(row.line.encode())
        body = {**entry.body, "key": signer.public} if entry.sequence == 0 else entry.body
        made.add(entry.kind, entry.subject, **body)
        row.line = made.lines[-1].decode()
        row.save()
    frontier = b"".join(made.frontier.hashes)
    sql("UPDATE replique_ledgerhead SET line = %s", made.heads[-1].decode())
    from replique.store.ledger_models import LedgerHead

    LedgerHead.objects.update(frontier=frontier)
    home.ledger_key.write_bytes(signer.pem())


ATTACKS: list[tuple[Callable[[Home], None], set[str]]] = [
    (change, {"changed"}),
    (drop, {"dropped"}),
    (reorder, {"reordered"}),
    (insert, {"inserted"}),
    (truncate, {"truncated"}),
    (truncate_everything, {"rolled_back"}),
    (cut_with_an_older_head, {"rolled_back"}),
    (edit_a_record, {"row_changed"}),
    (take_a_record_out, {"row_missing"}),
    (edit_what_an_entry_is_found_by, {"changed"}),
    (edit_the_head, {"head_changed"}),
    (edit_the_frontier, {"tree_changed"}),
    (replace_the_key, {"key_replaced"}),
]


@pytest.mark.parametrize(
    ("attack", "named"), ATTACKS, ids=lambda each: getattr(each, "__name__", "")
)
@pytest.mark.parametrize("every", [False, True], ids=["bound", "every signature"])
def test_an_attack_is_named(
    full: Home, attack: Callable[[Home], None], named: set[str], *, every: bool
) -> None:
    attack(full)
    found = codes(every_signature=every)
    assert named <= found
    assert found - named <= {"truncated", "tree_changed", "rolled_back"}


def test_a_database_turned_back_is_named_and_so_is_what_is_written_after(
    full: Home, engine: str
) -> None:
    if engine != "sqlite":
        pytest.skip("a server has no file to bring back")
    store.close()
    old = full.path / "old.sqlite3"
    shutil.copy(full.database, old)
    add(5)
    store.close()
    shutil.copy(old, full.database)
    for leftover in full.path.glob("*.sqlite3-*"):
        leftover.unlink()
    assert codes() == {"rolled_back"}
    add(7)
    assert codes() == {"forked"}


def test_a_kept_subtree_that_was_changed_is_named(
    records: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import ledger, ledger_checking
    from replique.store.ledger_models import LedgerSubtree

    del records
    for module in (ledger, ledger_checking):
        monkeypatch.setattr(module, "BAND", 2)
    add(8)
    assert LedgerSubtree.objects.exists()
    row = LedgerSubtree.objects.all()[0]
    row.root = b"\0" * 32
    row.save()
    assert codes() == {"tree_changed"}


def test_a_file_that_was_changed_or_taken_is_named(full: Home) -> None:
    from replique.store import evidence_files

    del full
    (kept,) = evidence_files.kept()
    kept.path.chmod(0o600)
    kept.path.write_text("signed?")
    assert codes() == set(), "not looked at unless asked"
    assert codes(files=True) == {"file_changed"}
    kept.path.unlink()
    assert codes(files=True) == {"file_gone"}


def test_a_key_is_rotated_and_the_ledger_goes_on(full: Home) -> None:
    from replique.store.ledger_checking import check
    from replique.store.ledger_rotation import rotate

    old = full.ledger_key.read_bytes()
    public = rotate()
    add(2)
    found = check(every_signature=True)
    assert found.problems == ()
    assert [span.key for span in found.verified.keys][1:] == [public]
    assert full.ledger_key.read_bytes() != old
    assert not full.ledger_next_key.exists()
    assert full.ledger_key.stat().st_mode & 0o777 == 0o600


def test_a_rotation_killed_before_the_file_has_its_name_is_finished_later(
    full: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import ledger_home, ledger_rotation

    with monkeypatch.context() as patch:
        patch.setattr(ledger_home, "promote", lambda *_said: None)
        ledger_rotation.rotate()
    assert full.ledger_next_key.exists()
    add(2)
    assert not full.ledger_next_key.exists()
    assert codes() == set()


def test_a_rotation_after_a_loss_that_was_killed_is_finished_later(
    full: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import ledger_home, ledger_rotation
    from replique.store.ledger_checking import check

    full.ledger_key.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(ledger_home, "promote", lambda *_said: None)
        public = ledger_rotation.rotate(lost=True)
    add(2)
    assert full.ledger_key.exists()
    assert check(accepted=[public]).problems == ()


def test_two_rotations_at_once_lose_no_key(full: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is slow to name its file, the second is killed before it commits."""
    from replique.evidence.keys import Signer
    from replique.store import ledger_home, ledger_rotation

    genuine = ledger_home.promote
    with monkeypatch.context() as patch:
        patch.setattr(ledger_home, "promote", lambda *_said: None)
        public = ledger_rotation.rotate()
    add()  # the second program: finishes the first rotation, …
    ledger_home.lay_ready(full, Signer.new())  # … begins its own, and dies
    genuine(full, public)
    add()
    assert codes() == set()


def test_a_lost_key_can_be_replaced_and_everyone_is_told(full: Home) -> None:
    from replique.store.ledger_checking import check
    from replique.store.ledger_rotation import rotate

    full.ledger_key.unlink()
    with pytest.raises(LedgerBroken, match="gone"):
        add()
    with pytest.raises(LedgerBroken):
        rotate()
    public = rotate(lost=True)
    add(2)
    assert codes() == {"key_replaced"}
    assert check(accepted=[public]).problems == ()


def test_an_empty_ledger_has_no_key_to_rotate(records: Home) -> None:
    from replique.store.ledger_rotation import rotate

    del records
    with pytest.raises(NotFound):
        rotate()


def test_everything_that_is_in_it_can_be_proved(
    records: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.evidence.proofs import read_proof
    from replique.store import ledger, ledger_reading

    del records
    for module in (ledger, ledger_reading):
        monkeypatch.setattr(module, "BAND", 2)
    add(71)
    for number in range(72):
        proof = ledger_reading.prove(str(number))
        assert proof.entry.sequence == number
        assert read_proof(proof.written()) == proof
        assert proof.holds()
    assert ledger_reading.prove("report/1").entry.sequence == 71
    for name in ("72", "-1", "nothing/1", "9" * 30):
        with pytest.raises(NotFound):
            ledger_reading.prove(name)


@pytest.mark.parametrize("attack", [change, edit_the_head, drop])
def test_nothing_is_proved_from_what_was_changed(
    full: Home, attack: Callable[[Home], None]
) -> None:
    from replique.store.ledger_reading import prove

    attack(full)
    for number in (4, 5, 11):
        try:
            proof = prove(str(number))
        except (LedgerBroken, NotFound):
            continue
        assert proof.holds()
        assert number != 5


def test_a_name_that_is_no_text_is_not_found(full: Home) -> None:
    from replique.store.ledger_reading import entries, prove

    del full
    for name in ("report/\udce9", "report/\0"):
        assert entries(name) == []
        with pytest.raises(NotFound):
            prove(name)


def test_what_was_said_of_something_is_found(full: Home) -> None:
    from replique.store.ledger_reading import entries

    del full
    assert [each.sequence for each in entries(last=3)] == [9, 10, 11]
    assert len(entries()) == 12
    assert [each.kind for each in entries("file")] == ["file"]
    assert len(entries("report/1")) == 10
    assert entries("nothing/1") == []
    change(Home.opened())
    assert len(entries("report/1")) == 10, "still an entry, if a false one: verify says so"
    sql("UPDATE replique_ledgerentry SET line = '{' WHERE sequence = 5")
    assert len(entries("report/1")) == 9
