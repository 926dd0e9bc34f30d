"""Takes in a browser: sent in pieces or whole, refused with a reason, withdrawn, restored."""

from __future__ import annotations

import errno
import fcntl
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store, web
from replique.errors import DiskFull, UsageError
from replique.store import Home
from replique.web import uploads
from tests.sounds import voice, write_wav
from tests.web.conftest import Counting, Stage, entered

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


@pytest.mark.parametrize("script", ["takes.js", "scans.js"])
def test_a_piece_is_held_in_memory_until_it_is_added(script: str, settings: Any) -> None:
    """What is larger Django writes into the system's folder of temporary files first."""
    text = (Path(web.__file__).parent / "static" / "desk" / script).read_text(encoding="utf-8")
    found = re.search(r"PIECE = (\d+) << (\d+);", text)
    assert found is not None
    piece = int(found[1]) << int(found[2])
    assert piece + (1 << 20) <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def test_what_nobody_came_back_to_is_forgotten(searched: Home) -> None:
    import os

    token = uploads.begin(searched, "a.wav", 10)
    file = searched.path / "uploads" / f"{token}.part"
    os.utime(file, (0, 0))
    uploads.begin(searched, "b.wav", 10)
    assert not file.exists()


def test_a_first_take_and_its_performer_come_in_one_form(empty: Home, sound: bytes) -> None:
    client = entered()
    page = client.get("/takes/").content.decode()
    assert "First, whose work is it? Their name" in page
    facts: dict[str, object] = {
        "performer": "",
        "new_performer": " Zoé  Ængel ",
        "kind": "audition",
    }
    told = piece(client, sound, name="s.wav", size=len(sound), offset=0, **facts)
    assert told["performer"] == "zoe-aengel"
    assert [each.name for each in store.performers()] == ["Zoé Ængel"]
    # the name again is the same person; none is nobody
    more = voice(3.0, 31)
    file = SimpleUploadedFile("t.wav", sound[:44] + np.round(more * 9000).astype("<i2").tobytes())
    client.post("/takes/upload/", {**facts, "files": file})
    assert len(store.takes(empty, performer="zoe-aengel")) == 2
    facts["new_performer"] = " "
    told = piece(client, sound, name="s.wav", size=len(sound), offset=0, **facts)
    assert told["message"] == "Whose recordings are these?"
    assert len(store.performers()) == 1


def test_who_is_not_a_laptop_s_owner_makes_nobody_up(searched: Home, settings: Any) -> None:
    from replique.store import members
    from replique.web.models import Account

    settings.COMMITTEE = True
    awa = members.add_member("Awa", roles=(), performer="awa-diop").id
    Account.objects.create_user("awa@example.org", member_id=awa)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(email="awa@example.org"))
    facts = {"performer": "", "new_performer": "Karim Ba", "name": "a.wav", "size": 3, "offset": 0}
    assert client.post("/takes/upload/", facts).status_code == 403
    assert [each.slug for each in store.performers()] == ["awa-diop"]
    del searched


def test_how_the_reading_of_a_file_stands_is_told(searched: Home, sound: bytes) -> None:
    client = entered()
    told = piece(client, sound, name="s.wav", size=len(sound), offset=0)
    again = client.get(f"/takes/upload/{told['job']}/").json()
    assert again["state"] == "finished"
    assert again["said"] == "registered: 3\u202fs"
    token = str(told["token"])
    resent = piece(client, b"", name="s.wav", size=len(sound), offset=0, token=token)
    assert resent["job"] == told["job"], "its answer was lost: it is told again"
    assert client.get("/takes/upload/999/").status_code == 404
    del searched


@pytest.mark.parametrize("received", [1, 40_000])
def test_what_was_begun_is_gone_on_with_or_let_go_of(
    searched: Home, sound: bytes, received: int
) -> None:
    client = entered()
    first = piece(client, sound[:received], offset=0, name="s.wav", size=len(sound), modified="17")
    page = client.get("/takes/").content.decode()
    assert "Choose the same file again to go on" in page
    assert f'data-token="{first["token"]}"' in page
    assert 'data-modified="17"' in page
    answer = client.post(f"/takes/upload/{first['token']}/cancel/")
    assert answer.status_code == 302
    assert list((searched.path / "uploads").iterdir()) == []
    assert client.post(f"/takes/upload/{first['token']}/cancel/").status_code == 400


def test_a_recording_that_is_there_is_refused_and_told_whose(
    searched: Home, desk_stage: Stage
) -> None:
    client = entered()
    data = (desk_stage.takes / "scene 1.wav").read_bytes()
    told = piece(client, data, name="again.wav", size=len(data), offset=0)
    assert "scene 1, of Awa Diop" in str(told["message"])
    assert told["advice"]
    assert len(store.takes(searched)) == 2


def test_thousands_of_takes_are_paged(searched: Home, counting: Counting) -> None:
    from replique.store.models import Performer, Recording, Take

    awa = Performer.objects.get(slug="awa-diop")
    made = Recording.objects.bulk_create(
        Recording(sha256=f"{i:064x}", size=1, duration_s=2.5) for i in range(1, 2001)
    )
    Take.objects.bulk_create(
        Take(performer=awa, recording=each, title=f"line {i}", kind="session", file_name="x.wav")
        for i, each in enumerate(made)
    )
    client = entered()
    with counting() as seen:
        page = client.get("/takes/").content.decode()
    assert len(seen) <= 15, "\n".join(seen)
    assert page.count('<li id="take-') == 50
    assert "page 1 of 41" in page
    last = client.get("/takes/?performer=awa-diop&page=99").content.decode()
    assert "page 41 of 41" in last
    assert "scene 1" in last
    found = client.get("/takes/?title=line%2019").content.decode()
    assert found.count('<li id="take-') == 50
    assert "line 1999" in found
    assert "No take has such a title" in client.get("/takes/?title=zzz").content.decode()
    take = Take.objects.get(title="line 7")
    answer = client.post(f"/takes/{take.pk}/withdraw/", {"page": "40", "many": "1", "title": ""})
    assert answer["Location"] == f"/takes/?performer=awa-diop&page=40#take-{take.pk}"
    del searched


def test_a_take_says_how_good_it_is_to_be_looked_for(searched: Home, tmp_path: Path) -> None:
    client = entered()
    assert "long enough to be found" in client.get("/takes/1/quality/").content.decode()
    loud = np.clip(voice(5.0, 8) * 40, -0.9, 0.9)
    store.add_take(searched, "awa-diop", write_wav(tmp_path / "loud.wav", loud), kind="stem")
    brief = write_wav(tmp_path / "brief.wav", voice(1.2, 8))
    store.add_take(searched, "awa-diop", brief, kind="stem")
    loud_one, short_one = (store.find_take(searched, each).id for each in ("loud", "brief"))
    assert "distorts" in client.get(f"/takes/{loud_one}/quality/").content.decode()
    said = client.get(f"/takes/{short_one}/quality/").content.decode()
    assert "short: found only where it is hardly covered" in said


def test_nobody_begins_more_than_a_hundred_files_at_once(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BEGUN", 3)
    begun = [uploads.begin(searched, "a.wav", 10, by="member 1") for _each in range(3)]
    with pytest.raises(UsageError, match="Too many"):
        uploads.begin(searched, "a.wav", 10, by="member 1")
    uploads.begin(searched, "a.wav", 10, by="member 2")
    uploads.drop(searched, begun[0])
    uploads.begin(searched, "a.wav", 10, by="member 1")


def test_room_that_was_promised_is_not_promised_again(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = shutil.disk_usage(searched.path)._replace(free=uploads.SPARE + 100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: room)
    token = uploads.begin(searched, "a.wav", 60, by="member 1")
    with pytest.raises(DiskFull):
        uploads.begin(searched, "b.wav", 60, by="member 2")
    uploads.add(searched, token, 0, [bytes(50)])
    uploads.begin(searched, "b.wav", 60, by="member 2")


def test_a_disk_that_is_full_is_told_to_who_sends(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    token = uploads.begin(searched, "a.wav", 10)
    monkeypatch.setattr(fcntl, "flock", full)
    with pytest.raises(DiskFull):
        uploads.add(searched, token, 0, [b"12345"])


def test_a_disk_that_fills_while_a_file_comes_in_is_told(
    inside: Client, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_said: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "add", full)
    file = SimpleUploadedFile("scene.wav", sound)
    answer = inside.post("/takes/upload/", {**FACTS, "files": file})
    assert answer.status_code == 400
    assert "The disk is full" in answer.content.decode()
