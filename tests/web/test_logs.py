"""What the desk writes of what failed: enough to find a defect, and nobody's words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client

from replique.store import Home
from replique.web import logs

WORDS = "what somebody typed"


@pytest.fixture
def log(inside: Client) -> Iterator[Home]:
    """Open a desk that writes to its log."""
    del inside
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    home = Home.opened()
    logs.keep(home)
    yield home
    for each in [each for each in root.handlers if each not in before]:
        root.removeHandler(each)
        each.close()


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Client:
    """Return a client of a desk on which home fails."""
    from replique.web.views import home
    from tests.web.conftest import entered

    def broken(*_given: Any) -> Any:
        raise error

    client = entered()
    client.raise_request_exception = False
    monkeypatch.setattr(home, "render", broken)
    return client


def test_a_page_that_failed_is_told_without_what_was_typed(
    log: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = failing(monkeypatch, ValueError(f"no number: {WORDS}"))
    assert client.get("/", {"title": WORDS}).status_code == 500
    told = log.log.read_text()
    assert "ValueError" in told
    assert "in broken" in told, "where it is"
    assert WORDS not in told
    assert log.log.stat().st_mode & 0o777 == 0o600


def test_what_a_database_says_is_told_up_to_the_row_that_it_quotes(
    log: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = OperationalError(f"the server is gone\nDETAIL: ({WORDS})")
    error.__cause__ = IntegrityError(f"not unique: {WORDS}")
    failing(monkeypatch, error).get("/")
    told = log.log.read_text()
    assert "OperationalError: the server is gone" in told
    assert WORDS not in told


def test_what_was_refused_is_not_written(log: Home) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    assert client.get("/invitation/a-code-that-works/").status_code == 403
    assert client.get("/", HTTP_HOST="evil.example").status_code == 403
    assert log.log.read_text() == ""


def test_a_long_log_is_begun_anew_and_one_is_kept(
    log: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LONGEST", 200)
    for number in range(20):
        logging.getLogger("replique.web").warning("number %s %s", number, "x" * 50)
    old = log.log.with_suffix(".log.1")
    assert "number 19" in log.log.read_text()
    assert max(each.stat().st_size for each in (log.log, old)) < 400
    assert sorted(each.name for each in log.path.glob("debug*")) == ["debug.log", "debug.log.1"]
