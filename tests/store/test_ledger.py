from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from replique import store
from replique.errors import LedgerBroken
from replique.evidence.entries import Entry
from replique.evidence.entries import read as read_line
from replique.evidence.heads import read_head
from replique.evidence.merkle import root_of
from replique.store import Home


def lines() -> list[bytes]:
    from replique.store.ledger_models import LedgerEntry

    rows = LedgerEntry.objects.order_by("sequence").values_list("line", flat=True)
    return [line.encode() for line in rows]


def entries() -> list[Entry]:
    return [read_line(line) for line in lines()]


def add(number: int = 0) -> int:
    from django.db import transaction

    from replique.store.ledger import append

    with transaction.atomic():
        return append("report", f"report/{number}", {"verb": "made"})


def test_a_ledger_begins_with_its_key_and_is_chained_and_signed(records: Home) -> None:
    from replique.store.ledger import head

    assert head() is None
    assert [add(number) for number in range(3)] == [1, 2, 3]
    first, *rest = entries()
    assert first.body == {"format": 1, "key": first.key, "verb": "begun"}
    assert first.previous == "0" * 64
    assert [each.previous for each in rest] == [each.leaf.hex() for each in [first, *rest][:-1]]
    assert all(each.is_signed() and each.key == first.key for each in [first, *rest])
    newest = head()
    assert newest is not None
    assert newest.is_signed()
    assert newest.root == root_of([each.leaf for each in [first, *rest]]).hex()
    assert (newest.size, newest.last) == (4, rest[-1].leaf.hex())
    assert records.ledger_key.stat().st_mode & 0o777 == 0o600


def test_an_entry_is_only_written_with_what_it_tells_of(records: Home) -> None:
    from django.db import transaction

    from replique.store.ledger import append

    del records
    with pytest.raises(RuntimeError, match="transaction"):
        append("report", "report/1", {"verb": "made"})
    add()
    with transaction.atomic():
        append("report", "report/2", {"verb": "made"})
        transaction.set_rollback(True)
    assert [each.subject for each in entries()] == ["ledger", "report/0"]
    add(3)
    assert [each.sequence for each in entries()] == [0, 1, 2]


def test_a_part_of_a_transaction_that_is_undone_leaves_no_entry(records: Home) -> None:
    from django.db import transaction

    from replique.store.ledger import append

    with transaction.atomic():
        append("report", "report/1", {"verb": "made"})
        with transaction.atomic():
            append("report", "report/2", {"verb": "made"})
            transaction.set_rollback(True)
        append("report", "report/3", {"verb": "made"})
    assert [each.subject for each in entries()] == ["ledger", "report/1", "report/3"]
    assert read_head(records.ledger_heads.read_bytes().splitlines()[-1]).size == 3


@pytest.mark.parametrize(
    "body",
    [{"x": 1.5}, {"X": 1}, {"x": b"bytes"}, {"x": {1: 2}}, {"x": 2**53}, {"x": "\ud800"}],
    ids=["fraction", "capital", "bytes", "number as key", "too large", "half a character"],
)
def test_a_body_that_could_be_written_in_two_ways_is_refused(
    records: Home, body: dict[str, object]
) -> None:
    from django.db import transaction

    from replique.store.ledger import append

    del records
    with pytest.raises(TypeError), transaction.atomic():
        append("report", "report/1", body)
    assert lines() == []


def test_every_head_is_laid_outside_the_database(records: Home) -> None:
    for number in range(3):
        add(number)
    kept = [read_head(line) for line in records.ledger_heads.read_bytes().splitlines()]
    assert [each.size for each in kept] == [2, 3, 4]
    assert all(each.is_signed() for each in kept)


def test_the_heads_that_were_kept_stay_few(records: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from replique.store import ledger_home

    monkeypatch.setattr(ledger_home, "LONGEST_HEADS", 4000)
    for number in range(40):
        add(number)
    sizes = [read_head(line).size for line in ledger_home.kept_heads(records)]
    assert len(sizes) < 20
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (2, 41)


def test_a_home_that_cannot_keep_a_head_does_not_undo_what_was_done(records: Home) -> None:
    records.ledger_heads.mkdir()
    assert add() == 1
    assert len(lines()) == 2


def test_a_head_that_was_torn_does_not_spoil_the_next(records: Home) -> None:
    add()
    whole = records.ledger_heads.read_bytes()
    records.ledger_heads.write_bytes(whole + whole[:40])
    add()
    kept = records.ledger_heads.read_bytes().splitlines()
    assert [read_head(line).size for line in (kept[0], kept[2])] == [2, 3]


def test_a_database_that_fails_after_the_commit_is_no_failure_of_the_change(
    records: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from replique.store import ledger_home

    def gone(*_said: object) -> None:
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(ledger_home, "keep_head", gone)
    assert add() == 1
    assert len(lines()) == 2
    del records


def test_two_programs_that_append_at_once_take_turns(records: Home) -> None:
    from django.db import connections

    del records
    gate = threading.Barrier(4)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            gate.wait(30)
            for _time in range(10):
                add(number)
        except BaseException as error:  # noqa: BLE001 — told in the other thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = entries()
    assert [each.sequence for each in found] == list(range(41))
    assert [each.previous for each in found[1:]] == [each.leaf.hex() for each in found[:-1]]


def test_whole_subtrees_are_kept_as_they_fill(
    records: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import ledger
    from replique.store.ledger_models import LedgerSubtree

    del records
    monkeypatch.setattr(ledger, "BAND", 2)
    for number in range(17):
        add(number)
    leaves = [each.leaf for each in entries()]
    kept = {(each.band, each.position): bytes(each.root) for each in LedgerSubtree.objects.all()}
    assert kept == {
        **{(1, at): root_of(leaves[4 * at : 4 * at + 4]) for at in range(4)},
        (2, 0): root_of(leaves[:16]),
    }


def cut_the_last(home: Home) -> None:
    del home
    from replique.store.ledger_models import LedgerEntry, LedgerHead

    LedgerEntry.objects.filter(sequence=2).delete()
    LedgerHead.objects.update(size=2)


def forge_a_head(home: Home) -> None:
    del home
    from replique.evidence.heads import sign_head
    from replique.evidence.keys import Signer
    from replique.store.ledger_models import LedgerHead

    (row,) = LedgerHead.objects.all()
    old = read_head(row.line.encode())
    forged = sign_head(
        Signer.new(), size=old.size, root=bytes.fromhex(old.root), last=b"\1" * 32
    ).line.decode()
    row.line = forged.replace(read_head(forged.encode()).key, old.key)
    row.save()


def forget_the_head(home: Home) -> None:
    del home
    from replique.store.ledger_models import LedgerHead

    LedgerHead.objects.all().delete()


def lose_the_key(home: Home) -> None:
    home.ledger_key.unlink()


def spoil_the_key(home: Home) -> None:
    home.ledger_key.write_text("no key")


def another_key(home: Home) -> None:
    from replique.evidence.keys import Signer

    home.ledger_key.write_bytes(Signer.new().pem())


@pytest.mark.parametrize(
    "harm",
    [cut_the_last, forge_a_head, forget_the_head, lose_the_key, spoil_the_key, another_key],
)
def test_nothing_is_added_to_a_ledger_that_was_tampered_with(
    records: Home, harm: Callable[[Home], None]
) -> None:
    add(1)
    add(2)
    harm(records)
    before = lines()
    with pytest.raises(LedgerBroken) as raised:
        add(3)
    assert raised.value.advice
    assert lines() == before


def test_an_entry_of_which_the_head_knows_nothing_stops_the_next(records: Home) -> None:
    """Whoever slips an entry in through SQL does not get it signed over."""
    from replique.store.ledger_models import LedgerEntry

    del records
    add(1)
    LedgerEntry.objects.create(sequence=2, kind="report", subject="report/9", line="{}")
    with pytest.raises(LedgerBroken):
        add(2)


def test_each_home_has_its_ledger(records: Home, engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("another home would share the same server")
    add(1)
    key = entries()[0].key
    other = store.open(records.path / "other")
    add(2)
    assert len(entries()) == 2
    assert entries()[0].key != key
    assert other.ledger_key.exists()
