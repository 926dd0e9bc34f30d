"""Takes in a browser: sent in pieces or whole, refused with a reason, withdrawn, restored."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from replique.store import Home
from replique.web import uploads
from tests.sounds import voice, write_wav
from tests.web.conftest import entered

FACTS = {"performer": "awa-diop", "kind": "audition"}


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    return write_wav(tmp_path / "scene 3.wav", voice(3.0, 30)).read_bytes()


def piece(client: Client, data: bytes, **facts: object) -> dict[str, object]:
    told = client.post(
        "/takes/upload/", {**FACTS, **facts, "chunk": SimpleUploadedFile("piece", data)}
    ).json()
    assert isinstance(told, dict)
    return told


def test_a_file_in_pieces_becomes_a_take(searched: Home, sound: bytes) -> None:
    client = entered()
    facts: dict[str, object] = {"name": "scène 3.wav", "size": len(sound)}
    told: dict[str, object] = {"received": 0}
    while int(str(told["received"])) < len(sound):
        at = int(str(told["received"]))
        told = piece(client, sound[at : at + 20_000], offset=at, **facts)
        facts["token"] = told["token"]
    assert told["state"] == "finished"
    take = store.find_take(searched, "scène 3")
    assert take.kind == "audition"
    assert take.path.read_bytes() == sound
    assert list((searched.path / "uploads").iterdir()) == []


def test_a_piece_that_comes_twice_changes_nothing(searched: Home, sound: bytes) -> None:
    client = entered()
    facts: dict[str, object] = {"name": "s.wav", "size": len(sound)}
    first = piece(client, sound[:1000], offset=0, **facts)
    again = piece(client, sound[:1000], offset=0, token=first["token"], **facts)
    assert again["received"] == 1000
    rest = piece(client, sound[1000:], offset=1000, token=first["token"], **facts)
    assert rest["state"] == "finished"
    assert store.find_take(searched, "s").path.read_bytes() == sound


@pytest.mark.parametrize(
    ("facts", "data"),
    [
        ({"name": "letter.exe", "size": 3, "offset": 0}, b"abc"),
        ({"name": "a.wav", "size": 0, "offset": 0}, b"a"),
        ({"name": "a.wav", "size": 5 << 30, "offset": 0}, b"abc"),
        ({"name": "a.wav", "size": 2, "offset": 0}, b"abc"),
        ({"name": "a.wav", "size": "many", "offset": 0}, b"abc"),
        ({"name": "a.wav", "size": 9, "offset": 0, "token": "../../../etc/passwd"}, b"abc"),
        ({"name": "a.wav", "size": 9, "offset": 3, "token": "0" * 32}, b"abc"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_words(
    searched: Home, facts: dict[str, object], data: bytes
) -> None:
    told = piece(entered(), data, **facts)
    assert told["message"]
    assert len(store.takes(searched)) == 2


def test_what_is_no_sound_whatever_its_name_says_is_told(searched: Home) -> None:
    client = entered()
    told = piece(client, b"no sound at all", name="notes.wav", size=15, offset=0)
    assert told["state"] == "failed"
    assert told["message"]
    assert "notes.wav" in client.get("/takes/").content.decode()
    assert list((searched.path / "uploads").iterdir()) == []


def test_a_form_without_scripts_does_the_same(searched: Home, sound: bytes) -> None:
    client = entered()
    file = SimpleUploadedFile("whole.wav", sound)
    answer = client.post("/takes/upload/", {**FACTS, "files": file})
    assert answer.status_code == 302
    assert store.find_take(searched, "whole").duration_s == pytest.approx(3.0)


def test_a_hostile_name_is_only_text(searched: Home, sound: bytes) -> None:
    client = entered()
    name = "<img src=x onerror=alert(1)>\u202e.wav"
    piece(client, sound, name=name, size=len(sound), offset=0)
    page = client.get("/takes/").content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert len(store.takes(searched)) == 3


def test_a_take_is_withdrawn_and_restored(searched: Home) -> None:
    client = entered()
    client.post("/takes/1/withdraw/")
    assert [each.id for each in store.takes(searched)] == [2]
    assert "None is like that" not in client.get("/occurrences/").content.decode()
    assert client.get("/occurrences/1/").status_code == 200, "what was found stays on record"
    client.post("/takes/1/restore/")
    assert len(store.takes(searched)) == 2


def test_a_performer_is_added_under_a_name_of_their_own(newcomer: Client) -> None:
    for _ in range(2):
        answer = newcomer.post("/takes/performers/", {"name": " Zoé   Ængel "})
        assert answer.status_code == 302
    assert [each.slug for each in store.performers()] == ["zoe-aengel", "zoe-aengel-2"]
    assert newcomer.post("/takes/performers/", {"name": "  "}).status_code == 400


def test_what_nobody_came_back_to_is_forgotten(searched: Home) -> None:
    import os

    token = uploads.begin(searched, "a.wav", 10)
    file = searched.path / "uploads" / f"{token}.part"
    os.utime(file, (0, 0))
    uploads.begin(searched, "b.wav", 10)
    assert not file.exists()
