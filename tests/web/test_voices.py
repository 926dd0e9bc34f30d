"""Voices in the page: enrolled on one's own word, checked, made anew, forgotten without a trace."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from replique.store import Home, jobs
from replique.store.stating import MOST_TYPED
from replique.web import handing, uploads
from tests.cli.voices import AWA, BO, PASSPHRASE, _stand_in, spoken
from tests.sounds import write_wav
from tests.web.conftest import Counting, entered

ROOT = Path(__file__).parents[2]
ENROL = "/voices/enrol/awa-diop/"
AGREED = {"agreed": "awa  DIOP", "manner": "speaking"}
CANARY = "kanarienvogel am fenster"


@pytest.fixture
def keen(searched: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Let voices be heard without models, locked under a passphrase."""
    _stand_in(searched.path, monkeypatch)
    return searched


@pytest.fixture
def client(keen: Home) -> Client:
    del keen
    return entered()


@pytest.fixture
def hers(tmp_path: Path) -> list[Path]:
    """Return two recordings of Awa Diop."""
    return [spoken(tmp_path / f"{CANARY} {i}.wav", AWA, seed=21 * i) for i in (1, 2)]


def send(client: Client, *files: Path, performer: str = "awa-diop") -> None:
    sent = [SimpleUploadedFile(each.name, each.read_bytes()) for each in files]
    where = f"/voices/enrol/{performer}/recordings/"
    assert client.post(where, {"files": sent}).status_code == 302


def text(client: Client, where: str) -> str:
    return client.get(where).content.decode()


@pytest.fixture
def enrolled(client: Client, hers: list[Path]) -> Client:
    """Return a client at a desk where Awa Diop has enrolled her voice."""
    send(client, *hers)
    assert client.post(ENROL, AGREED).status_code == 302
    return client


def test_what_is_agreed_to_is_shown_before_it_is_asked(client: Client) -> None:
    page = text(client, ENROL)
    assert "nobody has made it a condition of work" in page
    assert page.index("nobody has made it") < page.index('name="agreed"')
    assert "20 s of speech or more" in page
    printed = text(client, ENROL + "statement/")
    assert "nobody has made it a condition of work" in printed
    assert "signature" in printed


def test_a_voice_is_enrolled_from_what_was_sent_and_nothing_is_left(
    enrolled: Client, keen: Home
) -> None:
    (voice,) = store.voices("awa-diop")
    assert (voice.way, voice.recordings, voice.manner) == ("typed", 2, "speaking")
    page = text(enrolled, "/voices/")
    assert "The voice is enrolled" in page
    assert CANARY in page, "in the page, to whoever it is"
    assert list((keen.path / "uploads").iterdir()) == []
    store.close()
    inside = [
        file.name
        for file in keen.path.rglob("*")
        if file.is_file() and CANARY.encode() in file.read_bytes()
    ]
    assert inside == [], "names of recordings are kept encrypted alone"


def test_a_voice_is_enrolled_from_takes_which_stay(
    client: Client, keen: Home, tmp_path: Path
) -> None:
    for name, seed in (("monday", 5), ("friday", 50)):
        file = spoken(tmp_path / f"{name}.wav", AWA, seed=seed)
        store.add_take(keen, "awa-diop", file, kind="session")
    takes = [each for each in store.takes(keen) if each.kind == "session"]
    client.post(ENROL, {**AGREED, "takes": [each.id for each in takes]})
    (voice,) = store.voices("awa-diop")
    assert voice.recordings == 2
    assert all(each.path.stat().st_size > 100_000 for each in takes), "links went, not takes"
    assert "friday" in text(client, "/voices/")


def test_takes_of_another_person_are_not_hers(client: Client, keen: Home, tmp_path: Path) -> None:
    store.add_performer("Bo Lind", "bo")
    take = store.add_take(keen, "bo", spoken(tmp_path / "bo.wav", BO), kind="session")
    client.post(ENROL, {**AGREED, "takes": [take.id]})
    assert store.voices() == []
    assert "There is no take" in text(client, "/voices/")


@pytest.mark.parametrize("name", ["Karim Ba", "awa-diop", "yes", "", "   "])
def test_another_name_or_none_enrols_nobody(client: Client, hers: list[Path], name: str) -> None:
    send(client, *hers)
    answer = client.post(ENROL, {**AGREED, "agreed": name})
    assert answer.status_code == 400
    assert "not the name that is registered" in answer.content.decode()
    assert store.voices() == []
    assert jobs.jobs("voice") == []
    assert CANARY in text(client, ENROL), "what was sent is not sent again"


def test_nothing_is_enrolled_from_nothing(client: Client) -> None:
    answer = client.post(ENROL, AGREED)
    assert answer.status_code == 400
    assert "no recording" in answer.content.decode()


def test_after_three_people_in_a_day_a_signed_page_is_asked_for(
    client: Client, hers: list[Path]
) -> None:
    from replique.store.models import Performer
    from replique.store.voice_models import VoiceStatement

    for i in range(MOST_TYPED):
        store.add_performer(f"Person {i}", f"person-{i}")
        VoiceStatement(
            performer=Performer.objects.get(slug=f"person-{i}"),
            version=1, language="en", text="I agree.", way="typed", by=f"Person {i}",
        ).save()  # fmt: skip
    send(client, *hers)
    answer = client.post(ENROL, AGREED)
    assert answer.status_code == 400
    assert "Bring the statement signed" in answer.content.decode()
    signed = SimpleUploadedFile("signed by Awa.pdf", b"%PDF-1.7 signed by Awa Diop")
    assert client.post(ENROL, {"signed": signed, "manner": "speaking"}).status_code == 302
    (voice,) = store.voices("awa-diop")
    assert voice.way == "signed"


def test_a_refusal_is_told_in_words_and_the_recordings_wait(
    client: Client, keen: Home, tmp_path: Path
) -> None:
    send(client, spoken(tmp_path / "short.wav", AWA, count=1))
    assert client.post(ENROL, AGREED).status_code == 302
    page = text(client, "/voices/")
    assert "This voice was not enrolled" in page
    assert "s of speech" in page
    assert str(keen.path) not in page
    assert "short.wav" in text(client, ENROL)
    (left,) = uploads.left(keen, "owner", "voices")
    client.post(f"/takes/upload/{left.token}/cancel/")
    assert list((keen.path / "uploads").iterdir()) == []


def test_recordings_come_in_pieces_too(client: Client, keen: Home, hers: list[Path]) -> None:
    data = hers[0].read_bytes()
    facts: dict[str, object] = {"name": "monday.wav", "size": len(data), "token": ""}
    there, told = 0, {"ready": False}
    while there < len(data):
        piece = SimpleUploadedFile("piece", data[there : there + 150_000])
        told = client.post(ENROL + "recordings/", {**facts, "offset": there, "chunk": piece}).json()
        facts["token"], there = told["token"], told["received"]
    assert told["ready"]
    (sent,) = uploads.left(keen, "owner", "voices")
    assert sent.whole
    # it is not to become a take by another door
    told = client.post("/takes/upload/", {**facts, "performer": "awa-diop", "offset": there}).json()
    assert "not known" in told["message"]


def test_a_voice_is_looked_at_again(enrolled: Client) -> None:
    (voice,) = store.voices()
    assert enrolled.post(f"/voices/{voice.id}/check/").status_code == 302
    page = text(enrolled, "/voices/")
    assert "What was heard in each recording" in page
    assert "Good enough" in page


def test_a_voice_of_other_models_is_made_anew(enrolled: Client) -> None:
    from replique.store.voice_models import Voice

    for row in Voice.objects.all():
        row.models_digest = "0" * 64
        row.save(update_fields=["models_digest"])
    assert "made with other models: not looked for" in text(enrolled, "/voices/")
    (voice,) = store.voices()
    enrolled.post(f"/voices/{voice.id}/remake/")
    page = text(enrolled, "/voices/")
    assert "It is made anew" in page
    assert "made with other models: not looked for" not in page


def test_a_voice_is_forgotten_once_its_name_is_typed(enrolled: Client, keen: Home) -> None:
    (voice,) = store.voices()
    where = f"/voices/{voice.id}/forget/"
    assert "its key, and the encrypted file" in text(enrolled, where)
    for name in ("", "yes", "Awa"):
        answer = enrolled.post(where, {"name": name})
        assert answer.status_code == 400
        assert "Nothing was destroyed" in answer.content.decode()
    assert len(store.voices()) == 1
    answer = enrolled.post(where, {"name": "awa diop"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "1 key; it was looked for afterwards, and is not there" in page
    assert "marked as withdrawn" in page
    assert store.voices() == []
    assert [each for each in (keen.path / "voices").iterdir() if each.suffix == ".rpv"] == []
    assert jobs.jobs("voice") == [], "nor what was noted of the work"
    assert enrolled.get(where).status_code == 404


class TestUnderAPassphrase:
    @pytest.fixture(autouse=True)
    def _typed(self, keen: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        del keen
        monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")

    def test_the_first_is_chosen_twice(self, client: Client, hers: list[Path]) -> None:
        send(client, *hers)
        assert 'name="again"' in text(client, ENROL)
        two = {"new": PASSPHRASE, "again": PASSPHRASE + "!"}
        assert client.post(ENROL, {**AGREED, **two}).status_code == 400
        assert client.post(ENROL, {**AGREED, "new": " ", "again": " "}).status_code == 400
        two["again"] = PASSPHRASE
        assert client.post(ENROL, {**AGREED, **two}).status_code == 302
        assert len(store.voices()) == 1

    def test_it_is_asked_for_and_handed_on_by_no_disk(
        self, client: Client, keen: Home, hers: list[Path]
    ) -> None:
        send(client, hers[0])
        client.post(ENROL, {**AGREED, "new": PASSPHRASE, "again": PASSPHRASE})
        send(client, hers[1])
        page = text(client, ENROL)
        assert 'name="passphrase"' in page
        wrong = "under another bridge"
        answer = client.post(ENROL, {**AGREED, "passphrase": wrong})
        assert answer.status_code == 400
        assert wrong not in answer.content.decode(), "nor is it written back"
        assert client.post(ENROL, {**AGREED, "passphrase": PASSPHRASE}).status_code == 302
        (voice,) = store.voices()
        assert voice.recordings == 2
        assert client.post(f"/voices/{voice.id}/check/", {"passphrase": ""}).status_code == 400
        store.close()
        for file in keen.path.rglob("*"):
            if file.is_file():
                assert PASSPHRASE.encode() not in file.read_bytes(), file

    def test_a_committee_s_desk_asks_nobody_for_the_one_of_all(
        self, keen: Home, settings: Any, hers: list[Path]
    ) -> None:
        from replique.store import members
        from replique.web.models import Account

        del keen, hers
        settings.COMMITTEE, settings.LOCAL_KEY = True, ""
        awa = members.add_member("Awa", roles=(), performer="awa-diop").id
        Account.objects.create_user("awa@example.org", member_id=awa)
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(Account.objects.get(email="awa@example.org"))
        page = text(client, ENROL)
        assert "REPLIQUE_VOICE_PASSPHRASE" in page
        assert 'type="password"' not in page
        assert "disabled>Enrol this voice" in page


class TestAmongSeveral:
    @pytest.fixture
    def people(self, keen: Home, settings: Any) -> dict[str, Client]:
        """Return Awa, Zoe, Awa's confidant, a member and an organiser."""
        from replique.store import confiding, members
        from replique.web.models import Account

        del keen
        settings.COMMITTEE = True
        store.add_performer("Zoe", "zoe")
        numbers = {
            "awa": members.add_member("Awa", roles=(), performer="awa-diop").id,
            "zoe": members.add_member("Zoe", roles=(), performer="zoe").id,
            "cleo": members.add_member("Cleo", roles=()).id,
            "dan": members.add_member("Dan", roles=("member",)).id,
            "olga": members.add_member("Olga", roles=("organiser",)).id,
        }
        confiding.choose_confidant(numbers["awa"], numbers["cleo"])
        clients = {}
        for name, number in numbers.items():
            account = Account.objects.create_user(f"{name}@example.org", None, member_id=number)
            clients[name] = Client(HTTP_HOST="127.0.0.1")
            clients[name].force_login(account)
        return clients

    def test_only_the_person_enrols_checks_and_forgets(
        self, people: dict[str, Client], keen: Home, hers: list[Path]
    ) -> None:
        for name in ("zoe", "cleo", "dan", "olga"):
            assert people[name].get(ENROL).status_code == 403, name
            assert people[name].post(ENROL, AGREED).status_code == 403, name
            assert people[name].post(ENROL + "recordings/", {}).status_code == 403, name
        send(people["awa"], *hers)
        assert people["awa"].post(ENROL, AGREED).status_code == 302
        (voice,) = store.voices()
        for name in ("zoe", "cleo", "dan", "olga"):
            for act in ("check", "remake", "forget"):
                answer = people[name].post(f"/voices/{voice.id}/{act}/", {"name": "Awa Diop"})
                assert answer.status_code == 403, (name, act)
        assert len(store.voices()) == 1
        assert CANARY in text(people["awa"], "/voices/")
        assert CANARY not in text(people["zoe"], "/voices/")
        assert "Only Awa Diop can enrol it" not in text(people["zoe"], "/voices/")
        assert people["dan"].get("/voices/").status_code == 403
        assert list((keen.path / "uploads").iterdir()) == []

    def test_what_one_sends_another_neither_takes_nor_cancels(
        self, people: dict[str, Client], keen: Home, hers: list[Path]
    ) -> None:
        send(people["awa"], hers[0])
        (sent,) = uploads.left(keen, uploads.upload(keen, _token(keen)).by, "voices")
        answer = people["zoe"].post(f"/takes/upload/{sent.token}/cancel/")
        assert answer.status_code == 400
        told = people["zoe"].post(
            "/voices/enrol/zoe/recordings/",
            {"token": sent.token, "offset": sent.size, "size": sent.size, "name": "x.wav"},
        )
        assert told.status_code == 400
        assert uploads.upload(keen, sent.token).whole


def _token(home: Home) -> str:
    (note,) = (home.path / "uploads").glob("*.json")
    return note.stem


def test_without_models_the_page_says_how_they_come(client: Client, keen: Home) -> None:
    for file in (keen.path / "models").iterdir():
        file.unlink()
    page = text(client, "/voices/")
    assert "3 models are missing" in page
    assert "Fetch them now" in page
    assert "nothing of yours is sent" in page
    assert jobs.jobs("models") == [], "nothing is fetched unasked"
    assert re.search(r"disabled>Enrol this voice", text(client, ENROL))


def test_they_are_fetched_when_somebody_says_so(
    client: Client, keen: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.models.catalogue import MODELS

    asked = []

    def install(library: object, *, models: object, progress: Any) -> list[Any]:
        del library
        asked.append(models)
        progress(MODELS[0].package, 1000)
        return [MODELS[0]]

    monkeypatch.setattr("replique.web.voicing.install", install)
    for file in (keen.path / "models").iterdir():
        file.unlink()
    assert client.post("/voices/models/").status_code == 302
    assert asked == [MODELS]
    (job,) = jobs.jobs("models")
    assert job.state == "finished"
    assert job.progress["fetched"] == [MODELS[0].title]


def test_what_was_sealed_is_read_by_no_other_desk(settings: Any) -> None:
    from replique.errors import StoreError

    said = handing.sealed({"passphrase": CANARY})
    assert CANARY not in said
    assert handing.opened(said) == {"passphrase": CANARY}
    settings.LOCAL_KEY = "of another day"
    for each in (said, said[:-4] + "AAA=", "", "nothing"):
        with pytest.raises(StoreError):
            handing.opened(each)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("page", ["/voices/", ENROL, ENROL + "statement/", "/voices/1/forget/"])
def test_a_page_answers_with_few_queries(
    enrolled: Client, counting: Counting, page: str, language: str
) -> None:
    with counting() as seen:
        answer = enrolled.get(page, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert len(seen) <= 15, "\n".join(seen)
    said = answer.content.decode()
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", said)
    assert not re.search(r"\bmatch(es|ed)?\b|\bidentified\b|99 ?%", said)


def test_noise_is_told_of_a_take(client: Client, keen: Home, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal(16_000 * 6).astype(np.float32)
    store.add_take(
        keen,
        "awa-diop",
        write_wav(tmp_path / "n.wav", np.asarray(noise / 10, np.float32)),
        kind="stem",
    )
    page = text(client, f"/takes/{store.find_take(keen, 'n').id}/quality/")
    assert "long enough to be found" in page
    assert "music or noise in the pauses" in page
    assert "distorts" not in page


class TestWithTheRealModels:
    """On synthetic voices: nobody's voice was recorded for this."""

    @pytest.fixture
    def home(self, searched: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
        from keyring.backends.fail import Keyring

        pytest.importorskip("espeakng_loader", reason="needs the demo extra")
        from replique.models import Library

        folder = Path(os.environ.get("REPLIQUE_TEST_MODELS", ROOT / ".models"))
        if Library(folder).missing():
            pytest.skip("needs the models: make models")
        shutil.copytree(folder, searched.path / "models", dirs_exist_ok=True)
        monkeypatch.setattr("keyring.get_keyring", Keyring)
        monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
        return searched

    @pytest.fixture
    def lines(self, home: Home, tmp_path: Path) -> dict[str, Path]:
        """Return what two people say, each in a file."""
        del home
        from demo.voices import RATE, Voice, speak

        said = (
            "The harbour was empty when they came back, and nobody had lit the lamps.",
            "She counted the boats twice, wrote the number down, and shook her head.",
            "Bring the long ladder round to the west door before the rain begins.",
            "There are four roads out of this valley, and each is watched at night.",
        )
        made = {}
        for name, kind in (("awa", "en-us+f2"), ("bo", "en-us+m7")):
            voice = Voice(kind, words_a_minute=140, pitch=50)
            spoken = np.concatenate([speak(each, voice) for each in said]).astype(np.float32)
            made[name] = write_wav(tmp_path / f"{name}.wav", spoken, rate=RATE)
        return made

    def test_one_person_is_enrolled_and_two_are_refused(
        self, home: Home, lines: dict[str, Path]
    ) -> None:
        client = entered()
        send(client, *lines.values())
        client.post(ENROL, AGREED)
        page = text(client, "/voices/")
        assert "do not seem to be of one person" in page
        assert store.voices() == []
        for each in uploads.left(home, "owner", "voices"):
            if each.name == "bo.wav":
                client.post(f"/takes/upload/{each.token}/cancel/")
        client.post(ENROL, AGREED)
        (voice,) = store.voices()
        assert voice.recordings == 1
        assert voice.speech_s > 8
        assert "The voice is enrolled" in text(client, "/voices/")
        assert list((home.path / "uploads").iterdir()) == []
