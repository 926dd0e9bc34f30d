"""Forgetting: what goes, what stays, and what a killed program left."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from pathlib import Path
from typing import BinaryIO

import pytest
from django.utils import timezone

from replique import store
from replique.errors import KeysLocked, NotFound
from replique.store import Home
from tests.store.enrolling_people import (
    AWA,
    BO,
    DIGEST,
    MemoryKeyring,
    ears,
    enrol,
    heard,
    no_ring,
    ring,
    searched,
    spoken,
)
from tests.voices.keen import KeenEars

__all__ = ["ears", "no_ring", "ring"]  # fixtures
pytestmark = pytest.mark.usefixtures("ears")


@pytest.fixture
def hers(tmp_path: Path) -> Path:
    return spoken(tmp_path / "voice" / "monologue.wav")


def killed(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


def files_of(home: Home) -> set[str]:
    return {each.name for each in home.voices.iterdir()} - {"keys.json", ".choosing"}


def test_a_forgotten_voice_takes_along_what_was_found_of_it(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.ledger_rows import check_rows
    from replique.store.models import Coverage, Occurrence, SubjectSet
    from replique.store.voice_models import VoiceStatement

    voice = enrol(records, awa, [hers]).voice
    number = heard(voice.id)
    heard(voice.id, start_s=30.0)
    searched([voice.id])
    store.judge(number, "yes", by="Awa")
    gone = store.forget_voice(records, awa)
    assert (gone.performer, gone.manners) == (awa, ("speaking",))
    assert (gone.keys, gone.keys_left, gone.files) == (1, 0, 1)
    assert (gone.occurrences, gone.judgements, gone.media) == (2, 1, 1)
    assert (gone.uses, gone.statements, gone.rewritten) == ((), 1, True)
    assert any("backups" in each for each in gone.notes)
    assert store.voices() == []
    assert ring.held == {}
    assert files_of(records) == set()
    for model in (Occurrence, Coverage, SubjectSet):
        assert not model.objects.exists()
    assert VoiceStatement.objects.get().withdrawn_at is not None
    assert check_rows() == []
    with pytest.raises(NotFound, match="No voice"):
        store.forget_voice(records, awa)


def test_a_use_that_was_described_stays_of_no_occurrence(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.evidence.entries import read
    from replique.store.consent_models import UseDescription
    from replique.store.ledger_models import LedgerEntry
    from replique.store.ledger_rows import check_rows
    from replique.store.models import Occurrence

    del ring
    number = heard(enrol(records, awa, [hers]).voice.id)
    use = store.describe_use(performer=awa, facts={"production": "Nocturne"})
    row = UseDescription.objects.get()
    row.occurrence = Occurrence.objects.get(pk=number)
    row.save()
    assert store.forget_voice(records, awa).uses == (f"u{use.number}",)
    (text,) = UseDescription.objects.filter(occurrence=None).values_list("text", flat=True)
    assert "Nocturne" in text
    last = LedgerEntry.objects.filter(subject=f"use/{use.number}").order_by("sequence").last()
    assert last is not None
    assert read(last.line.encode()).body["verb"] == "unlinked"
    assert check_rows() == []


def test_one_manner_is_forgotten_without_the_others(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.models import Coverage
    from replique.store.voice_models import VoiceStatement

    speaking = enrol(records, awa, [hers]).voice
    witch = enrol(records, awa, [spoken(hers.with_name("w.wav"), BO)], manner="the witch").voice
    kept = heard(speaking.id)
    heard(witch.id, start_s=50.0)
    searched([speaking.id, witch.id])
    with pytest.raises(NotFound, match="singing") as told:
        store.forget_voice(records, awa, "singing")
    assert "the witch" in told.value.advice
    gone = store.forget_voice(records, awa, "the witch")
    assert (gone.manners, gone.occurrences, gone.statements) == (("the witch",), 1, 1)
    assert store.voices() == [speaking]
    assert set(ring.held) == {("replique", speaking.key)}
    from replique.store.bits import unpack
    from replique.store.models import Occurrence

    assert [each.pk for each in Occurrence.objects.all()] == [kept]
    assert unpack(bytes(Coverage.objects.get().subjects.bits)) == [speaking.id]
    still = VoiceStatement.objects.get(withdrawn_at=None)
    assert still.pk == speaking.statement


def test_a_set_that_says_nothing_else_of_takes_is_left_alone(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    """The same bits may say which takes were searched: those have the same numbers."""
    from replique.store.bits import unpack
    from replique.store.models import Coverage

    del ring
    voice = enrol(records, awa, [hers]).voice
    heard(voice.id)
    searched([voice.id])
    row = Coverage.objects.get()
    row.pk, row.probe, row.probe_digest = None, "recordings", "6e" * 32
    row.save(force_insert=True)
    store.forget_voice(records, awa)
    left = Coverage.objects.get()
    assert left.probe == "recordings"
    assert unpack(bytes(left.subjects.bits)) == [voice.id]


@pytest.mark.usefixtures("no_ring")
def test_forgetting_needs_no_passphrase(
    records: Home, awa: str, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(records, awa, [hers])
    monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
    gone = store.forget_voice(records, awa)
    assert (gone.keys, gone.keys_left, gone.files) == (1, 0, 1)
    assert any("passphrase" in each for each in gone.notes)
    assert files_of(records) == set()


def test_a_keyring_out_of_reach_is_told_and_gone_back_to(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    voice = enrol(records, awa, [hers]).voice
    ring.locked = True
    gone = store.forget_voice(records, awa)
    assert (gone.keys, gone.keys_left, gone.files) == (0, 1, 1)
    assert any("keyring" in each for each in gone.notes)
    assert store.voices() == []
    store.open(records.path)
    assert files_of(records) == {f".gone-{voice.key}"}
    ring.locked = False
    store.open(records.path)
    assert ring.held == {}
    assert files_of(records) == set()


@pytest.mark.parametrize(
    "at",
    [
        "replique.store.voice_keys.wrapping.destroy",
        "replique.store.voice_files.destroy",
        "replique.store.voice_rows.take_out",
        "replique.store.stating.withdraw",
        "replique.store.scrubbing.scrub",
    ],
)
@pytest.mark.usefixtures("awa")
def test_forgetting_that_was_broken_off_goes_on_at_the_next_open(
    records: Home, ring: MemoryKeyring, hers: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    from replique.store.models import Coverage, Occurrence
    from replique.store.voice_models import VoiceStatement

    voice = enrol(records, "awa-diop", [hers]).voice
    heard(voice.id)
    searched([voice.id])

    with monkeypatch.context() as patch:
        patch.setattr(at, killed)
        with pytest.raises(KeyboardInterrupt):
            store.forget_voice(records, "awa-diop")
    assert f".gone-{voice.key}" in files_of(records)
    store.open(records.path)
    assert store.voices() == []
    assert ring.held == {}
    assert files_of(records) == set()
    assert not Occurrence.objects.exists()
    assert not Coverage.objects.exists()
    assert VoiceStatement.objects.get().withdrawn_at is not None


def test_a_mark_of_a_program_at_work_or_of_another_database_is_left_alone(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import voice_marks

    voice = enrol(records, awa, [hers]).voice
    with voice_marks.marked(records, voice_marks.GONE, voice.key, voice.id) as mark:
        store.open(records.path)
        assert store.voices() == [voice]
        mark.path.write_text('{"database": "another", "row": 1}')
    store.open(records.path)
    assert store.voices() == [voice]
    assert len(ring.held) == 1
    mark.path.write_text("")  # killed before it was written
    store.open(records.path)
    assert store.voices() == []
    assert ring.held == {}


def test_what_a_killed_enrolment_left_is_gone_at_the_next_open(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import voice_files, voice_marks

    voice = enrol(records, awa, [hers]).voice
    keys = store.open_keys(records)
    content = voice_files.read(records, voice.key, keys.get(voice.key))
    half = "99" * 32
    with voice_marks.marked(records, voice_marks.HALF, half):
        voice_files.write(records, half, keys.new(half), content)
    with voice_marks.marked(records, voice_marks.HALF, voice.key, voice.id):
        pass  # killed before the row that was to follow it
    store.open(records.path)
    assert store.voices() == [voice]
    assert set(ring.held) == {("replique", voice.key)}
    assert files_of(records) == {f"{voice.key}.rpv"}


@pytest.mark.usefixtures("no_ring", "awa")
def test_a_lost_passphrase_is_no_dead_end(
    records: Home, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(records, "awa-diop", [hers])
    enrol(records, "awa-diop", [spoken(hers.with_name("w.wav"), BO)], manner="the witch")
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "is it this one?")
    with pytest.raises(KeysLocked) as told:
        enrol(records, "awa-diop", [spoken(hers.with_name("n.wav"), seed=9)])
    assert "forget the voices and enrol them anew" in told.value.advice
    one = store.forget_voice(records, "awa-diop", "the witch")
    assert not one.keys_anew
    with pytest.raises(KeysLocked):  # the other is still under it
        store.open_keys(records)
    last = store.forget_voice(records, "awa-diop")
    assert last.keys_anew
    assert any("chooses another" in each for each in last.notes)
    voice = enrol(records, "awa-diop", [hers]).voice
    assert len(store.open_keys(records).get(voice.key)) == 32


@pytest.mark.usefixtures("no_ring", "awa")
def test_the_passphrase_of_a_voice_that_was_half_forgotten_ends_when_the_rest_goes(
    records: Home, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(records, "awa-diop", [hers])
    with monkeypatch.context() as patch:
        patch.setattr("replique.store.scrubbing.scrub", killed)
        with pytest.raises(KeyboardInterrupt):
            store.forget_voice(records, "awa-diop")
    assert (records.voices / "keys.json").exists()
    store.open(records.path)
    assert not (records.voices / "keys.json").exists()


@pytest.mark.usefixtures("no_ring", "awa")
@pytest.mark.parametrize("when", ["begun", "at-work"])
def test_who_enrols_while_the_last_voice_is_forgotten_keeps_a_voice_that_opens(
    records: Home, hers: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Begun: the keys are open and nothing is kept yet. At work: the voice is being written."""
    from replique.store import voice_files

    enrol(records, "awa-diop", [hers])
    write, opened = voice_files.write, store.open_keys
    forgotten: list[store.Forgotten] = []

    def forget() -> None:
        forgotten.append(store.forget_voice(records, "awa-diop", "speaking"))

    def opening(home: Home) -> store.Keys:
        keys = opened(home)
        forget()
        return keys

    def writing(*given: object) -> None:
        forget()
        write(*given)  # type: ignore[arg-type]  # passed on

    with monkeypatch.context() as patch:
        if when == "begun":
            patch.setattr(store, "open_keys", opening)
        else:
            patch.setattr(voice_files, "write", writing)
        witch = spoken(hers.with_name("w.wav"), BO)
        voice = enrol(records, "awa-diop", [witch], manner="the witch").voice
    assert [gone.keys_anew for gone in forgotten] == [when == "begun"]
    assert store.voices() == [voice]
    assert len(store.open_keys(records).get(voice.key)) == 32


@pytest.mark.parametrize("way", ["moved", "by-a-link"])
@pytest.mark.usefixtures("awa")
def test_forgetting_that_was_broken_off_goes_on_wherever_the_home_is_now(
    records: Home, ring: MemoryKeyring, hers: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    enrol(records, "awa-diop", [hers])
    with monkeypatch.context() as patch:
        patch.setattr("replique.store.voice_files.destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            store.forget_voice(records, "awa-diop")
    assert files_of(records) != set()
    store.close()
    elsewhere = records.path.with_name("elsewhere")
    if way == "moved":
        records.path.rename(elsewhere)
    else:
        elsewhere.symlink_to(records.path)
    there = store.open(elsewhere)
    assert store.voices() == []
    assert files_of(there) == set()
    assert ring.held == {}


def test_a_mark_that_another_program_takes_away_while_it_is_written_is_written_again(
    records: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that opens the store between the making and the locking takes it for a left one."""
    from replique.store import voice_marks

    lock, tries = fcntl.flock, []

    def taken_first(file: BinaryIO, how: int) -> None:
        tries.append(how)
        if len(tries) == 1:
            (records.voices / f"{voice_marks.HALF}{'99' * 32}").unlink()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", taken_first)
    with voice_marks.marked(records, voice_marks.HALF, "99" * 32) as mark:
        assert mark.path.exists()
        mark.remove()
    assert len(tries) == 2


def test_files_that_no_row_names_are_left_alone(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    """Their rows may be in another database."""
    del awa, ring, hers
    other = records.voices / f"{'77' * 32}.rpv"
    other.write_bytes(b"of another database")
    old = records.voices / ".unfinished-x"
    old.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.open(records.path)
    assert other.exists()
    assert not old.exists()


def test_reports_are_named_and_deleted_when_that_is_asked_for(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    earlier = records.reports / "earlier.html"
    earlier.write_text("before")
    long_ago = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(earlier, (long_ago, long_ago))
    enrol(records, awa, [hers])
    report = records.reports / "june" / "report.html"
    report.parent.mkdir()
    report.write_text("what was found")
    told = store.forget_voice(records, awa)
    assert (told.reports, told.reports_deleted) == ((report,), ())
    assert report.exists()
    enrol(records, awa, [hers])
    report.write_text("what was found since")
    told = store.forget_voice(records, awa, reports=True)
    assert (told.reports, told.reports_deleted) == ((), (report,))
    assert not report.exists()
    assert earlier.exists()


def test_what_was_said_of_an_occurrence_outlives_added_recordings(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.ledger_rows import check_rows
    from replique.store.models import Coverage, Occurrence

    del ring
    first = enrol(records, awa, [hers]).voice
    spoken_of, other = heard(first.id), heard(first.id, start_s=60.0)
    searched([first.id])
    store.judge(spoken_of, "yes", by="Awa")
    second = enrol(records, awa, [spoken(hers.with_name("day2.wav"), seed=50)]).voice
    (row,) = Occurrence.objects.all()
    assert other != row.pk == spoken_of
    assert (row.voice_id, row.superseded) == (second.id, True)
    assert row.probe_digest != DIGEST  # the next search measures it anew
    assert not Coverage.objects.exists()
    assert check_rows() == []


def test_a_search_that_runs_is_told_and_what_it_notes_is_taken_out(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import journal
    from replique.store.models import Coverage

    del ring
    voice = enrol(records, awa, [hers]).voice
    heard(voice.id)
    with journal.open_run(records, ["x"], 1, {}):
        gone = store.forget_voice(records, awa)
        searched([voice.id])
    assert any("Stop it" in each for each in gone.notes)
    assert Coverage.objects.exists()
    store.open(records.path)
    assert not Coverage.objects.exists()
    assert files_of(records) == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_reader_in_the_way_is_told_and_the_file_written_anew_later(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    import sqlite3

    from django.db import connection

    del ring
    voice = enrol(records, awa, [hers]).voice
    heard(voice.id, likeness=0.5772156649)
    connection.cursor().execute("PRAGMA busy_timeout=20")
    reader = sqlite3.connect(records.database)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM replique_occurrence").fetchall()
    gone = store.forget_voice(records, awa)
    assert not gone.rewritten
    assert any("Another program" in each for each in gone.notes)
    assert files_of(records) == {f".gone-{voice.key}"}
    reader.close()
    store.open(records.path)
    assert files_of(records) == set()
    assert b"0.5772156649" not in records.database.read_bytes()


def test_recordings_added_while_a_voice_is_forgotten_are_told(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.errors import StoreLocked
    from replique.store import voice_files

    first = enrol(records, awa, [hers]).voice
    day2 = spoken(hers.with_name("day2.wav"), seed=50)
    shred = voice_files.destroy

    def meanwhile(home: Home, key: str) -> bool:
        monkeypatch.setattr(voice_files, "destroy", shred)
        ring.held["replique", key] = held  # the other program was a moment faster
        enrol(records, awa, [day2])
        return shred(home, key)

    held = ring.held["replique", first.key]
    monkeypatch.setattr(voice_files, "destroy", meanwhile)
    with pytest.raises(StoreLocked, match="meanwhile"):
        store.forget_voice(records, awa)
    (second,) = store.voices()
    assert second.recordings == 2
    store.open(records.path)
    assert files_of(records) == {f"{second.key}.rpv"}
    assert set(ring.held) == {("replique", second.key)}
    assert store.forget_voice(records, awa).keys == 1


@pytest.mark.usefixtures("ring")
def test_a_judgement_goes_over_to_what_the_added_recordings_find(
    records: Home, awa: str, hers: Path, ears: KeenEars, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.scan import InProcess
    from replique.store import ears as models
    from tests.store.enrolled import film, without_models

    without_models(monkeypatch)
    monkeypatch.setattr(models, "ears", lambda _home: ears)
    film(hers.parent / "films" / "one.wav", (None, 2), (AWA, 6), (None, 2), (BO, 6))
    films, keys = [hers.parent / "films"], store.open_keys(records)
    enrol(records, awa, [hers])
    store.scan(records, films, keys=keys, probes=["voices"], executor=InProcess())
    (before,) = store.occurrences(records)
    store.judge(before.id, "yes", by="Awa")
    second = enrol(records, awa, [spoken(hers.with_name("day2.wav"), seed=50)]).voice
    assert store.occurrences(records) == []
    store.scan(records, films, keys=keys, probes=["voices"], executor=InProcess())
    (after,) = store.occurrences(records)
    assert after.voice == second
    assert after.id != before.id
    assert set(store.judgements()) == {after.id}
