"""Who is let in on a laptop: this person, from this computer, from these pages."""

from __future__ import annotations

import pytest
from django.test import Client

from replique.store import Home
from tests.web.conftest import KEY, entered

PAGES = ("/", "/takes/", "/scans/", "/occurrences/", "/occurrences/1/")


def at(client: Client, path: str = "/", **headers: str) -> int:
    return client.get(path, **headers).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize("page", PAGES)
def test_without_the_key_there_is_only_a_page_that_says_what_to_do(
    searched: Home, page: str
) -> None:
    del searched
    answer = Client(HTTP_HOST="127.0.0.1").get(page)
    assert answer.status_code == 403
    assert "replique serve" in answer.content.decode()
    assert "Awa" not in answer.content.decode()
    assert not answer.cookies, "a stranger is given nothing"


def test_the_key_opens_and_leaves_the_address(searched: Home) -> None:
    del searched
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.get("/occurrences/", {"key": KEY, "judged": "not"})
    assert answer.status_code == 302
    assert answer["Location"] == "/occurrences/?judged=not"
    cookie = answer.cookies["replique"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert KEY not in str(answer.cookies)
    assert at(client, "/occurrences/") == 200


@pytest.mark.parametrize("wrong", ["", "another", KEY + "x", KEY[:-1], "é"])
def test_a_wrong_key_opens_nothing(searched: Home, wrong: str) -> None:
    del searched
    client = Client(HTTP_HOST="127.0.0.1")
    assert at(client, f"/?key={wrong}") == 403
    assert at(client) == 403


def test_without_a_key_of_its_own_a_desk_lets_nobody_in(searched: Home, settings: object) -> None:
    del searched
    settings.LOCAL_KEY = ""  # type: ignore[attr-defined]
    assert at(Client(HTTP_HOST="127.0.0.1"), "/?key=") == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7878", "192.0.2.1", "[::2]"],
)
def test_another_name_for_this_computer_is_refused(inside: Client, host: str) -> None:
    assert at(inside, HTTP_HOST=host) in {400, 403}
    assert at(inside, f"/?key={KEY}", HTTP_HOST=host) in {400, 403}


@pytest.mark.parametrize("host", ["127.0.0.1:7878", "localhost:7878"])
def test_its_own_names_are_answered(searched: Home, host: str) -> None:
    del searched
    client = Client(HTTP_HOST=host)
    client.get("/", {"key": KEY})
    assert at(client) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://127.0.0.1:9999"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
    ],
)
def test_another_page_of_the_browser_is_refused(inside: Client, headers: dict[str, str]) -> None:
    assert at(inside, **headers) == 403
    assert inside.post("/occurrences/1/judge/", {"said": "yes"}, **headers).status_code == 403  # type: ignore[arg-type]


def test_a_form_without_its_token_changes_nothing(searched: Home) -> None:
    del searched
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.get("/", {"key": KEY})
    answer = client.post("/occurrences/1/judge/", {"said": "yes"})
    assert answer.status_code == 403
    assert "no longer valid" in answer.content.decode()


def test_a_session_does_not_outlive_its_key(inside: Client, settings: object) -> None:
    assert at(inside) == 200
    settings.LOCAL_KEY = "the key of the next day"  # type: ignore[attr-defined]
    assert at(inside) == 403


def test_who_is_inside_stays_so_with_the_key_again(searched: Home) -> None:
    del searched
    client = entered()
    before = client.cookies["replique"].value
    client.get("/", {"key": KEY})
    assert client.cookies["replique"].value == before
