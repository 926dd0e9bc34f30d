"""Voices in scans from a browser: the passphrase is asked for, used for one scan, kept nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from replique.store import Home, jobs
from replique.web import handing
from tests.cli.voices import AWA, PASSPHRASE, _stand_in, spoken
from tests.web.conftest import entered
from tests.web.test_voices import AGREED, ENROL, send

FIELD = 'name="passphrase"'
NOT_LOOKED_FOR = "Voices were not looked for"


@pytest.fixture
def keen(searched: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Let voices be heard without models, locked under a passphrase that is typed."""
    _stand_in(searched.path, monkeypatch)
    monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
    return searched


@pytest.fixture
def client(keen: Home, tmp_path: Path) -> Client:
    """Return a client at a desk where Awa Diop has enrolled her voice."""
    del keen
    client = entered()
    send(client, spoken(tmp_path / "one.wav", AWA, seed=21), spoken(tmp_path / "two.wav", AWA))
    client.post(ENROL, {**AGREED, "new": PASSPHRASE, "again": PASSPHRASE})
    assert len(store.voices()) == 1
    return client


@pytest.fixture
def film(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return spoken(tmp_path / "films" / "film.wav", AWA, seed=70)


def begun(client: Client, film: Path, **more: str) -> str:
    """Begin a scan; return its page."""
    answer = client.post("/scans/start/", {"paths": str(film), **more})
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


def test_without_voices_nothing_is_asked(keen: Home) -> None:
    del keen
    assert FIELD not in entered().get("/scans/").content.decode()


def test_what_is_typed_opens_the_voices_for_one_scan(
    client: Client, keen: Home, film: Path
) -> None:
    assert client.get("/scans/").content.decode().count(FIELD) == 2, "in both forms"
    page = begun(client, film, passphrase=PASSPHRASE)
    assert NOT_LOOKED_FOR not in page
    (job,) = jobs.jobs("scan")
    assert job.state == "finished"
    assert PASSPHRASE not in str(job), "nor is it in the records"
    assert NOT_LOOKED_FOR in begun(client, film), "the next one asks anew"
    store.close()
    inside = [each for each in keen.path.rglob("*") if each.is_file()
              and PASSPHRASE.encode() in each.read_bytes()]  # fmt: skip
    assert inside == []


def test_a_slip_begins_nothing_and_keeps_what_was_sent(client: Client, film: Path) -> None:
    wrong = "under another bridge"
    answer = client.post("/scans/start/", {"paths": str(film), "passphrase": wrong})
    assert answer.status_code == 400
    assert wrong not in answer.content.decode()
    assert str(film) in answer.content.decode(), "what was written stands"
    sent = SimpleUploadedFile(film.name, film.read_bytes())
    answer = client.post("/scans/send/", {"files": sent, "passphrase": wrong})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert jobs.jobs("scan") == []
    group = page.split('name="group" value="')[1].split('"')[0]
    answer = client.post("/scans/send/", {"group": group, "passphrase": PASSPHRASE})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "film.wav" in page
    assert NOT_LOOKED_FOR not in page


def test_what_another_desk_sealed_opens_nothing(
    client: Client, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = handing.sealed
    monkeypatch.setattr(handing, "sealed", lambda said: "AAAA" + sealed(said))
    page = begun(client, film, passphrase=PASSPHRASE)
    assert "finished" in page
    assert NOT_LOOKED_FOR in page


def test_only_the_work_is_asked_for_while_it_goes_on(client: Client) -> None:
    order = jobs.order("voice", {"performer": "awa-diop", "manner": "speaking", "act": "check"})
    page = client.get("/voices/").content.decode()
    assert "every 2s" in page
    assert FIELD in page
    told = {"HX-Request": "true", "HX-Target": "voices-work"}
    part = client.get("/voices/", headers=told).content.decode()
    assert "every 2s" in part
    assert FIELD not in part, "a passphrase that is being typed stays"
    jobs.stop(order.id)
    part = client.get("/voices/", headers=told).content.decode()
    assert "every 2s" not in part
    assert "hx-preserve" in part, "the voices are shown anew at the end, what is typed stays"
