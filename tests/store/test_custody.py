from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.evidence.entries import Entry
from replique.probe import Occurrence
from replique.scan import Found, MediumResult, Searched
from replique.store import Home, TakeRecord

Wav = Callable[..., Path]
DIGEST, SHA256 = "f" * 64, "c" * 64


def told(kind: str) -> list[Entry]:
    from replique.store.ledger_reading import entries

    return entries(kind)


@pytest.fixture
def a_take(records: Home, awa: str, wav: Wav) -> TakeRecord:
    return store.add_take(records, awa, wav(1), kind="session")


def found(take: TakeRecord, start_s: float) -> Found:
    measured = Occurrence(
        take.sha256, "mono", start_s, start_s + 2, 0.0, 2.0, 1.0, 0.0, float("-inf"), 1, 6.5, {}
    )
    return Found("fake", "1", DIGEST, 0, measured)


def medium(*occurrences: Found, known: bool = False) -> MediumResult:
    searched = () if known else (Searched("fake", "1", DIGEST, 1, covered=True),)
    return MediumResult(
        "Films/private name.wav",
        Path("/Films/private name.wav"),
        (),
        (1000, 2, 3),
        SHA256,
        1000,
        60.0,
        (),
        searched,
        occurrences,
    )


def keep(take: TakeRecord, *results: MediumResult) -> None:
    from replique.store.bits import Subjects
    from replique.store.models import Recording, ScanRun
    from replique.store.sink import Sink

    recordings = {take.sha256: Recording.objects.get(sha256=take.sha256).pk}
    subjects = Subjects(DIGEST, tuple(recordings.values()), tuple(recordings))
    sink = Sink(ScanRun.objects.create().pk, [subjects])
    for result in results:
        sink(result)
    sink.flush()


def test_a_medium_that_is_searched_is_an_entry(a_take: TakeRecord) -> None:
    from replique.store.custody import occurrences_digest
    from replique.store.models import Medium
    from replique.store.watched import rows_digest

    result = medium(found(a_take, 1.0), found(a_take, 9.0))
    keep(a_take, result)
    (entry,) = told("medium")
    assert entry.subject == f"medium/{SHA256}"
    assert entry.body == {
        "found": 2,
        "occurrences": occurrences_digest(result.found),
        "rows": rows_digest(Medium.objects.get()),
        "searches": [DIGEST],
        "sha256": SHA256,
        "size": 1000,
        "state": "ok",
        "verb": "searched",
    }
    assert b"private name" not in entry.line


def test_a_medium_that_was_known_already_is_none(a_take: TakeRecord) -> None:
    keep(a_take, medium(found(a_take, 1.0)), medium(known=True))
    assert len(told("medium")) == 1


def test_a_medium_that_could_not_be_kept_is_none(
    a_take: TakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store import custody

    def fail(*_told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(custody, "searched", fail)
    with pytest.raises(KeyboardInterrupt):
        keep(a_take, medium(found(a_take, 1.0)))
    assert told("medium") == []
    assert store.media() == []


def test_the_digest_of_what_was_found_does_not_hang_on_its_order(a_take: TakeRecord) -> None:
    from replique.store.custody import occurrences_digest

    one, two = found(a_take, 1.0), found(a_take, 9.0)
    assert occurrences_digest([one, two]) == occurrences_digest([two, one])
    moved = dataclasses.replace(one, occurrence=dataclasses.replace(one.occurrence, end_s=3.5))
    assert occurrences_digest([moved, two]) != occurrences_digest([one, two])
    assert occurrences_digest([one]) != occurrences_digest([one, one])


def test_what_is_done_with_a_take_is_on_record(records: Home, a_take: TakeRecord) -> None:
    name = str(a_take.id)
    store.withdraw_take(records, name)
    store.withdraw_take(records, name)
    store.restore_take(records, name)
    store.restore_take(records, name)
    store.remove_take(records, name)
    said = [(each.subject, each.body["verb"], each.body["sha256"]) for each in told("take")]
    assert said == [
        (f"take/{name}", verb, a_take.sha256)
        for verb in ("registered", "withdrawn", "restored", "removed")
    ]


def test_a_report_that_is_made_is_an_entry(records: Home, tmp_path: Path) -> None:
    del records
    report = tmp_path / "what was found in private.html"
    report.write_bytes(b"<!doctype html>")
    store.report_made(report, occurrences=[4, 3])
    (entry,) = told("report")
    assert entry.body["sha256"] == hashlib.sha256(b"<!doctype html>").hexdigest()
    assert (entry.body["found"], entry.body["size"]) == (2, 15)
    assert b"private" not in entry.line
