"""Edits of what a search found, made through SQL: each is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from replique import store
from replique.media.origin import OriginCheck
from replique.scan import InProcess
from tests.sounds import music, voice, write_wav
from tests.store.enrolled import HIGH, LOW, KeysHere, enrol, film, without_models

RATE = 16_000


@pytest.fixture
def searched(home: Path, tmp_path: Path) -> store.Home:
    """Two takes, and a medium in which both are heard."""
    del home
    kept = store.open()
    takes, media = tmp_path / "takes", tmp_path / "media"
    takes.mkdir()
    media.mkdir()
    line, cry = voice(4.0, 11), voice(4.0, 12)
    write_wav(takes / "line.wav", line)
    write_wav(takes / "cry.wav", cry)
    film = music(20.0, 21)
    film[3 * RATE : 3 * RATE + len(line)] = line
    film[12 * RATE : 12 * RATE + len(cry)] = cry
    write_wav(media / "film.wav", film)
    store.add_performer("Awa Diop", "awa-diop")
    store.add_performer("Bo", "bo")
    added = list(store.add_takes(kept, "awa-diop", [takes], kind="session"))
    assert all(each.error is None for each in added)
    store.scan(kept, [media])
    assert len(list(store.occurrences(kept))) == 2
    return kept


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def named() -> set[tuple[str, str]]:
    from replique.store.ledger_rows import check_rows  # once Django is set up

    return {(each.subject.partition("/")[0], each.what) for each in check_rows()}


def test_what_the_program_does_is_as_the_ledger_tells(searched: store.Home) -> None:
    assert named() == set()
    store.withdraw_take(searched, "line")
    assert named() == set()
    store.restore_take(searched, "line")
    store.remove_take(searched, "cry")
    assert named() == set()


EDITS: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "moved": ("UPDATE replique_occurrence SET start_s = start_s + 1", {("medium", "changed")}),
    "stronger": ("UPDATE replique_occurrence SET strength = 99", {("medium", "changed")}),
    "hidden": ("UPDATE replique_occurrence SET superseded = 1", {("medium", "changed")}),
    "taken out": (
        "DELETE FROM replique_occurrence WHERE id = (SELECT MIN(id) FROM replique_occurrence)",
        {("medium", "changed")},
    ),
    "no number": ("UPDATE replique_occurrence SET how = '[1e999]'", {("medium", "changed")}),
    "another medium": (
        "UPDATE replique_medium SET sha256 = 'f' || substr(sha256, 2)",
        {("medium", "missing"), ("medium", "unlogged")},
    ),
    "withdrawn": (
        "UPDATE replique_take SET withdrawn_at = '2026-01-01 00:00:00'",
        {("take", "changed")},
    ),
    "another sound": (
        "UPDATE replique_recording SET sha256 = 'f' || substr(sha256, 2)",
        {("take", "changed"), ("medium", "changed")},
    ),
}


@pytest.mark.parametrize(("statement", "expected"), EDITS.values(), ids=EDITS)
def test_an_edit_through_sql_is_named(
    searched: store.Home, statement: str, expected: set[tuple[str, str]]
) -> None:
    del searched
    if connection.vendor != "sqlite":
        pytest.skip("written in SQLite's own SQL")
    sql(statement)
    assert named() == expected


# --- voices


@pytest.fixture
def heard(records: store.Home, awa: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Two people enrolled, one of them heard; return the other's number."""
    without_models(monkeypatch)
    monkeypatch.setattr(
        "replique.media.origin.check",
        lambda _source: (OriginCheck("content-credentials", "nothing", "Nothing is said."),),
    )
    keys = KeysHere()
    enrol(records, awa, LOW, keys)
    other = enrol(records, store.add_performer("Bo", "bo").slug, HIGH, keys)
    film(tmp_path / "films" / "one.wav", (None, 2), (LOW, 6))
    store.scan(records, [tmp_path / "films"], keys=keys, executor=InProcess())
    assert len(store.occurrences(records)) == 1
    assert named() == set()
    return other


VOICE_EDITS: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "another person's": (
        "UPDATE replique_occurrence SET voice_id = {other}",
        {("medium", "changed")},
    ),
    "moved": ("UPDATE replique_occurrence SET start_s = start_s + 1", {("medium", "changed")}),
    "stronger": ("UPDATE replique_occurrence SET strength = strength - 1", {("medium", "changed")}),
    "taken out": ("DELETE FROM replique_occurrence", {("medium", "changed")}),
    "another key": (
        "UPDATE replique_voice SET key = '{zeros}' WHERE id <> {other}",
        {("medium", "changed"), ("voice", "changed")},
    ),
    "another manner": ("UPDATE replique_voice SET manner = 'x'", {("voice", "changed")}),
    "another word": (
        "UPDATE replique_voicestatement SET text = 'I agree to all.'",
        {("voice_statement", "changed")},
    ),
    "no longer said": ("UPDATE replique_medium SET origin = '[]'", {("medium", "changed")}),
    "said otherwise": (
        'UPDATE replique_medium SET origin = \'[{{"state": "found"}}]\'',
        {("medium", "changed")},
    ),
}


@pytest.mark.parametrize(("statement", "expected"), VOICE_EDITS.values(), ids=VOICE_EDITS)
def test_an_edit_of_a_voice_through_sql_is_named(
    heard: int, statement: str, expected: set[tuple[str, str]]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("written in SQLite's own SQL")
    sql(statement.format(other=heard, zeros="0" * 64))
    assert named() == expected
