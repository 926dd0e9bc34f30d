"""A committee's scans: where they may look, who sees where they looked, what is sent to them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from replique import store
from replique.errors import NotAllowed
from replique.store import Home, jobs
from replique.web import searchable
from tests.web.committee import Committee, cheap, committee
from tests.web.conftest import Stage, entered


@pytest.fixture
def there(
    searched: Home, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Committee:
    """Open a committee's desk beside a searched one of Awa Diop's; one folder is allowed."""
    del searched
    settings.COMMITTEE = True
    (tmp_path / "allowed").mkdir()
    settings.MEDIA_FOLDERS = [str(tmp_path / "allowed"), ""]
    cheap(monkeypatch)
    return committee(occurrence=1)


def begin(client: Client, *paths: Path) -> Any:
    return client.post("/scans/start/", {"paths": "\n".join(map(str, paths))})


def outcome(client: Client, answer: Any) -> str:
    assert answer.status_code == 302, answer.content.decode()
    return str(client.get(answer["Location"]).content.decode()).replace("<wbr>", "")


def test_a_folder_that_is_allowed_is_searched(
    there: Committee, desk_stage: Stage, tmp_path: Path
) -> None:
    place = shutil.copytree(desk_stage.media, tmp_path / "allowed" / "films")
    cleo = there.client("cleo")
    assert str(tmp_path / "allowed") in cleo.get("/scans/").content.decode()
    assert "finished" in outcome(cleo, begin(cleo, place))


@pytest.mark.parametrize("where", ["outside", "above", "not-there", "home", "linked", "dots"])
def test_a_path_outside_is_refused_whether_or_not_it_is_there(
    there: Committee, desk_stage: Stage, tmp_path: Path, where: str
) -> None:
    (tmp_path / "allowed" / "link").symlink_to(desk_stage.media)
    path = {
        "outside": desk_stage.media,
        "above": tmp_path,
        "not-there": Path("/there/is/none"),
        "home": Home.opened().path,
        "linked": tmp_path / "allowed" / "link",
        "dots": tmp_path / "allowed" / ".." / "home",
    }[where]
    cleo = there.client("cleo")
    answer = begin(cleo, path)
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "not in a folder that may be searched" in said
    assert "There is no" not in said
    asked = cleo.post("/api/v1/scans", {"paths": [str(path)]}, content_type="application/json")
    assert asked.status_code == 400
    assert jobs.jobs("scan") == []


def test_a_name_begins_with_no_home(there: Committee) -> None:
    answer = there.client("cleo").post("/scans/start/", {"paths": "~/"})
    assert "does not begin at the root" in answer.content.decode()


def test_a_link_that_leads_out_of_a_folder_is_not_followed(
    there: Committee, desk_stage: Stage, tmp_path: Path
) -> None:
    allowed = tmp_path / "allowed"
    (allowed / "all of it").symlink_to(desk_stage.media)
    film = next(desk_stage.media.rglob("*.wav"))
    (allowed / "one.wav").symlink_to(film)
    shutil.copy(film, allowed / "own.wav")
    (allowed / "to own.wav").symlink_to(allowed / "own.wav")
    cleo = there.client("cleo")
    said = outcome(cleo, begin(cleo, allowed))
    assert "leads out of the folders" in said
    unread = jobs.jobs("scan")[0].progress["unread"]
    assert {Path(each["locator"]).name for each in unread} >= {"one.wav"}
    assert all("own.wav" not in each["locator"] for each in unread)


def test_where_nothing_is_allowed_only_what_is_sent_is_searched(
    there: Committee, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_FOLDERS = [""]
    cleo = there.client("cleo")
    said = cleo.get("/scans/").content.decode()
    assert "No folder of the server may be searched" in said
    assert 'name="paths"' not in said
    answer = begin(cleo, tmp_path)
    assert "Send the files from your own computer" in answer.content.decode()


def test_a_relative_folder_allows_nothing(there: Committee, settings: Any) -> None:
    del there
    settings.MEDIA_FOLDERS = [".", "films"]
    assert searchable.folders() == ()
    with pytest.raises(NotAllowed):
        searchable.check([str(Path.cwd())])


def test_a_laptop_s_owner_searches_anywhere(searched: Home, desk_stage: Stage) -> None:
    del searched
    assert searchable.folders() is None
    client = entered()
    assert "finished" in outcome(client, begin(client, desk_stage.media))


def test_where_it_looked_is_seen_by_who_began_it_alone(
    there: Committee, desk_stage: Stage, tmp_path: Path
) -> None:
    secret = tmp_path / "allowed" / "secret studio"
    shutil.copytree(desk_stage.media, secret)
    (secret / "broken.mkv").write_bytes(b"\x1aE\xdf\xa3 and no film")
    cleo = there.client("cleo")
    answer = begin(cleo, secret)
    where = answer["Location"]
    number = jobs.jobs("scan")[0].id
    assert "broken.mkv" in outcome(cleo, answer)
    for name in ("awa", "ben", "dan", "eli"):
        client = there.client(name)
        for page in ("/", "/scans/", where, f"{where}progress/", "/api/v1/scans",
                     f"/api/v1/scans/{number}"):  # fmt: skip
            got = client.get(page)
            assert got.status_code == 200, (name, page)
            said = got.content.decode()
            assert "secret" not in said, (name, page)
            assert "broken.mkv" not in said.replace("<wbr>", ""), (name, page)
    assert there.client("dan").post(f"{where}again/").status_code == 403
    assert there.client("dan").post(f"{where}forget/", {"sure": "yes"}).status_code == 403
    assert len(jobs.jobs("scan")) == 1


def test_an_error_is_told_to_who_began_it_alone(there: Committee) -> None:
    from replique.errors import StoreError

    order = jobs.order("scan", {"paths": ["/secret"], "member": there.people.cleo}, "Cleo")
    jobs.begin(order.id)
    jobs.end(order.id, error=StoreError("/secret/film is gone.", advice="Look in /secret."))
    where = f"/scans/{order.id}/"
    assert "/secret/film" in there.client("cleo").get(where).content.decode()
    for page in (where, "/scans/", f"/api/v1/scans/{order.id}"):
        assert "secret" not in there.client("dan").get(page).content.decode()


def sent(client: Client, *files: SimpleUploadedFile) -> Any:
    return client.post("/scans/send/", {"files": list(files)})


def a_film(stage: Stage, name: str = "my film.wav") -> SimpleUploadedFile:
    film = next(each for each in stage.media.rglob("film.wav"))
    return SimpleUploadedFile(name, film.read_bytes())


@pytest.mark.parametrize("desk", ["laptop", "committee"])
def test_files_that_are_sent_are_searched_and_heard(
    request: pytest.FixtureRequest, desk: str, desk_stage: Stage
) -> None:
    if desk == "committee":
        client = request.getfixturevalue("there").client("cleo")
    else:
        request.getfixturevalue("searched")
        client = entered()
    answer = sent(client, a_film(desk_stage), SimpleUploadedFile("no.mkv", b"\x1aE\xdf\xa3 no"))
    said = outcome(client, answer)
    assert "finished" in said
    assert "my film.wav" in said
    assert "no.mkv" in said
    assert str(Home.opened().media) not in said, "as its sender knows it"
    job = jobs.jobs("scan")[0]
    assert job.progress["media"] == 2
    forget = f"/scans/{job.id}/forget/"
    assert client.post(forget, {}).status_code == 400
    assert client.post(forget, {"sure": "yes"}).status_code == 302
    assert not any(Home.opened().media.rglob("*.wav"))


def test_nobody_names_what_others_sent(there: Committee, desk_stage: Stage) -> None:
    cleo, dan = there.client("cleo"), there.client("dan")
    sent(cleo, a_film(desk_stage))
    group = jobs.jobs("scan")[0].what["group"]
    assert begin(dan, Home.opened().media / group).status_code == 400
    assert dan.post("/scans/send/", {"group": group}).status_code == 400
    assert len(jobs.jobs("scan")) == 1


def piece(client: Client, data: bytes, offset: int, **more: str) -> Any:
    facts = {"name": "long.wav", "size": "10", "offset": str(offset), "modified": "7", **more}
    return client.post("/scans/send/", {**facts, "chunk": SimpleUploadedFile("piece", data)}).json()


def test_a_file_is_sent_in_pieces_and_gone_on_with_after_a_reload(there: Committee) -> None:
    cleo = there.client("cleo")
    first = piece(cleo, b"01234", 0)
    assert first["received"] == 5
    again = piece(there.client("cleo"), b"01234", 0)
    assert (again["token"], again["received"]) == (first["token"], 5), "by another page"
    other = piece(there.client("dan"), b"01234", 0)
    assert other["token"] != first["token"], "another person's is another file"
    stolen = piece(there.client("dan"), b"56789", 5, token=first["token"])
    assert "not known" in stolen["message"]
    last = piece(cleo, b"56789", 5, token=first["token"], group=first["group"])
    assert last["received"] == 10
    (file,) = (Home.opened().media / first["group"]).iterdir()
    assert file.read_bytes() == b"0123456789"
    assert "not read" in outcome(cleo, cleo.post("/scans/send/", {"group": first["group"]}))


def test_the_last_piece_may_be_sent_again_for_its_answer_was_lost(there: Committee) -> None:
    cleo = there.client("cleo")
    first = piece(cleo, b"01234", 0)
    named = {"token": first["token"], "group": first["group"]}
    last, again = (piece(cleo, b"56789", 5, **named) for _ in range(2))
    assert last == again == {**named, "received": 10}
    assert searchable.names(Home.opened(), first["group"]) == ["long.wav"]
    assert "not known" in piece(there.client("cleo"), b"56789", 5, token=first["token"])["message"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x.wav", "x.wav"),
        ("..\\..\\x.wav", "x.wav"),
        (".wav", "wav"),
        ("..", "medium"),
        ("a\0b\n.wav", "ab.wav"),
        ("é" * 300 + ".wav", "é" * 60 + ".wav"),
    ],
)
def test_a_name_that_a_stranger_chose_leads_nowhere(name: str, kept: str) -> None:
    assert searchable.safe(name) == kept


@pytest.mark.parametrize("name", ["program.exe", "page.html", "none"])
def test_what_is_no_medium_by_its_name_is_not_taken(there: Committee, name: str) -> None:
    answer = sent(there.client("cleo"), SimpleUploadedFile(name, b"x"))
    assert answer.status_code == 400
    assert jobs.jobs("scan") == []


@pytest.mark.parametrize("group", ["..", "../../takes", "0" * 31, "x" * 32])
def test_a_group_is_no_path(searched: Home, group: str) -> None:
    from replique.errors import UsageError

    with pytest.raises(UsageError):
        searchable.forget(searched, group)
    assert searched.takes.exists()


def test_performers_and_organisers_send_nothing(there: Committee, desk_stage: Stage) -> None:
    for name in ("awa", "olga"):
        assert sent(there.client(name), a_film(desk_stage)).status_code == 403
    assert "Files of yours" not in there.client("awa").get("/scans/").content.decode()


def test_what_was_sent_and_never_searched_goes_after_a_day(searched: Home) -> None:
    import os
    import time

    old, kept = searchable.new_group(searched), searchable.new_group(searched)
    jobs.order("scan", {"group": kept, "paths": []})
    long_ago = time.time() - 2 * searchable.FORGOTTEN_AFTER_S
    for each in (old, kept):
        os.utime(searched.media / each, (long_ago, long_ago))
    searchable.new_group(searched)
    assert not (searched.media / old).exists()
    assert (searched.media / kept).exists()
    assert store.takes(searched)
