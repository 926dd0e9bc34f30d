"""Who is let in on a laptop: this person, from this computer, from these pages."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from replique.store import Home
from replique.web import tickets
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


def test_a_ticket_opens_once_and_leaves_the_address(searched: Home) -> None:
    ticket = tickets.make(searched)
    kept = [path.name for path in searched.runs.iterdir() if path.name.startswith("ticket")]
    assert ticket not in str(kept)
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.get("/scans/", {"ticket": ticket, "page": "2"})
    assert (answer.status_code, answer["Location"]) == (302, "/scans/?page=2")
    assert at(client, "/scans/") == 200
    assert at(Client(HTTP_HOST="127.0.0.1"), f"/?ticket={ticket}") == 403, "it worked once"
    assert ticket not in str(answer.cookies)


def test_a_ticket_grows_old(searched: Home) -> None:
    ticket = tickets.make(searched)
    (file,) = searched.runs.glob("ticket-*")
    old = time.time() - tickets.LIFE_S - 1
    os.utime(file, (old, old))
    assert at(Client(HTTP_HOST="127.0.0.1"), f"/?ticket={ticket}") == 403
    tickets.make(searched)
    tickets.make(searched)
    assert len(list(searched.runs.glob("ticket-*"))) == 1, "no old one is left lying"


@pytest.mark.parametrize("wrong", ["", "x", "../../desk.secret", "é", "\0"])
def test_what_is_no_ticket_opens_nothing(searched: Home, wrong: str) -> None:
    tickets.make(searched)
    assert Client(HTTP_HOST="127.0.0.1").get("/", {"ticket": wrong}).status_code == 403


def test_a_ticket_opens_nothing_where_the_desk_has_no_key(searched: Home, settings: Any) -> None:
    settings.LOCAL_KEY = ""
    assert at(Client(HTTP_HOST="127.0.0.1"), f"/?ticket={tickets.make(searched)}") == 403


@pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="this system does not tell")  # noqa: PTH110
def test_another_account_of_this_computer_is_told_apart(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as asking,
    ):
        port = asking.getsockname()[1]
        assert not tickets.stranger(port)
        ours = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: ours + 1)
        root = ours == 0  # who may read everything anyway
        assert tickets.stranger(port) == (not root)
    assert not tickets.stranger(None)
    assert not tickets.stranger("x")
    monkeypatch.setattr(tickets, "_owners", lambda _table, _port: [4_000_000])
    client = Client(HTTP_HOST="127.0.0.1", REMOTE_PORT="50000")
    assert at(client, f"/?key={KEY}") == 403
    assert at(client, f"/?ticket={tickets.make(searched)}") == 403


def test_no_key_stands_on_the_command_line_of_the_browser(empty: Home, tmp_path: Path) -> None:
    """Start the desk as a person would, with a browser that notes what it was given."""
    browser, noted = tmp_path / "browser", tmp_path / "noted"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$*" > {noted}.new && mv {noted}.new {noted}\n')
    browser.chmod(0o700)
    environment = {**os.environ, "REPLIQUE_HOME": str(empty.path), "BROWSER": str(browser),
                   "REPLIQUE_LANG": "en"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "replique.web", "--port", "0"], stdout=subprocess.PIPE, text=True,
        env=environment,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not noted.exists() and time.monotonic() < until:
            time.sleep(0.1)
        given = noted.read_text()
        assert "ticket=" in given
        assert "key=" not in given
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert opener.open(given, timeout=20).status == 200
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(given, timeout=20)  # noqa: S310 — ours
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_a_session_that_another_account_got_hold_of_opens_nothing(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser shows its cookies to whatever listens on another port of this computer."""
    monkeypatch.setattr(tickets, "stranger", lambda port: port == "4711")
    assert at(inside, REMOTE_PORT="4712") == 200
    assert at(inside, REMOTE_PORT="4711") == 403
    assert inside.post("/name/", {"name": "x"}, REMOTE_PORT="4711").status_code == 403


def test_whose_a_connection_is_is_asked_once_for_each(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def stranger(port: object) -> bool:
        asked.append(port)
        return False

    monkeypatch.setattr(tickets, "stranger", stranger)
    with socket.socket() as one, socket.socket() as other:
        for line in (one, one, other, one):
            whose: Any = {"gunicorn.socket": line, "REMOTE_PORT": "1"}
            assert at(inside, **whose) == 200
    assert len(asked) == 2


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example/x"])
def test_the_key_leads_to_no_other_site(searched: Home, path: str) -> None:
    del searched
    answer = Client(HTTP_HOST="127.0.0.1").get("/", {"key": KEY}, PATH_INFO=path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/{path.lstrip('/')}"
