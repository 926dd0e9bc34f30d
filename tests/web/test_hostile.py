"""Whatever stands in an address or in a path to search: a page or a refusal, never a defect."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from replique.store import Home
from replique.store.desk_filters import ORDERS, unmarked
from tests.web.committee import committee
from tests.web.every_page import STANDS_FOR, addresses
from tests.web.test_permissions import patterns

ASKED = (
    "performer", "medium", "production", "company", "month", "kind", "of", "least", "verdict",
    "judged", "order", "after", "before", "context", "part", "title", "template", "state", "paths",
    "case", "character", "manner", "next", "withdrawn", "run", "language", "list", "number", "all",
)  # fmt: skip
"""What addresses ask for; each is given to all of them."""


def mark(said: object) -> str:
    """Return where a page begins, as addresses have it."""
    text = said if isinstance(said, str) else json.dumps(said)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


HOSTILE = (
    "\0", "a\0b", "-1", "1e999", "NaN", "9" * 19, "9" * 4400, "²", "x" * 5000,
    "<script>", "u" + "9" * 30, "0000-00", "9999-99", mark("[" * 2500), mark([0.5, 1.5]),
    mark([2**53 - 1, 2**53 - 1]), mark([9e15] * 4), mark(["\0", 1]),
)  # fmt: skip
WORDS = ("\0", "x" * 3000, "..", "u" + "9" * 30, "u²", "[")
NUMBERS = ("0", "9223372036854775807", "9223372036854775808", "9" * 60)


def hostile_addresses() -> Iterator[str]:
    """Yield every address with something that is not there in each of its places."""
    for name in sorted({each for _where, found in patterns() for each in found.pattern.converters}):
        for bad in (*NUMBERS, *WORDS):
            yield from addresses({**STANDS_FOR, name: quote(bad, safe="")})


def defects(client: Client) -> list[str]:
    """Return the addresses at which something else happens than an answer."""
    client.raise_request_exception = False
    tried = sorted(set(hostile_addresses()))
    found = [where[:100] for where in tried if _status(client, where, {}) >= 500]
    for where in addresses(STANDS_FOR):
        if _status(client, where, {}) != 200:
            continue
        found += [
            f"{where} {value[:60]!r}"
            for value in HOSTILE
            if _status(client, where, dict.fromkeys(ASKED, value)) >= 500
        ]
    return found


def _status(client: Client, where: str, asked: dict[str, str]) -> int:
    answer: Any = client.get(where, asked)
    if answer.streaming:
        answer.close()
    return int(answer.status_code)


@pytest.mark.timeout(300)
def test_no_address_of_a_laptops_desk_is_a_defect(inside: Client) -> None:
    assert defects(inside) == []


@pytest.mark.timeout(300)
def test_no_address_of_a_committees_desk_is_a_defect(
    empty: Home, settings: Any, engine: str
) -> None:
    """As somebody who may see nearly all: a member whom a performer chose."""
    del empty, engine
    settings.COMMITTEE = True
    assert defects(committee().client("cleo")) == []


@pytest.mark.parametrize(
    "path", ["/" + "x" * 5000, "/a\0b", "~nobody-of-that-name/films", "/é" * 900]
)
@pytest.mark.parametrize("desk", ["laptop", "committee"])
def test_no_path_to_search_is_a_defect(
    empty: Home, settings: Any, path: str, desk: str, tmp_path: Path
) -> None:
    del empty
    settings.COMMITTEE, settings.MEDIA_FOLDERS = desk == "committee", [str(tmp_path)]
    client = committee().client("cleo") if desk == "committee" else _owner()
    for each in (path, f"{tmp_path}{path}"):
        assert client.post("/scans/start/", {"paths": each}).status_code in {400, 403, 404}


def test_links_that_go_round_in_a_circle_are_no_place_to_search(
    empty: Home, settings: Any, tmp_path: Path
) -> None:
    del empty
    settings.COMMITTEE, settings.MEDIA_FOLDERS = True, [str(tmp_path)]
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    asked = {"paths": str(tmp_path / "a")}
    assert committee().client("cleo").post("/scans/start/", asked).status_code == 400


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("said", ["[" * 100_000, "[" * 2_500 + "]" * 2_500, "NaN", "{}", "\0"])
def test_a_mark_that_is_not_ours_begins_at_the_first_page(order: str, said: str) -> None:
    assert unmarked(mark(said), len(ORDERS[order])) is None


def _owner() -> Client:
    from tests.web.conftest import entered

    return entered()
