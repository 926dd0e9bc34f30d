from __future__ import annotations

import dataclasses
import math
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from replique import store
from replique.media import Track
from replique.probe import Occurrence
from replique.scan import Failure, Found, MediumResult, Searched
from replique.store import Home, TakeRecord

if TYPE_CHECKING:
    from replique.store.sink import Sink

Wav = Callable[..., Path]
DIGEST = "f" * 64
SHA256 = "c" * 64


@pytest.fixture
def two_takes(records: Home, awa: str, wav: Wav) -> list[TakeRecord]:
    return [store.add_take(records, awa, wav(seed), kind="session") for seed in (1, 2)]


def sink_for(takes: Iterable[TakeRecord], digest: str = DIGEST) -> Sink:
    from replique.store.bits import Subjects
    from replique.store.models import Recording, ScanRun
    from replique.store.sink import Sink

    recordings = {take.sha256: Recording.objects.get(sha256=take.sha256).pk for take in takes}
    subjects = Subjects(digest, tuple(recordings.values()), tuple(recordings))
    return Sink(ScanRun.objects.create().pk, [subjects])


def occurrence(take: TakeRecord, start_s: float = 1.0) -> Occurrence:
    return Occurrence(
        take.sha256, "mono", start_s, start_s + 2, 0.0, 2.0, 1.0, 0.0, -3.0, 1, 6.5, {"cells": 40.0}
    )


def medium(
    *takes: TakeRecord, wanted: int = 0b11, digest: str = DIGEST, covered: bool = True
) -> MediumResult:
    return MediumResult(
        "Films/a.wav",
        Path("/Films/a.wav"),
        (),
        (1000, 2, 3),
        SHA256,
        1000,
        60.0,
        (Track(0, "fra", "VF", "aac", 2, "stereo", 48_000, 60.0),),
        (Searched("fake", "1", digest, wanted, covered),),
        tuple(Found("fake", "1", digest, 0, occurrence(take)) for take in takes),
        heard_s=58.5,
        tracks_s=(58.5,),
    )


def found(home: Home) -> list[tuple[str, float]]:
    return [
        (each.take.title, each.found.start_s)
        for each in store.occurrences(home)
        if each.take is not None
    ]


def test_a_result_is_kept_with_all_that_was_measured(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    result = medium(*two_takes)
    sink_for(two_takes)(result)
    first, second = store.occurrences(records)
    assert (first.take, second.take) == tuple(two_takes)
    assert first.found == result.found[0].occurrence
    kept = first.medium
    assert (kept.sha256, kept.size, kept.duration_s, kept.state) == (SHA256, 1000, 60.0, "ok")
    assert kept.heard_s == (58.5,)
    assert kept.tracks == result.tracks
    assert (kept.locator, kept.locations[0].path) == ("Films/a.wav", Path("/Films/a.wav"))


def test_a_result_given_twice_is_kept_once(records: Home, two_takes: list[TakeRecord]) -> None:
    for _time in range(2):
        sink_for(two_takes)(medium(*two_takes))
    assert len(found(records)) == 2
    assert len(store.media()) == 1
    assert len(store.media()[0].locations) == 1


def test_two_scans_that_end_the_same_medium_keep_it_once(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    from django.db import connections

    from replique.store.models import Coverage, Medium

    sinks = [sink_for(two_takes), sink_for(two_takes)]
    gate = threading.Barrier(2)
    errors: list[BaseException] = []

    def keep(number: int) -> None:
        try:
            for content in range(10):
                gate.wait(30)
                sinks[number](dataclasses.replace(medium(*two_takes), sha256=f"{content:064x}"))
        except BaseException as error:  # noqa: BLE001 — told in the other thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (Medium.objects.count(), Coverage.objects.count()) == (10, 10)
    assert len(found(records)) == 20


def test_coverage_of_two_scans_adds_up(records: Home, two_takes: list[TakeRecord]) -> None:
    from replique.store.bits import unpack
    from replique.store.models import Coverage, Recording

    first, second = two_takes
    sink_for(two_takes)(medium(first, wanted=0b01))
    sink_for(two_takes)(medium(second, wanted=0b10))
    assert len(found(records)) == 2
    (row,) = Coverage.objects.all()
    assert unpack(bytes(row.subjects.bits)) == sorted(
        Recording.objects.values_list("pk", flat=True)
    )
    assert row.subjects.count == 2


def test_an_unfinished_pass_is_replaced_by_the_next(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    first, second = two_takes
    sink_for(two_takes)(medium(first, covered=False))
    assert len(found(records)) == 1
    sink_for(two_takes)(medium(first, second))
    assert len(found(records)) == 2


def test_a_later_probe_supersedes_an_earlier_one(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    from replique.store.models import Occurrence as Row

    first, second = two_takes
    sink_for(two_takes)(medium(first, second))
    later = "e" * 64
    sink_for(two_takes, later)(medium(first, digest=later))
    assert [each.probe_digest for each in store.occurrences(records)] == [later]
    assert Row.objects.count() == 3, "the earlier ones stay on record"


def test_a_failure_without_content_is_kept_by_its_place(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    error = Failure("unreadable", "It cannot be read.", "Look again.", retry=True)
    failed = MediumResult("Films/b.wav", Path("/Films/b.wav"), (), error=error)
    sink = sink_for(two_takes)
    for _time in range(2):
        sink(failed)
    (kept,) = store.media(state="failed")
    assert (kept.sha256, kept.locator, kept.error_code) == (None, "Films/b.wav", "unreadable")
    assert (kept.error_message, kept.error_advice) == ("It cannot be read.", "Look again.")
    sink(dataclasses.replace(medium(), locator="Films/b.wav", path=Path("/Films/b.wav")))
    assert store.media(state="failed") == [], "it could be read at last"
    assert store.occurrences(records) == []


def test_a_partial_medium_keeps_what_was_found_and_why_it_ended(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    error = Failure("damaged", "Only the first 40 s could be read.", "Copy it again.")
    sink_for(two_takes)(dataclasses.replace(medium(two_takes[0]), error=error))
    (kept,) = store.media(state="partial")
    assert kept.error_code == "damaged"
    assert len(found(records)) == 1


def test_known_content_at_another_place_is_one_medium_more_places(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    sink = sink_for(two_takes)
    sink(medium(two_takes[0]))
    copy = MediumResult("b.wav", Path("/copy/b.wav"), (), (1000, 9, 9), SHA256)
    sink(copy)
    sink.flush()
    (kept,) = store.media()
    assert {each.locator for each in kept.locations} == {"Films/a.wav", "b.wav"}
    assert kept.state == "ok"
    before = kept.locations[0].last_seen
    sink(copy)
    sink.flush()
    (again,) = store.media()
    assert len(again.locations) == 2
    assert again.locations[0].last_seen > before
    assert len(found(records)) == 1


def test_numbers_and_names_that_no_database_likes_are_kept(
    records: Home, two_takes: list[TakeRecord]
) -> None:
    wild = dataclasses.replace(
        occurrence(two_takes[0]),
        gain_db=math.inf,
        pitch_semitones=math.nan,
        how={"a": math.nan, "b": -math.inf, "c": 1.5, "\x00": 2.0},
    )
    result = dataclasses.replace(
        medium(),
        locator="a\x00\udce9.wav",
        path=Path("/Films/\udce9\n.wav"),
        members=("\udcff\x00.ogg",),
        tracks=(Track(0, "\x00", "\ud800", "aac", 2, "stereo", 48_000, math.inf),),
        found=(Found("fake", "1", DIGEST, 0, wild),),
        warnings=("a\x00b",),
        error=Failure("damaged", "\x00\udce9", "\ud800"),
    )
    sink_for(two_takes)(result)
    (row,) = store.occurrences(records)
    assert (row.found.gain_db, row.found.pitch_semitones) == (1e9, 0.0)
    assert row.found.how == {"c": 1.5, "\\x00": 2.0}
    place = row.medium.locations[0]
    assert (place.path, place.members) == (result.path, result.members)


def test_a_removed_take_that_comes_back_is_searched_again(
    records: Home, awa: str, wav: Wav, two_takes: list[TakeRecord]
) -> None:
    from replique.store.bits import Subjects
    from replique.store.known import KnownMedia
    from replique.store.models import Recording

    sink_for(two_takes)(medium(*two_takes))
    store.remove_take(records, str(two_takes[0].id))
    assert len(found(records)) == 1
    store.add_take(records, awa, wav(1), kind="session")
    numbers = tuple(Recording.objects.order_by("pk").values_list("pk", flat=True))
    known = KnownMedia([Subjects(DIGEST, numbers)], [])
    assert known.missing(SHA256) == (0b10,)


def test_a_transaction_that_another_was_in_the_way_of_is_tried_again(
    records: Home, engine: str, two_takes: list[TakeRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from replique.errors import StoreLocked
    from replique.store.sink import Sink

    keep = Sink._keep
    calls: list[int] = []

    def deadlock_once(sink: Sink, result: MediumResult) -> None:
        keep(sink, result)
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("deadlock detected")

    monkeypatch.setattr(Sink, "_keep", deadlock_once)
    if engine == "sqlite":  # it has waited already
        with pytest.raises(StoreLocked):
            sink_for(two_takes)(medium(*two_takes))
        assert found(records) == []
    else:
        sink_for(two_takes)(medium(*two_takes))
        assert len(found(records)) == 2
